"""What a member's answers say about their work, for their page and for themselves. Never a ranking."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import TruncDate

from annotations.conclusions.agreement import agreement_with_others
from annotations.models import Annotation, AnnotationStatus
from labelplatform.accounts.models import User
from labelplatform.week import day_start
from projects.models import Membership
from projects.panels import AgreementWithOthers, DayOfWork, WorkHistory

SHOWN_DAYS = 28
_SAMPLE = 500


def last_answers(project_id: int, user_ids: list[int]) -> dict[int, datetime]:
    """When each of these people submitted their last answer: one probe of the history's index for each."""
    own = Annotation.objects.filter(project_id=project_id, author=OuterRef("pk"), submitted_at__isnull=False)
    last = Subquery(own.order_by("-submitted_at", "-id").values("submitted_at")[:1])
    rows = User.objects.filter(pk__in=user_ids).annotate(last_at=last).values_list("pk", "last_at")
    return {user_id: at for user_id, at in rows if at is not None}


def history_of(member: Membership, user: Any) -> WorkHistory:
    """What a person submitted in the member's project on each of the last days, and how far others agree."""
    return WorkHistory(_days(member.project_id, user), _agreement(member, user))


def _days(project_id: int, user: Any) -> list[DayOfWork]:
    first = day_start() - timedelta(days=SHOWN_DAYS - 1)
    own = Annotation.objects.filter(
        project_id=project_id, author=user, submitted_at__gte=first, status=AnnotationStatus.SUBMITTED
    )
    rows = own.annotate(day=TruncDate("submitted_at")).order_by().values_list("day")
    found = {day: (count, seconds) for day, count, seconds in rows.annotate(Count("id"), Sum("active_seconds"))}
    days = [(first + timedelta(days=number)).date() for number in range(SHOWN_DAYS)]
    return [DayOfWork(day, *found.get(day, (0, 0.0))) for day in days]


def _agreement(member: Membership, user: Any) -> list[AgreementWithOthers]:
    """On the person's latest tasks that others answered, too."""
    submitted = Annotation.objects.filter(project_id=member.project_id, status=AnnotationStatus.SUBMITTED)
    own = dict(submitted.filter(author=user).order_by("-submitted_at").values_list("task_id", "answers")[:_SAMPLE])
    others: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for task_id, answers in submitted.filter(task_id__in=own).exclude(author=user).values_list("task_id", "answers"):
        others[task_id].append(answers)
    opinion = member.project.schema.opinion
    tasks = [(opinion(answers), [opinion(one) for one in others[task_id]]) for task_id, answers in own.items()]
    found = []
    for question in member.project.schema.questions:
        agreement = agreement_with_others(question, tasks)
        if agreement is None:
            why_not = _why_not(member, bool(own))
            found.append(AgreementWithOthers(question.name, question.title, why_not=why_not))
        else:
            interval = (agreement.value, agreement.low, agreement.high)
            found.append(AgreementWithOthers(question.name, question.title, *interval, n_tasks=agreement.n))
    return found


def _why_not(member: Membership, has_answered: bool) -> str:
    if not has_answered:
        return "they have not answered anything yet"
    if member.project.overlap < 2:
        return "only one person is asked for each task"
    return "nobody else has answered the same tasks yet"
