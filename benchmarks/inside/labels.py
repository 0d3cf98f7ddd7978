"""Final labels in bulk, as if people had answered; and what labeling left behind, checked."""

import json
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from annotations.models import FinalLabel, LabelMethod
from benchmarks.inside.project import SLUG
from benchmarks.texts import answer_of
from labelplatform.bulk_rows import insert_rows
from projects.models import Assignment, AssignmentStatus, Project, Stage, Task

_COLUMNS = (
    "task_id", "project_id", "question", "value", "value_text", "method", "confidence", "derived_from",
    "schema_version_id", "recorded_at",
)  # fmt: skip
_BATCH = 20_000


def label_tasks(count: int, options: list[str]) -> dict[str, Any]:
    """Give ``count`` tasks that are not labeled yet their right answer, in the order of their ids."""
    project = Project.objects.select_related("schema_version").get(slug=SLUG)
    question = project.schema.questions[0].name
    left = count
    while left > 0:
        open_tasks = Task.objects.filter(project=project, stage=Stage.ANNOTATE, final_labels__isnull=True).exclude(
            assignments__status=AssignmentStatus.WORKING
        )
        tasks = list(open_tasks.order_by("pk").values_list("pk", "external_id")[: min(left, _BATCH)])
        if not tasks:
            break
        rows = []
        for task_id, external_id in tasks:
            answer = answer_of(int(external_id.rpartition("-")[2]), options)
            rows.append(
                (task_id, project.pk, question, json.dumps(answer), answer, LabelMethod.SINGLE.value, 1.0, "[]",
                 project.schema_version_id, _now())
            )  # fmt: skip
        with transaction.atomic():
            insert_rows(FinalLabel, _COLUMNS, rows)
            first, last = tasks[0][0], tasks[-1][0]
            Task.objects.filter(project=project, stage=Stage.ANNOTATE, pk__gte=first, pk__lte=last).exclude(
                assignments__status=AssignmentStatus.WORKING
            ).update(stage=Stage.DONE, open_slots=0)
        left -= len(tasks)
    return {"labeled": count - left}


def check_queue() -> dict[str, Any]:
    """Tasks that more people hold or answered than wanted, with wrong open slots, and leases nobody works on."""
    project = Project.objects.get(slug=SLUG)
    held = Q(assignments__status__in=[AssignmentStatus.WORKING, AssignmentStatus.SUBMITTED])
    tasks = Task.objects.filter(project=project, assignments__isnull=False).annotate(
        taken=Count("assignments", filter=held)
    )
    return {
        "too_many": tasks.filter(taken__gt=project.overlap).count(),
        "wrong_slots": tasks.exclude(open_slots=project.overlap - F("taken")).count(),
        "leases": Assignment.objects.filter(project=project, status=AssignmentStatus.WORKING).count(),
        "answers": Assignment.objects.filter(project=project, status=AssignmentStatus.SUBMITTED).count(),
        "labels": FinalLabel.objects.filter(project=project, derived_from__isnull=False).count(),
    }


def _now() -> Any:
    return connection.ops.adapt_datetimefield_value(timezone.now())


def assigned_spread() -> dict[str, Any]:
    """How many more tasks the person with most has than the one with fewest."""
    rows = Assignment.objects.filter(project__slug=SLUG, status=AssignmentStatus.ASSIGNED)
    counts = list(rows.order_by().values_list("user").annotate(n=Count("pk")).values_list("n", flat=True))
    return {"spread": max(counts) - min(counts)}


def forget_taken_back() -> None:
    """What comes later counts assignments of its own."""
    Assignment.objects.filter(project__slug=SLUG, status=AssignmentStatus.EXPIRED).delete()
