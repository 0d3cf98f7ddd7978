"""Write the answers that an import brings: assignments, annotations, and what is concluded from them, in bulk."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db import connection
from django.utils import timezone

from annotations.conclusions.concluding import Opinion, as_json, record_first_labels
from annotations.models import Annotation, AnnotationStatus, SaidElsewhere
from labelplatform.bulk_rows import allocate_ids, insert_rows, one_of, upsert_rows
from projects.importing.labels import LabeledRow
from projects.models import Assignment, AssignmentSource, AssignmentStatus, ImportRun, Project, Purpose, Stage, Task
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.stages import NextStage, TaskFacts, next_stage, overlap_of

_ASSIGNMENT_COLUMNS = (
    "task_id", "project_id", "user_id", "purpose", "round", "status", "source", "started_at", "finished_at",
    "skip_reason", "suggestions",
)  # fmt: skip
_ANNOTATION_COLUMNS = (
    "id", "task_id", "project_id", "author_id", "round", "key", "status", "version", "answers", "active_seconds",
    "schema_version_id", "guideline_number", "suggestions", "created_at", "submitted_at",
)  # fmt: skip


def write_answers(run: ImportRun, project: Project, rows: Sequence[LabeledRow]) -> None:
    """Write submitted answers of locked tasks, each person's first about its task, and let the project's rules decide
    what follows."""
    _write_assignments(project, rows)
    opinions = _write_annotations(run, project, rows)
    if project.has_review_policy:
        restage_and_follow_up(project.pk, list(opinions))
        return
    fresh = {row.id_there: row for row in rows if row.is_new}
    restage_and_follow_up(project.pk, [task_id for task_id in opinions if task_id not in fresh])
    _settle_fresh(project, fresh, {task_id: opinions[task_id] for task_id in fresh})


def _write_assignments(project: Project, rows: Sequence[LabeledRow]) -> None:
    """A finished assignment for each answer; one that was skipped or has run out takes its place."""
    now = _now()
    is_answered = (Purpose.ANNOTATE.value, 1, AssignmentStatus.SUBMITTED.value, AssignmentSource.IMPORT.value)
    values = [(row.id_there, project.pk, row.author_id, *is_answered, now, now, "", "{}") for row in rows]
    upsert_rows(Assignment, _ASSIGNMENT_COLUMNS, values, unique=("task_id", "user_id", "purpose", "round"))


def _settle_fresh(project: Project, rows: Mapping[int, LabeledRow], opinions: Mapping[int, Sequence[Opinion]]) -> None:
    """Put tasks that have just come to be where these opinions, which are all they have, put them."""
    overlaps = {task_id: overlap_of(row, project) for task_id, row in rows.items()}
    placed: defaultdict[NextStage, list[int]] = defaultdict(list)
    for task_id, given in opinions.items():
        placed[next_stage(TaskFacts(submitted=len(given)), overlaps[task_id])].append(task_id)
    for right, ids in placed.items():
        Task.objects.filter(one_of("pk", ids)).update(stage=right.stage, open_slots=right.open_slots)
    done = [task_id for right, ids in placed.items() if right.stage == Stage.DONE for task_id in ids]
    record_first_labels(project, {task_id: opinions[task_id] for task_id in done}, overlaps)


def _write_annotations(run: ImportRun, project: Project, rows: Sequence[LabeledRow]) -> defaultdict[int, list[Opinion]]:
    """Returns the new opinions by task. Keys are made of run and row, so that no row can become two answers."""
    now = _now()
    ids = allocate_ids(Annotation, len(rows))
    version = project.schema_version_id
    values = [
        (
            *(pk, row.id_there, project.pk, row.author_id, 1),
            uuid.uuid5(run.key, f"{row.author_id} {row.external_id}").hex,
            *(AnnotationStatus.SUBMITTED.value, 1, as_json(row.answers), 0.0),
            *(version, 0, "{}", now, now),
        )
        for pk, row in zip(ids, rows, strict=True)
    ]
    insert_rows(Annotation, _ANNOTATION_COLUMNS, values)
    elsewhere = [
        SaidElsewhere(annotation_id=pk, by=row.said_by) for pk, row in zip(ids, rows, strict=True) if row.said_by
    ]
    SaidElsewhere.objects.bulk_create(elsewhere, batch_size=500)
    opinions: defaultdict[int, list[Opinion]] = defaultdict(list)
    for pk, row in zip(ids, rows, strict=True):
        opinions[row.id_there].append(Opinion(pk, row.answers))
    return opinions


def _now() -> str:
    return str(connection.ops.adapt_datetimefield_value(timezone.now()))
