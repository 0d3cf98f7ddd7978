import html
import json
import re

import pytest
from django.test import Client

from projects.models import ImportRun, Project

pytestmark = pytest.mark.django_db

ADDRESS = "/projects/new/label-studio/"
CONFIGURATION = """<View>
  <Text name="t" value="$text"/>
  <Video name="i" value="$film"/>
  <Choices name="mood" toName="t" choice="single-radio" showInline="true">
    <Choice value="Good <3"/><Choice value="Bad"/>
  </Choices>
</View>"""
RIGHT = CONFIGURATION.replace("<3", "&lt;3")
BILLION = (
    '<!DOCTYPE v [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 or str()};" * 10}">' for n in range(1, 10))
    + "]><View>&a9;</View>"
)


def test_what_maps_and_what_does_not_is_shown_and_nothing_is_stored(client, ada):
    client.force_login(ada.user)
    before = Project.objects.count()
    answer = client.post(ADDRESS, {"configuration": RIGHT})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    for word in ("One option", "Good <3", "video cannot be taken over", "showInline: says how it looks", "line 3"):
        assert word in page
    assert (Project.objects.count(), ImportRun.objects.count()) == (before, 0)


def test_the_way_from_the_pasted_text_to_the_project(client, ada):
    client.force_login(ada.user)
    shown = client.post(ADDRESS, {"configuration": RIGHT}).content.decode()
    given = html.unescape(re.search(r'name="begin_with" value="([^"]*)"', shown)[1])
    answer = client.post("/projects/new/?from=scratch", {"begin_with": given})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 200
    assert "## Good <3" in page, "the guideline has a section for each option"
    assert "This field is required" not in page
    assert '"mood"' in page or 'value="mood"' in page
    assert json.loads(given)["questions"][0]["name"] == "mood"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "This field is required"),
        (CONFIGURATION, "It is no XML"),
        (BILLION, "declares a document type"),
        ("<View>" + "<Text/>" * 150_000 + "</View>", "500,000 is the most"),
        ("<Project/>", "begins with <View>"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_pasted_stays(client, ada, text, word):
    client.force_login(ada.user)
    answer = client.post(ADDRESS, {"configuration": text})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert word in page
    assert text[:100] in page


@pytest.mark.parametrize("given", ["", "{", "[]", '{"fields": []}', "[" * 100_000])
def test_a_schema_that_is_none_begins_no_project(client, ada, given):
    client.force_login(ada.user)
    assert client.post("/projects/new/?from=scratch", {"begin_with": given}).status_code == 422


def test_posting_needs_the_token_of_the_page(ada):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada.user)
    assert client.post(ADDRESS, {"configuration": RIGHT}).status_code == 403


def test_the_api_gives_the_schema_and_the_notes(client, ada):
    client.force_login(ada.user)
    address = "/api/v1/schemas/from-label-studio/"
    answer = client.post(address, {"configuration": RIGHT}, content_type="application/json").json()
    made = client.post(
        "/api/v1/projects/", {"name": "Moods", "schema": answer["schema"]}, content_type="application/json"
    )
    assert made.status_code == 201
    assert answer["notes"][0] == {
        **{"line": 3, "tag": "Video", "name": "i", "is_lost": True, "times": 1},
        "message": "Left out: video cannot be taken over from a configuration.",
    }
    refused = client.post(address, {"configuration": BILLION}, content_type="application/json")
    assert refused.status_code == 422
    assert "document type" in refused.json()["errors"][0]["message"]
