"""Rubber-stamping is watched: kept suggestions beside agreement without any."""

import uuid
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotations.models import AcceptedAnswer, Annotation
from models_app.following import FEWEST_TO_JUDGE, Follower, following
from models_app.models import ModelVersion
from projects.models import Lane, Membership, Project, Task
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import label, make_learning_project, topic_of, train

pytestmark = pytest.mark.django_db


def answer(member: Membership, n: int, *, agrees: int, lane: str = "base", confidence: float = 0.6) -> None:
    """``n`` answers, ``agrees`` of which say what the model says; it shows that on tasks of the base lane only."""
    for number, task in enumerate(make_tasks(member.project, n, lane=lane)):
        said = "music" if number < agrees else "sports"
        shown: dict[str, Any] = {"topic": {"value": "music", "confidence": confidence}} if lane == Lane.BASE else {}
        Annotation.objects.create(
            task=task,
            project=member.project,
            author=member.user,
            key=uuid.uuid4(),
            status="submitted",
            answers={"topic": said},
            suggestions=shown,
            active_seconds=2.0 if shown else 6.0,
            schema_version=member.project.current_schema_version,
            submitted_at=timezone.now(),
        )
        if lane == Lane.AUDIT:
            AcceptedAnswer.objects.create(
                task=task,
                project=member.project,
                question="topic",
                value="music",
                confidence=0.97,
                source="builtin/topic@1",
                run_id=1,
                is_audited=True,
                schema_version=member.project.current_schema_version,
            )


def seen(project: Project) -> Follower:
    [one] = following(project, project.schema.questions[0])
    return one


def test_who_keeps_more_than_they_agree_unaided_follows(project: Project, ben: Membership) -> None:
    answer(ben, 60, agrees=60)
    answer(ben, 40, agrees=24, lane=Lane.AUDIT)
    one = seen(project)
    assert one.verdict == "follows"
    assert one.kept is not None
    assert one.unaided is not None
    assert (one.kept.n, one.unaided.n) == (60, 40)
    assert one.expected == pytest.approx(0.6)
    assert (one.kept_seconds, one.unaided_seconds) == (2.0, 6.0)


def test_who_keeps_what_the_model_is_right_about_is_in_line(project: Project, ben: Membership) -> None:
    answer(ben, 60, agrees=40)
    answer(ben, 40, agrees=39, lane=Lane.AUDIT)
    assert seen(project).verdict == "in_line"


def test_few_answers_judge_nobody(project: Project, ben: Membership) -> None:
    answer(ben, FEWEST_TO_JUDGE - 1, agrees=FEWEST_TO_JUDGE - 1)
    answer(ben, 40, agrees=5, lane=Lane.AUDIT)
    one = seen(project)
    assert one.verdict == "not_defined"
    assert one.because == "Only 29 suggestions were on screen; 30 are needed."


def test_without_unaided_answers_nothing_is_said(project: Project, ben: Membership) -> None:
    answer(ben, 60, agrees=60)
    assert seen(project).because == "Only 0 answers were given unaided; 30 are needed."


def test_keeping_all_of_what_the_model_is_torn_about_is_following_even_for_who_agrees_elsewhere(
    project: Project, ben: Membership
) -> None:
    answer(ben, 60, agrees=60)
    answer(ben, 40, agrees=39, lane=Lane.AUDIT)
    assert seen(project).verdict == "follows"


def test_answers_on_the_holdout_are_held_against_what_the_model_says_there(client: Client) -> None:
    project, tasks = make_learning_project(120, n_holdout=40)
    label(tasks)
    assert train(project).state == "done"
    ben = make_member(project, "annotator")
    for task in tasks[:40]:
        Annotation.objects.create(
            task=task,
            project=project,
            author=ben.user,
            key=uuid.uuid4(),
            status="submitted",
            answers={"topic": topic_of(task.content.data["text"])},
            schema_version=project.current_schema_version,
            submitted_at=timezone.now(),
        )
    Task.objects.filter(project=project).update(stage="done")
    one = seen(project)
    version = ModelVersion.objects.active().get(project=project)
    assert one.unaided is not None
    assert one.unaided.n == 40
    assert one.unaided.value == version.metrics["holdout"]["accuracy"]["value"]
    assert one.unaided_expected is not None
    assert 0 < one.unaided_expected <= 1
    client.force_login(make_member(project, "manager").user)
    page = client.get(f"/projects/{project.slug}/models/prelabels/")
    assert page.context["following"] == [one]


# A suggestion, what counts as keeping it, and what does not: by what each kind takes for the same answer.
def _span(start: int, end: int, label: str, name: str, **more: Any) -> dict[str, Any]:
    part = {"start": start, "end": end, "text": TEXT[start:end]}
    return {"id": name, "parts": [part], "label": label, **more}


TEXT = "Ann met Bob in Rome"
ENTITIES = {"name": "names", "kind": "spans", "options": ["person", "place"]}
OWN = [_span(0, 3, "person", "x1"), _span(8, 11, "person", "x2"), _span(15, 19, "place", "x3")]
SUGGESTED = [{**span, "id": f"s{number}", "confidence": 0.8} for number, span in enumerate(OWN, 1)]
KINDS: dict[str, tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any], dict[str, Any], Any]] = {
    "choices": (
        {"kind": "choices", "options": ["a", "b", "c"]},
        [],
        {"q": ["a", "b"]},
        {"q": ["b", "a"]},
        ["a"],
    ),
    "spans": ({"kind": "spans", "options": ["person", "place"]}, [], {"q": SUGGESTED}, {"q": OWN}, OWN[:2]),
    "relations": (
        {"kind": "relations", "between": "names", "options": ["knows"]},
        [ENTITIES],
        {"names": SUGGESTED, "q": [{"id": "m1", "from": "s1", "to": "s2", "label": "knows"}]},
        {"names": OWN, "q": [{"id": "r7", "from": "x1", "to": "x2", "label": "knows"}]},
        [{"id": "r7", "from": "x1", "to": "x3", "label": "knows"}],
    ),
    "chains": (
        {"kind": "chains", "of": "names"},
        [ENTITIES],
        {"names": SUGGESTED, "q": [{"id": "c1", "members": ["s1", "s2"]}]},
        {"names": OWN, "q": [{"id": "c4", "members": ["x2", "x1"]}]},
        [{"id": "c4", "members": ["x1", "x3"]}],
    ),
    "repeated": (
        {"kind": "choice", "options": ["a", "b"], "on": "talk", "per": "turn"},
        [],
        {"q": {"1": "a"}},
        {"q": {"1": "a", "2": "b"}},
        {"1": "b", "2": "b"},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_the_same_answer_is_kept_whatever_the_kind(kind: str) -> None:
    definition, before, suggested, kept, other = KINDS[kind]
    fields = [{"name": "text", "kind": "text"}, {"name": "talk", "kind": "dialogue", "required": False}]
    project = make_project(schema={"fields": fields, "questions": [*before, {"name": "q", **definition}]})
    ben = make_member(project, "annotator")
    shown = {name: {"value": value, "confidence": 0.7} for name, value in suggested.items()}
    for number, task in enumerate(make_tasks(project, texts=[TEXT] * 3)):
        Annotation.objects.create(
            task=task,
            project=project,
            author=ben.user,
            key=uuid.uuid4(),
            status="submitted",
            answers=kept if number < 2 else {**kept, "q": other},
            suggestions=shown,
            schema_version=project.current_schema_version,
            submitted_at=timezone.now(),
        )
    [one] = following(project, project.schema.questions_by_name["q"])
    assert one.kept is not None
    assert (one.kept.value, one.kept.n) == (pytest.approx(2 / 3), 3)
