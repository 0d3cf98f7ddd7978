"""Options and questions that change while people label: their answers follow, and what they said is kept."""

import uuid
from copy import deepcopy
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.conclusions.recount import recount_project
from annotations.exporting.exports import start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.models import Annotation, AnnotationRevision, FinalLabel, Review
from annotations.reviewing.review_requests import reopen_task
from annotations.schema_change.rewriting import rewrite_answers
from annotations.work.workbench import Submission, submit_annotation
from labelplatform import export_files
from labelplatform.events.models import Event
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import JobRun, cancel_job, run_job
from labelplatform.refusals import Conflict, Refusal
from projects.models import Assignment, Project, Stage
from projects.schema_change.schema_changes import change_schema, change_with_answers, resume_rewriting, revert_change
from tests.factories import TOPIC_SCHEMA, make_guideline, make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db

RENAME = {"kind": "rename_option", "question": "topic", "value": "music", "to": "arts"}
MERGE = {"kind": "merge_options", "question": "topic", "values": ["music"], "into": "politics"}
SPLIT = {"kind": "split_option", "question": "topic", "value": "music", "into": ["pop", "opera"]}


def say(member, task, value, *, schema=0, name="topic", version=0):
    expires_at = timezone.now() + timedelta(hours=1)
    Assignment.objects.get_or_create(
        task=task, user=member.user, defaults={"project": task.project, "lease_expires_at": expires_at}
    )
    submission = Submission(key=uuid.uuid4(), answers={name: value}, schema_number=schema, version=version)
    return submit_annotation(member.user, task.pk, submission)[0]


def change(member, *operations):
    """Put operations in force and let the job run."""
    version, job = change_with_answers(member, list(operations))
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return version, job


def answers(project):
    return [row.answers for row in Annotation.objects.filter(project=project).order_by("task_id")]


def stages(tasks):
    for task in tasks:
        task.refresh_from_db()
    return [task.stage for task in tasks]


def labels(project):
    rows = FinalLabel.objects.filter(project=project).order_by("task_id")
    return [(row.question, row.value, row.value_text) for row in rows]


@pytest.fixture
def said(project, ben):
    """Three tasks, answered sports, music and politics."""
    tasks = make_tasks(project, 3)
    for task, value in zip(tasks, ("sports", "music", "politics"), strict=True):
        say(ben, task, value)
    return tasks


def test_a_renamed_option_takes_answers_and_labels_along_and_keeps_what_was_said(project, ada, said):
    version, job = change(ada, RENAME)
    assert answers(project) == [{"topic": "sports"}, {"topic": "arts"}, {"topic": "politics"}]
    assert labels(project)[1] == ("topic", "arts", "arts")
    rewritten = Annotation.objects.get(answers={"topic": "arts"})
    revision = AnnotationRevision.objects.get()
    assert (revision.kind, revision.answers, revision.schema_version.number) == ("rewritten", {"topic": "music"}, 1)
    assert (rewritten.schema_version, rewritten.version, job.message) == (version, 1, "1 answers rewritten.")
    assert Event.objects.get(verb="changed the schema of").after["operations"] == [RENAME]


def test_a_change_is_taken_back_exactly(project, ada, said):
    before = project.schema.definition(), answers(project), labels(project)
    change(ada, MERGE)
    assert answers(project)[1:] == [{"topic": "politics"}, {"topic": "politics"}]
    version, job = revert_change(ada, 2)
    run_job(job.pk)
    project = Project.objects.select_related("schema_version").get(pk=project.pk)
    assert (project.schema.definition(), answers(project), labels(project)) == before
    assert (version.number, version.reverts.number) == (3, 2)


def test_an_answer_changed_since_a_merge_keeps_its_new_value_when_that_is_taken_back(project, ada, ben, said):
    change(ada, MERGE)
    say(ben, said[1], "sports", schema=2, version=1)
    run_job(revert_change(ada, 2)[1].pk)
    assert answers(project)[1] == {"topic": "sports"}


def test_only_the_newest_change_can_be_taken_back_then_the_one_before_it(project, ada, said):
    change(ada, RENAME)
    change(ada, {**MERGE, "values": ["arts"]})
    with pytest.raises(Conflict, match="Version 3 comes first"):
        revert_change(ada, 2)
    for number in (3, 2):
        run_job(revert_change(ada, number)[1].pk)
    assert answers(project)[1] == {"topic": "music"}
    with pytest.raises(Conflict, match="None is left"):
        revert_change(ada, 2)


def test_two_options_can_swap_their_names(project, ada, said):
    swap = [("music", "x"), ("sports", "music"), ("x", "sports")]
    change(ada, *({**RENAME, "value": old, "to": new} for old, new in swap))
    assert answers(project) == [{"topic": "music"}, {"topic": "sports"}, {"topic": "politics"}]


def test_answers_given_while_the_job_still_runs_are_not_rewritten_again(project, ada, ben, said):
    more = make_tasks(project, 1)[0]
    _, first = change_with_answers(ada, [RENAME])
    say(ben, more, "sports")
    _, second = change_with_answers(ada, [{**RENAME, "value": "sports", "to": "music"}])
    run_job(second.pk)
    run_job(first.pk)
    assert answers(project) == [{"topic": "music"}, {"topic": "arts"}, {"topic": "politics"}, {"topic": "music"}]


def test_a_conclusion_drawn_before_the_job_came_by_is_in_todays_words(ada):
    project = make_project(overlap=2)
    ada = make_member(project, "admin", ada.user)
    members = [make_member(project, "annotator", make_user(name)) for name in ("ben", "chloe")]
    task = make_tasks(project, 1)[0]
    say(members[0], task, "music")
    change_with_answers(ada, [RENAME])
    say(members[1], task, "arts")
    assert labels(project) == [("topic", "arts", "arts")]


def test_a_cancelled_job_goes_on_where_it_is_started_again(project, ada, said, monkeypatch):
    monkeypatch.setattr("annotations.schema_change.rewriting._BATCH", 1)
    version, job = change_with_answers(ada, [RENAME])
    job.state, job.run_token = JobState.RUNNING, uuid.uuid4()
    job.save()
    run = JobRun(job)
    monkeypatch.setattr(run, "time_is_up", lambda: run.cursor.get("last_id") == said[0].pk)
    rewrite_answers(run)
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    cancel_job(Job.objects.get(pk=job.pk))
    assert answers(project)[1] == {"topic": "music"}
    run_job(resume_rewriting(ada, version).pk)
    assert answers(project)[1] == {"topic": "arts"}
    assert AnnotationRevision.objects.count() == 1


def test_a_split_option_sends_its_finished_tasks_to_review_once(api, project, ada, rae, said):
    version, job = change(ada, SPLIT)
    stages = [task.stage for task in project.tasks.order_by("pk")]
    assert stages == [Stage.DONE, Stage.REVIEW, Stage.DONE]
    assert answers(project)[1] == {"topic": "music"}
    assert job.message == "0 answers rewritten. 1 tasks wait for review."
    with pytest.raises(Refusal, match="do not fit"):
        say(rae, make_tasks(project, 1)[0], "music", schema=2)
    task = said[1]
    api(rae.user).send(f"projects/{project.slug}/reviews/next/", {"holding": []})
    fixed = {"decision": "fix", "answers": {"topic": "opera"}, "reason": "Wrong option"}
    api(rae.user).send(f"tasks/{task.pk}/reviews/", {"key": str(uuid.uuid4()), **fixed})
    assert labels(project)[1] == ("topic", "opera", "opera")
    run_job(resume_rewriting(ada, version).pk)
    task.refresh_from_db()
    assert task.stage == Stage.DONE
    run_job(revert_change(ada, 2)[1].pk)
    review = Review.objects.get()
    assert (review.answers, review.former[0]["answers"]) == ({"topic": "music"}, {"topic": "opera"})
    assert labels(project)[1] == ("topic", "music", "music")


def test_a_split_that_is_taken_back_finishes_again_what_waits_for_review_because_of_it(
    api, project, ada, rae, ben, said
):
    reviewed, by_hand = make_tasks(project, 2)
    for task in (reviewed, by_hand):
        say(ben, task, "music")
        reopen_task(ada, task, reason="Once more")
    api(rae.user).send(f"projects/{project.slug}/reviews/next/", {"holding": [by_hand.pk]})
    api(rae.user).send(f"tasks/{reviewed.pk}/reviews/", {"key": str(uuid.uuid4()), "decision": "accept"})
    tasks, before = [said[1], reviewed, by_hand], labels(project)
    assert stages(tasks) == [Stage.DONE, Stage.DONE, Stage.REVIEW]
    change(ada, SPLIT)
    assert stages(tasks) == [Stage.REVIEW] * 3
    assert len(labels(project)) == len(before) - 2
    api(rae.user).send(f"projects/{project.slug}/reviews/next/", {"holding": []})  # somebody has begun with one
    job = revert_change(ada, 2)[1]
    run_job(job.pk)
    job.refresh_from_db()
    assert job.message == "0 answers rewritten. 2 tasks wait for review no more."
    assert stages(tasks) == [Stage.DONE, Stage.DONE, Stage.REVIEW]
    assert labels(project) == before
    assert Review.objects.get(task=reviewed).is_current
    assert FinalLabel.objects.get(task=reviewed).method == "review"
    assert list(recount_project(project)) == []


def test_a_renamed_question_takes_answers_labels_and_suggestions_along(project, ada, ben, said):
    held = make_tasks(project, 1)[0]
    suggested = {"topic": {"value": "music", "confidence": 0.9}}
    expires_at = timezone.now() + timedelta(hours=1)
    Assignment.objects.create(
        task=held, project=project, user=ben.user, lease_expires_at=expires_at, suggestions=suggested
    )
    change(ada, {"kind": "rename_question", "question": "topic", "to": "subject"})
    assert answers(project)[0] == {"subject": "sports"}
    assert labels(project)[0] == ("subject", "sports", "sports")
    assert Assignment.objects.get(task=held).suggestions == {"subject": suggested["topic"]}


def test_review_policy_and_guidelines_follow_a_renamed_option(project, ada):
    Project.objects.filter(pk=project.pk).update(review_options=["music", "sports"])
    guideline = make_guideline(project, options_touched={"topic": ["music"]})
    change(ada, RENAME)
    project.refresh_from_db()
    guideline.refresh_from_db()
    assert (project.review_options, guideline.options_touched) == (["arts", "sports"], {"topic": ["arts"]})


def test_an_answer_to_the_older_schema_is_put_into_todays_words(project, ada, ben):
    task = make_tasks(project, 1)[0]
    change(ada, RENAME)
    assert say(ben, task, "music", schema=1).answers == {"topic": "arts"}


def test_an_answer_that_has_no_place_any_more_is_kept_beside_a_draft(api, project, ada, ben):
    task = make_tasks(project, 1)[0]
    work = api(ben.user).next_task(project)
    change(ada, {"kind": "retire_option", "question": "topic", "value": "music"})
    number = work["schema"]["number"]
    for _ in range(2):  # a repeated call keeps it once
        answer = api(ben.user).answer(task.pk, {"topic": "music"}, key=str(uuid.UUID(int=7)), schema_number=number)
        assert answer.status_code == 409
    assert "is retired" in answer.json()["errors"][0]["message"]
    annotation = Annotation.objects.get()
    assert (annotation.status, annotation.answers) == ("draft", {})
    revision = annotation.revisions.get()
    assert (revision.kind, revision.answers, revision.schema_version.number) == ("conflict", {"topic": "music"}, 1)
    assert api(ben.user).answer(task.pk, {"topic": "sports"}, schema_number=2).status_code == 201


def test_a_draft_keeps_what_still_fits(api, project, ada, ben):
    task = make_tasks(project, 1)[0]
    api(ben.user).next_task(project)
    added = {"kind": "add_question", "asked": {"name": "mood", "kind": "rating"}}
    change(ada, added, {"kind": "retire_option", "question": "topic", "value": "music"})
    drafted = api(ben.user).answer(task.pk, {"topic": "music"}, submit=False, schema_number=1)
    assert drafted.json()["annotation"]["answers"] == {}
    kept = api(ben.user).answer(task.pk, {"topic": "sports", "mood": 3}, submit=False, schema_number=2)
    assert kept.json()["annotation"]["answers"] == {"topic": "sports", "mood": 3}


def test_a_question_with_answers_is_not_removed_and_one_without_is(project, ada, said):
    add = {"kind": "add_question", "asked": {"name": "mood", "kind": "rating", "required": False}}
    change(ada, add)
    with pytest.raises(Conflict, match="3 answers and 3 final labels"):
        change_with_answers(ada, [{"kind": "remove_question", "question": "topic"}])
    run_job(revert_change(ada, 2)[1].pk)
    assert Project.objects.get(pk=project.pk).schema_version.number == 3


@pytest.mark.parametrize(
    ("question", "given", "lost"),
    [
        ({"kind": "choices", "options": ["a", "b", "c"]}, ["a", "c"], "c"),
        (
            {"kind": "spans", "options": ["a", "b", "c"]},
            [{"id": "e1", "label": "c", "parts": [{"start": 0, "end": 4}]}],
            "c",
        ),
        ({"kind": "taxonomy", "options": [{"value": "g", "children": ["a", "c"]}, "b"]}, "c", "c"),
        ({"kind": "choice", "options": ["1", "true", "null"]}, "null", "null"),
    ],
)
def test_a_value_in_a_list_or_an_object_is_counted_before_it_is_removed(db, question, given, lost):
    schema = {**TOPIC_SCHEMA, "questions": [{"name": "q", **question}]}
    project = make_project(schema=schema)
    ada, ben = make_member(project, "admin"), make_member(project, "annotator")
    say(ben, make_tasks(project, 1)[0], given, name="q")
    smaller = deepcopy(project.schema.definition())
    options = smaller["questions"][0]["options"]
    parts = options[0].get("children", options)
    parts[:] = [option for option in parts if option["value"] != lost]
    with pytest.raises(Conflict, match="1 answers and 1 final labels"):
        change_schema(ada, smaller)


def exported(member, schema):
    job, _ = start_export(member, format_name="jsonl", chosen=Filter(), schema=schema)
    run_job(job.pk)
    with export_files.open_export(job.params["stored_name"]) as file:
        return file.read().decode()


def test_an_export_speaks_the_words_of_either_version(project, ada, said):
    change(ada, RENAME, {"kind": "rename_question", "question": "topic", "to": "subject"})
    now, then = exported(ada, 0), exported(ada, 1)
    assert '"subject":{"value":"arts"' in now
    assert '"topic":{"value":"music"' in then
    with pytest.raises(Refusal, match="no schema version 9"):
        start_export(ada, format_name="jsonl", chosen=Filter(), schema=9)


def test_a_plan_made_on_an_older_version_is_refused(project, ada):
    change(ada, RENAME)
    with pytest.raises(Conflict, match="version 2 is in force"):
        change_with_answers(ada, [MERGE], number=1)
