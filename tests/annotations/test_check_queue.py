"""The recount, and the final labels that follow when another overlap changes what is done."""

import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Annotation, FinalLabel
from annotations.work import workbench
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.models import Assignment, Membership, Task
from projects.policies import change_project
from tests.factories import make_member, make_project, make_tasks

pytestmark = pytest.mark.django_db


def answer(member, task, value):
    workbench.next_work(member, [])
    submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": value})
    return workbench.submit_annotation(member.user, task.pk, submission)[0]


def check(*options):
    out = StringIO()
    call_command("check_queue", *options, stdout=out)
    return out.getvalue()


def set_overlap(project, overlap):
    admin = project.memberships.filter(role="admin").first() or make_member(project, "admin")
    change_project(Membership.objects.select_related("project").get(pk=admin.pk), {"overlap": overlap})
    run_job(Job.objects.latest("pk").pk)


def test_a_healthy_project_shows_no_difference(ben):
    (task,) = make_tasks(ben.project, 1)
    answer(ben, task, "sports")
    assert "no differences" in check()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda task: Task.objects.update(stage="annotate"), "stage is annotate, should be done"),
        (lambda task: Task.objects.update(stage="annotate", open_slots=1), "open slots is 1, should be 0"),
        (lambda task: FinalLabel.objects.all().delete(), "final labels is none, should be topic=sports (single of 1)"),
        (lambda task: FinalLabel.objects.update(value="music", value_text="music"), "is topic=music"),
        (lambda task: FinalLabel.objects.update(derived_from=[]), "final labels is topic=sports (single of 0)"),
    ],
)
def test_each_spoiled_value_is_reported_and_put_right(ben, spoil, told):
    (task,) = make_tasks(ben.project, 1)
    answer(ben, task, "sports")
    spoil(task)
    with pytest.raises(CommandError, match="left"):
        check("--project", ben.project.slug)
    report = check("--fix")
    assert told in report
    assert "fixed" in report
    assert "no differences" in check()
    assert FinalLabel.objects.get().value == "sports"


def test_an_answer_without_its_assignment_is_reported_and_left_to_people(ben):
    (task,) = make_tasks(ben.project, 1)
    answer(ben, task, "sports")
    Annotation.objects.update(status="draft")
    FinalLabel.objects.all().delete()
    with pytest.raises(CommandError, match="1 left"):
        check("--fix")
    Annotation.objects.update(status="submitted")
    Assignment.objects.update(status="working")
    with pytest.raises(CommandError):
        check("--fix")


def test_another_project_is_not_looked_at(ben):
    make_tasks(ben.project, 1)
    Task.objects.update(open_slots=0)
    other = make_project("Other")
    assert check("--project", other.slug) == f"{other.slug}: no differences\n"
    with pytest.raises(CommandError, match="no project"):
        check("--project", "nowhere")


def test_a_higher_overlap_takes_labels_back_until_enough_people_agree(ben):
    (task,) = make_tasks(ben.project, 1)
    answer(ben, task, "sports")
    set_overlap(ben.project, 2)
    assert not FinalLabel.objects.exists()
    assert (Task.objects.get().stage, Task.objects.get().open_slots) == ("annotate", 1)
    answer(make_member(Membership.objects.get(pk=ben.pk).project, "annotator"), task, "sports")
    assert (FinalLabel.objects.get().method, FinalLabel.objects.get().confidence) == ("consensus", 1.0)


def test_a_lower_overlap_concludes_what_has_answers_enough():
    project = make_project(overlap=2)
    (task,) = make_tasks(project, 1)
    answer(make_member(project, "annotator"), task, "sports")
    assert not FinalLabel.objects.exists()
    set_overlap(project, 1)
    assert FinalLabel.objects.get().value == "sports"
    assert Task.objects.get().stage == "done"
    assert "no differences" in check()
