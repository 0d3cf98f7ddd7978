"""Recount every derived value of a project's tasks from first principles, and say where the stored one differs.

The truth is what people did: assignments, submitted answers, known answers of gold tasks; and what was accepted from a
model in their place. Derived are a task's stage and open slots, and its final labels. A task that differs is looked at
again under its lock, so that a check of a busy site finds no ghosts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef

from annotations.conclusions.concluding import label_differences
from annotations.models import AcceptedAnswer, Annotation, AnnotationStatus, FinalLabel, GoldAnswer, Review
from projects.models import Assignment, Lane, Project, Task
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.staging import staging_differences
from projects.queueing.task_locks import lock_tasks

_BATCH = 1000


@dataclass(frozen=True)
class Difference:
    """One stored value that is not what it should be; ``is_derived`` ones can be put right by recounting."""

    task_id: int
    external_id: str
    what: str
    stored: str
    right: str
    is_derived: bool = True

    def __str__(self) -> str:
        return f"task {self.task_id} ({self.external_id}): {self.what} is {self.stored}, should be {self.right}"


def recount_project(project: Project, *, fix: bool = False) -> Iterator[Difference]:
    """Yield every difference; with ``fix`` derived values are put right at once."""
    last = 0
    while ids := _ids_after(project, last):
        last = ids[-1]
        suspects = sorted({difference.task_id for difference in _differences(project, ids)})
        if suspects:
            yield from _looked_at_again(project, suspects, fix=fix)


def _ids_after(project: Project, last: int) -> list[int]:
    tasks = Task.objects.filter(project=project, pk__gt=last).order_by("pk")
    return list(tasks.values_list("pk", flat=True)[:_BATCH])


@transaction.atomic
def _looked_at_again(project: Project, ids: list[int], *, fix: bool) -> list[Difference]:
    lock_tasks(ids)
    found = list(_differences(project, ids))
    if fix:
        restage_and_follow_up(project.pk, sorted({one.task_id for one in found if one.is_derived}))
    return found


def _differences(project: Project, ids: Iterable[int]) -> Iterator[Difference]:
    ids = list(ids)
    tasks = Task.objects.filter(project=project, pk__in=ids).select_related("project").order_by("pk")
    for task, right in staging_differences(tasks):
        names = (task.pk, task.external_id)
        if task.stage != right.stage:
            yield Difference(*names, "stage", task.stage, right.stage)
        if task.review_level != right.level:
            yield Difference(*names, "review level", str(task.review_level), str(right.level))
        if task.open_slots != right.open_slots:
            yield Difference(*names, "open slots", str(task.open_slots), str(right.open_slots))
    for task, stored, expected in label_differences(project, ids):
        yield Difference(task.pk, task.external_id, "final labels", _shown(stored), _shown(expected))
    yield from _lanes_without_their_gold(project, ids)
    yield from _lanes_without_their_model(project, ids)
    yield from _answers_without_their_assignment(ids)
    yield from _reviews_without_their_assignment(ids)


def _shown(labels: Iterable[FinalLabel]) -> str:
    texts = [
        f"{label.question}={label.value_text or label.value} ({label.method} of {len(label.derived_from)})"
        for label in labels
    ]
    return ", ".join(sorted(texts)) or "none"


def _lanes_without_their_gold(project: Project, ids: list[int]) -> Iterator[Difference]:
    """The gold lane and known answers are a pair; which of a broken pair is right, only people know."""
    known = Exists(GoldAnswer.objects.filter(task=OuterRef("pk")))
    tasks = Task.objects.filter(project=project, pk__in=ids).order_by("pk")
    for task in tasks.filter(~known, lane=Lane.GOLD):
        yield Difference(task.pk, task.external_id, "the known answer", "missing", "there", is_derived=False)
    for task in tasks.filter(known).exclude(lane=Lane.GOLD):
        yield Difference(task.pk, task.external_id, "the lane", task.lane, Lane.GOLD.value, is_derived=False)


def _lanes_without_their_model(project: Project, ids: list[int]) -> Iterator[Difference]:
    """An accepted or audited task and what a model answered are a pair, too; retracted runs leave neither."""
    answers = AcceptedAnswer.objects.filter(task=OuterRef("pk"))
    tasks = Task.objects.filter(project=project, pk__in=ids).order_by("pk")
    for lane, is_audited in ((Lane.ACCEPTED, False), (Lane.AUDIT, True)):
        of_this_kind = Exists(answers.filter(is_audited=is_audited))
        for task in tasks.filter(~of_this_kind, lane=lane):
            yield Difference(task.pk, task.external_id, "the accepted answer", "missing", "there", is_derived=False)
        for task in tasks.filter(of_this_kind).exclude(lane=lane):
            yield Difference(task.pk, task.external_id, "the lane", task.lane, lane.value, is_derived=False)


def _answers_without_their_assignment(ids: list[int]) -> Iterator[Difference]:
    """A submitted answer and a submitted assignment are a pair; which of a broken pair is right, only people know."""
    pairs = {"task": OuterRef("task"), "round": OuterRef("round")}
    answered_or_back = ["submitted", "returned"]
    done = Assignment.objects.filter(**pairs, user=OuterRef("author"), purpose="annotate", status__in=answered_or_back)
    answers = Annotation.objects.filter(task__in=ids, status=AnnotationStatus.SUBMITTED).filter(~Exists(done))
    for answer in answers.select_related("task", "author"):
        what = f"the assignment of {answer.author.email}"
        yield Difference(answer.task_id, answer.task.external_id, what, "not submitted", "submitted", is_derived=False)
    answered = Annotation.objects.filter(**pairs, author=OuterRef("user"), status=AnnotationStatus.SUBMITTED)
    assignments = Assignment.objects.filter(task__in=ids, purpose="annotate", status__in=answered_or_back)
    for row in assignments.filter(~Exists(answered)).select_related("task", "user"):
        what = f"the answer of {row.user.email}"
        yield Difference(row.task_id, row.task.external_id, what, "missing", "submitted", is_derived=False)


def _reviews_without_their_assignment(ids: list[int]) -> Iterator[Difference]:
    """A review that counts and a finished assignment to review are a pair, too."""
    done = Assignment.objects.filter(
        task=OuterRef("task"), user=OuterRef("reviewer"), round=OuterRef("level"), purpose="review", status="submitted"
    )
    reviews = Review.objects.filter(task__in=ids, is_current=True).exclude(decision="return").filter(~Exists(done))
    for review in reviews.select_related("task", "reviewer"):
        what = f"the assignment of reviewer {review.reviewer.email}"
        yield Difference(review.task_id, review.task.external_id, what, "not submitted", "submitted", is_derived=False)
    decided = Review.objects.filter(
        task=OuterRef("task"), reviewer=OuterRef("user"), level=OuterRef("round"), is_current=True
    )
    rows = Assignment.objects.filter(task__in=ids, purpose="review", status="submitted").filter(~Exists(decided))
    for row in rows.select_related("task", "user"):
        what = f"the review of {row.user.email}"
        yield Difference(row.task_id, row.task.external_id, what, "missing", "submitted", is_derived=False)
