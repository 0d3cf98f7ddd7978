"""Labeled tasks as reasons: the next tasks in the queue name those like them, and nothing that must stay hidden."""

import pytest

from models_app import prelabeling
from models_app.models import ModelVersion
from models_app.prelabeling import predictions_for
from models_app.versions import storage
from models_app.versions.retention import delete_unnamed_files
from projects.models import Lane, Stage, Task
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, encode, label, make_learning_project, texts, train

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def known_anew():
    prelabeling.forget()
    yield
    prelabeling.forget()


@pytest.fixture
def learned():
    project, tasks = make_learning_project(90)
    label(tasks[:60])
    train(project)
    return project, tasks


def neighbours_of(task):
    task = Task.objects.select_related("content").get(pk=task.pk)
    found = predictions_for(task.project_id, [(task.pk, task.content.data, task.lane)])
    return found[task.pk]["topic"].get("neighbours", [])


def all_neighbours(tasks):
    return [one for task in tasks for one in neighbours_of(task)]


def test_tasks_that_come_next_name_the_labeled_ones_most_like_them(learned):
    project, tasks = learned
    by_id = {task.pk: task for task in tasks}
    found = {task.pk: neighbours_of(task) for task in tasks[60:]}
    assert sum(map(bool, found.values())) > 10
    for neighbours in found.values():
        assert len(neighbours) <= 2
        assert [one["alike"] for one in neighbours] == sorted((one["alike"] for one in neighbours), reverse=True)
        for one in neighbours:
            assert one["task"] in {task.pk for task in tasks[:60]}
            assert one["text"] == by_id[one["task"]].content.data["text"]
            assert one["label"] == one["value"] == ["sports", "politics", "music"][tasks.index(by_id[one["task"]]) % 3]


def test_people_get_them_with_the_task_and_they_cost_no_query(learned, api, django_assert_num_queries):
    project, tasks = learned
    project.shows_suggestions = True
    project.save()
    work = api(make_member(project, "annotator").user).next_task(project)
    assert "neighbours" in work["predictions"]["topic"]
    wanted = [(tasks[70].pk, tasks[70].content.data, Lane.BASE)]
    predictions_for(project.pk, wanted)
    with django_assert_num_queries(0):
        predictions_for(project.pk, wanted)


def test_a_task_never_names_itself_nor_one_that_is_still_asked_about():
    project, tasks = make_learning_project(90)
    label(tasks[:60])
    Task.objects.filter(pk__in=[task.pk for task in tasks[:30]]).update(stage=Stage.ANNOTATE, open_slots=1)
    train(project)
    named = {one["task"] for one in all_neighbours(tasks)}
    assert named
    assert named <= {task.pk for task in tasks[30:60]}


def test_holdout_tasks_are_named_nowhere():
    project, tasks = make_learning_project(90, n_holdout=20)
    label(tasks[:60])
    train(project)
    named = {one["task"] for one in all_neighbours(tasks[60:])}
    assert named
    assert not named & {task.pk for task in tasks[:20]}


def test_what_became_gold_since_is_named_no_more(learned):
    project, tasks = learned
    task = next(task for task in tasks[60:] if neighbours_of(task))
    gold = neighbours_of(task)[0]["task"]
    Task.objects.filter(pk=gold).update(lane=Lane.GOLD)
    prelabeling.forget()
    assert gold not in {one["task"] for one in all_neighbours(tasks[60:])}


@pytest.mark.parametrize("shown", ["reviewers", "nobody"])
def test_a_field_that_people_at_work_are_not_shown_is_never_quoted(shown):
    fields = [{"name": "text", "kind": "text", "shown": shown}, {"name": "title", "kind": "text", "required": False}]
    question = {"name": "topic", "kind": "choice", "on": "text", "options": ["sports", "politics", "music"]}
    project = make_project(schema={"fields": fields, "questions": [question]})
    tasks = make_tasks(project, texts=texts(60), lane=Lane.BASE)
    encode(project)
    label(tasks[:40])
    train(project)
    assert all_neighbours(tasks) == []


def test_other_fields_are_not_quoted():
    fields = [{"name": "text", "kind": "text"}, {"name": "secret", "kind": "text", "shown": "nobody"}]
    question = {"name": "topic", "kind": "choice", "on": "text", "options": ["sports", "politics", "music"]}
    project = make_project(schema={"fields": fields, "questions": [question]})
    data = [{"text": text, "secret": "card 4711"} for text in texts(60)]
    tasks = make_tasks(project, data=data, lane=Lane.BASE)
    encode(project)
    label(tasks[:40])
    train(project)
    found = all_neighbours(tasks)
    assert found
    assert "4711" not in str(found)


def test_where_tasks_are_hard_to_look_at_none_is_quoted():
    project, tasks = make_learning_project(90, is_sensitive=True)
    label(tasks[:60])
    train(project)
    assert all_neighbours(tasks[60:]) == []


def test_long_texts_are_cut_and_nothing_alike_means_nothing_named():
    project = make_project()
    tasks = make_tasks(project, texts=[f"{text} {'and so on ' * 30}" for text in texts(60)], lane=Lane.BASE)
    odd = make_tasks(project, texts=["zzz qqq"], lane=Lane.BASE)[0]
    encode(project)
    for task in tasks[:40]:
        conclude(task, "topic", "sports" if task.pk % 2 else "music")
    train(project)
    assert neighbours_of(odd) == []
    assert max(len(one["text"]) for one in all_neighbours(tasks)) <= 82


def test_the_file_goes_with_its_predictions_and_a_damaged_one_breaks_nothing(learned):
    project, tasks = learned
    version = ModelVersion.objects.get(project=project)
    path = storage.path_of(project.pk, storage.neighbours_name(version.predictions_file))
    delete_unnamed_files(project.pk)
    assert path.exists()
    path.unlink()
    prelabeling.forget()
    assert all_neighbours(tasks[60:]) == []


def test_the_story_shows_them_to_those_who_see_all_data(learned, client):
    project, tasks = learned
    task = next(task for task in tasks[60:] if neighbours_of(task))
    client.force_login(make_member(project, "reviewer").user)
    page = client.get(f"/projects/{project.slug}/data/{task.pk}/").content.decode()
    assert neighbours_of(task)[0]["text"] in page
    assert ", labeled <strong>" in page
