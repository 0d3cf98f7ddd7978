"""What every answer of the API has in common."""

import pytest
from django.test import Client
from django.utils.safestring import SafeString

from labelplatform import api as platform_api
from labelplatform.accounts.api.me import MeView
from labelplatform.api import JSONRenderer
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def is_problem(answer, status):
    return (
        answer.status_code == status
        and answer["Content-Type"] == "application/json"
        and answer.json().keys() >= {"type", "title", "detail", "errors"}
        and answer.json()["type"] == f"/problems/{status}"
    )


def test_an_address_that_is_none_is_answered_in_json_below_the_api_and_by_a_page_elsewhere():
    client = Client()
    assert is_problem(client.get("/api/v1/nothing/here/"), 404)
    assert client.get("/nothing/here/")["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_is_a_problem_that_tells_nothing_of_its_cause(monkeypatch, api):
    def fail(self, request):
        raise RuntimeError("the secret is 42")

    monkeypatch.setattr(MeView, "get", fail)
    client = api(make_user())
    client.raise_request_exception = False
    answer = client.read("me/")
    assert is_problem(answer, 500)
    assert "42" not in answer.content.decode()


def test_a_method_that_is_not_taken_says_which_are(api):
    answer = api(make_user()).delete("/api/v1/me/")
    assert is_problem(answer, 405)
    assert answer["Allow"] == "GET, PATCH, HEAD, OPTIONS"


def test_a_body_that_is_too_large_is_refused_before_it_is_read_whole(monkeypatch, api):
    monkeypatch.setattr(platform_api, "MAX_BODY_BYTES", 100)
    answer = api(make_user()).patch("/api/v1/me/", {"name": "x" * 200}, content_type="application/json")
    assert is_problem(answer, 413)


@pytest.mark.parametrize(("depth", "status"), [(59, 422), (61, 400), (5_000, 400)])
def test_a_body_may_nest_a_little_but_not_without_end(api, depth, status):
    body = '{"name":' + "[" * (depth - 1) + "]" * (depth - 1) + "}"
    assert is_problem(api(make_user()).patch("/api/v1/me/", body, content_type="application/json"), status)


def test_safe_html_and_other_kinds_of_text_are_written_as_text():
    assert JSONRenderer().render({"html": SafeString("<b>")}) == b'{"html":"<b>"}'


def test_an_unknown_filter_and_a_foreign_cursor_are_refused(api):
    client = api(make_user())
    refused = client.read("tokens/", data={"page_siez": 3})
    assert is_problem(refused, 422)
    assert refused.json()["errors"][0]["path"] == "page_siez"
    assert is_problem(client.read("tokens/", data={"cursor": "cD1hYmM="}), 400)
