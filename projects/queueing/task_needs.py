"""What tasks need: a skill of those who get them, and how many people must answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from labelplatform.bulk_rows import one_of
from labelplatform.jobs.models import Job
from labelplatform.refusals import Refusal
from projects.browsing.bulk_acts import Selection, Tally, carry_out
from projects.models import Membership, Project, Task
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.skills import MAX_SKILLS_NEEDED, normal_skill

MAX_OVERLAP = 20


@dataclass(frozen=True)
class Needs:
    """``skill``: "" for none; ``overlap``: 0 leaves it to the project; None leaves either as it is."""

    skill: str | None = None
    overlap: int | None = None

    job_kind: ClassVar[str] = "change_tasks"
    verb: ClassVar[str] = "changed"

    def as_json(self) -> dict[str, Any]:
        return {"skill": self.skill, "overlap": self.overlap}

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        wanted = {name: value for name, value in self.as_json().items() if value is not None}
        others = [task for task in tasks if any(getattr(task, name) != value for name, value in wanted.items())]
        changed = [task.pk for task in others]
        tally.change(others)
        tally.skip("same", len(tasks) - len(changed))
        if not changed:
            return
        if self.skill:
            _need_skill(project, self.skill)
        Task.objects.filter(one_of("pk", changed)).update(**wanted)
        if self.overlap is not None:
            restage_and_follow_up(project.pk, changed)

    def finish(self, project: Project, tally: Tally) -> None:
        """Skills that no task needs any more are not looked for any more."""
        if self.skill is None:
            return
        project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        tasks = Task.objects.filter(project=project)
        needed = [skill for skill in project.skills_needed if skill == self.skill or _is_needed(tasks, skill)]
        if needed != project.skills_needed:
            project.skills_needed = needed
            project.save(update_fields=["skills_needed"])

    def check(self, tally: Tally) -> None:
        pass


def set_needs(
    member: Membership, selection: Selection, *, skill: str | None = None, overlap: int | None = None
) -> Tally | Job:
    """Say which skill tasks need, and how many people must answer them; many are changed by a job."""
    if skill is None and overlap is None:
        raise Refusal("Say which skill, or how many people, the tasks need.")
    if overlap is not None and not 0 <= overlap <= MAX_OVERLAP:
        message = f"The number of people lies between 1 and {MAX_OVERLAP}; 0 leaves it to the project."
        raise Refusal(message, errors=[{"path": "overlap", "message": message}])
    if skill is not None:
        try:
            skill = normal_skill(skill)
        except ValueError as error:
            raise Refusal(str(error), errors=[{"path": "skill", "message": str(error)}]) from error
    return carry_out(member, Needs(skill, overlap), selection)


def read_needs(project: Project, act: Mapping[str, Any], asked_by: Any) -> Needs:
    return Needs(act["skill"], act["overlap"])


def _need_skill(project: Project, skill: str) -> None:
    """Add a skill to those the queue looks for, in the transaction that gives it to tasks."""
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if skill in locked.skills_needed:
        return
    if len(locked.skills_needed) >= MAX_SKILLS_NEEDED:
        message = f"A project's tasks can need {MAX_SKILLS_NEEDED} different skills at most."
        raise Refusal(message, errors=[{"path": "skill", "message": message}])
    locked.skills_needed = sorted([*locked.skills_needed, skill])
    locked.save(update_fields=["skills_needed"])
    project.skills_needed = locked.skills_needed


def _is_needed(tasks: Any, skill: str) -> bool:
    return bool(tasks.filter(skill=skill, open_slots__gt=0).exists() or tasks.filter(skill=skill).exists())
