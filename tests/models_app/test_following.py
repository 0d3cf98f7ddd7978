"""Rubber-stamping is watched: kept suggestions beside agreement without any."""

import uuid
from typing import Any

import pytest
from django.utils import timezone

from annotations.models import AcceptedAnswer, Annotation
from models_app.following import FEWEST_TO_JUDGE, Follower, following
from projects.models import Lane, Membership, Project
from tests.factories import make_tasks

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
