"""The project that is measured: one choice of ten options, people who may label, a manager who browses."""

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from labelplatform.accounts.models import User
from labelplatform.roles import Role
from projects.creation import create_project
from projects.demo.definitions import demo_project
from projects.models import Membership, Project

SLUG = "bench"


def make_project(overlap: int = 1, review_percent: int = 0) -> None:
    definition = demo_project("voice-assistant")
    admin = User.objects.create_user("admin@example.com")
    create_project(
        author=admin,
        name="Benchmark",
        slug=SLUG,
        schema=definition.schema,
        guideline=definition.guideline,
        policies={"overlap": overlap, **_review_of(review_percent)},
    )


def _review_of(percent: int) -> dict[str, Any]:
    if not percent:
        return {}
    return {"review_policy": "sample", "review_percent": percent, "review_newcomer_percent": percent}


def options() -> dict[str, Any]:
    """The options of the question, in the order in which ``texts.answer_of`` takes them."""
    schema = demo_project("voice-assistant").schema
    return {"options": sorted(option["value"] for option in schema["questions"][0]["options"])}


def sign_in(role: str, count: int) -> dict[str, Any]:
    """Make members of a role and sign them in; returns a session key for each."""
    project = Project.objects.get(slug=SLUG)
    keys = []
    for _ in range(count):
        user = User.objects.create_user(f"{role}-{secrets.token_hex(4)}@example.com")
        Membership.objects.create(project=project, user=user, role=Role(role))
        keys.append(sign_in_member(user))
    return {"sessions": keys}


def sign_in_member(user: User) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
