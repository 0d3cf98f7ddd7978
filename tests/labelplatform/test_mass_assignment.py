"""A call changes what it is documented to change, whatever else stands in its body.

Every writing call is sent with every field of every model of ours that it does not document. It must name each of
them as unknown and change nothing, or leave the very rows that it leaves without them.
"""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import models, transaction

from labelplatform.accounts.models import User
from labelplatform.described_api import described_api
from tests.labelplatform.access_rows import ROWS, Row
from tests.labelplatform.access_world import World, make_world
from tests.labelplatform.test_access_matrix import ROUTES, let_go
from tests.labelplatform.test_api_schema import NOT_DESCRIBED, path_of

pytestmark = pytest.mark.django_db

OURS = ("accounts", "events", "notifications", "jobs", "projects", "annotations", "models_app")
# what every row has anew, so that two equal calls leave different values
MADE_ANEW = {"id", "key", "seed", "digest", "hint", "stored_name", "object_id", "object_name", "external_id", "after"}


def test_no_call_takes_a_field_that_it_does_not_document() -> None:
    world = make_world()
    schema = described_api()
    wrong = []
    for row in ROWS:
        if not row.is_api or row.route in NOT_DESCRIBED or row.method == "GET" or row.ok == 415:
            continue
        has_policies = row.route in {"api:project-detail", "api:project-list"}
        for place in ([], ["policies"]) if has_policies else ([],):
            wrong += [f"{row}: {problem}" for problem in _taken(world, schema, row, place)]
    assert not wrong, "\n".join(wrong)


def test_the_test_above_would_notice_a_row_that_differs() -> None:
    world = make_world()
    row = next(row for row in ROWS if (row.method, row.route) == ("PATCH", "api:me"))
    (_, _, first), (_, _, other) = _outcome(world, row, {"name": "Ada"}), _outcome(world, row, {"name": "Bea"})
    assert first != other


def _taken(world: World, schema: Any, row: Row, place: list[str]) -> list[str]:
    proper = (row.send(world) if callable(row.send) else row.send) or {}
    documented = _documented(schema, row, place)
    extra = {name: value for name, value in _hostile_fields(world).items() if name not in documented}
    body = {**proper, place[0]: extra} if place else {**proper, **extra}
    status, named, rows = _outcome(world, row, body)
    if status >= 400:
        expected = {".".join([*place, name]) for name in extra}
        return [] if named == expected else [f"{status}, and does not name {sorted(expected - named)[:5]}"]
    changed = [label for label, before in _outcome(world, row, proper)[2].items() if rows[label] != before]
    return [f"other rows of {label}" for label in changed]


def _documented(schema: Any, row: Row, place: list[str]) -> set[str]:
    operation = schema["paths"][path_of(row.route)][row.method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return {*place} if content is None else _properties(schema, content["schema"], place)


def _properties(schema: Any, part: Any, place: list[str]) -> set[str]:
    while "$ref" in part or "allOf" in part:
        part = part["allOf"][0] if "allOf" in part else schema["components"]["schemas"][part["$ref"].split("/")[-1]]
    if place:
        return _properties(schema, part["properties"][place[0]], place[1:])
    return set(part["properties"])


def _outcome(world: World, row: Row, body: dict[str, Any]) -> tuple[int, set[str], dict[str, list[str]]]:
    """The status of a call, the values that it names as wrong, and all rows of ours after it; it is undone again."""
    subject = row.insider
    path = row.path(world.ours, ROUTES[row.route])
    with transaction.atomic():
        client = world.client(subject)
        answer = let_go(client.generic(row.method, path, json.dumps(body), content_type="application/json"))
        rows = {model._meta.label: _rows(model) for model in _models()}
        transaction.set_rollback(True)
    cache.clear()
    errors = answer.json().get("errors", []) if answer.content and answer.status_code >= 400 else []
    return answer.status_code, {error["path"] for error in errors}, rows


def _rows(model: type[models.Model]) -> list[str]:
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.DateTimeField)]
    names = [field.attname for field in fields if field.name not in MADE_ANEW and not field.primary_key]
    return sorted(repr(row) for row in model._default_manager.values_list(*names))


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


def _hostile_fields(world: World) -> dict[str, Any]:
    """Every name of a field and column of ours, with a value of its kind that nobody would have chosen."""
    values: dict[str, Any] = {"is_site_admin": True, "is_staff": True, "groups": [1], "policies__overlap": 7}
    for model in _models():
        for field in model._meta.concrete_fields:
            values[field.name] = values[field.attname] = _hostile(field, world)
    return values


def _hostile(field: Any, world: World) -> Any:
    if isinstance(field, models.ForeignKey):
        return world.eves["user_id"] if field.related_model is User else world.eves["task_id"]
    if isinstance(field, models.DateTimeField):
        return datetime(1999, 1, 1, tzinfo=UTC).isoformat()
    for kind, value in ((models.BooleanField, True), (models.UUIDField, str(uuid.UUID(int=7)))):
        if isinstance(field, kind):
            return value
    if isinstance(field, models.IntegerField | models.FloatField):
        return 17
    return {"hacked": True} if isinstance(field, models.JSONField) else "hacked"
