"""The review circuit by its API: who reviews what, decisions, returning, levels, locks, reopening."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.conclusions.recount import recount_project
from annotations.models import Annotation, FinalLabel, Review
from annotations.reviewing.review_requests import assign_reviews, send_to_review
from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from projects.browsing.bulk_acts import Selection
from projects.membership.people import change_member, remove_member
from projects.models import Assignment, Project, Task
from projects.policies import change_project
from tests.factories import make_member, make_project, make_tasks, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(project):
    """The project, with everything reviewed once."""
    Project.objects.filter(pk=project.pk).update(review_policy="all")
    project.refresh_from_db()
    return project


def set_policy(project, **policy):
    Project.objects.filter(pk=project.pk).update(**policy)
    project.refresh_from_db()


def answered(api, member, value="sports"):
    """The member's next task, answered."""
    client = api(member.user)
    task = client.next_task(member.project)["task"]
    answer = client.answer(task["id"], {"topic": value})
    assert answer.status_code == 201, answer.content
    return Task.objects.get(pk=task["id"])


def next_review(api, member, *holding):
    return api(member.user).send(f"projects/{member.project.slug}/reviews/next/", {"holding": list(holding)}).json()


def decide(api, member, task, decision, **body):
    return api(member.user).send(f"tasks/{task.pk}/reviews/", {"key": str(uuid.uuid4()), "decision": decision, **body})


def stage_of(task):
    task.refresh_from_db()
    return task.stage


def label_of(task):
    label = FinalLabel.objects.filter(task=task).first()
    return (label.value, label.method) if label else None


def nothing_differs(project):
    assert list(recount_project(project)) == []


def test_an_accepted_answer_becomes_the_final_label(api, reviewed, ben, rae):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    assert (stage_of(task), label_of(task)) == ("review", None)
    work = next_review(api, rae)
    assert work["task"]["id"] == task.pk
    assert [row["answers"] for row in work["annotations"]] == [{"topic": "sports"}]
    answer = decide(api, rae, task, "accept")
    assert answer.status_code == 201, answer.content
    assert (stage_of(task), label_of(task)) == ("done", ("sports", "review"))
    nothing_differs(reviewed)


def test_a_fixed_answer_holds_and_the_authors_own_answer_stays_as_it_was(api, reviewed, ben, rae):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    next_review(api, rae)
    answer = decide(api, rae, task, "fix", answers={"topic": "music"}, reason="Wrong option")
    assert answer.status_code == 201, answer.content
    assert label_of(task) == ("music", "review")
    assert Annotation.objects.get(task=task).answers == {"topic": "sports"}


def test_an_answer_to_what_is_not_asked_after_the_fix_goes_with_it(api, ben, rae):
    why = {"name": "why", "kind": "text", "when": {"question": "topic", "is": "sports"}}
    question = {"name": "topic", "kind": "choice", "options": ["sports", "music"]}
    project = make_project(schema={"fields": [{"name": "text", "kind": "text"}], "questions": [question, why]})
    set_policy(project, review_policy="all")
    ben, rae = (make_member(project, role, member.user) for role, member in (("annotator", ben), ("reviewer", rae)))
    make_tasks(project, 1)
    task = Task.objects.get(pk=api(ben.user).next_task(project)["task"]["id"])
    assert api(ben.user).answer(task.pk, {"topic": "sports", "why": "a goal"}).status_code == 201
    next_review(api, rae)
    refused = decide(api, rae, task, "fix", answers={"topic": "music", "why": "a song"})
    assert refused.json()["errors"][0]["path"] == "answers.why", "what the reviewer says is not dropped in silence"
    assert decide(api, rae, task, "fix", answers={"topic": "music"}).status_code == 201
    assert dict(FinalLabel.objects.filter(task=task).values_list("question", "value")) == {"topic": "music"}


def test_what_is_returned_goes_to_its_author_with_the_reason_and_comes_back_to_the_same_reviewer(
    api, reviewed, ben, rae
):
    make_tasks(reviewed, 3)
    other_reviewer = make_member(reviewed, "reviewer", make_user("rob"))
    task = answered(api, ben)
    next_review(api, rae)
    returned = decide(api, rae, task, "return", reason="Against the guideline", comment="See “Music”.")
    assert returned.status_code == 201, returned.content
    assert stage_of(task) == "annotate"
    assert next_review(api, rae)["task"] is None
    again = api(ben.user).next_task(reviewed)
    assert again["task"]["id"] == task.pk, "what came back comes first"
    assert (again["returned"]["reason"], again["returned"]["comment"]) == ("Against the guideline", "See “Music”.")
    assert again["draft"]["answers"] == {"topic": "sports"}
    fixed = api(ben.user).answer(task.pk, {"topic": "music"}, version=again["draft"]["version"])
    assert fixed.status_code == 200, fixed.content
    assert stage_of(task) == "review"
    assert next_review(api, other_reviewer)["task"] is None, "it is for the one who returned it"
    work = next_review(api, rae)
    assert work["task"]["id"] == task.pk
    assert work["annotations"][0]["answers"] == {"topic": "music"}
    assert [row["decision"] for row in work["earlier"]] == ["return"]
    decide(api, rae, task, "accept")
    assert label_of(task) == ("music", "review")
    nothing_differs(reviewed)


def test_a_submit_brings_returned_work_once_and_the_page_finds_it_again(api, reviewed, ben, rae):
    make_tasks(reviewed, 5)
    task = answered(api, ben)
    next_review(api, rae)
    decide(api, rae, task, "return", reason="Wrong option")
    client = api(ben.user)
    first = client.next_task(reviewed)
    assert first["task"]["id"] == task.pk
    second = client.next_task(reviewed, task.pk)
    assert second["task"]["id"] != task.pk
    third = client.answer(second["task"]["id"], {"topic": "music"}, next=True).json()["next"]
    assert third["task"]["id"] not in {task.pk, second["task"]["id"]}
    assert client.next_task(reviewed)["task"]["id"] == task.pk


def test_nobody_reviews_a_task_they_answered(api, reviewed, rae):
    make_tasks(reviewed, 1)
    answered(api, rae)
    work = next_review(api, rae)
    assert work["task"] is None
    assert work["reason"]["code"] == "own_answers"


def test_two_reviewers_never_have_the_same_task_and_one_decision_wins(api, reviewed, ben, rae):
    make_tasks(reviewed, 1)
    rob = make_member(reviewed, "reviewer", make_user("rob"))
    task = answered(api, ben)
    assert next_review(api, rae)["task"]["id"] == task.pk
    assert next_review(api, rob)["reason"]["code"] == "held_by_others"
    assert decide(api, rob, task, "accept").status_code == 404
    Assignment.objects.filter(purpose="review").update(lease_expires_at="2020-01-01T00:00Z", status="expired")
    assert next_review(api, rob)["task"]["id"] == task.pk
    late = decide(api, rae, task, "fix", answers={"topic": "music"})
    assert late.status_code == 409
    assert "another reviewer has it now" in late.json()["detail"]
    assert decide(api, rob, task, "accept").status_code == 201
    too_late = decide(api, rae, task, "accept")
    assert too_late.status_code == 409
    assert "no longer waits for your review" in too_late.json()["detail"]
    assert Review.objects.count() == 1
    nothing_differs(reviewed)


def test_the_same_key_again_is_one_review(api, reviewed, ben, rae):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    next_review(api, rae)
    key = str(uuid.uuid4())
    assert decide(api, rae, task, "accept", key=key).status_code == 201
    again = decide(api, rae, task, "accept", key=key)
    assert again.status_code == 200
    assert Review.objects.count() == 1


def test_answers_that_changed_meanwhile_refuse_the_decision(api, reviewed, ben, rae):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    seen = next_review(api, rae)["annotations"][0]
    changed = api(ben.user).answer(task.pk, {"topic": "music"}, version=seen["version"])
    assert changed.status_code == 200
    refused = decide(api, rae, task, "accept", judged={str(seen["id"]): seen["version"]})
    assert refused.status_code == 409
    assert "have changed since you saw them" in refused.json()["detail"]
    assert stage_of(task) == "review"


@pytest.mark.parametrize(
    ("decision", "body", "path"),
    [
        ("return", {}, "reason"),
        ("return", {"reason": "Because"}, "reason"),
        ("return", {"reason": "Wrong option", "returned_to": [999_999]}, "returned_to"),
        ("fix", {"answers": {"topic": "sport"}}, "answers.topic"),
        ("maybe", {}, "decision"),
    ],
)
def test_a_decision_that_does_not_fit_is_refused_and_changes_nothing(api, reviewed, ben, rae, decision, body, path):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    next_review(api, rae)
    refused = decide(api, rae, task, decision, **body)
    assert refused.status_code == 422, refused.content
    assert path in [error["path"] for error in refused.json()["errors"]]
    assert stage_of(task) == "review"
    assert not Review.objects.exists()
    nothing_differs(reviewed)


def test_finished_work_is_locked_until_a_manager_reopens_it(api, reviewed, ada, ben, rae):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    next_review(api, rae)
    decide(api, rae, task, "accept")
    annotation = Annotation.objects.get(task=task)
    locked = api(ben.user).answer(task.pk, {"topic": "music"}, version=annotation.version)
    assert locked.status_code == 409
    assert "locked" in locked.json()["detail"]
    assert api(ben.user).send(f"annotations/{annotation.pk}/undo/").status_code == 409
    assert api(ada.user).send(f"tasks/{task.pk}/reopening/", {"reason": ""}).status_code == 422
    assert api(ada.user).send(f"tasks/{task.pk}/reopening/", {"reason": "The rule has changed"}).status_code == 204
    assert (stage_of(task), label_of(task)) == ("review", None)
    event = Event.objects.get(verb="reopened")
    assert (event.actor, event.after["reason"]) == (ada.user, "The rule has changed")
    assert next_review(api, rae)["task"]["id"] == task.pk
    decide(api, rae, task, "fix", answers={"topic": "politics"})
    assert label_of(task) == ("politics", "review")
    assert Review.objects.filter(task=task, is_current=True).count() == 1
    nothing_differs(reviewed)


def test_a_second_level_is_for_experts_and_comes_after_the_first(api, reviewed, ben, rae):
    set_policy(reviewed, review_levels=2)
    make_tasks(reviewed, 1)
    expert = make_member(reviewed, "reviewer", make_user("exa"), review_level=2)
    task = answered(api, ben)
    assert next_review(api, rae)["level"] == 1
    decide(api, rae, task, "accept")
    assert (stage_of(task), task.review_level) == ("review", 2)
    assert next_review(api, rae)["reason"]["code"] == "higher_level"
    assert next_review(api, expert)["level"] == 2
    decide(api, expert, task, "fix", answers={"topic": "music"})
    assert label_of(task) == ("music", "review")
    nothing_differs(reviewed)


def test_what_the_second_level_returns_comes_back_to_it_and_not_to_the_first(api, reviewed, ben, rae):
    set_policy(reviewed, review_levels=2)
    make_tasks(reviewed, 1)
    expert = make_member(reviewed, "reviewer", make_user("exa"), review_level=2)
    task = answered(api, ben)
    next_review(api, rae)
    decide(api, rae, task, "accept")
    next_review(api, expert)
    decide(api, expert, task, "return", comment="Look again")
    again = api(ben.user).next_task(reviewed)
    api(ben.user).answer(task.pk, {"topic": "music"}, version=again["draft"]["version"])
    assert (stage_of(task), task.review_level) == ("review", 2)
    assert next_review(api, expert)["task"]["id"] == task.pk
    nothing_differs(reviewed)


def test_disagreements_reach_the_reviewer_who_begins_with_what_all_agree_on(api, project, ben, rae):
    set_policy(project, review_policy="disagreements", overlap=2)
    zoe = make_member(project, "annotator", make_user("zoe"))
    first, second = make_tasks(project, 2, open_slots=2)
    for member in (ben, zoe):
        for _ in range(2):
            task = api(member.user).next_task(project)["task"]["id"]
            value = "music" if (member, task) == (zoe, second.pk) else "sports"
            api(member.user).answer(task, {"topic": value})
    assert (stage_of(first), label_of(first)) == ("done", ("sports", "consensus"))
    assert stage_of(second) == "review"
    work = next_review(api, rae)
    assert (work["task"]["id"], work["merged"], work["differing"]) == (second.pk, {}, ["topic"])
    refused = decide(api, rae, second, "accept")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["path"] == "answers.topic"
    decide(api, rae, second, "fix", answers={"topic": "music"})
    assert label_of(second) == ("music", "adjudication")
    nothing_differs(project)


def test_one_of_two_authors_may_be_asked_again(api, project, ben, rae):
    set_policy(project, review_policy="all", overlap=2)
    zoe = make_member(project, "annotator", make_user("zoe"))
    make_tasks(project, 1, open_slots=2)
    task = answered(api, ben, "sports")
    answered(api, zoe, "music")
    next_review(api, rae)
    assert decide(api, rae, task, "return", reason="Wrong option", returned_to=[zoe.user_id]).status_code == 201
    assert api(ben.user).next_task(project)["task"] is None
    again = api(zoe.user).next_task(project)
    api(zoe.user).answer(task.pk, {"topic": "sports"}, version=again["draft"]["version"])
    assert next_review(api, rae)["merged"] == {"topic": "sports"}
    nothing_differs(project)


def test_newcomers_are_reviewed_more_than_others(api, project, ben, rae):
    set_policy(
        project, review_policy="sample", review_percent=0, review_newcomer_percent=100, review_newcomer_answers=3
    )
    make_tasks(project, 5)
    stages = [stage_of(answered(api, ben)) for _ in range(5)]
    assert stages == ["review", "review", "done", "done", "done"]


def test_certain_options_are_reviewed_whatever_the_policy(api, project, ben):
    set_policy(project, review_options=["politics"])
    make_tasks(project, 2)
    assert [stage_of(answered(api, ben, value)) for value in ("sports", "politics")] == ["done", "review"]


def test_answers_that_the_model_doubts_are_reviewed(api, project, ben, monkeypatch):
    set_policy(project, review_policy="low_confidence", review_confidence_percent=40)
    make_tasks(project, 3)
    stages = []
    for value in ("sports", "music", "politics"):
        task = api(ben.user).next_task(project)["task"]["id"]
        alternatives = [{"value": "sports", "confidence": 0.5}, {"value": "politics", "confidence": 0.45}]
        suggestion = {"value": "sports", "confidence": 0.5, "alternatives": alternatives}
        Assignment.objects.filter(task=task).update(suggestions={"topic": suggestion})
        api(ben.user).answer(task, {"topic": value})
        stages.append(stage_of(Task.objects.get(pk=task)))
    assert stages == ["done", "review", "done"]


def test_an_expert_who_sees_only_what_is_assigned_sees_nothing_else(api, reviewed, ada, ben, rae):
    set_policy(reviewed, reviewers_see_assigned_only=True)
    first, second = make_tasks(reviewed, 2)
    answered(api, ben)
    answered(api, ben)
    client = api(rae.user)
    assert client.read(f"projects/{reviewed.slug}/tasks/").status_code == 403
    assert client.read(f"tasks/{first.pk}/").status_code == 404
    assert next_review(api, rae)["reason"]["code"] == "nothing_assigned"
    assert client.next_task(reviewed)["reason"]["code"] == "nothing_assigned"
    given = api(ada.user).send(
        f"projects/{reviewed.slug}/reviews/assignments/", {"task_ids": [second.pk], "to": rae.pk}
    )
    assert given.json() == {"assigned": 1, "left_out": 0}
    assert next_review(api, rae)["task"]["id"] == second.pk
    assert client.read(f"tasks/{second.pk}/").status_code == 200
    assert decide(api, rae, second, "accept").status_code == 201


@pytest.mark.parametrize(("to", "due_at", "path"), [("ben", None, "to"), ("rae", "2020-01-01T00:00:00Z", "due_at")])
def test_reviews_go_to_reviewers_and_not_into_the_past(api, reviewed, ada, ben, rae, to, due_at, path):
    (task,) = make_tasks(reviewed, 1)
    answered(api, ben)
    member = {"ben": ben, "rae": rae}[to]
    body = {"task_ids": [task.pk], "to": member.pk, "due_at": due_at}
    refused = api(ada.user).send(f"projects/{reviewed.slug}/reviews/assignments/", body)
    assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path)
    assert not Assignment.objects.filter(purpose="review").exists()


def test_a_task_of_another_project_is_not_reviewed(api, reviewed, ben, rae, eve):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    assert decide(api, eve, task, "accept").status_code == 404
    assert api(eve.user).send(f"tasks/{task.pk}/reopening/", {"reason": "x"}).status_code == 404
    assert decide(api, ben, task, "accept").status_code == 403


def test_an_undone_answer_leaves_review_and_a_suspended_reviewers_tasks_go_to_others(api, reviewed, ada, ben, rae):
    make_tasks(reviewed, 1)
    rob = make_member(reviewed, "reviewer", make_user("rob"))
    task = answered(api, ben)
    next_review(api, rae)
    change_member(ada, rae, suspended=True)
    assert next_review(api, rob)["task"]["id"] == task.pk
    api(rob.user).send(f"projects/{reviewed.slug}/reviews/release/", {"holding": [task.pk]})
    assert api(ben.user).send(f"annotations/{Annotation.objects.get().pk}/undo/").status_code == 200
    assert (stage_of(task), task.review_levels) == ("annotate", 0)
    assert next_review(api, rob)["reason"]["code"] == "all_reviewed"
    nothing_differs(reviewed)


def test_finished_work_of_a_project_without_reviews_can_be_sent_to_review(api, project, ada, ben, rae):
    tasks = make_tasks(project, 3)
    done = answered(api, ben)
    body = {"task_ids": [task.pk for task in tasks], "reason": "The guideline has changed"}
    answer = api(ada.user).send(f"projects/{project.slug}/reviews/requests/", body)
    assert (answer.status_code, answer.json()["tasks"]) == (200, 1)
    assert answer.json()["skipped"] == [{"reason": "unfinished", "tasks": 2}]
    assert (stage_of(done), label_of(done)) == ("review", None)
    version = Annotation.objects.get(task=done).version
    assert api(ben.user).answer(done.pk, {"topic": "music"}, version=version).status_code == 200
    assert stage_of(done) == "review", "a changed answer is still to be reviewed"
    assert next_review(api, rae)["task"]["id"] == done.pk
    nothing_differs(project)


def test_finished_work_is_sent_to_review_by_filter_too_but_never_without_a_reason_or_another_projects(
    api, project, ada, ben, eve
):
    make_tasks(project, 2)
    done = [answered(api, ben), answered(api, ben)]
    url, client = f"projects/{project.slug}/reviews/requests/", api(ada.user)
    for body in ({"filter": {}}, {"filter": {}, "reason": " "}, {"reason": "both or none"}):
        assert client.send(url, body).status_code == 422
    hers = make_tasks(eve.project, 1)[0]
    assert client.send(url, {"task_ids": [done[0].pk, hers.pk], "reason": "x"}).status_code == 404
    assert client.send(url, {"filter": {"stage": "done"}, "reason": "Once more"}).json()["tasks"] == 2
    assert [(stage_of(task), label_of(task)) for task in done] == [("review", None)] * 2
    events = Event.objects.filter(verb="reopened", object_type="task").order_by("object_id")
    assert [(event.object_id, event.before, event.after["reason"]) for event in events] == [
        (task.pk, {"stage": "done"}, "Once more") for task in sorted(done, key=lambda task: task.pk)
    ]
    assert not Event.objects.filter(verb="").exists()
    nothing_differs(project)


def test_many_are_sent_to_review_by_a_job_that_loses_and_doubles_nothing(api, project, ada, ben, monkeypatch):
    monkeypatch.setattr("projects.browsing.bulk_acts.AT_ONCE", 2)
    monkeypatch.setattr("projects.browsing.bulk_acts._BATCH", 2)
    monkeypatch.setattr("labelplatform.jobs.running.JobRun.time_is_up", lambda run: True)  # one batch a slice
    make_tasks(project, 6)
    for _ in range(5):
        answered(api, ben)
    url = f"projects/{project.slug}/reviews/requests/"
    answer = api(ada.user).send(url, {"filter": {}, "reason": "Once more"})
    assert answer.status_code == 202
    job = Job.objects.get(pk=answer.json()["job"]["id"])
    for _ in range(4):
        run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["changed"], job.result["skipped"]) == ("done", 5, {"unfinished": 1})
    assert Task.objects.filter(stage="review").count() == 5
    assert Event.objects.filter(verb="reopened").count() == 5
    nothing_differs(project)


def test_forty_tasks_are_sent_to_review_by_as_many_queries_as_ten(api, project, ada, ben):
    counts = []
    for many in (10, 40):
        make_tasks(project, many)
        ids = [answered(api, ben).pk for _ in range(many)]
        with CaptureQueriesContext(connection) as asked:
            send_to_review(ada, Selection(tuple(ids)), reason="Once more")
        counts.append(len(asked))
    assert counts[0] == counts[1]


ways_to_leave = pytest.mark.parametrize(
    "leave",
    [
        lambda ada, rae: remove_member(ada, rae),
        lambda ada, rae: change_member(ada, rae, suspended=True),
        lambda ada, rae: change_member(ada, rae, role="annotator"),
    ],
    ids=["removed", "suspended", "reviews no more"],
)


@ways_to_leave
def test_reviews_that_were_given_to_somebody_who_leaves_are_free_for_others(api, reviewed, ada, ben, rae, leave):
    make_tasks(reviewed, 2)
    rob = make_member(reviewed, "reviewer", make_user("rob"))
    tasks = [answered(api, ben), answered(api, ben)]
    assign_reviews(ada, [task.pk for task in tasks], rae)
    assert next_review(api, rae)["task"] is not None, "one is in hand, the other waits"
    assert next_review(api, rob)["task"] is None
    leave(ada, rae)
    held = next_review(api, rob)["task"]["id"]
    assert next_review(api, rob, held)["task"]["id"] in {task.pk for task in tasks} - {held}
    nothing_differs(reviewed)


@ways_to_leave
def test_what_a_reviewer_sent_back_before_leaving_is_reviewed_by_others_once_it_is_mended(
    api, reviewed, ada, ben, rae, leave
):
    make_tasks(reviewed, 1)
    rob = make_member(reviewed, "reviewer", make_user("rob"))
    task = answered(api, ben)
    next_review(api, rae)
    decide(api, rae, task, "return", reason="Wrong option")
    leave(ada, rae)
    api(ben.user).next_task(reviewed)
    answered_again = api(ben.user).answer(task.pk, {"topic": "music"}, version=1)
    assert answered_again.status_code in {200, 201}, answered_again.json()
    assert next_review(api, rob)["task"]["id"] == task.pk
    decide(api, rob, task, "accept")
    assert label_of(task) == ("music", "review")
    nothing_differs(reviewed)


def test_what_a_smaller_overlap_finishes_is_reviewed_as_well(api, project, ada, ben):
    set_policy(project, review_policy="all", overlap=2)
    make_tasks(project, 1, open_slots=2)
    task = answered(api, ben)
    change_project(ada, {"overlap": 1})
    run_job(Job.objects.get(kind="restage_tasks").pk)
    assert (stage_of(task), label_of(task)) == ("review", None)
    nothing_differs(project)


def test_what_was_returned_to_somebody_who_leaves_waits_for_the_reviewer_again(api, reviewed, ada, ben, rae):
    make_tasks(reviewed, 1)
    task = answered(api, ben)
    next_review(api, rae)
    decide(api, rae, task, "return", reason="Wrong option")
    remove_member(ada, ben)
    assert stage_of(task) == "review"
    assert next_review(api, rae)["task"]["id"] == task.pk
    decide(api, rae, task, "fix", answers={"topic": "music"})
    assert label_of(task) == ("music", "review")
    nothing_differs(reviewed)
