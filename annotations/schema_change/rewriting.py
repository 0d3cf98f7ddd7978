"""Bring what was said under older schema versions into the words of the one in force.

Each answer and review knows the version whose words it speaks, so a task is rewritten once, whoever comes first and
however often the job is started. What it said before is kept: an answer's as a revision, a review's in ``former``.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404

from annotations.conclusions.concluding import conclude_again
from annotations.conclusions.held_values import holds
from annotations.models import Annotation, AnnotationRevision, Review, ReviewDecision, RevisionKind
from annotations.reviewing.review_requests import request_review, withdraw_request
from labelplatform.jobs.running import JobFailed, JobRun
from labelplatform.roles import Capability
from projects.access import open_project_by_id
from projects.models import Assignment, AssignmentStatus, Membership, Project, SchemaVersion, Stage, Task
from projects.queueing.task_locks import lock_tasks
from projects.schema import Schema
from projects.schema.operations import Operation
from projects.schema.option_places import questions_of
from projects.schema_change.schema_history import SchemaHistory

_BATCH = 500


def rewrite_answers(run: JobRun) -> None:
    """Job kind: the tasks in the order of their ids, some hundreds in a transaction."""
    try:
        member = open_project_by_id(run.job.requested_by, run.job.project_id, Capability.CONFIGURE)
    except (Http404, PermissionDenied) as error:
        raise JobFailed("Who asked for it may not do so any more. Another admin can start it again.") from error
    versions = SchemaVersion.objects.select_related("reverts")
    version = versions.get(pk=run.params["schema_version"], project=member.project_id)
    again = _looked_at_again(version)
    reverted = version.reverts
    no_more = _looked_at_again(reverted) if reverted else []
    tasks = Task.objects.filter(project=member.project_id)
    if run.job.total is None:
        run.advance(total=tasks.count())
    while not run.time_is_up():
        last = run.cursor.get("last_id", 0)
        rewritten, waiting = run.cursor.get("rewritten", 0), run.cursor.get("waiting", 0)
        withdrawn = run.cursor.get("withdrawn", 0)
        ids = list(tasks.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH])
        with transaction.atomic():
            if ids:
                rewritten += rewrite_tasks(member.project_id, ids)
                waiting += _send_to_review(member, ids, again, version.created_at)
                withdrawn += _withdraw(member, ids, no_more, reverted.created_at) if reverted else 0
            done = run.job.done + len(ids)
            if len(ids) < _BATCH:
                words = f"{rewritten:,} answers rewritten."
                words += f" {waiting:,} tasks wait for review." if again else ""
                words += f" {withdrawn:,} tasks wait for review no more." if no_more else ""
                run.finish(done=done, message=words, result={"answers": rewritten, "waiting": waiting})
                return
            cursor = {"last_id": ids[-1], "rewritten": rewritten, "waiting": waiting, "withdrawn": withdrawn}
            run.advance(cursor=cursor, done=done)


@transaction.atomic
def rewrite_tasks(project_id: int, task_ids: Iterable[int]) -> int:
    """Rewrite answers, reviews and suggestions of these tasks and conclude anew; returns how many answers changed."""
    ids = list(lock_tasks(task_ids))
    project = Project.objects.select_related("schema_version").get(pk=project_id)
    history, current = SchemaHistory(project_id), project.current_schema_version
    changed = _rewrite_annotations(history, current, ids)
    reviewed = _rewrite_reviews(history, current, ids)
    _rewrite_suggestions(history, current, ids)
    affected = {row.task_id for row in changed} | reviewed
    if affected:
        conclude_again(project_id, affected)
    return len(changed)


def _rewrite_annotations(history: SchemaHistory, current: SchemaVersion, task_ids: Sequence[int]) -> list[Annotation]:
    rows = list(Annotation.objects.filter(task_id__in=task_ids).exclude(schema_version=current).order_by("pk"))
    former: defaultdict[int, list[tuple[int, dict[str, Any]]]] = defaultdict(list)
    kept = AnnotationRevision.objects.filter(annotation__in=rows, kind=RevisionKind.REWRITTEN)
    for annotation_id, version_id, answers in kept.values_list("annotation_id", "schema_version_id", "answers"):
        former[annotation_id].append((version_id, answers))
    changed: list[Annotation] = []
    revisions: list[AnnotationRevision] = []
    for row in rows:
        answers = _in_words_of(history, current.pk, row.answers, row.schema_version_id, former[row.pk])
        if answers == row.answers:
            continue
        revision = AnnotationRevision(
            annotation=row,
            kind=RevisionKind.REWRITTEN,
            key=uuid.uuid4(),
            version=row.version,
            answers=row.answers,
            schema_version_id=row.schema_version_id,
        )
        revisions.append(revision)
        row.suggestions = _mapped_suggestions(history, row.schema_version_id, current.pk, row.suggestions)
        row.answers, row.schema_version = answers, current
        changed.append(row)
    AnnotationRevision.objects.bulk_create(revisions)
    Annotation.objects.bulk_update(changed, ["answers", "suggestions", "schema_version"])
    return changed


def _rewrite_reviews(history: SchemaHistory, current: SchemaVersion, task_ids: Sequence[int]) -> set[int]:
    changed: list[Review] = []
    rows = Review.objects.filter(task_id__in=task_ids).exclude(decision=ReviewDecision.CONFLICT)
    for row in rows.exclude(schema_version=current):
        former = [(one["schema_version"], one["answers"]) for one in row.former]
        answers = _in_words_of(history, current.pk, row.answers, row.schema_version_id, former)
        if answers != row.answers:
            row.former = [*row.former, {"schema_version": row.schema_version_id, "answers": row.answers}]
            row.answers, row.schema_version = answers, current
            changed.append(row)
    Review.objects.bulk_update(changed, ["answers", "former", "schema_version"])
    return {row.task_id for row in changed}


def _rewrite_suggestions(history: SchemaHistory, current: SchemaVersion, task_ids: Sequence[int]) -> None:
    """Those on screens now: nobody is offered an option that is gone."""
    before = {number: pk for pk, number in history.numbers.items() if number < current.number}
    if not before:
        return
    former = before[max(before)]
    held = Assignment.objects.filter(task_id__in=task_ids, status=AssignmentStatus.WORKING)
    for row in held.filter(started_at__lt=current.created_at).exclude(suggestions={}):
        suggestions = _mapped_suggestions(history, former, current.pk, row.suggestions)
        if suggestions != row.suggestions:
            Assignment.objects.filter(pk=row.pk).update(suggestions=suggestions)


def _in_words_of(
    history: SchemaHistory,
    current_id: int,
    answers: dict[str, Any],
    version_id: int,
    former: Iterable[tuple[int, dict[str, Any]]],
) -> dict[str, Any]:
    """The answers in the words of the version in force, from the oldest words in which they still say the same.

    So a merge that is taken back gives each answer what it said before it, unless the person has said otherwise since.
    """
    for old_id, old in former:
        if history.mapping(old_id, version_id).apply(old) == answers:
            return history.mapping(old_id, current_id).apply(old)
    return history.mapping(version_id, current_id).apply(answers)


def _mapped_suggestions(
    history: SchemaHistory, since_id: int, until_id: int, suggestions: Mapping[str, Any]
) -> dict[str, Any]:
    mapping = history.mapping(since_id, until_id)
    found: dict[str, Any] = {}
    for name, suggestion in suggestions.items():
        new, value = mapping.apply_to_one(name, suggestion.get("value"))
        others = suggestion.get("alternatives", [])
        mapped = [{**one, "value": mapping.apply_to_one(name, one["value"])[1]} for one in others]
        found[new] = {**suggestion, "value": value, **({"alternatives": mapped} if others else {})}
    return found


def _looked_at_again(version: SchemaVersion) -> list[tuple[Operation, Schema]]:
    """The operations of the version after which people must look at tasks again, with the schema that they led to."""
    if not version.operations:
        return []
    steps = SchemaHistory(version.project_id).steps_to(version.pk)
    return [(step.operation, step.after) for step in steps if step.operation.looked_at_again]


def _send_to_review(
    member: Membership, task_ids: Sequence[int], again: Sequence[tuple[Operation, Schema]], since: datetime
) -> int:
    """Have finished tasks reviewed that hold an option which is split; not those decided ``since``."""
    found = 0
    for operation, schema in again:
        question = questions_of(schema)[operation.question]
        decided = Review.objects.filter(task=OuterRef("task"), is_current=True, created_at__gte=since)
        rows = Annotation.objects.filter(task_id__in=task_ids, task__stage=Stage.DONE, status="submitted")
        rows = rows.exclude(Exists(decided))
        wanted = list(operation.looked_at_again)
        ids = {
            task_id
            for task_id, answers in rows.values_list("task_id", "answers")
            if question.name in answers and holds(question, answers[question.name], wanted)
        }
        found += request_review(member, ids, reason=_reason(operation)) if ids else 0
    return found


def _withdraw(
    member: Membership, task_ids: Sequence[int], no_more: Sequence[tuple[Operation, Schema]], since: datetime
) -> int:
    return sum(withdraw_request(member, task_ids, reason=_reason(operation), since=since) for operation, _ in no_more)


def _reason(operation: Operation) -> str:
    return f"Schema: {operation.in_words()}."
