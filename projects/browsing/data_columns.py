"""What assignments add to the Data page: who has been given a task, and until when."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.utils import timezone

from projects.browsing.data_page import DataColumn, Mark
from projects.models import Assignment, AssignmentStatus, Membership, Purpose, Task

OPEN = (AssignmentStatus.ASSIGNED, AssignmentStatus.WORKING, AssignmentStatus.RETURNED)


def assignment_columns(member: Membership) -> list[DataColumn]:
    columns = [
        DataColumn("assigned", "Assigned to", _people, help="Who has been given it.", order=50, hides_when_empty=True),
        DataColumn("due", "Due", _due, help="Until when they should answer.", order=51, hides_when_empty=True),
    ]
    if member.project.skills_needed:
        columns.append(DataColumn("skill", "Skill", _skills, help="What a person must have to get it.", order=52))
    return columns


def _given(task_ids: Sequence[int]) -> list[Assignment]:
    rows = Assignment.objects.filter(
        task_id__in=task_ids, purpose=Purpose.ANNOTATE, source="manager", status__in=OPEN
    ).select_related("user")
    return list(rows.only("task_id", "status", "due_at", "user__name", "user__email").order_by("id"))


def _people(task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    for row in _given(task_ids):
        found[row.task_id].append(Mark(row.user.display_name, "" if row.status == "assigned" else "has begun"))
    return found


def _due(task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    now = timezone.now()
    found: dict[int, list[Mark]] = defaultdict(list)
    for row in _given(task_ids):
        if row.due_at is not None:
            found[row.task_id].append(Mark(f"{row.due_at:%-d %b}", "overdue" if row.due_at < now else ""))
    return found


def _skills(task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    rows = Task.objects.filter(pk__in=task_ids).exclude(skill="")
    return {pk: [Mark(skill)] for pk, skill in rows.values_list("pk", "skill")}
