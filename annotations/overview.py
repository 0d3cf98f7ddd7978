"""What answers say about a project on its overview and on people's own pages."""

import math
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Max, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from annotations.models import Annotation, AnnotationStatus, Comment, CommentKind
from annotations.progress import task_counts
from labelplatform.charts import Part, day_bars, parts_of_a_whole
from projects.models import Membership, Project, Stage, Task
from projects.navigation import tasks_url
from projects.panels import Attention, MemberWork, OwnWork, Panel, Place

PACE_DAYS = 7
SHOWN_DAYS = 14
_KEEP_SECONDS = 15
_AGREEMENT_SAMPLE = 500


def own_work(user: Any, project_ids: list[int], week_start: datetime, day_start: datetime) -> dict[int, OwnWork]:
    """What a person submitted in each project this week, and the drafts they left."""
    rows = (
        Annotation.objects.filter(project_id__in=project_ids, author=user)
        .filter(Q(submitted_at__gte=week_start) | Q(status=AnnotationStatus.DRAFT))
        .values("project_id")
        .annotate(
            week=Count("id", filter=Q(submitted_at__gte=week_start)),
            today=Count("id", filter=Q(submitted_at__gte=day_start)),
            seconds=Sum("active_seconds", filter=Q(submitted_at__gte=week_start)),
            drafts=Count("id", filter=Q(status=AnnotationStatus.DRAFT)),
        )
    )
    return {row["project_id"]: OwnWork(row["today"], row["week"], row["seconds"] or 0.0, row["drafts"]) for row in rows}


def member_work(project_id: int, since: datetime, user_ids: list[int] | None = None) -> dict[int, MemberWork]:
    """What each member submitted since then; only these people where ``user_ids`` is given."""
    submitted = Annotation.objects.filter(project_id=project_id, submitted_at__gte=since)
    if user_ids is not None:
        submitted = submitted.filter(author_id__in=user_ids)
    rows = submitted.values("author_id").annotate(
        count=Count("id"), seconds=Sum("active_seconds"), last_at=Max("submitted_at")
    )
    return {row["author_id"]: MemberWork(row["count"], row["seconds"] or 0.0, row["last_at"]) for row in rows}


def how_far_panel(member: Membership) -> Panel:
    """How many tasks are done, when the rest will be, and how many answers came each day."""
    project = member.project
    counts = task_counts(project.pk)
    days = _answers_by_day(project.pk)
    # tasks with an overlap of their own are few
    answers_a_task = 1 + (project.overlap - 1) * project.overlap_percent / 100
    left = math.ceil((counts["total"] - counts["done"] - counts["review"]) * answers_a_task)
    parts = [
        Part("done", "done", counts["done"], tasks_url(member, stage="done")),
        *(
            [Part("review", "in review", counts["review"], tasks_url(member, stage="review"))]
            if counts["review"] or project.has_review_policy
            else []
        ),
        Part("open", "to do", counts["total"] - counts["done"] - counts["review"], tasks_url(member, stage="annotate")),
    ]
    return Panel(
        Place.HOW_FAR,
        "annotations/_how_far.html",
        {
            "counts": counts,
            "share": counts["done"] / counts["total"] if counts["total"] else None,
            "parts": parts_of_a_whole(parts),
            "days_left": days_left(left, days, timezone.now().date()),
            "bars": day_bars(days),
        },
    )


def days_left(answers_left: int, counts: list[tuple[Any, int]], today: Any) -> int | None:
    """Days until the last answer at the pace of the last week; None while there is no pace.

    The week counts from its first day with answers, so that a project begun yesterday is not called slow.

    >>> from datetime import date
    >>> days_left(100, [(date(2026, 1, 1), 0), (date(2026, 1, 2), 30), (date(2026, 1, 3), 20)], date(2026, 1, 3))
    4
    """
    week = [(day, count) for day, count in counts if day > today - timedelta(days=PACE_DAYS)]
    first = next((day for day, count in week if count), None)
    if first is None or answers_left <= 0:
        return None
    pace = sum(count for _, count in week) / ((today - first).days + 1)
    return -int(-answers_left // pace)


def _answers_by_day(project_id: int) -> list[tuple[Any, int]]:
    """Submitted answers of the last days, oldest first, days without any included."""
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in reversed(range(SHOWN_DAYS))]

    def count() -> dict[Any, int]:
        submitted = Annotation.objects.filter(project_id=project_id, submitted_at__date__gte=days[0])
        rows = submitted.annotate(day=TruncDate("submitted_at")).values_list("day").annotate(count=Count("id"))
        return dict(rows.order_by("day"))

    key = f"answers-by-day:{project_id}:{today}"
    found = cache.get_or_set(key, count, _KEEP_SECONDS) or {}
    return [(day, found.get(day, 0)) for day in days]


def who_panel(member: Membership) -> Panel:
    """Who worked today, and how fast."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    work = member_work(member.project_id, midnight)
    people = Membership.objects.filter(project_id=member.project_id, user_id__in=work).select_related("user")
    rows: list[dict[str, Any]] = [
        {"person": person.user, "work": work[person.user_id], "url": tasks_url(member, by=person.user_id)}
        for person in people
    ]
    rows.sort(key=lambda row: str(row["person"]))
    return Panel(Place.WHO, "annotations/_who.html", {"rows": rows, "total": sum(row["work"].count for row in rows)})


def agreement_panel(member: Membership) -> Panel | None:
    """How often two people agree, where several are asked."""
    project = member.project
    if not _asks_several(project):
        return None
    found = cache.get_or_set(f"agreement:{project.pk}", lambda: _agreement(member), 4 * _KEEP_SECONDS)
    return Panel(Place.HOW_GOOD, "annotations/_agreement.html", {"questions": found})


def _asks_several(project: Project) -> bool:
    """Whether any task goes to more than one person, by the project's overlap or by one of its own."""
    if project.overlap > 1 and project.overlap_percent:
        return True
    own = Task.objects.filter(project=project, overlap__gt=1)
    return bool(cache.get_or_set(f"own-overlap:{project.pk}", own.exists, 20 * _KEEP_SECONDS))


def _agreement(member: Membership) -> list[dict[str, Any]]:
    """Mean pairwise agreement per question on the latest tasks that several people answered."""
    submitted = Annotation.objects.filter(project_id=member.project_id, status=AnnotationStatus.SUBMITTED)
    recent = list(submitted.order_by("-submitted_at").values_list("task_id", flat=True)[: 2 * _AGREEMENT_SAMPLE])
    answers: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for task_id, given in submitted.filter(task_id__in=set(recent)).values_list("task_id", "answers"):
        answers[task_id].append(member.project.schema.opinion(given))
    found = []
    for question in member.project.schema.questions:
        shares = [share for given in answers.values() if (share := _pairwise(question, given)) is not None]
        share = sum(shares) / len(shares) if shares else None
        found.append({"title": question.title, "share": share, "n_tasks": len(shares)})
    return found


def _pairwise(question: Any, given: list[dict[str, Any]]) -> float | None:
    values = [answers[question.name] for answers in given if question.name in answers]
    pairs = [(first, second) for i, first in enumerate(values) for second in values[i + 1 :]]
    return sum(1 - question.distance(first, second) for first, second in pairs) / len(pairs) if pairs else None


def open_questions(member: Membership) -> list[Attention]:
    """Flags and threads of comments that nobody has resolved."""
    kinds = Comment.objects.filter(project_id=member.project_id, parent=None, resolved_at=None).values_list("kind")
    counts = dict(kinds.annotate(count=Count("id")).order_by())
    flags, comments = counts.get(CommentKind.FLAG, 0), counts.get(CommentKind.COMMENT, 0)
    items = []
    if flags:
        items.append(
            Attention(f"{flags:,} {'task is' if flags == 1 else 'tasks are'} flagged", tasks_url(member, open="flag"))
        )
    if comments:
        waits = "comment waits" if comments == 1 else "comments wait"
        items.append(Attention(f"{comments:,} {waits} for an answer", tasks_url(member, open="comment")))
    return items


def nothing_left(member: Membership) -> list[Attention]:
    """Say when people have run out of tasks."""
    counts = task_counts(member.project_id)
    tasks = Task.objects.filter(project_id=member.project_id, stage=Stage.ANNOTATE)
    if counts["total"] and not tasks.filter(open_slots__gt=0).exists() and counts["done"] < counts["total"]:
        return [Attention("No task is free: all that are left are in somebody's hands.")]
    return []
