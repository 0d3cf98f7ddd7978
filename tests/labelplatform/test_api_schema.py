"""The API's documentation: complete, free of warnings, and what the API really answers."""

from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from jsonschema import Draft202012Validator

from labelplatform.described_api import described_api
from tests.labelplatform.access_rows import ROWS, Row
from tests.labelplatform.access_world import World, make_world
from tests.labelplatform.test_access_matrix import ROUTES, call

METHODS = ("get", "post", "put", "patch", "delete")
NOT_DESCRIBED = {"api:schema", "api:docs"}


@pytest.fixture(scope="module")
def schema() -> Any:
    return described_api()


def operations(schema: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, item[method]) for path, item in schema["paths"].items() for method in METHODS if method in item
    ]


def test_the_schema_is_valid_and_made_without_a_warning(tmp_path: Any) -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(tmp_path / "schema.yml"))


def test_every_address_of_the_api_is_described(schema: Any) -> None:
    names = {name for name in ROUTES if name.startswith("api:")} - NOT_DESCRIBED
    described = {path_of(name) for name in names}
    assert described == set(schema["paths"])


def test_every_operation_has_a_name_of_its_own_and_says_what_it_does(schema: Any) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(ids) == len(set(ids))
    assert [path for path, _, operation in operations(schema) if not operation.get("summary")] == []


def test_every_operation_tells_how_to_sign_in_and_how_it_refuses(schema: Any) -> None:
    for path, method, operation in operations(schema):
        assert {"token": []} in operation["security"], path
        assert {"401", "422"} <= operation["responses"].keys(), (path, method)
        assert "{" not in path or {"403", "404"} <= operation["responses"].keys(), (path, method)


@pytest.mark.django_db
def test_what_is_answered_is_what_is_described(schema: Any) -> None:
    world = make_world()
    rows = [row for row in ROWS if row.is_api and row.route not in NOT_DESCRIBED and row.ok < 300]
    wrong = [f"{row}: {problem}" for row in rows for problem in _departures(schema, world, row)]
    assert not wrong, "\n".join(wrong)


def _departures(schema: Any, world: World, row: Row) -> list[str]:
    subject = row.insider
    response = call(world, subject, row, row.path(world.ours, ROUTES[row.route]))
    described = schema["paths"][path_of(row.route)][row.method.lower()]["responses"]
    if str(response.status_code) not in described:
        return [f"{response.status_code} is not described"]
    content = described[str(response.status_code)].get("content")
    if content is None:
        return ["a body is not described"] if response.content else []
    if "application/json" not in content:
        return []
    strict = {**_strict(content["application/json"]["schema"]), "components": _strict(schema["components"])}
    errors = Draft202012Validator(strict).iter_errors(response.json())
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}"[:200] for error in errors]


def _strict(part: Any) -> Any:
    """An OpenAPI 3.0 schema as JSON Schema, which refuses what is not described."""
    if isinstance(part, list):
        return [_strict(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    made = {name: _strict(inner) for name, inner in part.items() if name != "nullable"}
    if made.get("type") == "object" and "properties" in made:
        made.setdefault("additionalProperties", False)
    return {"anyOf": [made, {"type": "null"}]} if part.get("nullable") is True else made


def path_of(route: str) -> str:
    """The address of a route as OpenAPI writes it."""
    marks = {name: f"0{position}0" for position, name in enumerate(ROUTES[route])}
    path = reverse(route, kwargs=marks)
    for name, mark in marks.items():
        path = path.replace(f"/{mark}/", f"/{{{name}}}/")
    return path
