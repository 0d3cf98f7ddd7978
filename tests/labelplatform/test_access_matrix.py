"""Every address of the site × everybody who may knock: the status, and that a refusal tells nothing.

The rows stand in ``access_rows.py``. One test takes them all, for the world they need is made once; what a call
writes is rolled back, and a failure names each row that differs.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from labelplatform.accounts.models import ApiToken, User
from labelplatform.accounts.people import set_user_open
from labelplatform.accounts.tokens import revoke_api_token
from projects.membership.people import change_member, remove_member
from projects.models import Invitation, Membership
from tests.labelplatform.access_rows import ROWS, Row
from tests.labelplatform.access_world import CANARY, MISSING, MISSING_NUMBER, World, fingerprint, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

_CSRF = re.compile(rb"[A-Za-z0-9]{64}")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def world() -> World:
    return make_world()


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    cache.clear()  # sessions are kept there too


def _routes() -> dict[str, list[str]]:
    """The names of all routes with the names of what their addresses hold."""

    def walk(patterns: list[Any], prefix: str, names: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
        for pattern in patterns:
            found = (*names, *_parameters(pattern))
            if isinstance(pattern, URLResolver):
                inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
                yield from walk(pattern.url_patterns, inner, found)
            elif isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern} has no name"
                yield f"{prefix}{pattern.name}", list(found)

    return dict(walk(get_resolver().url_patterns, "", ()))


def _parameters(pattern: URLPattern | URLResolver) -> tuple[str, ...]:
    return tuple(pattern.pattern.converters) or tuple(pattern.pattern.regex.groupindex)


ROUTES = _routes()


def call(world: World, subject: str, row: Row, path: str) -> Any:
    """Make the row's call and forget what it wrote."""
    with _undone():
        return _ask(world, subject, row, path)


def _ask(world: World, subject: str, row: Row, path: str) -> Any:
    send = row.send(world) if callable(row.send) else row.send
    client = world.client(subject)
    if row.method == "GET":
        return let_go(client.get(path))
    if row.is_api:
        return let_go(client.generic(row.method, path, json.dumps(send or {}), content_type="application/json"))
    return let_go(client.post(path, send or {}))


def let_go(answer: Any) -> Any:
    """Read the answer into ``told`` and close the file that it may hold.

    ``answer.close()`` would end the request, and with it the transaction.
    """
    answer.told = answer.getvalue()
    for close in answer._resource_closers:
        close()
    return answer


def test_everybody_gets_what_the_row_says_without_a_secret_and_reading_changes_nothing(world: World) -> None:
    """Each call is made once and looked at in each of these ways, for there are thousands.

    An API's refusal is a problem, and a page sends strangers to sign in.
    """
    secrets = _secrets(world)
    wrong = []
    before = fingerprint()
    for row in ROWS:
        with _undone():  # what reading may note goes too
            wrong += _looked_at(world, row, secrets, before)
    assert not wrong, "\n".join(wrong)
    assert CANARY in world.client("outsider").get(reverse("projects:project-list")).content.decode()


def _looked_at(world: World, row: Row, secrets: set[str], before: dict[str, Any]) -> list[str]:
    wrong = []
    path = row.path(world.ours, ROUTES[row.route])
    for subject in row.subjects:
        answer = (_ask if row.method == "GET" else call)(world, subject, row, path)
        cache.clear()
        got, expected = answer.status_code, row.expected(subject)
        if got != expected:
            wrong.append(f"{row}: {subject} gets {got}, not {expected}")
        if row.is_api and got >= 400 and {"type", "title", "detail", "errors"} - json.loads(answer.told).keys():
            wrong.append(f"{row}: {subject} is refused by {answer.told!r}")
        if not row.is_api and row.who != "public" and subject == "anonymous":
            to = answer.headers.get("Location", "")
            wrong += [] if to.startswith(reverse("account_login")) else [f"{row}: strangers are sent to {to!r}"]
        if subject not in {"outsider", "site_admin"}:
            told = answer.told.decode(errors="replace")
            wrong += [f"{row}: {subject} reads of eve's"] if CANARY in told else []
            wrong += [f"{row}: {subject} reads a secret"] if any(secret in told for secret in secrets) else []
    if row.method == "GET":
        let_go(world.client("admin").head(path))
        let_go(world.client("admin").options(path))
        wrong += [f"{row} changed {label}" for label, rows in fingerprint().items() if rows != before[label]]
    return wrong


def _secrets(world: World) -> set[str]:
    return {
        *User.objects.values_list("password", flat=True),
        *ApiToken.objects.values_list("digest", flat=True),
        *Invitation.objects.values_list("digest", flat=True),
        *world.tokens.values(),
        settings.SECRET_KEY,
    }


def test_what_is_eves_and_what_is_missing_look_alike(world: World) -> None:
    """Our admin asks for eve's objects, then for some that nobody has: the same status, the same bytes."""
    wrong = []
    for row in ROWS:
        names = ROUTES[row.route]
        if not names or row.who == "public":
            continue
        missing = {name: MISSING.get(name, MISSING_NUMBER) for name in {*names, *row.at.values()}}
        answers = [call(world, "admin", row, row.path(ids, names)) for ids in (world.eves, missing)]
        told = [(answer.status_code, _CSRF.sub(b"", answer.content)) for answer in answers]
        if told[0] != told[1] or told[0][0] != 404:
            wrong.append(f"{row}: {[status for status, _ in told]}")
    assert not wrong, "\n".join(wrong)


def test_an_object_is_reached_only_through_its_own_project(world: World) -> None:
    wrong = []
    for row in ROWS:
        names = ROUTES[row.route]
        if "slug" not in names or row.who == "public":
            continue
        for name in set(names) - {"slug", "number", "other", "kind"}:  # numbers and kinds are no objects
            for project, elsewhere in ((world.ours, world.eves), (world.eves, world.ours)):
                key = row.at.get(name, name)
                status = call(world, "site_admin", row, row.path({**project, key: elsewhere[key]}, names)).status_code
                if status != 404:
                    wrong.append(f"{row}: {status} for a foreign {name}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("subject", "change", "like"),
    [
        ("manager", lambda admin, other: remove_member(admin, other), "outsider"),
        ("manager", lambda admin, other: change_member(admin, other, role="viewer"), "viewer"),
        ("manager", lambda admin, other: change_member(admin, other, suspended=True), "suspended"),
        ("manager", lambda admin, other: set_user_open(other.user, is_open=False, actor=admin.user), "closed"),
        ("token", lambda admin, other: revoke_api_token(admin.user.api_tokens.get(name="works")), "expired_token"),
    ],
    ids=["removed", "demoted", "suspended", "closed", "revoked"],
)
def test_who_loses_a_right_loses_it_at_once_everywhere(world: World, subject: str, change: Any, like: str) -> None:
    """In the session or with the token that they had before."""
    memberships = Membership.objects.select_related("project", "user").filter(project__slug=world.ours["slug"])
    change(memberships.get(user=world.users["admin"]), memberships.get(user=world.users["manager"]))
    wrong = []
    for row in ROWS:
        if subject in row.subjects:
            got = call(world, subject, row, row.path(world.ours, ROUTES[row.route])).status_code
            if got != row.expected(like):
                wrong.append(f"{row}: {got}, not {row.expected(like)}")
    assert not wrong, "\n".join(wrong)


def test_every_route_and_method_has_a_row_and_every_row_a_route(world: World) -> None:
    listed = {(row.method, row.route) for row in ROWS}
    assert {route for _, route in listed} <= ROUTES.keys(), "rows for routes that are no more"
    unlisted, useless = [], []
    for route, names in ROUTES.items():
        unknown = set(names) - world.ours.keys()
        assert not unknown, f"{route}: name {unknown} in access_world.py"
        path = reverse(route, kwargs={name: world.ours[name] for name in names})
        for method in _METHODS if route.startswith("api:") else ("GET", "POST"):
            with _undone():
                answer = world.client("site_admin").generic(method, path, "{}", content_type="application/json")
            taken = let_go(answer).status_code != 405
            if not taken and (method, route) in listed:
                useless.append((method, route))
            if taken and (method, route) not in listed:
                unlisted.append((method, route))
    assert not useless, "rows for methods that are not taken"
    assert not unlisted, "add a row for each to access_rows.py"
