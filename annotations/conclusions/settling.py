"""Bring a locked task in line with what people did with it: stage, open slots, whether it is reviewed, final labels."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Exists, OuterRef

from annotations.conclusions.concluding import record_final_labels
from annotations.models import AcceptedAnswer, Annotation, AnnotationStatus, FinalLabel
from annotations.reviewing.review_policy import Opinion, ReviewRules, wanted_levels
from projects.models import Assignment, AssignmentStatus, Lane, Project, Purpose, ReviewPolicy, Stage, Task
from projects.queueing.stages import TaskFacts, next_stage, overlap_of
from projects.queueing.staging import set_staging, staging_of

# A review at which somebody has decided something, or for which a manager chose somebody.
_BEGUN = (AssignmentStatus.SUBMITTED, AssignmentStatus.ASSIGNED)


def settle_task(
    project: Project,
    task: Task,
    assignments: Sequence[Assignment],
    reviews: Sequence[Assignment],
    newest: Annotation | None = None,
) -> None:
    """Put a locked task where its ``assignments`` (to annotate) and ``reviews`` (to review) say it is.

    When its last answer comes in, the project's policy decides whether it is reviewed; what was asked for by a person
    stays asked for. ``newest`` is the annotation
    just submitted, where the caller has it.
    """
    before = (*_row(task), task.review_levels)
    was_done = task.stage == Stage.DONE
    statuses = [row.status for row in assignments]
    submitted = statuses.count(AssignmentStatus.SUBMITTED)
    alone = newest if newest is not None and submitted == 1 else None
    reviewed = len({row.round for row in reviews if row.status == AssignmentStatus.SUBMITTED})
    facts = TaskFacts(
        assigned=statuses.count(AssignmentStatus.ASSIGNED),
        leased=statuses.count(AssignmentStatus.WORKING),
        submitted=submitted,
        returned=statuses.count(AssignmentStatus.RETURNED),
        reviewed=reviewed,
        review_levels=task.review_levels,
        gold=task.lane == Lane.GOLD,
        accepted=task.lane == Lane.ACCEPTED,
        excluded=task.stage == Stage.EXCLUDED,
    )
    if facts.accepted and submitted:  # a person's answer wins, and the task waits for others like any other
        AcceptedAnswer.objects.filter(task=task).delete()
        task.lane, facts = Lane.BASE, replace(facts, accepted=False)
        Task.objects.filter(pk=task.pk).update(lane=task.lane)
    overlap = overlap_of(task, project)
    outcome = next_stage(facts, overlap)
    if not facts.needs_nobody and not any(row.status in _BEGUN for row in reviews):
        if outcome.stage == Stage.ANNOTATE:
            task.review_levels = 0
        elif task.stage == Stage.ANNOTATE or not task.review_levels:
            task.review_levels = _wanted(project, task, alone)
        outcome = next_stage(facts.with_levels(task.review_levels), overlap)
    set_staging(task, outcome)
    if (*_row(task), task.review_levels) != before:
        Task.objects.filter(pk=task.pk).update(
            stage=task.stage,
            open_slots=task.open_slots,
            review_level=task.review_level,
            review_levels=task.review_levels,
        )
    if task.stage == Stage.DONE or was_done:
        record_final_labels(project, task, alone)


def settle_from(project: Project, task: Task, rows: Iterable[Assignment]) -> None:
    """Like ``settle_task``, from all of a task's assignments."""
    annotating, reviews = [], []
    for row in rows:
        if row.purpose == Purpose.REVIEW:
            reviews.append(row)
        elif row.round == 1:
            annotating.append(row)
    settle_task(project, task, annotating, reviews)


@transaction.atomic
def review_what_became_done(project_id: int, task_ids: Iterable[int]) -> int:
    """Follow-up of restaging: ask the policy about locked tasks that a smaller overlap finished; returns how many."""
    project = Project.objects.select_related("schema_version").get(pk=project_id)
    if not project.has_review_policy:
        return 0
    concluded = FinalLabel.objects.filter(task=OuterRef("pk"))
    fresh = Task.objects.filter(pk__in=list(task_ids), stage=Stage.DONE, review_levels=0).filter(~Exists(concluded))
    changed = 0
    for task in fresh:
        settle_from(project, task, Assignment.objects.filter(task=task))
        changed += task.stage == Stage.REVIEW
    return changed


def submitted_answers(task: Task) -> list[Annotation]:
    """The answers that count, with their authors, in the order in which they came to be."""
    rows = Annotation.objects.filter(task=task, round=1, status=AnnotationStatus.SUBMITTED)
    return list(rows.select_related("author").order_by("pk"))


def _row(task: Task) -> tuple[object, ...]:
    staging = staging_of(task)
    return staging.stage, staging.open_slots, staging.level


def _wanted(project: Project, task: Task, alone: Annotation | None) -> int:
    if not project.has_review_policy:
        return 0
    annotations = [alone] if alone else Annotation.objects.filter(task=task, round=1, status=AnnotationStatus.SUBMITTED)
    rules = ReviewRules(
        policy=project.review_policy,
        levels=project.review_levels,
        percent=project.review_percent,
        newcomer_percent=project.review_newcomer_percent,
        confidence_percent=project.review_confidence_percent,
        options=frozenset(project.review_options),
    )
    opinions = [
        Opinion(row.author_id, row.answers, row.suggestions, _is_newcomer(project, row.author_id))
        for row in annotations
    ]
    return wanted_levels(rules, project.schema, opinions, seed=project.seed, task_id=task.pk)


def _is_newcomer(project: Project, author_id: int) -> bool:
    """Whether the author has given fewer answers than the project counts a beginner's; asked only for a sample."""
    limit = project.review_newcomer_answers
    if project.review_policy != ReviewPolicy.SAMPLE or project.review_newcomer_percent == project.review_percent:
        return False
    own = Annotation.objects.filter(project=project, author_id=author_id, status=AnnotationStatus.SUBMITTED)
    return own.order_by().values("pk")[:limit].count() < limit
