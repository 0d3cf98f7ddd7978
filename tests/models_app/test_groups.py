"""Groups of alike tasks: made by a job, shown with their labels, acted on as a whole."""

import re

import pytest

from annotations.conclusions.label_values import write_label_values
from annotations.models import FinalLabel
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job
from models_app.alike.groups import consider_groups, grouping_of, start_grouping
from models_app.models import EncodingShard, TaskGrouping
from models_app.versions import storage
from models_app.versions.retention import delete_unnamed_files
from projects.browsing.bulk_acts import Selection
from projects.browsing.data_query import read_data_query
from projects.models import Assignment, Task
from projects.queueing.queue_order import put_in_order
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude, encode, label, make_learning_project, run_jobs, texts, train

pytestmark = pytest.mark.django_db


@pytest.fixture
def grouped():
    project, tasks = make_learning_project(120)
    group(project)
    return project, tasks


def group(project):
    start_grouping(make_member(project, "manager"))
    run_jobs("group_tasks")


def ids_of(project, name):
    query = read_data_query(make_member(project, "viewer"), {"group": name})
    assert not query.problems
    return set(query.page(size=500).task_ids)


def come_in(project, fire):
    """Encode what is new as the site would, and let follow what follows."""
    with fire(execute=True):
        encode(project)
    run_jobs("group_tasks")


def listed(api, project):
    return api(make_member(project, "viewer").user).read(f"projects/{project.slug}/groups/").json()


def test_every_task_is_in_one_group_whose_tasks_are_alike(grouped, api):
    project, tasks = grouped
    groups = listed(api, project)["groups"]
    assert sum(one["size"] for one in groups) == len(tasks)
    members = [ids_of(project, one["filter"]) for one in groups]
    assert set.union(*members) == {task.pk for task in tasks}
    assert [len(ids) for ids in members] == [one["size"] for one in groups]
    text_of = {task.pk: task.content.data["text"] for task in tasks}
    for one, ids in zip(groups, members, strict=True):
        assert set(one["examples"]) <= ids
        assert all(any(word in text_of[pk] for pk in ids) for word in one["words"])


def test_labels_are_counted_by_group_after_each_training(grouped, api):
    project, tasks = grouped
    assert all(one["labels"] == [] for one in listed(api, project)["groups"])
    label(tasks[:40])
    train(project)
    groups = listed(api, project)["groups"]
    assert sum(labels["labeled"] for one in groups for labels in one["labels"]) == 40
    given = [value for one in groups for labels in one["labels"] for value in labels["values"]]
    assert {value["value"] for value in given} == {"sports", "politics", "music"}
    assert sum(value["tasks"] for value in given) == 40


def test_new_tasks_join_the_nearest_group_and_the_groups_keep_their_names(
    grouped, api, django_capture_on_commit_callbacks
):
    project, tasks = grouped
    before = {one["filter"]: ids_of(project, one["filter"]) for one in listed(api, project)["groups"]}
    twin = tasks[7].content.data["text"]
    new = make_tasks(project, texts=[twin, twin])
    come_in(project, django_capture_on_commit_callbacks)
    groups = listed(api, project)["groups"]
    assert [one["filter"] for one in groups] == list(before)
    joined = {one["filter"]: ids_of(project, one["filter"]) - before[one["filter"]] for one in groups}
    home = next(name for name, ids in before.items() if tasks[7].pk in ids)
    assert {name: ids for name, ids in joined.items() if ids} == {home: {task.pk for task in new}}


def test_deleted_tasks_leave_at_once_and_for_good(grouped, api, django_capture_on_commit_callbacks):
    project, tasks = grouped
    name = listed(api, project)["groups"][0]["filter"]
    ids = ids_of(project, name)
    gone = min(ids)
    Task.objects.get(pk=gone).delete()
    assert ids_of(project, name) == ids - {gone}
    come_in(project, django_capture_on_commit_callbacks)
    assert listed(api, project)["groups"][0]["size"] == len(ids) - 1


def test_tasks_that_measure_models_are_in_no_group(api):
    project, tasks = make_learning_project(120, n_holdout=30)
    group(project)
    members = set.union(*(ids_of(project, one["filter"]) for one in listed(api, project)["groups"]))
    assert members == {task.pk for task in tasks[30:]}


def test_a_group_can_be_put_first_in_the_queue_and_given_to_somebody_as_a_whole(grouped, api, client):
    project, _ = grouped
    manager, ben = make_member(project, "manager"), make_member(project, "annotator")
    one = listed(api, project)["groups"][0]
    tally = put_in_order(manager, Selection(None, {"group": one["filter"]}), first=True)
    assert tally.changed == one["size"]
    first = Task.objects.filter(project=project).order_by("rank", "pk")[: one["size"]]
    assert {task.pk for task in first} == ids_of(project, one["filter"])
    client.force_login(manager.user)
    address = f"/projects/{project.slug}/data/bulk/?act=assign&all=1&group={one['filter']}"
    assert f"<strong>{one['size']}</strong>" in client.get(address).content.decode()
    sent = {"act": "assign", "all": "1", "group": one["filter"], "to": ben.pk, "how": "even"}
    assert client.post(address, sent).status_code == 302
    assert Assignment.objects.filter(user=ben.user).count() == one["size"]


def test_grouped_anew_an_old_name_means_no_group_any_more(grouped, api):
    project, _ = grouped
    old = listed(api, project)["groups"][0]["filter"]
    group(project)
    assert old not in {one["filter"] for one in listed(api, project)["groups"]}
    manager = api(make_member(project, "manager").user)
    body = {"filter": {"group": old}, "first": True}
    assert manager.send(f"projects/{project.slug}/tasks/order/", body).status_code == 422
    for nonsense in ("1", "x.1", "2.0", "2.999999999999999999999", "2.²", "-1.1", "2.1.1"):
        wrong = {**body, "filter": {"group": nonsense}}
        assert manager.send(f"projects/{project.slug}/tasks/order/", wrong).status_code == 422, nonsense


def test_too_few_tasks_or_none_encoded_is_said_in_words(api):
    project, _ = make_learning_project(12)
    group(project)
    assert "at least 40 tasks" in Job.objects.get(kind="group_tasks").error
    empty = make_project()
    answer = api(make_member(empty, "manager").user).send(f"projects/{empty.slug}/groups/")
    assert answer.status_code == 422


def test_a_cancelled_grouping_leaves_the_former_groups(grouped, api):
    project, _ = grouped
    before = listed(api, project)
    job = start_grouping(make_member(project, "manager"))
    cancel_job(job)
    run_jobs("group_tasks")
    assert listed(api, project)["groups"] == before["groups"]


def test_the_file_stays_as_long_as_the_groups_name_it_and_the_groups_outlive_a_new_vocabulary(
    grouped, django_capture_on_commit_callbacks
):
    project, _ = grouped
    delete_unnamed_files(project.pk)
    make_tasks(project, texts=texts(400)[120:])
    come_in(project, django_capture_on_commit_callbacks)  # fits a vocabulary anew
    grouping = grouping_of(project.pk)
    assert grouping.n_tasks == 400
    assert storage.path_of(project.pk, grouping.file_name).exists()


def test_a_file_that_is_gone_empties_the_filter_and_asks_to_group_anew(grouped):
    project, _ = grouped
    storage.path_of(project.pk, grouping_of(project.pk).file_name).unlink()
    assert read_data_query(make_member(project, "viewer"), {"group": "1.1"}).problems
    make_tasks(project, 2)
    encode(project)
    consider_groups(project.pk)
    jobs = run_jobs("group_tasks")
    assert "group the tasks anew" in jobs[-1].error


def test_the_page_teaches_first_then_shows_groups_with_their_mix(client):
    project, tasks = make_learning_project(120)
    manager = make_member(project, "manager")
    client.force_login(manager.user)
    address = f"/projects/{project.slug}/models/groups/"
    assert "No groups yet" in client.get(address).content.decode()
    assert client.post(f"{address}start/").url == address
    assert "job-progress" in client.get(address).content.decode()
    label(tasks[:60])
    run_jobs("group_tasks")
    page = re.sub(r"\s+", " ", client.get(f"{address}?order=mixed").content.decode())
    grouping = TaskGrouping.objects.get()
    assert page.count("data-group=") == min(20, len(grouping.groups))
    assert "of them alike" in page
    assert f"act=first&amp;all=1&amp;group={grouping.number}." in page
    client.force_login(make_member(project, "viewer").user)
    assert "act=first" not in client.get(address).content.decode()


def test_labels_of_questions_with_several_values_are_counted_by_value(api):
    question = {"name": "tags", "kind": "choices", "options": ["a", "b"]}
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": [question]})
    tasks = make_tasks(project, texts=texts(60))
    encode(project)
    for task in tasks[:10]:
        conclude(task, "tags", ["a", "b"])
    write_label_values(project, [task.pk for task in tasks], list(FinalLabel.objects.all()))
    group(project)
    labels = [labels for one in listed(api, project)["groups"] for labels in one["labels"]]
    assert sum(one["labeled"] for one in labels) == 10
    assert sum(value["tasks"] for one in labels for value in one["values"]) == 20


def test_the_same_tasks_give_the_same_groups(grouped):
    project, _ = grouped
    first = grouping_of(project.pk).groups
    group(project)
    assert [one["words"] for one in grouping_of(project.pk).groups] == [one["words"] for one in first]
    assert EncodingShard.objects.filter(project=project).exists()
