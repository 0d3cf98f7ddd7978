"""Who one is, and one's tokens, by API."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from labelplatform.accounts.models import ApiToken, token_digest
from labelplatform.events.models import Event
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def bearer(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_a_person_sees_who_they_are_and_may_change_their_name_but_nothing_else(api):
    user = make_user("zoe")
    client = api(user)
    me = client.read("me/").json()
    assert (me["email"], me["name"], me["is_site_admin"]) == (user.email, "zoe", False)
    assert client.patch("/api/v1/me/", {"name": "Zoë"}, content_type="application/json").json()["name"] == "Zoë"
    client.patch("/api/v1/me/", {"name": "Zoë"}, content_type="application/json")
    event = Event.objects.get(verb="renamed")  # once: the second call changed nothing
    assert (event.actor, event.object_id, event.before, event.after) == (
        user,
        user.pk,
        {"name": "zoe"},
        {"name": "Zoë"},
    )
    refused = client.patch("/api/v1/me/", {"email": "x@example.com"}, content_type="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "email")


def test_a_token_is_shown_once_kept_as_a_hash_and_acts_as_its_user(api):
    user = make_user("zoe")
    made = api(user).send("tokens/", {"name": "nightly"}).json()
    row = ApiToken.objects.get()
    assert row.digest == token_digest(made["token"])
    assert made["token"].endswith(made["hint"])
    assert made["token"] not in str(api(user).read("tokens/").json())
    assert api().read("me/", **bearer(made["token"])).json()["email"] == user.email
    row.refresh_from_db()
    assert row.last_used_at is not None
    assert Event.objects.get(object_type="apitoken").verb == "created"


def test_a_token_made_twice_with_one_key_is_one_token_and_its_secret_is_not_shown_again(api):
    client = api(make_user("zoe"))
    key = str(uuid.uuid4())
    first = client.send("tokens/", {"name": "nightly", "key": key})
    again = client.send("tokens/", {"name": "nightly", "key": key})
    assert (first.status_code, again.status_code) == (201, 200)
    assert (again.json()["id"], again.json()["token"]) == (first.json()["id"], None)
    assert ApiToken.objects.count() == 1


def test_a_token_makes_no_token_but_may_end_itself(api):
    made = api(make_user("zoe")).send("tokens/", {"name": "nightly"}).json()
    refused = api().send("tokens/", {"name": "another"}, **bearer(made["token"]))
    assert refused.status_code == 403
    assert api().delete(f"/api/v1/tokens/{made['id']}/", **bearer(made["token"])).status_code == 204
    assert api().read("me/", **bearer(made["token"])).status_code == 401


def test_an_expired_an_unknown_and_a_closed_users_token_are_refused_with_a_reason(api):
    user = make_user("zoe")
    token = api(user).send("tokens/", {"name": "old"}).json()["token"]
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    expired = api().read("me/", **bearer(token))
    assert (expired.status_code, expired["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert "has expired" in expired.json()["detail"]
    assert api().read("me/", **bearer("lp_nonsense")).status_code == 401
    ApiToken.objects.update(expires_at=None)
    user.is_active = False
    user.save()
    assert api().read("me/", **bearer(token)).status_code == 401
    assert api(user).read("me/").status_code == 401


def test_a_token_that_would_have_expired_already_is_refused(api):
    past = (timezone.now() - timedelta(days=1)).isoformat()
    refused = api(make_user("zoe")).send("tokens/", {"name": "late", "expires_at": past})
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, "expires_at")


def test_a_session_call_without_the_csrf_token_is_refused(api):
    client = api(make_user("zoe"))
    client.handler.enforce_csrf_checks = True
    assert client.send("tokens/", {"name": "stolen"}).status_code == 403
    assert not ApiToken.objects.exists()
