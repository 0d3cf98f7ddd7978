"""Fields that are lists, where a task is read: each part under the name by which answers speak of it."""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from projects.models import Project, Task
from tests.factories import make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db

QUESTION = {"name": "ok", "kind": "choice", "options": [{"value": "yes"}, {"value": "no"}]}
SPEAKERS = [{"name": "user", "title": "Customer"}, {"name": "bot", "title": "Help desk"}]
COLUMNS = [
    {"name": "amount", "title": "Amount", "type": "money", "unit": "EUR"},
    {"name": "weight", "title": "Weight", "type": "number", "unit": "kg"},
    {"name": "paid", "title": "Paid on", "type": "date"},
    {"name": "late", "title": "Late", "type": "flag"},
]


def make_task_of(*fields: dict, data: dict) -> Task:
    project = make_project(schema={"fields": list(fields), "questions": [QUESTION]})
    return make_tasks(project, data=[data])[0]


def content(client: Client, task: Task, role: str = "manager", page: str = "") -> str:
    """The part of a task's page that shows its fields."""
    member = make_member(task.project, role, make_user(f"{role}{task.pk}"))
    client.force_login(member.user)
    whole = client.get(f"/projects/{task.project.slug}/data/{task.pk}/{page}").content.decode()
    found = re.search(r'<section class="panel story-content".*?</section>', whole, re.S)
    assert found
    return found[0]


def words(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def test_a_dialogue_names_its_turns_who_speaks_and_when(client):
    turns = [
        {"speaker": "user", "text": "My card was stolen", "time": "09:30"},
        {"speaker": "bot", "text": "Shall I block it?"},
    ]
    task = make_task_of({"name": "chat", "kind": "dialogue", "speakers": SPEAKERS}, data={"chat": turns})
    html = content(client, task)
    assert "turn 1 Customer 09:30 My card was stolen turn 2 Help desk Shall I block it?" in words(html)
    assert html.count("<li ") == 2


def test_a_dialogue_of_anybody_calls_speakers_as_the_file_does(client):
    task = make_task_of({"name": "chat", "kind": "dialogue"}, data={"chat": [{"speaker": "Zoë", "text": "Hello"}]})
    assert "turn 1 Zoë Hello" in words(content(client, task))


def test_a_record_shows_the_titles_and_units_of_its_columns_and_what_is_missing(client):
    row = {"amount": 1200.5, "weight": 0.25, "late": False}
    task = make_task_of({"name": "row", "kind": "record", "columns": COLUMNS}, data={"row": row})
    assert "Amount 1,200.50 EUR Weight 0.25 kg Paid on – Late ✗ no" in words(content(client, task))


def test_a_record_without_columns_shows_the_names_of_the_file(client):
    task = make_task_of({"name": "row", "kind": "record"}, data={"row": {"merchant": "Café Luna"}})
    assert "merchant Café Luna" in words(content(client, task))


def test_candidates_have_their_titles_and_the_ids_that_answers_name(client):
    drafts = [{"text": "Boil.", "title": "A cookbook"}, {"text": "Bake."}]
    task = make_task_of({"name": "drafts", "kind": "candidates"}, data={"drafts": drafts})
    assert "1 A cookbook Boil. 2 Bake." in words(content(client, task))


@pytest.mark.parametrize(
    ("asked", "answer", "told"),
    [
        ({"kind": "ranking"}, ["model-b", "model-a"], "candidate “Bake.” &gt; candidate “Anneal.”"),
        ({"kind": "preference", "steps": 1}, {"better": "model-b"}, "candidate “Bake.” is better"),
        (
            {"kind": "choice", "per": "candidate", "options": ["good", "bad"], "required": False},
            {"model-a": "bad"},
            "candidate “Anneal.”: bad",
        ),
    ],
    ids=["ranking", "preference", "each"],
)
def test_whose_candidates_are_is_not_told_to_those_who_compare_them_blindly(client, api, asked, answer, told):
    drafts = [{"text": "Bake.", "id": "model-b"}, {"text": "Anneal.", "id": "model-a"}]
    field = {"name": "drafts", "kind": "candidates", "shuffled": True}
    project = make_project(schema={"fields": [field], "questions": [{"name": "q", "on": "drafts", **asked}]})
    [task] = make_tasks(project, data=[{"drafts": drafts}])
    assert "model-b Bake. model-a Anneal." in words(content(client, task))
    annotator = make_member(project, "annotator", make_user("ben")).user
    given = api(annotator).next_task(project)["task"]["id"]
    assert api(annotator).answer(given, {"q": answer}).status_code == 201
    client.force_login(annotator)
    talk = client.get(f"/projects/{project.slug}/data/{task.pk}/talk/").content.decode()
    assert talk.index("Anneal.") < talk.index("Bake."), "Neither does the order of the file tell it."
    acts = client.get(f"/projects/{project.slug}/my-acts/").content.decode()
    assert told in acts
    assert "model-" not in talk + acts


def test_who_may_only_talk_about_a_task_reads_the_same_parts_but_none_of_hidden_fields(client):
    fields = (
        {"name": "chat", "kind": "dialogue", "speakers": SPEAKERS},
        {"name": "row", "kind": "record", "title": "Till", "columns": COLUMNS, "shown": "reviewers"},
        {"name": "drafts", "kind": "candidates", "title": "Drafts", "shown": "nobody"},
    )
    data = {
        "chat": [{"speaker": "bot", "text": "Hello"}],
        "row": {"amount": 3},
        "drafts": [{"text": "Boil.", "title": "A cookbook"}],
    }
    task = make_task_of(*fields, data=data)
    annotator = make_member(task.project, "annotator", make_user("ben"))
    task.assignments.create(project=task.project, user=annotator.user, status="submitted")
    client.force_login(annotator.user)
    page = words(client.get(f"/projects/{task.project.slug}/data/{task.pk}/talk/").content.decode())
    assert "turn 1 Help desk Hello" in page
    assert not re.search("Till|Amount|Drafts|cookbook", page)

    seen_by_managers = words(content(client, task))
    assert "Amount 3.00 EUR" in seen_by_managers
    assert "cookbook" not in seen_by_managers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"kind": "dialogue"}, lambda bad: [{"speaker": bad, "text": bad, "time": bad}]),
        ({"kind": "candidates"}, lambda bad: [{"id": bad, "text": bad, "title": bad}]),
        ({"kind": "record"}, lambda bad: {bad: bad}),
    ],
    ids=["dialogue", "candidates", "record"],
)
def test_what_is_written_in_parts_stays_text_that_cannot_turn_what_is_around_it(client, field, value):
    bad = "<script>x</script>\u202eevil"
    html = content(client, make_task_of({"name": "parts", **field}, data={"parts": value(bad)}))
    assert "<script" not in html
    holders = re.findall(r"<(\w+)([^<>]*)>[^<]*&lt;script", html)
    assert len(holders) >= 2
    assert all(tag == "bdi" or 'dir="auto"' in attributes for tag, attributes in holders)


def test_words_of_turns_can_be_quoted_by_place_but_not_where_a_page_would_change_them(client):
    field = {"name": "chat", "kind": "dialogue"}
    plain = make_task_of(field, data={"chat": [{"speaker": "a", "text": "One\nline"}, {"speaker": "b", "text": " x "}]})
    html = content(client, plain)
    assert 'data-quotable="chat"' in html
    pieces = re.findall(r"<p[^>]* data-piece[^>]*>(.*?)</p>", html, re.S)
    assert "\n".join(pieces) == plain.project.schema.fields[0].text(plain.content.data["chat"])

    changed = make_task_of(field, data={"chat": [{"speaker": "a", "text": "One\r\nline"}]})
    assert 'data-quotable=""' in content(client, changed)


def test_in_a_project_that_is_hard_to_look_at_all_parts_are_covered(client):
    task = make_task_of({"name": "chat", "kind": "dialogue"}, data={"chat": [{"speaker": "a", "text": "Hello"}]})
    Project.objects.filter(pk=task.project_id).update(is_sensitive=True)
    html = content(client, task)
    covered = re.search(r"<div[^>]* data-content.*?</div>", html, re.S)
    assert covered
    assert "turn 1 a Hello" in words(covered[0])


def test_hundreds_of_turns_cost_no_more_queries_than_one(client):
    field = {"name": "chat", "kind": "dialogue"}
    project = make_project(schema={"fields": [field], "questions": [QUESTION]})
    turn = {"speaker": "a", "text": "Hello"}
    one, many = make_tasks(project, data=[{"chat": [turn]}, {"chat": [turn] * 400}])
    client.force_login(make_member(project, "manager", make_user("ada")).user)

    def n_queries(task: Task) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/projects/{project.slug}/data/{task.pk}/")
        return len(captured)

    n_queries(one)
    assert n_queries(many) == n_queries(one)
