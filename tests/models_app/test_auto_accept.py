"""Auto-accept from end to end: proven on the holdout, audited by people, withdrawn by one act."""

import uuid
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from annotations.conclusions.recount import recount_project
from annotations.models import AcceptedAnswer, FinalLabel
from labelplatform.events.models import Event
from labelplatform.refusals import Conflict, Refusal
from models_app.acceptance.attention import paused_acceptance
from models_app.acceptance.facts import prelabel_facts
from models_app.acceptance.policies import change_policy, policy_of
from models_app.acceptance.watching import consider_acceptance
from models_app.acceptance.withdrawing import request_withdrawal
from models_app.models import AcceptanceRun, ModelVersion
from models_app.receivers import on_schema_changed
from models_app.rounds.labels import read_labels
from models_app.rounds.learnable import learnable_questions
from models_app.rounds.triggers import count_labels
from projects.history.undoing import undo_event
from projects.models import Assignment, Lane, Membership, Project, SchemaVersion, Stage, Task
from projects.schema_change.schema_changes import change_schema
from tests.conftest import ApiClient
from tests.factories import make_member, make_user
from tests.models_app.acceptance import accept, in_lane, make_sure_project, manager_of, work
from tests.models_app.learning import label, make_learning_project, run_jobs, topic_of, train

pytestmark = pytest.mark.django_db

Api = Callable[[Any], ApiClient]


def differences(project: Project) -> list[str]:
    """What ``check_queue`` finds, but for the tasks that this test's factory labeled without people."""
    made_up = set(
        FinalLabel.objects.filter(project=project, method="single", derived_from=[]).values_list("task", flat=True)
    )
    return [str(one) for one in recount_project(Project.objects.get(pk=project.pk)) if one.task_id not in made_up]


def staging(project: Project) -> dict[int, tuple[str, int]]:
    rows = Task.objects.filter(project=project).values_list("pk", "stage", "open_slots")
    return {pk: (stage, open_slots) for pk, stage, open_slots in rows}


def auto_labels(project: Project) -> dict[int, Any]:
    labels = FinalLabel.objects.filter(project=project, method="auto_accept")
    return dict(labels.values_list("task_id", "value"))


def answer_audits(api: Api, project: Project, value: str = "") -> list[int]:
    """A person works through the audit, rightly or with ``value``."""
    ben = make_member(project, "annotator", make_user("ben"))
    client, answered = api(ben.user), []
    others = Task.objects.filter(project=project, open_slots__gt=0).exclude(lane=Lane.AUDIT)
    others.update(stage=Stage.EXCLUDED, open_slots=0)
    while (given := client.next_task(project))["task"] is not None:
        assert given["predictions"] == {}
        task = given["task"]
        client.answer(task["id"], {"topic": value or topic_of(task["data"]["text"])})
        answered.append(task["id"])
    return answered


def test_it_is_off_until_somebody_turns_it_on() -> None:
    project, _ = make_sure_project()
    consider_acceptance(project.pk)
    assert run_jobs("accept_answers") == []
    assert auto_labels(project) == {}


def test_sure_answers_become_final_labels_and_leave_the_queue() -> None:
    project, waiting = make_sure_project()
    ada = manager_of(project)
    accept(ada)
    labels = auto_labels(project)
    accepted, audited = in_lane(project, Lane.ACCEPTED), in_lane(project, Lane.AUDIT)
    assert len(accepted) > 20
    assert len(audited) >= 5
    assert set(labels) == {task.pk for task in accepted}
    assert {task.stage for task in accepted} == {Stage.DONE}
    assert {task.stage for task in audited} == {Stage.ANNOTATE}
    assert {task.pk for task in [*accepted, *audited]} <= {task.pk for task in waiting}
    assert all(labels[task.pk] == topic_of(task.content.data["text"]) for task in accepted)
    run = AcceptanceRun.objects.get(project=project)
    assert (run.n_accepted, run.n_audited) == (len(accepted), len(audited))
    assert run.sources == {"topic": "builtin/topic@1"}
    assert Event.objects.filter(verb="accepted answers", object_id=run.pk).exists()
    assert differences(project) == []


def test_without_proof_nothing_is_accepted_and_the_page_says_how_many_labels_are_missing() -> None:
    project, tasks = make_learning_project(200, n_holdout=40)
    label(tasks[:130])
    train(project)
    ada = manager_of(project)
    accept(ada)
    assert auto_labels(project) == {}
    facts = prelabel_facts(ada, project.schema.questions[0])
    assert facts.chosen is not None
    [group] = facts.chosen.groups
    assert (group.threshold, group.n) == (None, 40)
    assert group.shortfall >= 72 - 40
    assert "no threshold that proves 95 %" in facts.waits_for


def test_what_people_have_touched_is_left_alone(api: Api) -> None:
    project, waiting = make_sure_project()
    ada = manager_of(project)
    ben = make_member(project, "annotator", make_user("ben"))
    held = api(ben.user).next_task(project)["task"]["id"]
    skipped = api(ben.user).next_task(project, held)["task"]["id"]
    api(ben.user).send(f"tasks/{skipped}/skip/", {"key": str(uuid.uuid4()), "reason": "unclear"})
    accept(ada)
    touched = AcceptedAnswer.objects.filter(task__in=[held, skipped])
    assert not touched.exists()
    assert AcceptedAnswer.objects.filter(task__in=waiting).exists()
    assert differences(project) == []


def test_holdout_and_gold_tasks_are_never_accepted() -> None:
    project, waiting = make_sure_project()
    Task.objects.filter(pk__in=[task.pk for task in waiting[:10]]).update(lane=Lane.HOLDOUT)
    accept(manager_of(project))
    assert not AcceptedAnswer.objects.filter(task__in=waiting[:10]).exists()
    assert not AcceptedAnswer.objects.filter(task__lane__in=[Lane.HOLDOUT, Lane.GOLD]).exists()


def test_models_never_learn_from_what_was_accepted_nor_from_its_audit(api: Api) -> None:
    project, _ = make_sure_project()
    [question] = learnable_questions(project)
    before = count_labels(project.pk, question).n
    accept(manager_of(project))
    answer_audits(api, project)
    assert count_labels(project.pk, question).n == before
    train(project)
    newest = ModelVersion.objects.of_question(project.pk, "topic").first()
    assert newest is not None
    assert newest.trained_on == before
    assert newest.metrics["holdout"]["score"]["n"] == 150


def test_labels_given_while_a_model_accepts_do_not_stand_for_the_pool() -> None:
    """They are of the tasks that it was not sure of: confidences fitted on them would be too modest."""
    project, waiting = make_sure_project()
    [question] = learnable_questions(project)
    accept(manager_of(project))
    left = [task for task in waiting if Task.objects.get(pk=task.pk).lane == Lane.BASE][:5]
    label(left)

    class Everything:
        def positions_of(self, task_ids: Any) -> Any:
            return task_ids

    labels = read_labels(project, question, Everything())  # type: ignore[arg-type]
    drawn = dict(zip(labels.training.task_ids.tolist(), labels.is_random.tolist(), strict=True))
    assert [drawn[task.pk] for task in left] == [False] * len(left)
    assert sum(drawn.values()) == 90


def test_a_persons_answer_wins_over_an_accepted_one(api: Api) -> None:
    project, _ = make_sure_project()
    ada = manager_of(project)
    ben = make_member(project, "annotator", make_user("ben"))
    late = api(ben.user).next_task(project)["task"]["id"]
    Assignment.objects.filter(task=late).update(status="expired", lease_expires_at=None)
    Task.objects.filter(pk=late).update(open_slots=1)
    accept(ada)
    assert Task.objects.get(pk=late).lane in {Lane.ACCEPTED, Lane.AUDIT}
    Task.objects.filter(pk=late).update(lane=Lane.ACCEPTED)
    AcceptedAnswer.objects.filter(task=late).update(is_audited=False)
    assert api(ben.user).answer(late, {"topic": "music"}).status_code == 201
    found = FinalLabel.objects.get(task=late)
    assert (found.value, found.method) == ("music", "single")
    assert Task.objects.get(pk=late).lane == Lane.BASE
    assert differences(project) == []


def test_a_run_is_taken_back_by_one_act() -> None:
    project, waiting = make_sure_project()
    ada = manager_of(project)
    before = {
        task.pk: (task.lane, task.rank, task.stage, task.open_slots) for task in Task.objects.filter(project=project)
    }
    accept(ada)
    run = AcceptanceRun.objects.get(project=project)
    request_withdrawal(ada, run)
    work(project)
    after = {
        task.pk: (task.lane, task.rank, task.stage, task.open_slots) for task in Task.objects.filter(project=project)
    }
    touched = {task.pk for task in waiting}
    assert {pk: row[2:] for pk, row in after.items()} == {pk: row[2:] for pk, row in before.items()}
    assert {after[pk][0] for pk in touched} <= {Lane.BASE, Lane.SELECTED}
    assert auto_labels(project) == {}
    assert not AcceptedAnswer.objects.filter(project=project).exists()
    assert differences(project) == []
    assert not policy_of(project, "topic").accepts  # or the next model would accept the same again
    consider_acceptance(project.pk)
    assert run_jobs("accept_answers") == []
    with pytest.raises(Conflict):
        request_withdrawal(ada, run)


def test_taking_back_keeps_what_people_said_in_the_audit(api: Api) -> None:
    project, _ = make_sure_project()
    ada = manager_of(project)
    accept(ada)
    audited = answer_audits(api, project)
    request_withdrawal(ada, AcceptanceRun.objects.get(project=project))
    work(project)
    assert FinalLabel.objects.filter(task__in=audited, method="single").count() == len(audited) > 0
    assert {task.lane for task in Task.objects.filter(pk__in=audited)} == {Lane.BASE}
    assert differences(project) == []


def test_audits_tell_how_right_it_is(api: Api) -> None:
    project, _ = make_sure_project()
    ada = manager_of(project)
    accept(ada)
    audited = answer_audits(api, project)
    facts = prelabel_facts(ada, project.schema.questions[0])
    assert facts.live is not None
    assert (facts.live.value, facts.live.n) == (1.0, len(audited))
    assert facts.misses == []


def test_it_pauses_itself_when_people_disagree_and_says_why(api: Api) -> None:
    project, _ = make_sure_project()
    ada = manager_of(project)
    accept(ada, audit_percent=50)
    answer_audits(api, project, "music")
    consider_acceptance(project.pk)
    policy = policy_of(project, "topic")
    assert "below the target of 95 %" in policy.paused_because
    [item] = paused_acceptance(ada)
    assert "Auto-accept of “topic” has paused" in item.text
    assert Event.objects.filter(verb="paused", object_type="prelabelpolicy").count() == 1
    consider_acceptance(project.pk)
    assert run_jobs("accept_answers") == []
    change_policy(ada, "topic", {"accepts": True})  # a new watch: only later audits count
    assert policy_of(project, "topic").paused_because == ""
    assert prelabel_facts(ada, project.schema.questions[0]).live is None


def test_an_option_can_be_kept_from_it() -> None:
    project, _ = make_sure_project()
    accept(manager_of(project), options={"music": {"accept_from": None}})
    assert set(auto_labels(project).values()) == {"sports", "politics"}


def test_a_task_stays_with_people_while_another_question_has_to_be_answered() -> None:
    schema = {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [
            {
                "name": "topic",
                "kind": "choice",
                "on": "text",
                "options": [{"value": one} for one in ("sports", "politics", "music")],
            },
            {"name": "why", "kind": "text", "on": "text"},
        ],
    }
    project, tasks = make_learning_project(300, n_holdout=150, schema=schema)
    label(tasks[:240])
    train(project)
    ada = manager_of(project)
    accept(ada)
    assert auto_labels(project) == {}
    assert "“why”" in prelabel_facts(ada, project.schema.questions[0]).waits_for
    with pytest.raises(Refusal, match="not right"):
        change_policy(ada, "why", {"accepts": True})


def test_another_option_withdraws_what_was_accepted_and_a_new_title_does_not() -> None:
    project, _ = make_sure_project()
    ada = make_member(project, "admin", make_user("ada"))
    accept(ada)
    accepted = auto_labels(project)
    definition = deepcopy(project.current_schema_version.definition)
    definition["questions"][0]["title"] = "Which topic?"
    change_schema(Membership.objects.get(pk=ada.pk), definition)
    on_schema_changed(None, project_id=project.pk)
    work(project)
    assert auto_labels(project) == accepted
    assert differences(project) == []
    definition["questions"][0]["options"].append({"value": "travel"})
    change_schema(Membership.objects.get(pk=ada.pk), definition)
    on_schema_changed(None, project_id=project.pk)
    work(project)
    assert auto_labels(project) == {}
    assert in_lane(project, Lane.ACCEPTED) == []
    assert in_lane(project, Lane.AUDIT) == []
    assert SchemaVersion.objects.filter(project=project).count() == 3
    assert differences(project) == []


def test_a_policy_change_can_be_undone(project: Project, ada: Membership) -> None:
    change_policy(ada, "topic", {"target_percent": 98})
    event = Event.objects.get(verb="changed", object_type="prelabelpolicy")
    undo_event(ada, event.pk)
    assert policy_of(project, "topic").target_percent == 95


@pytest.mark.parametrize(
    "changes",
    [
        {"target_percent": 12},
        {"audit_percent": 0},
        {"audit_percent": True},
        {"show_from": float("nan")},
        {"preselect_from": 2},
        {"accepts": 1},
        {"options": {"opera": {"show_from": 0.5}}},
        {"options": {"music": {"loud": 1}}},
        {"options": ["music"]},
        {"colour": "red"},
    ],
)
def test_nonsense_is_refused_by_name(ada: Membership, changes: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        change_policy(ada, "topic", changes)
    assert refused.value.errors[0]["path"].split(".")[0] in changes
