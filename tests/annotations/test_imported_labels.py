import json
import uuid
from io import StringIO

import pytest
from django.core.management import call_command

from annotations.models import Annotation, FinalLabel, GoldAnswer
from annotations.signals import final_label_recorded
from labelplatform import roles, uploads
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from models_app.models import Prediction, PredictionSource
from projects.importing import job as import_job
from projects.importing.preview import Wishes
from projects.importing.runs import import_file
from projects.models import Assignment, ImportRun, Project, Task, TaskContent
from tests.factories import TOPIC_SCHEMA, make_member, make_project, make_task, make_user, retire_option
from tests.projects.importing.importing import counts, finish, import_bytes

pytestmark = pytest.mark.django_db

TABLE = b"id,text,topic\n1,they won,sports\n2,a vote,Politics\n3,a song,\n4,a chess game,chess\n"


class WorkerDied(BaseException):
    """Not even an error that the job could catch."""


def labels(project):
    rows = FinalLabel.objects.filter(project=project).order_by("task__external_id", "question")
    return {(row.task.external_id, row.question): row.value for row in rows.select_related("task")}


def answers(project):
    rows = Annotation.objects.filter(project=project, status="submitted").select_related("task", "author")
    return sorted((row.task.external_id, row.author.name, tuple(row.answers.items())) for row in rows)


def reasons(run):
    return list(run.rejections.order_by("id").values_list("line", "reason"))


def n_differences():
    out = StringIO()
    call_command("check_queue", stdout=out)
    return sum("should be" in line for line in out.getvalue().splitlines())


def imported(member, content, name="tasks.csv", **options):
    return import_bytes(member, content, name, **{"labels": "answers", **options})


def test_a_column_of_labels_becomes_answers_and_final_labels(ada):
    run = imported(ada, TABLE)
    assert (run.job.state, counts(run), run.labeled_count) == ("done", (3, 0, 0, 1), 2)
    assert run.job.message == "3 created, 1 rejected, 2 labeled"
    assert answers(ada.project) == [("1", "ada", (("topic", "sports"),)), ("2", "ada", (("topic", "politics"),))]
    assert labels(ada.project) == {("1", "topic"): "sports", ("2", "topic"): "politics"}
    assert dict(Task.objects.values_list("external_id", "stage")) == {"1": "done", "2": "done", "3": "annotate"}
    assert reasons(run) == [
        (5, "“answers.topic” 'chess' is no option; options are: sports, politics, music."),
    ]
    assert not TaskContent.objects.exclude(metadata={}).exists(), "a label is no metadata as well"
    assert Assignment.objects.filter(source="import", status="submitted").count() == 2
    assert n_differences() == 0


def test_without_being_asked_an_import_takes_no_column_for_labels(ada):
    import_bytes(ada, b"id,text,topic\n1,they won,sports\n")
    assert not Annotation.objects.exists()
    assert TaskContent.objects.get().metadata == {"topic": "sports"}


def test_a_mapping_that_names_a_question_is_asking(ada):
    mapping = {"id": "external_id", "text": "data.text", "what": "answers.topic"}
    run = import_bytes(ada, b"id,text,what\n1,they won,sports\n", mapping=mapping)
    assert (run.options["labels"], labels(ada.project)) == ("answers", {("1", "topic"): "sports"})


def test_the_author_is_the_member_whose_address_a_row_names_else_who_imports(ada, ben):
    eve = make_user("eve")
    make_member(ada.project, "viewer", vic := make_user("vic"))
    content = (
        f"id,text,label,annotator\n1,a,sports,{ben.user.email.upper()}\n2,b,music,{eve.email}\n3,c,music,\n"
        f"4,d,music,{vic.email}\n"
    )
    imported(ada, content.encode())
    assert [(name, who) for name, who, _ in answers(ada.project)] == [
        ("1", "ben"), ("2", "ada"), ("3", "ada"), ("4", "ada"),
    ]  # fmt: skip


def test_rows_of_several_people_about_a_task_are_opinions_that_make_a_consensus(ada, ben, rae):
    Project.objects.filter(pk=ada.project_id).update(overlap=2)
    ada.project.refresh_from_db()
    people = [f"{name},one text,{value},{who.user.email}" for name, value, who in [
        ("1", "sports", ben), ("1", "sports", rae), ("2", "sports", ben), ("3", "music", ben), ("3", "sports", rae),
    ]]  # fmt: skip
    rows = [row.replace("one text", f"text {row[0]}") for row in people]
    imported(ada, "\n".join(["id,text,label,annotator", *rows]).encode())
    assert labels(ada.project) == {("1", "topic"): "sports"}
    open_slots = dict(Task.objects.values_list("external_id", "open_slots"))
    stages = dict(Task.objects.values_list("external_id", "stage"))
    assert (stages, open_slots) == ({"1": "done", "2": "annotate", "3": "done"}, {"1": 0, "2": 1, "3": 0})
    assert n_differences() == 0


def test_the_same_file_again_doubles_no_label_whoever_imports_it(ada, rae):
    imported(ada, TABLE)
    before = list(Annotation.objects.values("pk", "version", "answers"))
    other = make_member(ada.project, "manager")
    for member in (ada, other):
        run = imported(member, TABLE)
        assert (counts(run), run.labeled_count) == ((0, 0, 3, 1), 0)
    assert list(Annotation.objects.values("pk", "version", "answers")) == before


def test_labels_may_come_for_tasks_that_are_there_already(ada):
    import_bytes(ada, b"id,text\n1,they won\n")
    run = imported(ada, b"id,text,topic\n1,they won,sports\n")
    assert (counts(run), run.labeled_count) == ((0, 0, 1, 0), 1)
    assert labels(ada.project) == {("1", "topic"): "sports"}
    assert n_differences() == 0


@pytest.mark.parametrize("on_conflict", ["reject", "update"])
def test_another_label_for_what_is_answered_is_kept_out_and_reported(ada, ben, on_conflict):
    imported(ada, f"id,text,topic,annotator\n1,a,sports,{ben.user.email}\n".encode())
    changed = f"id,text,topic,annotator\n1,a,music,{ben.user.email}\n1,a,politics,\n".encode()
    run = imported(ada, changed, on_conflict=on_conflict)
    assert counts(run) == (0, 0, 0, 2)
    assert [reason.partition(";")[0] for _, reason in reasons(run)] == [
        "The same person has answered this task in another way",
        "This task has other answers already",
    ]
    assert labels(ada.project) == {("1", "topic"): "sports"}


def test_new_data_and_a_refused_label_are_refused_together(ada):
    import_bytes(ada, b"id,text\n1,old\n2,old\n")
    run = imported(ada, b"id,text,topic\n1,new,sports\n2,new,jazz\n", on_conflict="update")
    assert counts(run) == (0, 1, 0, 1)
    assert dict(TaskContent.objects.values_list("task__external_id", "data__text")) == {"1": "new", "2": "old"}
    assert labels(ada.project) == {("1", "topic"): "sports"}


def test_a_row_does_not_replace_data_that_a_row_before_it_labels(ada):
    run = imported(ada, b"external_id,text,topic\n1,old,sports\n1,new,sports\n1,old,music\n", on_conflict="update")
    assert (counts(run), run.labeled_count) == ((1, 0, 0, 2), 1)
    assert [reason for _, reason in reasons(run)] == [
        "Line 2 labels the task '1' with other data.",
        "Line 2 gives another answer of the same person to the task '1'.",
    ]


def test_what_somebody_has_in_hand_or_a_reviewer_decided_or_is_out_takes_no_label(api, ada, ben, rae):
    tasks = [make_task(ada.project, f"text {n}", external_id=f"x{n}") for n in range(3)]
    held = api(ben.user).next_task(ada.project)["task"]["id"]
    free = [task for task in tasks if task.pk != held]
    Task.objects.filter(pk=free[0].pk).update(stage="excluded", open_slots=0)
    client = api(ben.user)
    mine = client.next_task(ada.project, held)["task"]["id"]
    Project.objects.filter(pk=ada.project_id).update(review_policy="all")
    client.answer(mine, {"topic": "music"})
    contents = {task.external_id: TaskContent.objects.get(task=task).data["text"] for task in tasks}
    TaskContent.objects.update(content_hash="")
    rows = "".join(f"{name},{text},sports,{ben.user.email}\n" for name, text in contents.items())
    run = imported(ada, f"id,text,topic,annotator\n{rows}".encode(), on_conflict="update")
    assert counts(run)[3] == 3
    assert sorted(reason.split()[1] for _, reason in reasons(run)) == ["reviewer", "same", "task"]
    assert Annotation.objects.count() == 1


def test_review_policies_decide_before_a_label_is_final(ada):
    Project.objects.filter(pk=ada.project_id).update(review_policy="all")
    run = imported(ada, b"id,text,topic\n1,they won,sports\n2,a song,music\n")
    assert run.labeled_count == 2
    assert set(Task.objects.values_list("stage", "review_level")) == {("review", 1)}
    assert labels(ada.project) == {}
    assert n_differences() == 0


def test_known_answers_become_gold_also_where_the_holdout_would_have_been(ada):
    Project.objects.filter(pk=ada.project_id).update(holdout_percent=50)
    rows = b"".join(b"%d,text %d,sports\n" % (n, n) for n in range(20))
    run = imported(ada, b"id,text,topic\n" + rows, labels="known_answers")
    assert (counts(run), run.labeled_count) == ((20, 0, 0, 0), 20)
    assert set(Task.objects.values_list("lane", "stage")) == {("gold", "done")}
    assert GoldAnswer.objects.count() == 20
    assert set(FinalLabel.objects.values_list("method", flat=True)) == {"gold"}
    again = imported(ada, b"id,text,topic\n" + rows, labels="known_answers")
    assert (counts(again), again.labeled_count) == ((0, 0, 20, 0), 0)
    other = imported(ada, b"id,text,topic\n1,text 1,music\n", labels="known_answers")
    assert reasons(other) == [(2, "Other answers are known for this task; they stay. Change them on its page.")]
    changed = imported(ada, b"id,text,topic\n2,new text,sports\n", labels="known_answers", on_conflict="update")
    assert counts(changed) == (0, 0, 0, 1), "known answers were given to the old data"
    assert n_differences() == 0


def test_suggestions_are_predictions_of_a_source_called_like_the_file(ada):
    run = imported(ada, TABLE, "old model (2).csv", labels="suggestions")
    assert (counts(run), run.labeled_count) == ((3, 0, 0, 1), 2)
    source = PredictionSource.objects.get()
    assert source.signature == "import/old-model-2-.csv"
    assert sorted(Prediction.objects.values_list("task__external_id", "value")) == [("1", "sports"), ("2", "politics")]
    assert not Annotation.objects.exists()
    assert Job.objects.filter(kind="measure_source").exists()
    assert n_differences() == 0


TWO_QUESTIONS = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {"name": "topic", "kind": "choice", "options": ["a", "b"]},
        {"name": "tags", "kind": "choices", "title": "Which tags?", "options": [{"value": "x", "title": "Ex"}, "y"]},
        {"name": "note", "kind": "text", "required": False},
        {"name": "stars", "kind": "rating"},
    ],
}


def test_every_question_has_its_column_and_text_is_read_by_its_kind(db):
    ada = make_member(make_project(schema=TWO_QUESTIONS), "admin", make_user("ada"))
    content = 'id,text,Topic,which tags?,note,stars\n1,t,A,"Ex;y",,4\n2,t2,b,"[""y""]",n,5\n3,t3,a,x,,\n4,t4,a,x,,9\n'
    run = imported(ada, content.encode())
    assert labels(ada.project) == {
        ("1", "topic"): "a", ("1", "tags"): ["x", "y"], ("1", "stars"): 4,
        ("2", "topic"): "b", ("2", "tags"): ["y"], ("2", "note"): "n", ("2", "stars"): 5,
    }  # fmt: skip
    assert [(line, reason.split(" ")[0]) for line, reason in reasons(run)] == [
        (4, "“answers.stars”"), (5, "“answers.stars”"),
    ]  # fmt: skip
    assert not imported(ada, content.replace("t", "u").encode(), labels="suggestions", mapping={
        "id": "ignore", "uexu": "data.text", "Topic".replace("t", "u"): "answers.topic",
    }).rejections.filter(reason__contains="stars"), "a suggestion need not answer everything"  # fmt: skip


def test_json_rows_bring_answers_in_an_object_or_at_a_path(ada):
    lines = [
        {"id": 1, "text": "a", "answers": {"topic": "sports"}},
        {"id": 2, "text": "b", "answers": {"topic": "sports", "more": 1}},
        {"id": 3, "text": "c", "answers": {}},
        {"id": 4, "text": "d", "answers": [1]},
    ]
    run = imported(ada, b"\n".join(json.dumps(line).encode() for line in lines), "a.jsonl")
    assert labels(ada.project) == {("1", "topic"): "sports"}
    assert reasons(run) == [
        (2, "“answers.more” is no question of this project."),
        (4, "answers: [1] is no object of answers by question."),
    ]
    deep = [{"id": 9, "text": "deep", "annotation": {"label": "music", "by": "x"}}]
    run = imported(ada, json.dumps(deep).encode(), "a.json")
    assert run.options["mapping"]["annotation.label"] == "answers.topic"
    assert labels(ada.project)["9", "topic"] == "music"


def test_a_crash_between_batches_makes_no_answer_twice(ada, monkeypatch):
    monkeypatch.setattr(import_job, "ROWS_IN_A_BATCH", 10)
    written = import_job.write_batch
    calls = []

    def die_now_and_then(*args):
        counted = written(*args)
        calls.append(1)
        if len(calls) % 2:
            raise WorkerDied
        return counted

    rows = b"".join(b"%d,text %d,music\n" % (n, n) for n in range(45))
    monkeypatch.setattr(import_job, "write_batch", die_now_and_then)

    run, _ = import_file(
        ada, stored=uploads.store_bytes(b"id,text,topic\n" + rows), name="a.csv", wishes=Wishes(labels="answers")
    )
    while not run.job.is_over:
        try:
            run_job(run.job_id)
        except WorkerDied:
            Job.objects.filter(pk=run.job_id).update(state="queued", run_token=None)
        run.job.refresh_from_db()
    run = ImportRun.objects.get(pk=run.pk)
    assert (counts(run), run.labeled_count, Annotation.objects.count()) == ((45, 0, 0, 0), 45, 45)
    assert {uuid.uuid5(run.key, f"{ada.user_id} {n}") for n in range(45)} == set(
        Annotation.objects.values_list("key", flat=True)
    )
    assert n_differences() == 0


def test_a_schema_that_changes_meanwhile_judges_the_rows_that_come_after_it(ada, monkeypatch):
    monkeypatch.setattr(import_job, "ROWS_IN_A_BATCH", 2)
    written = import_job.write_batch
    done = []

    def change_after_first(*args):
        counted = written(*args)
        if not done:
            done.append(retire_option(ada.project, "music"))
        return counted

    monkeypatch.setattr(import_job, "write_batch", change_after_first)
    run = imported(ada, b"id,text,topic\n1,a,music\n2,b,music\n3,c,music\n4,d,sports\n5,e,sports\n")
    assert (counts(run), run.labeled_count) == ((4, 0, 0, 1), 4)
    assert "is retired" in reasons(run)[0][1]


def test_a_batch_of_labels_is_announced_once(ada, django_capture_on_commit_callbacks):
    heard = []

    def hear(sender, **kwargs):
        heard.append(kwargs)

    final_label_recorded.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            imported(ada, b"id,text,topic\n" + b"".join(b"%d,text %d,music\n" % (n, n) for n in range(300)))
    finally:
        final_label_recorded.disconnect(hear)
    assert len(heard) == 1
    assert len(heard[0]["task_ids"]) == 300


def test_labels_are_kept_only_by_those_whose_role_allows_it(ada, api, monkeypatch):
    tasks = {"tasks": [{"external_id": "a", "data": {"text": "t"}, "answers": {"topic": "music"}}]}
    path = f"projects/{ada.project.slug}/imports/"
    needs = {"answers": "annotate", "known_answers": "curate_tasks", "suggestions": "train_models"}
    for how, capability in needs.items():
        less = {**roles.CAPABILITIES, "admin": roles.CAPABILITIES["admin"] - {capability}}
        monkeypatch.setattr(roles, "CAPABILITIES", less)
        assert api(ada.user).send(path, {**tasks, "labels": how}).status_code == 403
        assert api(ada.user).send(path, {"tasks": [{"data": {"text": "t"}}]}).status_code == 202
    for role in ("viewer", "annotator", "reviewer"):
        assert api(make_member(ada.project, role).user).send(path, tasks).status_code == 403
    assert not Annotation.objects.exists()
    assert not PredictionSource.objects.exists()


def test_tasks_in_the_body_bring_answers_and_authors(ada, ben, api):
    tasks = [
        {"external_id": "a", "data": {"text": "x"}, "answers": {"topic": "music"}, "author": ben.user.email},
        {"external_id": "b", "data": {"text": "y"}, "answers": {"topic": "jazz"}},
        {"external_id": "c", "data": {"text": "z"}},
    ]
    response = api(ada.user).send(f"projects/{ada.project.slug}/imports/", {"tasks": tasks})
    assert response.status_code == 202
    run = finish(ImportRun.objects.get())
    assert (counts(run), run.labeled_count) == ((2, 0, 0, 1), 1)
    assert answers(ada.project) == [("a", "ben", (("topic", "music"),))]
    body = api(ada.user).read(f"projects/{ada.project.slug}/imports/{run.pk}/").json()
    assert (body["labels"], body["labeled"]) == ("answers", 1)
    for wrong, path in [({"answers": []}, "tasks.0.answers"), ({"author": 5}, "tasks.0.author")]:
        answer = api(ada.user).send(
            f"projects/{ada.project.slug}/imports/", {"tasks": [{"data": {"text": "x"}, **wrong}]}
        )
        assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, path)
    assert TOPIC_SCHEMA  # the schema that the answers are checked against


def test_answers_that_an_import_brings_are_none_of_the_day(ada, ben, api):
    type(ben).objects.filter(pk=ben.pk).update(daily_limit=1)
    imported(ada, f"id,text,topic,annotator\n1,a,music,{ben.user.email}\n2,b,music,{ben.user.email}\n3,c,,\n".encode())
    assert len(answers(ada.project)) == 2
    assert api(ben.user).next_task(ada.project)["task"]["external_id"] == "3"
