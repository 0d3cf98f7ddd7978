"""Give tasks to people, or move them from one to another. Taking them back is in ``taking_back.py``.

An assigned task holds a slot as a lease does, but it does not expire: it waits for its person, who gets it before all
that the queue has.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from labelplatform.bulk_rows import insert_rows, one_of
from labelplatform.jobs.models import Job
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.access import open_assignment
from projects.assignment.distribution import FairShares
from projects.assignment.taking_back import take_from_hands
from projects.browsing.bulk_acts import Selection, Tally, carry_out
from projects.models import (
    Assignment,
    AssignmentSource,
    AssignmentStatus,
    Membership,
    Project,
    Purpose,
    Stage,
    Task,
)
from projects.notices import tell_about_assigned
from projects.queueing.skills import may_get
from projects.queueing.staging import restage_locked

MAX_PEOPLE = 500
MAX_PRIORITY = 100


class How(models.TextChoices):
    """How tasks are shared out among several people."""

    EVEN = "even", "Evenly"
    CAPACITY = "capacity", "By capacity"
    SKILL = "skill", "By skill: those without skills first get what needs none"
    EACH = "each", "Every task to each of them"


@dataclass(frozen=True)
class Share:
    """Whom tasks are given to and on which terms; ``moved_from`` takes them from that user's hands.

    A due date or priority of None keeps, when tasks are moved, what they had.
    """

    people: Sequence[Membership]
    how: str = How.EVEN
    due_at: datetime | None = None
    priority: int | None = None
    moved_from: int | None = None
    assigned_by: int | None = None

    job_kind: ClassVar[str] = "assign_tasks"
    verb: ClassVar[str] = "assigned"

    def as_json(self) -> dict[str, Any]:
        return {
            "to": [person.pk for person in self.people],
            "how": self.how,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "priority": self.priority,
            "moved_from": self.moved_from,
            "assigned_by": self.assigned_by,
        }

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        rows = _rows_of(tasks, [*(person.user_id for person in self.people), self.moved_from], is_locked=True)
        gifts = list(self._gifts(project, tasks, rows, tally))
        if self.moved_from is not None:
            take_from_hands([rows[gift.task_id, self.moved_from].pk for gift in gifts])
        _write(project, gifts, rows, self.assigned_by)
        restage_locked(tasks)

    def plan(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        """Count what ``apply`` would do."""
        rows = _rows_of(tasks, [*(person.user_id for person in self.people), self.moved_from])
        for _ in self._gifts(project, tasks, rows, tally):
            pass

    def finish(self, project: Project, tally: Tally) -> None:
        tell_about_assigned(project, tally.given, due_at=self.due_at, assigned_by=self.assigned_by)

    def check(self, tally: Tally) -> None:
        """To give nothing to anybody for want of a skill is a mistake that the person should hear of."""
        if not tally.changed and tally.skipped.keys() == {"skill"}:
            names = ", ".join(person.user.display_name for person in self.people[:3])
            raise Refusal(
                f"{names} {'lacks' if len(self.people) == 1 else 'lack'} the skill that these tasks need, "
                "or has opted out of it. Choose somebody who has it.",
                errors=[{"path": "to", "message": "None of them has the skill that these tasks need."}],
            )

    def _gifts(
        self, project: Project, tasks: Sequence[Task], rows: Mapping[tuple[int, int], Assignment], tally: Tally
    ) -> Iterable["_Gift"]:
        crowd = _Crowd(self.people, self.how, project, tally)
        had: dict[int, set[int]] = defaultdict(set)
        for (task_id, user_id), row in rows.items():
            if row.status != AssignmentStatus.EXPIRED:  # a lease that ran out, or was taken back, is no answer
                had[task_id].add(user_id)
        for task in tasks:
            moved = rows.get((task.pk, self.moved_from)) if self.moved_from is not None else None
            if self.moved_from is not None and (moved is None or moved.status != AssignmentStatus.ASSIGNED):
                is_begun = moved is not None and moved.status == AssignmentStatus.WORKING
                tally.skip("begun" if is_begun else "not_assigned")
                continue
            if task.stage != Stage.ANNOTATE:
                tally.skip("done")
                continue
            slots = 1 if moved is not None else task.open_slots
            if slots <= 0:
                tally.skip("full")
                continue
            chosen = crowd.choose(task.skill, slots, had=had.get(task.pk, ()))
            for user_id in chosen:
                due_at, priority = self.due_at, self.priority
                if moved is not None:
                    due_at = due_at or moved.due_at
                    priority = moved.priority if priority is None else priority
                yield _Gift(task.pk, user_id, due_at, priority or 0)
            tally.change([task] if chosen else [])


@dataclass(frozen=True)
class _Gift:
    task_id: int
    user_id: int
    due_at: datetime | None
    priority: int


@dataclass
class _Crowd:
    """Those that tasks are shared out among."""

    people: Sequence[Membership]
    how: str
    project: Project
    tally: Tally
    _shares: FairShares = field(init=False)
    _able: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        weights = {person.user_id: person.capacity if self.how == How.CAPACITY else 1.0 for person in self.people}
        self._shares = FairShares(weights, self.tally.given)

    def able(self, skill: str) -> tuple[int, ...]:
        """Who has the skill; where people are chosen by skill, who has one is spared what everybody can do."""
        if skill not in self._able:
            able = [person for person in self.people if may_get(person, skill)]
            if self.how == How.SKILL and not skill:
                able = [person for person in able if not self._is_specialist(person)] or able
            self._able[skill] = tuple(person.user_id for person in able)
        return self._able[skill]

    def _is_specialist(self, person: Membership) -> bool:
        return any(may_get(person, skill) for skill in self.project.skills_needed if skill)

    def choose(self, skill: str, slots: int, *, had: Collection[int]) -> list[int]:
        """Who gets the task of those who may and did not have it; counted in the tally. Nobody gets a task twice."""
        able = self.able(skill)
        if all(user_id in had for user_id in able):
            self.tally.skip("had" if able else "skill")
            return []
        if self.how == How.EACH:
            chosen = [user_id for user_id in able if user_id not in had][:slots]
            for user_id in chosen:
                self.tally.given[user_id] = self.tally.given.get(user_id, 0) + 1
            return chosen
        person = self._shares.give(able, but_not=had)
        if person is None:
            self.tally.skip("no_share")
            return []
        return [person]


def assign_tasks(
    member: Membership,
    selection: Selection,
    *,
    to: Collection[int],
    how: str = How.EVEN,
    due_at: datetime | None = None,
    priority: int | None = None,
    moved_from: int | None = None,
    key: uuid.UUID | None = None,
) -> Tally | Job:
    """Give tasks to members, who are named by the ids of their memberships.

    ``moved_from``: only what that member has been assigned is moved to the others; the due date stays unless one is
    given. Raises ``Refusal`` for a due date that is past and for people who cannot label, 404 for strangers.
    """
    share = _share(member, to, how=how, due_at=due_at, priority=priority, moved_from=moved_from)
    return carry_out(member, share, selection, key=key)


def plan_assignment(
    member: Membership, tasks: Sequence[Task], *, to: Collection[int], how: str, moved_from: int | None = None
) -> Tally:
    """What an assignment of these tasks would come to: who gets how many, and what is passed over."""
    tally = Tally()
    _share(member, to, how=how, moved_from=moved_from).plan(member.project, tasks, tally)
    return tally


@transaction.atomic
def change_assignment(member: Membership, assignment_id: int, *, to: int | None = None, **terms: Any) -> Assignment:
    """Give one assigned task to another member, or change its ``due_at`` and ``priority``."""
    assignment = open_assignment(member, assignment_id)
    if assignment.status != AssignmentStatus.ASSIGNED:
        raise Conflict("This task is no longer waiting for its person: it was begun, answered or taken back.")
    if to is not None:
        _check_due(terms.get("due_at"))
        mover = Membership.objects.filter(project_id=member.project_id, user_id=assignment.user_id).first()
        share = _share(member, [to], how=How.EVEN, moved_from=mover.pk if mover else None, **terms)
        tally = carry_out(member, share, Selection((assignment.task_id,)))
        assert isinstance(tally, Tally), "One task is done at once."
        if not tally.changed:
            raise Conflict("They had this task already, so it stays where it is.")
        new_user = _members(member, [to])[0].user_id
        return Assignment.objects.get(task=assignment.task_id, user=new_user, purpose=Purpose.ANNOTATE, round=1)
    if "due_at" in terms:
        _check_due(terms["due_at"])
    changed = Assignment.objects.filter(pk=assignment.pk, status=AssignmentStatus.ASSIGNED).update(**terms)
    if not changed:
        raise Conflict("This task was begun at this very moment.")
    return open_assignment(member, assignment_id)


def read_share(project: Project, act: Mapping[str, Any], asked_by: Any) -> Share:
    """The act of a job. Who has left, or was suspended, meanwhile gets no more."""
    people = [person for person in _people(project, act["to"]) if _may_label(person)]
    if not people:
        raise Refusal("None of those who should get the tasks may label here any more.")
    due_at = parse_datetime(act["due_at"]) if act["due_at"] else None
    return Share(people, act["how"], due_at, act["priority"], act["moved_from"], act["assigned_by"])


def _share(
    member: Membership,
    to: Collection[int],
    *,
    how: str,
    due_at: datetime | None = None,
    priority: int | None = None,
    moved_from: int | None = None,
) -> Share:
    if how not in How.values:
        raise _refused("how", f"There is no way “{how}” to share tasks out; there are: {', '.join(How.values)}.")
    _check_due(due_at)
    if priority is not None and abs(priority) > MAX_PRIORITY:
        raise _refused("priority", f"A priority lies between -{MAX_PRIORITY} and {MAX_PRIORITY}.")
    people = _members(member, to)
    for person in people:
        if not _may_label(person):
            why = "is suspended" if person.suspended else "may not label here"
            raise _refused("to", f"{person.user.display_name} {why}: choose somebody who may label.")
    giver = None if moved_from is None else _members(member, [moved_from])[0].user_id
    if giver is not None:
        people = [person for person in people if person.user_id != giver]
        if not people:
            raise _refused("to", "Name somebody else than who has the tasks now.")
    return Share(people, how, due_at, priority, giver, getattr(member.user, "pk", None))


def _check_due(due_at: datetime | None) -> None:
    if due_at is not None and due_at < timezone.now():
        raise _refused("due_at", "The due date is in the past: choose a later one.")


def _members(member: Membership, ids: Collection[int]) -> list[Membership]:
    wanted = sorted(set(ids))
    if not wanted:
        raise _refused("to", "Name at least one member who gets the tasks.")
    if len(wanted) > MAX_PEOPLE:
        raise _refused("to", f"Name {MAX_PEOPLE} members at most.")
    people = _people(member.project, wanted)
    if len(people) != len(wanted):
        raise Http404
    return people


def _people(project: Project, ids: Collection[int]) -> list[Membership]:
    rows = Membership.objects.filter(project_id=project.pk, pk__in=ids).select_related("user")
    return list(rows.order_by("pk"))


def _may_label(person: Membership) -> bool:
    return person.may(Capability.ANNOTATE) and person.user.is_active


def _rows_of(
    tasks: Sequence[Task], user_ids: Iterable[int | None], *, is_locked: bool = False
) -> dict[tuple[int, int], Assignment]:
    """The people's assignments of these tasks, by task and user. Locked ones nobody begins meanwhile."""
    rows = Assignment.objects.filter(
        one_of("task_id", [task.pk for task in tasks]),
        user_id__in=[pk for pk in user_ids if pk is not None],
        purpose=Purpose.ANNOTATE,
        round=1,
    )
    found = rows.only("pk", "task_id", "user_id", "status", "due_at", "priority")
    found = found.select_for_update().order_by("pk") if is_locked else found
    return {(row.task_id, row.user_id): row for row in found}


_COLUMNS = (
    "task_id", "project_id", "user_id", "purpose", "round", "status", "source", "started_at", "skip_reason",
    "suggestions", "due_at", "priority", "assigned_by_id",
)  # fmt: skip


def _write(
    project: Project,
    gifts: Sequence[_Gift],
    rows: Mapping[tuple[int, int], Assignment],
    assigned_by: int | None,
) -> None:
    as_text = cache(_datetime_text)
    now = timezone.now()
    new = []
    again: dict[tuple[datetime | None, int], list[int]] = defaultdict(list)
    for gift in gifts:
        row = rows.get((gift.task_id, gift.user_id))
        if row is not None:
            again[gift.due_at, gift.priority].append(row.pk)
            continue
        begins = (Purpose.ANNOTATE.value, 1, AssignmentStatus.ASSIGNED.value, AssignmentSource.MANAGER.value)
        terms = (as_text(gift.due_at), gift.priority, assigned_by)
        new.append((gift.task_id, project.pk, gift.user_id, *begins, as_text(now), "", "{}", *terms))
    insert_rows(Assignment, _COLUMNS, new)
    for (due_at, priority), ids in again.items():
        Assignment.objects.filter(one_of("pk", ids)).update(
            status=AssignmentStatus.ASSIGNED,
            source=AssignmentSource.MANAGER,
            due_at=due_at,
            priority=priority,
            assigned_by=assigned_by,
            started_at=now,
            finished_at=None,
        )


def _datetime_text(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return str(connection.ops.adapt_datetimefield_value(moment))


def _refused(path: str, message: str) -> Refusal:
    return Refusal(message, errors=[{"path": path, "message": message}])
