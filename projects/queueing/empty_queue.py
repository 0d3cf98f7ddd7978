"""Why there is nothing to label for somebody who asks."""

from typing import Any

from labelplatform.roles import Capability
from projects.models import Assignment, AssignmentStatus, Membership, Stage, Task
from projects.queueing.holds import hold_on
from projects.queueing.queue import MAX_LEASES
from projects.queueing.skills import skills_open_to


def reason_for_empty_queue(member: Membership) -> dict[str, Any]:
    """Why there is nothing for this member: ``code`` for programs, ``message`` for the person."""
    project = member.project
    if not project.is_open:
        return {"code": "paused", "message": f"“{project.name}” is {project.state}; nobody is asked to label now."}
    if (hold := hold_on(member)) is not None:
        return hold.as_reason()
    if member.sees_assigned_only:
        return {"code": "nothing_assigned", "message": "Nothing is assigned to you now."}
    tasks = Task.objects.filter(project=project)
    if not tasks.exists():
        hint = "Import some" if member.may(Capability.IMPORT_TASKS) else "A manager can import some"
        return {"code": "no_tasks", "message": f"This project has no tasks yet. {hint}, and they come here."}
    mine = Assignment.objects.filter(user_id=member.user_id, project=project)
    if mine.leased().count() >= MAX_LEASES:
        return {"code": "holding_enough", "message": f"You hold {_tasks(MAX_LEASES)} already; finish those first."}
    skipped = mine.filter(status=AssignmentStatus.SKIPPED, task__stage=Stage.ANNOTATE).count()
    if skipped:
        message = f"All that is left for you is {_tasks(skipped)} you skipped."
        return {"code": "skipped_by_you", "message": message, "skipped": skipped}
    if not tasks.filter(stage=Stage.ANNOTATE).exists():
        return {"code": "all_done", "message": "Every task is labeled. Nothing is left to do here."}
    return _reason_while_tasks_are_open(member)


def _tasks(count: int) -> str:
    return "one task" if count == 1 else f"{count:,} tasks"


def _reason_while_tasks_are_open(member: Membership) -> dict[str, Any]:
    """All that is left is not for this member, or in somebody's hands."""
    project = member.project
    mine = Assignment.objects.filter(user_id=member.user_id, project=project, purpose="annotate")
    free = Task.objects.filter(project=project, open_slots__gt=0)
    own_skills = ["", *skills_open_to(member, project.skills_needed)]
    if free.filter(skill__in=own_skills).exists():
        message = "You have answered every task that is still open; the rest needs other people's opinions."
        return {"code": "answered_by_you", "message": message}
    if (skill := free.order_by("skill").values_list("skill", flat=True).first()) is not None:
        message = f"What is left needs skills that you do not have here, such as “{skill}”."
        return {"code": "lacks_skill", "message": message}
    of_others = Assignment.objects.filter(project=project, purpose="annotate").exclude(user_id=member.user_id)
    held = of_others.leased()
    first = held.order_by("lease_expires_at").values_list("lease_expires_at", flat=True).first()
    if first is None and of_others.waiting().exists():
        return {"code": "assigned_to_others", "message": "All that is left is assigned to other people."}
    if first is None:
        return {"code": "held_by_you", "message": f"All that is left is {_tasks(mine.leased().count())} you hold."}
    message = f"Others are working on all that is left. The first lease ends at {first:%H:%M} UTC."
    return {"code": "held_by_others", "message": message}
