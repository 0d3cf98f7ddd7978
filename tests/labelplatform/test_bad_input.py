"""Whatever is sent to the API, the answer is a problem with a 4xx status or a proper result: never a 500.

The calls come from the access rows, the values' names from the OpenAPI schema, so that a new address is covered by
its row and its description alone.
"""

import copy
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from labelplatform.described_api import described_api
from tests.labelplatform.access_rows import ROWS, Row
from tests.labelplatform.access_world import World, make_world
from tests.labelplatform.test_access_matrix import ROUTES, let_go
from tests.labelplatform.test_api_schema import NOT_DESCRIBED, path_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HUGE = 10**30
BODIES = [
    b"",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"{",
    b"{'a': 1}",
    b"\xff\xfe\x00",
    b'{"key": NaN}',
    b'{"key": 1e999}',
    b'{"key": "\\ud800"}',
    b'{"\\u0000": "\\u0000"}',
    b"[" * 100_000,
    b'{"a":' * 900 + b"1" + b"}" * 900,
    b'{"answers":' + b"[" * 500 + b"]" * 500 + b"}",
    b'{"page_size": %d}' % HUGE,
]
VALUES: list[Any] = [
    None,
    True,
    -1,
    0,
    2**31,
    2**63,
    HUGE,
    1.5,
    1e308,
    "",
    " ",
    "\x00",
    "a\x00b",
    "\U0001f469\u200d\U0001f692 \u202e rtl",
    "x" * 300_000,
    [],
    [None],
    [[]],
    {},
    {"a": {"b": "\x00"}},
    {"\x00": 1},
    "../../etc/passwd",
    "2026-13-45T99:99:99Z",
    "%s %d {0}",
    "' OR 1=1 --",
]
TEXTS = [
    "",
    "\x00",
    "a\x00b",
    str(HUGE),
    "-1",
    "0",
    "nonsense",
    "x" * 5_000,
    "é\u202e",
    "[]",
    '"',
    "*",
    '"a" b*',
    "%",
    "cD0w",
]
CURSORS = [
    "",
    "!",
    "cD1hYmM=",
    "cD0lMDA=",
    "bz05OTk5OTk5OTk5OTk5OTk5OTk5OTk=",
    "cj0xJnA9eA==",
    "cD0tMTAwMDAwMDAwMDAwMDAwMDAwMDAwMA==",
]


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture(scope="module")
def schema() -> Any:
    return described_api()


def api_rows(*methods: str) -> list[Row]:
    return [row for row in ROWS if row.is_api and row.route not in NOT_DESCRIBED and row.method in methods]


def proper(world: World, row: Row) -> dict[str, Any]:
    return (row.send(world) if callable(row.send) else row.send) or {}


def send(world: World, row: Row, path: str, body: bytes, content_type: str = "application/json") -> Any:
    with transaction.atomic():
        response = let_go(world.client(row.insider).generic(row.method, path, body, content_type=content_type))
        transaction.set_rollback(True)
    cache.clear()
    return response


def complaint(row: Row, what: Any, response: Any) -> list[str]:
    """What is wrong with an answer to nonsense."""
    shown = repr(what)[:80]
    if response.status_code >= 500:
        return [f"{row}: {response.status_code} for {shown}"]
    if response.status_code >= 400:
        body = response.json()
        if not {"type", "title", "detail", "errors"} <= body.keys():
            return [f"{row}: no problem for {shown}"]
        if not all(error.keys() == {"path", "message"} for error in body["errors"]):
            return [f"{row}: a strange error for {shown}: {body['errors']}"]
    return []


def test_bodies_that_are_no_calls(world: World) -> None:
    wrong = []
    for row in api_rows("POST", "PUT", "PATCH", "DELETE"):
        path = row.path(world.ours, ROUTES[row.route])
        for body in BODIES:
            wrong += complaint(row, body, send(world, row, path, body))
    assert not wrong, "\n".join(wrong)


def test_other_media_types_are_415_where_a_body_is_read(world: World, schema: Any) -> None:
    wrong = []
    for row in api_rows("POST", "PUT", "PATCH"):
        operation = schema["paths"][path_of(row.route)][row.method.lower()]
        path = row.path(world.ours, ROUTES[row.route])
        for media_type in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense"):
            response = send(world, row, path, b"a=1", media_type)
            wrong += complaint(row, media_type, response)
            if "requestBody" in operation and response.status_code != 415:
                wrong.append(f"{row}: {response.status_code} for {media_type}")
    assert not wrong, "\n".join(wrong)


def test_every_value_of_every_call_may_be_nonsense(world: World, schema: Any) -> None:
    wrong = []
    for row in api_rows("POST", "PUT", "PATCH"):
        path = row.path(world.ours, ROUTES[row.route])
        for place in _places(schema, row):
            for value in VALUES:
                body = copy.deepcopy(proper(world, row))
                _put(body, place, value)
                wrong += complaint(row, {".".join(place): value}, send(world, row, path, json.dumps(body).encode()))
    assert not wrong, "\n".join(wrong)


def test_every_filter_and_cursor_may_be_nonsense(world: World, schema: Any) -> None:
    wrong = []
    for row in api_rows("GET"):
        operation = schema["paths"][path_of(row.route)]["get"]
        names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
        path = row.path(world.ours, ROUTES[row.route])
        client = world.client(row.insider)
        for name in [*names, "unknown", "stage__startswith", "author__password__startswith"]:
            for text in CURSORS if name == "cursor" else TEXTS:
                wrong += complaint(row, {name: text}, let_go(client.get(path, {name: text})))
        if "page_size" in names and client.get(path, {"unknown": "1"}).status_code != 422:
            wrong.append(f"{row}: an unknown filter passes for none")
    assert not wrong, "\n".join(wrong)


def test_huge_numbers_and_strange_words_in_addresses_are_nobodys(world: World) -> None:
    wrong = []
    for row in api_rows("GET", "POST", "PUT", "PATCH", "DELETE"):
        names = ROUTES[row.route]
        numbers = [name for name in names if isinstance(world.ours[name], int)]
        for number in (0, 2**31, 2**63, HUGE) if numbers else ():
            ids = {**world.ours, **dict.fromkeys([*numbers, *row.at.values()], number)}
            response = send(world, row, row.path(ids, names), json.dumps(proper(world, row)).encode())
            if response.status_code != 404:
                wrong.append(f"{row}: {response.status_code} for {number}")
        if "slug" in names:
            path = row.path(world.ours, names).replace(world.ours["slug"], "%00%ff")
            wrong += complaint(row, path, send(world, row, path, b"{}"))
    assert not wrong, "\n".join(wrong)


def _places(schema: Any, row: Row) -> list[tuple[str, ...]]:
    """The names of all values in a call's body, nested ones as paths."""
    operation = schema["paths"][path_of(row.route)][row.method.lower()]
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return list(_named(schema, content["schema"])) if content else []


def _named(schema: Any, part: Any, prefix: tuple[str, ...] = ()) -> Any:
    while "$ref" in part or "allOf" in part:
        part = part["allOf"][0] if "allOf" in part else schema["components"]["schemas"][part["$ref"].split("/")[-1]]
    for alternative in part.get("oneOf", []):
        yield from _named(schema, alternative, prefix)
    for name, inner in part.get("properties", {}).items():
        yield (*prefix, name)
        yield from _named(schema, inner, (*prefix, name))


def _put(body: dict[str, Any], place: tuple[str, ...], value: Any) -> None:
    inner: Any = body
    for name in place[:-1]:
        inner = inner.setdefault(name, {})
        if not isinstance(inner, dict):
            return
    inner[place[-1]] = value
