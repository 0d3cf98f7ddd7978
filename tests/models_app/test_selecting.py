import pytest

from models_app.models import SelectionRun
from models_app.prelabeling import predictions_for
from models_app.selection.explanations import LEAST_SURE, RANDOM_PICK
from projects.lanes import lane_and_rank
from projects.models import Assignment, Lane, Project, Task, TaskOrder
from tests.factories import make_user
from tests.models_app.learning import label, make_learning_project, topic_of, train

pytestmark = pytest.mark.django_db


def selected(project: Project) -> list[Task]:
    return list(Task.objects.filter(project=project, lane=Lane.SELECTED, open_slots__gt=0).order_by("rank"))


def test_before_any_model_typical_tasks_of_every_kind_are_asked_first() -> None:
    project, _ = make_learning_project(150)
    assert train(project, fit=False).message == "50 tasks were chosen to begin with."
    first = selected(project)[:20]
    assert len(selected(project)) == 50
    assert {topic_of(task.content.data["text"]) for task in first} == {"sports", "politics", "music"}
    assert SelectionRun.objects.get(project=project).strategy == "cold_start"


def test_a_project_that_asks_at_random_begins_at_random() -> None:
    project, _ = make_learning_project(90, strategy="random")
    train(project, fit=False)
    run = SelectionRun.objects.get(project=project)
    assert run.strategy == "random"
    assert sorted(run.random_tasks) == sorted(task.pk for task in selected(project))


def test_a_round_replaces_the_batch_and_puts_the_rest_back_where_it_was() -> None:
    project, tasks = make_learning_project(300)
    before = dict(Task.objects.filter(project=project).values_list("pk", "rank"))
    train(project, fit=False)
    label(selected(project)[:24])
    train(project)
    now = Task.objects.filter(project=project, open_slots__gt=0)
    assert now.filter(lane=Lane.SELECTED).count() == 50
    assert {task.pk: task.rank for task in now.filter(lane=Lane.BASE)} == {
        task_id: before[task_id] for task_id in now.filter(lane=Lane.BASE).values_list("pk", flat=True)
    }
    assert [task.rank for task in selected(project)] == list(range(50))


def test_in_import_order_tasks_go_back_to_their_place_in_it() -> None:
    project, tasks = make_learning_project(120, task_order=TaskOrder.IMPORT)
    Task.objects.filter(pk=tasks[0].pk).update(lane=Lane.SELECTED, rank=0.0)
    label(tasks[60:90])
    train(project)
    for task in Task.objects.filter(project=project, lane=Lane.BASE, open_slots__gt=0, pk=tasks[0].pk):
        assert task.rank == float(task.pk)


def test_tasks_that_somebody_holds_or_has_answered_stay_where_they_are() -> None:
    project, tasks = make_learning_project(150, overlap=2)
    held, answered = tasks[0], tasks[1]
    Task.objects.filter(pk=held.pk).update(lane=Lane.SELECTED, rank=7.0, open_slots=1)
    Task.objects.filter(pk=answered.pk).update(lane=Lane.BASE, rank=0.5, open_slots=1)
    for task, status in ((held, "assigned"), (answered, "submitted")):
        Assignment.objects.create(task=task, project=project, user=make_user(), status=status)
    label(tasks[60:90])
    train(project)
    held.refresh_from_db()
    answered.refresh_from_db()
    assert (held.lane, held.rank) == (Lane.SELECTED, 7.0)
    assert (answered.lane, answered.rank) == (Lane.BASE, 0.5)


def test_neither_holdout_nor_labeled_tasks_are_asked_again() -> None:
    project, tasks = make_learning_project(100, n_holdout=30)
    label(tasks[30:60])
    train(project)
    asked = {task.pk for task in selected(project)}
    assert asked <= {task.pk for task in tasks[60:]}
    assert len(asked) == 40


def test_more_people_at_work_get_a_longer_queue() -> None:
    project, tasks = make_learning_project(200)
    for task in tasks[:3]:
        Assignment.objects.create(
            task=task, project=project, user=make_user(), lease_expires_at="2100-01-01T00:00:00Z", status="working"
        )
        Task.objects.filter(pk=task.pk).update(open_slots=0)
    train(project, fit=False)
    assert len(selected(project)) == 70


def test_the_reason_for_a_task_is_said_in_plain_words() -> None:
    project, tasks = make_learning_project(150)
    label(tasks[:30])
    train(project)
    run = SelectionRun.objects.get(project=project)
    asked = [(task.pk, task.content.data, task.lane) for task in selected(project)]
    why = {task_id: found["topic"]["why"] for task_id, found in predictions_for(project.pk, asked).items()}
    assert {why[task_id] for task_id in run.random_tasks} == {RANDOM_PICK}
    others = {reason for task_id, reason in why.items() if task_id not in run.random_tasks}
    assert all(reason == LEAST_SURE or reason.startswith("The model is torn between ") for reason in others)
    task = Task.objects.filter(project=project, lane=Lane.BASE, open_slots__gt=0).first()
    assert task is not None
    assert predictions_for(project.pk, [(task.pk, task.content.data, task.lane)])[task.pk]["topic"]["why"] == ""


def test_the_rank_of_the_base_lane_is_the_one_given_at_import() -> None:
    project, tasks = make_learning_project(90)
    train(project, fit=False)
    label(tasks[:24])
    train(project)
    for task in Task.objects.filter(project=project, lane=Lane.BASE, open_slots__gt=0):
        assert task.rank == lane_and_rank(project.seed, task.external_id, project.holdout_percent)[1]
