"""Gold tasks: known answers set, changed, taken away, and copied from final labels."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from annotations.conclusions.recount import recount_project
from annotations.gold import make_gold
from annotations.gold_bulk import use_as_gold
from annotations.models import FinalLabel, GoldAnswer
from annotations.reviewing.review_requests import request_review
from annotations.work.workbench import Submission, next_work, submit_annotation
from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.browsing import bulk_acts
from projects.browsing.bulk_acts import Selection
from projects.models import Assignment, Membership, Project, Task
from projects.policies import change_project
from tests.factories import make_task, make_tasks, retire_option

pytestmark = pytest.mark.django_db

RIGHT = {"answers": {"topic": "music"}, "explanation": "It sounds."}


@pytest.fixture(autouse=True)
def _nothing_is_left_out_of_line(project):
    yield
    assert list(recount_project(Project.objects.get(pk=project.pk))) == []


def lease(member, task, status="working", minutes=5):
    later = timezone.now() + timedelta(minutes=minutes)
    Assignment.objects.create(task=task, project=task.project, user=member.user, status=status, lease_expires_at=later)
    Task.objects.filter(pk=task.pk).update(open_slots=0)


def answered(member, task, value="sports"):
    lease(member, task)
    return submit_annotation(member.user, task.pk, Submission(uuid.uuid4(), {"topic": value}))[0]


def put(api, member, task, body=None):
    return api(member.user).put(f"/api/v1/tasks/{task.pk}/gold/", body or RIGHT, content_type="application/json")


def drop(api, member, task):
    return api(member.user).delete(f"/api/v1/tasks/{task.pk}/gold/")


def state(task):
    row = Task.objects.get(pk=task.pk)
    labels = list(FinalLabel.objects.filter(task=task).values_list("value", "method"))
    return row.lane, row.stage, row.open_slots, labels


def test_a_gold_task_is_done_by_its_known_answer_and_nobody_gets_it(api, project, ada, ben):
    task = make_task(project)
    told = put(api, ada, task).json()
    assert [(row["question"], row["value"], row["explanation"], row["author"]) for row in told["gold"]] == [
        ("topic", "music", "It sounds.", "ada")
    ]
    assert state(task) == ("gold", "done", 0, [("music", "gold")])
    assert next_work(ben) is None
    event = Event.objects.get(object_type="task")
    assert (event.verb, event.before, event.after) == ("set the known answer of", {}, RIGHT)


def test_the_same_again_changes_nothing_and_another_answer_replaces_it(api, project, ada):
    task = make_task(project)
    put(api, ada, task)
    before = GoldAnswer.objects.get()
    assert put(api, ada, task).status_code == 200
    assert (GoldAnswer.objects.get(), Event.objects.count()) == (before, 1)
    put(api, ada, task, {"answers": {"topic": "sports"}})
    assert state(task) == ("gold", "done", 0, [("sports", "gold")])
    assert Event.objects.latest("pk").before == RIGHT


def test_an_answered_task_goes_back_to_what_people_said(api, project, ada, ben):
    task = make_task(project)
    answered(ben, task)
    put(api, ada, task)
    assert state(task) == ("gold", "done", 0, [("music", "gold")])
    assert drop(api, ada, task).status_code == 204
    assert state(task) == ("base", "done", 0, [("sports", "single")])
    assert drop(api, ada, task).status_code == 404


def test_an_unanswered_task_goes_back_into_the_queue_in_its_old_place(api, project, ada, ben):
    task = make_task(project)
    rank = task.rank
    Task.objects.filter(pk=task.pk).update(lane="selected", rank=3.0)
    put(api, ada, task)
    drop(api, ada, task)
    assert state(task) == ("base", "annotate", 1, [])
    assert Task.objects.get().rank == rank
    assert next_work(ben).id == task.pk


def test_answers_that_came_while_it_was_gold_are_reviewed_as_the_policy_says(api, project, ada, ben, rae):
    Project.objects.filter(pk=project.pk).update(overlap=2, review_policy="all")
    project.refresh_from_db()
    task = make_task(project, open_slots=2)
    answered(ben, task)
    put(api, ada, task)
    submit_annotation(rae.user, task.pk, Submission(uuid.uuid4(), {"topic": "sports"}))
    assert state(task) == ("gold", "done", 0, [("music", "gold")])
    drop(api, ada, task)
    assert state(task) == ("base", "review", 0, [])


@pytest.mark.parametrize("status", ["working", "assigned", "returned"])
def test_what_people_have_in_hand_is_refused_by_name(api, project, ada, ben, status):
    task = make_task(project)
    lease(ben, task, status)
    refused = put(api, ada, task)
    assert refused.status_code == 409
    assert refused.json()["detail"].startswith("ben has this task in hand")
    assert not GoldAnswer.objects.exists()
    if status == "returned":  # a task in that state has an answer; here it only had to be refused
        Assignment.objects.all().delete()
        Task.objects.update(open_slots=1)


def test_a_lease_that_has_run_out_is_in_nobodys_hand(api, project, ada, ben):
    task = make_task(project)
    lease(ben, task, minutes=-5)
    assert put(api, ada, task).status_code == 200


def test_a_task_under_review_out_of_the_project_or_of_the_holdout_is_refused(api, project, ada, ben):
    Project.objects.filter(pk=project.pk).update(review_policy="all")
    project.refresh_from_db()
    reviewed, out, held = make_tasks(project, 3)
    answered(ben, reviewed)
    Task.objects.filter(pk=held.pk).update(lane="holdout")
    api(ada.user).send(f"projects/{project.slug}/tasks/exclude/", {"tasks": [out.pk]})
    said = [put(api, ada, task) for task in (reviewed, out, held)]
    assert [answer.status_code for answer in said] == [409, 409, 409]
    assert ["review" in said[0].json()["detail"], "removed" in said[1].json()["detail"]] == [True, True]
    assert "holdout" in said[2].json()["detail"]


@pytest.mark.parametrize("answers", [{}, {"topic": "chess"}, {"mood": "good"}, {"topic": ["music"]}])
def test_an_answer_that_nobody_could_give_is_refused(api, project, ada, answers):
    assert put(api, ada, make_task(project), {"answers": answers}).status_code == 422
    assert not GoldAnswer.objects.exists()


def test_a_gold_task_removed_and_brought_back_is_gold_again(api, project, ada):
    task = make_task(project)
    put(api, ada, task)
    api(ada.user).send(f"projects/{project.slug}/tasks/exclude/", {"tasks": [task.pk]})
    assert state(task) == ("gold", "excluded", 0, [])
    api(ada.user).send(f"projects/{project.slug}/tasks/restore/", {"tasks": [task.pk]})
    assert state(task) == ("gold", "done", 0, [("music", "gold")])


def test_neither_another_overlap_nor_a_wish_for_review_touches_a_gold_task(api, project, ada, ben):
    task = make_task(project)
    answered(ben, task)
    put(api, ada, task)
    change_project(ada, {"overlap": 3})
    run_job(Job.objects.latest("pk").pk)
    assert request_review(ada, [task.pk], reason="Again") == 0
    assert state(task) == ("gold", "done", 0, [("music", "gold")])


def test_the_recount_tells_of_a_gold_lane_without_a_known_answer(project):
    task = make_task(project, lane="gold", stage="done", open_slots=0)
    told = [str(difference) for difference in recount_project(project)]
    assert told == [f"task {task.pk} ({task.external_id}): the known answer is missing, should be there"]
    Task.objects.all().delete()


def test_known_answers_are_told_only_to_those_who_make_them(api, project, ada, ben, rae):
    task = make_task(project)
    answered(ben, task)
    put(api, ada, task)
    told = {person.user.name: api(person.user).read(f"tasks/{task.pk}/").json()["gold"] for person in (ada, ben, rae)}
    assert (len(told["ada"]), told["ben"], told["rae"]) == (1, [], [])


def test_tasks_that_are_done_are_used_as_gold_and_the_others_passed_over(api, project, ada, ben):
    first, second, gold, open_one, held_out = make_tasks(project, 5)
    for task in (first, second, held_out):
        answered(ben, task)
    Task.objects.filter(pk=held_out.pk).update(lane="holdout")
    make_gold(ada, gold.pk, {"topic": "music"})
    ids = [first.pk, second.pk, gold.pk, open_one.pk, held_out.pk]
    body = {"task_ids": ids, "explanation": "See the guideline."}
    done = api(ada.user).send(f"projects/{project.slug}/tasks/gold/", body).json()
    assert done["tasks"] == 2
    assert {row["reason"]: row["tasks"] for row in done["skipped"]} == {"same": 1, "unfinished": 1, "holdout": 1}
    assert state(first) == ("gold", "done", 0, [("sports", "gold")])
    assert GoldAnswer.objects.get(task=second).explanation == "See the guideline."
    assert Event.objects.latest("pk").verb == "used as gold"


def test_a_label_that_can_no_longer_be_given_makes_no_gold(project, ada, ben):
    task = make_task(project)
    answered(ben, task)
    retire_option(project, "sports")
    member = Membership.objects.select_related("project__schema_version", "user").get(pk=ada.pk)
    tally = use_as_gold(member, Selection((task.pk,)))
    assert (tally.changed, tally.skipped) == (0, {"unfit": 1})


def test_many_are_used_as_gold_by_a_job(project, ada, ben, monkeypatch):
    monkeypatch.setattr(bulk_acts, "AT_ONCE", 2)
    monkeypatch.setattr(bulk_acts, "_BATCH", 2)
    tasks = make_tasks(project, 5)
    for task in tasks:
        answered(ben, task)
    job = use_as_gold(ada, Selection(None, {"stage": "done"}), explanation="So it is.")
    run_job(job.pk)
    assert Task.objects.filter(lane="gold").count() == 5
    assert set(GoldAnswer.objects.values_list("author", "explanation")) == {(ada.user_id, "So it is.")}


def test_the_pages_offer_the_final_label_set_it_and_take_it_away(client, project, ada, ben):
    task = make_task(project)
    answered(ben, task)
    client.force_login(ada.user)
    story = f"/projects/{project.slug}/data/{task.pk}/"
    assert "Set the known answer" in client.get(story).content.decode()
    page = client.get(f"{story}gold/")
    assert "Filled in from its final label" in page.content.decode()
    assert page.context["gold_config"]["answers"] == {"topic": "sports"}
    sent = client.post(f"{story}gold/", {"answers": '{"topic": "sports"}', "explanation": "A goal."})
    assert sent["Location"] == story
    told = client.get(story).content.decode()
    assert "A goal." in told
    assert "set the known answer of the task" in told
    assert "<strong>1</strong> task" in client.get(f"/projects/{project.slug}/data/?lane=gold").content.decode()
    assert client.post(f"{story}gold/", {"act": "remove"})["Location"] == story
    assert state(task)[0] == "base"


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 5000, '{"topic": "chess"}'])
def test_a_form_without_a_usable_answer_is_refused_in_its_page(client, project, ada, text):
    task = make_task(project)
    client.force_login(ada.user)
    page = client.post(f"/projects/{project.slug}/data/{task.pk}/gold/", {"answers": text, "explanation": "Kept."})
    assert page.status_code == 422
    assert "Kept." in page.content.decode()


def test_the_bulk_page_uses_as_gold(client, project, ada, ben):
    task = make_task(project)
    answered(ben, task)
    client.force_login(ada.user)
    address = f"/projects/{project.slug}/data/bulk/"
    assert "known answers" in client.get(address, {"act": "gold", "task": task.pk}).content.decode()
    client.post(address, {"act": "gold", "task": task.pk, "explanation": "So it is."})
    assert state(task)[0] == "gold"
