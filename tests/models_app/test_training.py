from typing import Any, cast

import numpy as np
import pytest

from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobRun, cancel_job
from models_app.models import ModelState, ModelVersion, SelectionRun
from models_app.prelabeling import predictions_for
from models_app.rounds import training
from models_app.rounds.triggers import request_encoding
from models_app.versions import model_files, storage
from projects.models import Lane, Project, SchemaVersion, Task
from tests.factories import TOPIC_SCHEMA, make_project, make_tasks
from tests.models_app.learning import label, make_learning_project, run_jobs, topic_of, train

pytestmark = pytest.mark.django_db


def active(project: Project) -> ModelVersion:
    return ModelVersion.objects.active().get(project=project)


def predicted(project: Project, tasks: list[Task]) -> dict[int, Any]:
    found = predictions_for(project.pk, [(task.pk, task.content.data, task.lane) for task in tasks])
    return {task_id: questions["topic"]["value"] for task_id, questions in found.items()}


def test_the_first_model_serves_and_says_that_it_is_untested() -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:30])
    job = train(project)
    version = active(project)
    assert (job.state, version.number, version.trained_on) == ("done", 1, 30)
    assert "untested, n = 0" in version.reason
    assert "topic@1: The first model" in job.message
    right = [predicted(project, tasks)[task.pk] == topic_of(task.content.data["text"]) for task in tasks[30:]]
    assert sum(right) > 50


def test_the_holdout_measures_and_is_never_learned_from() -> None:
    project, tasks = make_learning_project(150, n_holdout=60)
    label(tasks[:60], "music")  # labels that a model trained on them would repeat
    label(tasks[60:90])
    train(project)
    version = active(project)
    accuracy = version.metrics["holdout"]["accuracy"]
    assert version.trained_on == 30
    assert accuracy["n"] == 60
    assert accuracy["low"] < accuracy["value"] < 0.6
    assert set(version.metrics["labels_by_option"].values()) == {10}


def test_no_prediction_is_kept_for_a_holdout_task() -> None:
    project, tasks = make_learning_project(60, n_holdout=10)
    label(tasks[10:40])
    train(project)
    as_if_open = [(task.pk, task.content.data, Lane.BASE.value) for task in tasks]
    assert set(predictions_for(project.pk, as_if_open)) == {task.pk for task in tasks[10:]}


def test_a_worse_candidate_is_turned_down_and_the_former_model_serves_on() -> None:
    project, tasks = make_learning_project(200, n_holdout=80)
    label(tasks[:80])
    label(tasks[80:120])
    train(project)
    first = active(project)
    for task in tasks[80:120]:  # somebody confused two options
        topic = {"sports": "politics", "politics": "sports"}.get(topic_of(task.content.data["text"]), "music")
        FinalLabel.objects.filter(task=task).update(value=topic, value_text=topic)
    job = train(project)
    second = ModelVersion.objects.get(project=project, number=2)
    assert second.state == ModelState.REJECTED
    assert "The holdout shows it worse" in second.reason
    assert active(project) == first
    assert job.state == "done"
    assert active(project).predictions_file  # still there, and fresh
    assert SelectionRun.objects.filter(project=project).order_by("-pk")[0].model_version == first


def test_a_newer_model_takes_over_and_the_former_can_come_back() -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:24])
    train(project)
    label(tasks[24:50])
    train(project)
    assert active(project).number == 2
    assert ModelVersion.objects.get(project=project, number=1).state == ModelState.RETIRED
    assert ModelVersion.objects.get(project=project, number=1).can_be_promoted


@pytest.mark.parametrize("n_labels", [0, 1, 30])
def test_one_option_alone_fails_with_a_reason_and_changes_nothing(n_labels: int) -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:n_labels], "music")
    job = train(project)
    assert job.state == "failed"
    assert "“topic” cannot be learned yet. At least two options must have been used" in job.error
    assert not ModelVersion.objects.filter(project=project).exists()


def test_a_question_with_too_few_labels_holds_up_no_other() -> None:
    urgent = {"name": "urgent", "kind": "choice", "on": "text", "options": [{"value": "yes"}, {"value": "no"}]}
    (topic,) = cast("list[dict[str, Any]]", TOPIC_SCHEMA["questions"])
    for questions in ([topic, urgent], [urgent, topic]):
        project, tasks = make_learning_project(60, schema={**TOPIC_SCHEMA, "questions": questions})
        label(tasks[:30])
        job = train(project)
        assert job.state == "done", job.error
        assert "“urgent” cannot be learned yet." in job.message
        assert active(project).question == "topic"


def test_training_before_any_import_says_what_to_do() -> None:
    job = train(make_project())
    assert job.state == "failed"
    assert "No tasks are encoded yet: import some" in job.error


def test_a_failure_halfway_leaves_the_former_model_and_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:30])
    train(project)
    before = (active(project).pk, lanes(project), SelectionRun.objects.count())

    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("No space left on device")

    label(tasks[30:50])
    before = (before[0], lanes(project), before[2])
    monkeypatch.setattr(model_files, "save_model", fail)
    job = train(project)
    assert job.state == "failed"
    assert "No space left on device" in job.error
    assert (active(project).pk, lanes(project), SelectionRun.objects.count()) == before


def lanes(project: Project) -> list[tuple[int, str, float]]:
    return list(Task.objects.filter(project=project).order_by("pk").values_list("pk", "lane", "rank"))


def test_a_worker_killed_at_any_step_leaves_nothing_half_applied_and_its_files_go() -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    job = Job.objects.create(kind="train_model", project_id=project.pk)
    advance, calls = JobRun.advance, 0

    class Killed(BaseException):
        pass

    for step in range(1, 20):
        calls = 0

        def die(run: JobRun, step: int = step, **changes: Any) -> None:
            nonlocal calls
            calls += 1
            advance(run, **changes)
            if calls == step:
                raise Killed

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(JobRun, "advance", die)
            Job.objects.filter(pk=job.pk).update(state="queued", run_token=None)
            try:
                run_jobs(kind="train_model")
            except Killed:
                assert not ModelVersion.objects.filter(project=project).exists()
                assert not Task.objects.filter(project=project, lane=Lane.SELECTED).exists()
                continue
            break
    assert step > 5
    assert active(project).number == 1
    named = {active(project).artifact_file, active(project).predictions_file, active(project).words_file}
    storage.delete_orphans(project.pk, named, older_than_seconds=-1)
    assert {path.name for path in storage.project_folder(project.pk).iterdir()} == named


def test_a_cancelled_round_stops_at_its_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    read = training.read_labels

    def cancel_and_read(*args: Any, **kwargs: Any) -> Any:
        cancel_job(Job.objects.get(kind="train_model"))
        return read(*args, **kwargs)

    monkeypatch.setattr(training, "read_labels", cancel_and_read)
    assert train(project).state == "cancelled"
    assert not ModelVersion.objects.filter(project=project).exists()


def test_a_model_promoted_by_hand_meanwhile_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    project, tasks = make_learning_project(90)
    for end in (24, 48):
        label(tasks[end - 24 : end])
        train(project)
    judge = training.LearningRound._judge

    def judge_while_somebody_rolls_back(self: Any, *args: Any) -> Any:
        verdict = judge(self, *args)
        ModelVersion.objects.filter(project=project, number=2).update(state=ModelState.RETIRED)
        ModelVersion.objects.filter(project=project, number=1).update(state=ModelState.ACTIVE)
        return verdict

    monkeypatch.setattr(training.LearningRound, "_judge", judge_while_somebody_rolls_back)
    label(tasks[48:70])
    train(project)
    third = ModelVersion.objects.get(project=project, number=3)
    assert third.state == ModelState.REJECTED
    assert third.reason == "Somebody put topic@1 to work while this one was trained."
    assert active(project).number == 1


def test_a_damaged_active_model_is_replaced_and_named() -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:24])
    train(project)
    path = storage.path_of(project.pk, active(project).artifact_file)
    path.write_bytes(path.read_bytes()[:-1])
    label(tasks[24:48])
    train(project)
    assert active(project).number == 2
    assert "is not the one that was recorded" in active(project).reason
    assert train(project, fit=False).state == "done"


def test_a_damaged_active_model_cannot_refresh_its_predictions() -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:24])
    train(project)
    storage.path_of(project.pk, active(project).artifact_file).unlink()
    job = train(project, fit=False)
    assert job.state == "failed"
    assert "Train a new model." in job.error


def test_under_a_new_schema_the_old_model_is_not_compared_with() -> None:
    project, tasks = make_learning_project(160, n_holdout=60)
    label(tasks[:60])
    label(tasks[60:90])
    train(project)
    assert project.schema_version is not None
    definition = {**project.schema_version.definition}
    definition["questions"] = [
        {**definition["questions"][0], "options": [*definition["questions"][0]["options"], {"value": "art"}]}
    ]
    project.schema_version = SchemaVersion.objects.create(project=project, number=2, definition=definition)
    project.save()
    assert predicted(project, tasks) == {}
    label(tasks[90:100])
    train(project)
    assert active(project).number == 2
    assert active(project).reason.startswith("The first model for this question as it is asked now")
    assert active(project).parameters["options"] == ["sports", "politics", "music", "art"]


def test_tasks_imported_later_are_predicted_without_a_new_model() -> None:
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    later = make_tasks(project, texts=["the singer and the guitar"])
    request_encoding(project.pk)
    jobs = run_jobs()
    assert [job.kind for job in jobs] == ["encode_tasks"]
    # what the encoding job would set off after its commit
    assert train(project, fit=False).state == "done"
    assert predicted(project, later) == {later[0].pk: "music"}
    assert ModelVersion.objects.filter(project=project).count() == 1


def test_an_older_vocabulary_still_serves_after_the_pool_has_doubled() -> None:
    project, tasks = make_learning_project(45)
    label(tasks[:30])
    train(project)
    later = make_tasks(project, texts=[f"the senate and the law again {i}" for i in range(60)])
    request_encoding(project.pk)
    run_jobs(kind="encode_tasks")
    assert train(project, fit=False).state == "done"
    assert set(predicted(project, later).values()) == {"politics"}
    label(later[:20], "politics")
    assert train(project).state == "done"
    assert active(project).vocabulary.number == 2


def test_confidences_fall_from_first_to_third_and_words_speak_for_the_first() -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:60])
    train(project)
    task = tasks[70]
    prediction = predictions_for(project.pk, [(task.pk, task.content.data, "base")])[task.pk]["topic"]
    confidences = [entry["confidence"] for entry in prediction["alternatives"]]
    assert confidences == sorted(confidences, reverse=True)
    assert np.isclose(sum(confidences), 1, atol=0.01)
    assert prediction["source"] == "builtin/topic@1"
    assert prediction["model_number"] == 1
    assert set(prediction["words"]) & set(task.content.data["text"].split())
