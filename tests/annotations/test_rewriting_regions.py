"""Options of questions about each span change together with what was answered about spans."""

import pytest

from annotations.models import Annotation, FinalLabel
from labelplatform.jobs.running import run_job
from labelplatform.refusals import Conflict
from projects.models import Project, Stage, Task
from projects.schema_change.schema_changes import change_schema, read_plan, revert_change
from projects.schema_change.schema_counts import preview_plan
from tests.annotations.test_rewriting import change, say
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db

ASKED = [
    {"name": "role", "kind": "choice", "options": ["buyer", "seller", "other"]},
    {"name": "tone", "kind": "choices", "required": False, "options": ["warm", "cold"]},
]
SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [{"name": "who", "kind": "spans", "options": ["person", "org"], "questions": ASKED}],
}
MERGE = {"kind": "merge_options", "question": "who.role", "values": ["seller"], "into": "buyer"}


@pytest.fixture
def members():
    project = make_project(schema=SCHEMA)
    return make_member(project, "admin"), make_member(project, "annotator")


def spans(*roles, **more):
    return [
        {
            "id": f"e{number}",
            "label": "person",
            "parts": [{"start": number, "end": number + 1}],
            "answers": {"role": role, **more},
        }
        for number, role in enumerate(roles)
    ]


def said(project, question="role"):
    rows = Annotation.objects.filter(project=project).order_by("task_id")
    return [[span["answers"].get(question) for span in row.answers["who"]] for row in rows]


def labeled(project, question="role"):
    rows = FinalLabel.objects.filter(project=project).order_by("task_id")
    return [[span["answers"].get(question) for span in row.value] for row in rows]


def test_a_rename_a_merge_and_its_way_back_reach_answers_and_labels_about_spans(members):
    ada, ben = members
    one, two = make_tasks(ada.project, 2)
    say(ben, one, spans("buyer", "seller"), name="who")
    say(ben, two, spans("other", tone=["cold"]), name="who")
    plan = read_plan(ada.project, [MERGE])
    assert [(one.what, one.count) for one in preview_plan(ada, plan).touched][:3] == [
        ("answers", 1),
        ("tasks", 1),
        ("final labels", 1),
    ]
    change(ada, MERGE, {"kind": "rename_option", "question": "who.tone", "value": "cold", "to": "cool"})
    assert said(ada.project) == labeled(ada.project) == [["buyer", "buyer"], ["other"]]
    assert said(ada.project, "tone")[1] == [["cool"]]
    run_job(revert_change(ada, 2)[1].pk)
    assert said(ada.project) == labeled(ada.project) == [["buyer", "seller"], ["other"]]
    assert said(ada.project, "tone")[1] == [["cold"]]


def test_an_answer_given_under_the_older_version_is_put_into_todays_words(members):
    ada, ben = members
    (task,) = make_tasks(ada.project, 1)
    change(ada, MERGE)
    say(ben, task, spans("seller"), name="who", schema=1)
    assert said(ada.project) == [["buyer"]]


def test_a_split_sends_finished_tasks_with_such_a_span_to_review(members):
    ada, ben = members
    one, two = make_tasks(ada.project, 2)
    say(ben, one, spans("buyer"), name="who")
    say(ben, two, spans("other"), name="who")
    change(ada, {"kind": "split_option", "question": "who.role", "value": "other", "into": ["agent", "witness"]})
    assert list(Task.objects.order_by("pk").values_list("stage", flat=True)) == [Stage.DONE, Stage.REVIEW]


def test_options_about_spans_are_added_and_retired_but_never_removed_with_answers(members):
    ada, ben = members
    (task,) = make_tasks(ada.project, 1)
    say(ben, task, spans("seller"), name="who")

    def with_roles(*options):
        asked = [{**ASKED[0], "options": list(options)}, ASKED[1]]
        return {**SCHEMA, "questions": [{**SCHEMA["questions"][0], "questions": asked}]}

    change_schema(ada, with_roles("buyer", "seller", "other", "agent"))
    with pytest.raises(Conflict, match="1 answers and 1 final labels"):
        change_schema(ada, with_roles("buyer", "other", "agent"))
    change(ada, {"kind": "retire_option", "question": "who.role", "value": "seller"})
    asked = Project.objects.get(pk=ada.project_id).schema.questions[0].questions[0]
    assert asked.open_values == ("buyer", "other", "agent")
    assert labeled(ada.project) == [["seller"]]


def test_the_page_offers_the_options_about_spans_under_both_names(client, members):
    ada, _ = members
    client.force_login(ada.user)
    page = client.get(f"/projects/{ada.project.slug}/settings/schema/changes/").content.decode()
    assert "who › role" in page
    assert "[&quot;who.role&quot;, &quot;seller&quot;]" in page
