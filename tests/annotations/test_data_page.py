"""The Data page over HTTP: what it lists, how it is narrowed, sorted and paged, and for whom."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.talk.comments import add_comment, resolve_comment
from annotations.work.workbench import Submission, submit_annotation
from projects.models import Assignment, ImportRun, Task
from projects.schema_change.schema_changes import change_schema
from tests.factories import make_member, make_project, make_task, make_tasks, make_user

pytestmark = pytest.mark.django_db

TOPICS = "label.topic"


def url(project, query=""):
    return f"/projects/{project.slug}/data/{query}"


def listed(client, project, query="", **headers) -> list[str]:
    page = client.get(url(project, query), **headers)
    assert page.status_code == 200, page
    return re.findall(r'class="data-id"[^>]*>([^<]*)<', page.content.decode())


def link(page, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', page.content.decode())
    return unescape(found[1]) if found else ""


def answer(member, task, value):
    expires_at = timezone.now() + timedelta(minutes=5)
    Assignment.objects.create(task=task, project=task.project, user=member.user, lease_expires_at=expires_at)
    submission = Submission(key=uuid.uuid4(), answers={"topic": value}, schema_number=1, active_seconds=3.0)
    return submit_annotation(member.user, task.pk, submission)[0]


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada.user)
    return client


def test_tasks_stand_in_the_order_of_their_import_each_with_its_text(as_ada, project):
    tasks = make_tasks(project, texts=["how <b>bold</b>", "second"])
    page = as_ada.get(url(project)).content.decode()
    assert listed(as_ada, project) == [task.external_id for task in tasks]
    assert "how &lt;b&gt;bold&lt;/b&gt;" in page
    assert "<strong>2</strong> tasks" in page


def test_an_empty_project_teaches_how_to_fill_it(as_ada, project):
    assert "No tasks yet" in as_ada.get(url(project)).content.decode()


def test_filters_narrow_together_and_each_can_be_taken_away(as_ada, project, ben, rae):
    one, two, three = make_tasks(project, texts=["red apple", "green apple", "red pear"])
    answer(ben, one, "sports")
    answer(rae, two, "music")
    add_comment(rae, three, key=uuid.uuid4(), kind="flag", text="odd")
    assert listed(as_ada, project, "?stage=done") == [one.external_id, two.external_id]
    assert listed(as_ada, project, "?stage=done&search=red") == [one.external_id]
    assert listed(as_ada, project, f"?{TOPICS}=music") == [two.external_id]
    assert listed(as_ada, project, f"?{TOPICS}=-") == [three.external_id]
    assert listed(as_ada, project, f"?by={ben.user_id}") == [one.external_id]
    assert listed(as_ada, project, "?open=flag") == [three.external_id]
    assert listed(as_ada, project, "?open=comment") == []
    page = as_ada.get(url(project, "?stage=done&search=red")).content.decode()
    assert 'href="?search=red"' in page
    assert 'href="?stage=done"' in page
    assert "<mark>red</mark> apple" in page


def test_a_resolved_flag_is_no_longer_listed(as_ada, project, ben):
    task = make_task(project)
    answer(ben, task, "sports")
    comment, _ = add_comment(ben, task, key=uuid.uuid4(), kind="flag", text="")
    assert listed(as_ada, project, "?open=flag") == [task.external_id]
    resolve_comment(ben, comment)
    assert listed(as_ada, project, "?open=flag") == []


def test_an_import_and_a_lane_can_be_listed_alone(as_ada, project, eve):
    run = ImportRun.objects.create(project=project, stored_name="x", format="csv", original_name="one.csv")
    hers = ImportRun.objects.create(project=eve.project, stored_name="y", format="csv")
    make_tasks(project, 2)
    held = make_task(project, import_run=run, lane="holdout")
    assert listed(as_ada, project, f"?import={run.pk}") == [held.external_id]
    assert listed(as_ada, project, "?lane=holdout") == [held.external_id]
    assert f"There is no “{hers.pk}”" in as_ada.get(url(project, f"?import={hers.pk}")).content.decode()


def test_pages_follow_each_other_and_the_last_one_leads_back(as_ada, project):
    ids = [task.external_id for task in make_tasks(project, 120)]
    seen, page = [], as_ada.get(url(project))
    assert not link(page, "prev")
    while True:
        seen += re.findall(r'class="data-id"[^>]*>([^<]*)<', page.content.decode())
        if not link(page, "next"):
            break
        page = as_ada.get(url(project, link(page, "next")))
    assert seen == ids
    before = as_ada.get(url(project, link(page, "prev")))
    assert re.findall(r'class="data-id"[^>]*>([^<]*)<', before.content.decode()) == ids[50:100]
    assert listed(as_ada, project, "?at=end") == ids[70:]


def test_sorting_by_id_and_backwards(as_ada, project):
    for external_id in ("b-2", "a-10", "a-9"):
        make_task(project, external_id=external_id)
    assert listed(as_ada, project, "?order=id") == ["a-10", "a-9", "b-2"]
    assert listed(as_ada, project, "?order=id-back") == ["b-2", "a-9", "a-10"]
    assert listed(as_ada, project, "?order=last") == ["a-9", "a-10", "b-2"]
    assert listed(as_ada, project, "?order=id&stage=annotate&after=a-10") == ["a-9", "b-2"]


def test_the_list_can_begin_at_an_id_and_says_when_there_is_none(as_ada, project):
    for external_id in ("a-1", "a-3", "a-5"):
        make_task(project, external_id=external_id)
    assert listed(as_ada, project, "?from=a-3") == ["a-3", "a-5"]
    page = as_ada.get(url(project, "?from=a-2")).content.decode()
    assert "There is no task a-2. The next by ID is a-3" in page
    assert "There is no task with an ID of b" in as_ada.get(url(project, "?from=b")).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?stage=nonsense",
        "?import=1;drop",
        "?by=ada",
        "?open=x",
        "?lane=base",
        "?after=x",
        "?before=-1",
        "?after=99999999999999999999",
        "?order=author__password",
        "?search=%00",
        "?search=%22",
        "?search=*",
        "?search=AND%20NEAR(%20-",
        "?project__memberships__user__password=x",
        "?from=%00",
        f"?{TOPICS}=no-such",
    ],
)
def test_addresses_that_mean_nothing_harm_nothing(as_ada, project, query):
    make_tasks(project, 2)
    assert as_ada.get(url(project, query)).status_code == 200


def test_a_filter_that_cannot_be_meant_is_left_out_and_said(as_ada, project):
    make_task(project)
    page = as_ada.get(url(project, "?stage=nonsense")).content.decode()
    assert "There is no “nonsense” to filter by stage" in page
    assert "data-id" in page


def test_what_was_concluded_by_whom_and_what_is_open_stands_in_its_columns(as_ada, project, ben):
    task = make_task(project)
    answer(ben, task, "sports")
    add_comment(ben, task, key=uuid.uuid4(), kind="flag", text="")
    page = as_ada.get(url(project)).content.decode()
    cells = dict(re.findall(r'<td data-name="([^"]*)">(.*?)</td>', page))
    assert "sports" in cells["Label"]
    assert ben.user.display_name in cells["Answered by"]
    assert "#icon-flag" in cells["Remarks"]
    assert "Done" in cells["Stage"]


def test_htmx_gets_the_list_alone_and_caches_must_tell_the_two_apart(as_ada, project):
    make_task(project)
    part = as_ada.get(url(project), HTTP_HX_REQUEST="true")
    assert "<html" not in part.content.decode()
    assert part.content.decode().lstrip().startswith("<data-grid")
    assert "HX-Request" in part["Vary"]
    whole = as_ada.get(url(project), HTTP_HX_REQUEST="true", HTTP_HX_HISTORY_RESTORE_REQUEST="true")
    assert "<html" in whole.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(as_ada, project, ben):
    counts = []
    for total in (10, 50):
        for task in make_tasks(project, total - Task.objects.filter(project=project).count()):
            answer(ben, task, "sports")
            add_comment(ben, task, key=uuid.uuid4(), kind="comment", text="hm")
        for query in ("?stage=done&search=text", "?order=id"):
            as_ada.get(url(project, query))
            with CaptureQueriesContext(connection) as queries:
                assert len(listed(as_ada, project, query)) == total
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 20


def test_two_questions_have_a_filter_and_a_column_each(as_ada, project, ada):
    definition = project.schema.definition()
    definition["questions"].append(
        {"name": "tone", "kind": "choice", "required": False, "options": ["calm", "angry"], "title": "Which tone?"}
    )
    change_schema(ada, definition)
    make_task(project)
    page = as_ada.get(url(project)).content.decode()
    assert 'data-name="Tone"' in page
    assert 'data-name="Topic"' in page
    assert "label.tone=angry" in page


def test_who_may_not_browse_sees_none_of_it(client, project, ben, eve):
    make_task(project, external_id="secret-1")
    client.force_login(ben.user)
    assert client.get(url(project)).status_code == 403
    client.force_login(eve.user)
    assert client.get(url(project)).status_code == 404
    viewer = make_member(project, "viewer", make_user("vic"))
    client.force_login(viewer.user)
    assert listed(client, project) == ["secret-1"]


def test_a_search_never_finds_another_projects_tasks(as_ada, project):
    make_task(make_project("Other"), text="needle")
    ours = make_task(project, text="a needle")
    assert listed(as_ada, project, "?search=needle") == [ours.external_id]


def test_the_bulk_bar_sends_what_is_finished_to_review_and_says_what_was_passed_over(as_ada, project, ben):
    done, open_ = make_tasks(project, 2)
    answer(ben, done, "sports")
    page = as_ada.get(url(project)).content.decode()
    assert re.findall(r'name="act" value="[^"]*">([^<]*) …<', page) == [
        "Assign",
        "Take back",
        "Put first",
        "Put back in line",
        "Set skill",
        "Set overlap",
        "Send to review",
        "Use as gold",
    ]
    chosen = {"act": "review", "task": [done.pk, open_.pk]}
    bulk = re.search(r'id="bulk" method="get" action="([^"]*)"', page)[1]
    assert "Send to review" in as_ada.get(bulk, chosen).content.decode()
    refused = as_ada.post(bulk, {**chosen, "reason": ""})
    assert refused.status_code == 422
    assert Task.objects.get(pk=done.pk).stage == "done"
    page = as_ada.post(bulk, {**chosen, "reason": "The rule has changed"}, follow=True).content.decode()
    assert "1 task changed, 1 are not done" in page
    assert Task.objects.get(pk=done.pk).stage == "review"


def test_a_task_is_found_by_each_of_several_values_of_its_label(as_ada, ada):
    options = [{"value": "sports"}, {"value": "politics"}, {"value": "music"}]
    questions = [
        {"name": "topics", "kind": "choices", "options": options},
        {
            "name": "thing",
            "kind": "taxonomy",
            "options": [{"value": "food", "children": [{"value": "apple"}]}, "tools"],
        },
    ]
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": questions})
    member = make_member(project, "admin", ada.user)
    both, one = make_tasks(project, 2)
    for task, topics, thing in ((both, ["sports", "music"], "apple"), (one, ["sports"], "tools")):
        expires_at = timezone.now() + timedelta(minutes=5)
        Assignment.objects.create(task=task, project=project, user=ada.user, lease_expires_at=expires_at)
        given = {"topics": topics, "thing": thing}
        submit_annotation(member.user, task.pk, Submission(key=uuid.uuid4(), answers=given, schema_number=1))
    assert listed(as_ada, project, "?label.topics=sports") == [both.external_id, one.external_id]
    assert listed(as_ada, project, "?label.topics=music") == [both.external_id]
    assert listed(as_ada, project, "?label.topics=politics") == []
    assert listed(as_ada, project, "?label.thing=food") == [both.external_id], "what lies below a group is in it"
