"""What reviewers do, and how often they err: measured where somebody looked again at what one of them decided."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q

from annotations.models import Review, ReviewDecision
from labelplatform.certainty import Share, wilson
from projects.models import Membership, Stage, Task
from projects.navigation import tab_url
from projects.panels import Attention, Panel, Place

_KEEP_SECONDS = 60
_LATEST = 5_000
_SHOWN_CAP = 10_000


@dataclass(frozen=True)
class ReviewerRecord:
    """One reviewer's decisions. ``errors`` is the share that a later review of the same answers did not uphold."""

    name: str
    decided: int
    returned: int
    fixed: int
    errors: Share | None


def reviewer_records(project_id: int) -> list[ReviewerRecord]:
    """Every reviewer of a project, by name, from the latest decisions.

    An error is a decision whose answers a later one changed: at the second level, or after a reopening. A later return
    counts as well. What nobody looked at again says nothing.
    """
    counts = (
        Review.objects.filter(project_id=project_id)
        .exclude(decision=ReviewDecision.CONFLICT)
        .values("reviewer_id", "reviewer__name", "reviewer__email")
        .annotate(
            decided=Count("id"),
            returned=Count("id", filter=Q(decision=ReviewDecision.RETURN)),
            fixed=Count("id", filter=Q(decision=ReviewDecision.FIX)),
        )
        .order_by("reviewer__name", "reviewer__email")
    )
    looked_again = _looked_at_again(project_id)
    return [
        ReviewerRecord(
            name=row["reviewer__name"] or row["reviewer__email"],
            decided=row["decided"],
            returned=row["returned"],
            fixed=row["fixed"],
            errors=wilson(*looked_again.get(row["reviewer_id"], (0, 0))),
        )
        for row in counts
    ]


def _looked_at_again(project_id: int) -> dict[int, tuple[int, int]]:
    """By reviewer: how many of their decisions were not upheld, of how many that somebody else looked at again."""
    decided = Review.objects.filter(project_id=project_id).exclude(decision=ReviewDecision.CONFLICT)
    rows = decided.order_by("-id")[:_LATEST]
    latest: dict[int, Any] = {}  # by task, the review that came after the one at hand
    found: dict[int, tuple[int, int]] = {}
    for row in rows.values("task_id", "reviewer_id", "decision", "answers", "judged"):
        later = latest.get(row["task_id"])
        latest[row["task_id"]] = row
        if later is None or row["decision"] == ReviewDecision.RETURN or later["reviewer_id"] == row["reviewer_id"]:
            continue
        if later["judged"] != row["judged"]:
            continue  # the answers changed in between: it is another question
        errors, n = found.get(row["reviewer_id"], (0, 0))
        found[row["reviewer_id"]] = (errors + (later["answers"] != row["answers"]), n + 1)
    return found


def review_panel(member: Membership) -> Panel | None:
    """Who reviews, what they decide and how often they err; only where somebody reviews."""
    key = f"reviewer-records:{member.project_id}"
    records = cache.get_or_set(key, lambda: reviewer_records(member.project_id), _KEEP_SECONDS)
    if not records:
        return None
    return Panel(Place.HOW_GOOD, "annotations/_reviewers.html", {"records": records})


def waiting_for_review(member: Membership) -> list[Attention]:
    """Say how many tasks reviewers have before them."""
    waiting = Task.objects.filter(project_id=member.project_id, stage=Stage.REVIEW)[: _SHOWN_CAP + 1].count()
    if not waiting:
        return []
    count = f"{_SHOWN_CAP:,}+" if waiting > _SHOWN_CAP else f"{waiting:,}"
    words = "task waits" if waiting == 1 else "tasks wait"
    return [Attention(f"{count} {words} for review", tab_url(member, "review"))]
