"""Who works on what next: claim and lease. How tasks come back is in ``releasing.py``.

One short transaction claims a task. ``Task.open_slots`` says to how many more people it may be given; it changes
only here, in ``staging.py`` and in ``annotations.work.workbench``, always on the task's own locked row, so that nobody
waits for anybody else's task. What a manager gave to a person comes first; it holds its slot already. Then the lanes,
and in each the skills that the person has, are probed through one partial index; only the base lane needs a cursor per
person.
"""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from django.db import connection
from django.db.models import F
from django.utils import timezone

from labelplatform.upserts import upsert_row
from projects.models import (
    Assignment,
    AssignmentSource,
    AssignmentStatus,
    Fills,
    Lane,
    Membership,
    Project,
    Stage,
    Task,
)
from projects.queueing.holds import hold_on
from projects.queueing.lanes import BEHIND
from projects.queueing.places import START, Place, note_place, place_of
from projects.queueing.releasing import release_expired_leases
from projects.queueing.skills import skills_open_to

# Enough for four tasks in the browser's memory and four answers on their way at 20 answers a second.
MAX_LEASES = 8
HOLDOUT_SHARE = 0.1
AUDIT_SHARE = 0.1


@dataclass
class ClaimedTask:
    """A task in somebody's hands, with what the page needs, without further queries."""

    id: int
    external_id: str
    lane: str
    rank: float
    data: dict[str, Any]
    assignment_id: int = 0
    lease_expires_at: datetime | None = None
    suggestions: dict[str, Any] | None = None
    is_returned: bool = False
    skill: str = ""
    is_assigned: bool = False
    due_at: datetime | None = None


@dataclass(frozen=True)
class Lease:
    """A task that a person has in hand: on lease till ``expires_at``, or returned by a reviewer."""

    task_id: int
    assignment_id: int
    expires_at: datetime | None = None

    @property
    def is_live(self) -> bool:
        return self.expires_at is not None and self.expires_at > timezone.now()

    @classmethod
    def of(cls, assignment: Assignment) -> Self:
        return cls(assignment.task_id, assignment.pk, assignment.lease_expires_at)


Suggest = Callable[[ClaimedTask], dict[str, Any]]


def _no_suggestions(task: ClaimedTask) -> dict[str, Any]:
    return {}


def claim_next_task(
    member: Membership,
    *,
    holding: Iterable[int] = (),
    leases: list[Lease] | None = None,
    returned: Iterable[Lease] = (),
    has_assigned: bool = True,
    suggest: Suggest = _no_suggestions,
) -> ClaimedTask | None:
    """Lease the next task to a member; None means there is nothing to give, see ``reason_for_empty_queue``.

    Call it inside a transaction. Without ``leases`` the member's own leases are looked up, and one that the caller
    does not list in ``holding`` is handed out again: a page that was closed finds its tasks back. A submit passes
    the ``leases`` it has just read and always gets a new task, for several submits may be on their way at once; it
    knows, too, whether the member ``has_assigned`` tasks at all.
    What reviewers ``returned`` comes before everything else: nobody but its author can do it.
    """
    may_wait = leases is None  # the transaction has locked nothing yet, so nobody can be waiting for it
    if leases is None:
        leases, returned = own_leases(member), own_returned(member)
        held = set(holding)
        again = [partial(_resume, member, lease) for lease in leases if lease.task_id not in held]
        returned = [lease for lease in returned if lease.task_id not in held]
    else:
        again = []
        returned = [lease for lease in returned if not lease.is_live]
    for hand_out in (*(partial(_hand_back, member, lease) for lease in returned), *again):
        if (task := hand_out()) is not None:
            return task
    if len(leases) >= MAX_LEASES or not member.project.is_open or hold_on(member) is not None:
        return None
    if member.sees_assigned_only:  # no queue, but what a manager gave them
        task = _take_assigned(member) if has_assigned else None
        return None if task is None else _with_suggestions(task, suggest)
    for take in _ways_to_take(member, may_wait=may_wait, has_assigned=has_assigned):
        while (task := take()) is not None:
            if task.is_assigned:
                return _with_suggestions(task, suggest)
            task.suggestions = suggest(task)
            task.lease_expires_at = timezone.now() + timedelta(minutes=member.project.lease_minutes)
            if _lease(member, task):
                return task
    return None


def _with_suggestions(task: ClaimedTask, suggest: Suggest) -> ClaimedTask:
    """Note what models propose for a task that is leased already."""
    task.suggestions = suggest(task)
    if task.suggestions:
        Assignment.objects.filter(pk=task.assignment_id).update(suggestions=task.suggestions)
    return task


def _ways_to_take(
    member: Membership, *, may_wait: bool, has_assigned: bool
) -> Iterator[Callable[[], ClaimedTask | None]]:
    """First what was given to the person; then what lies open; then what others have locked for a moment; then what
    came back from expired leases."""
    if has_assigned:
        yield partial(_take_assigned, member)
    yield partial(_take_task, member)
    if may_wait and connection.features.has_select_for_update_skip_locked:
        yield partial(_take_task, member, waits=True)
    if release_expired_leases(project_id=member.project_id):
        yield partial(_take_assigned, member)
        yield partial(_take_task, member)


def own_leases(member: Membership) -> list[Lease]:
    rows = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, purpose="annotate").leased()
    return [Lease(*row) for row in rows.order_by("id").values_list("task_id", "id")]


def own_returned(member: Membership) -> list[Lease]:
    rows = Assignment.objects.filter(user_id=member.user_id, project_id=member.project_id, status="returned")
    return [Lease(*row) for row in rows.order_by("id").values_list("task_id", "id", "lease_expires_at")]


def _hand_back(member: Membership, lease: Lease) -> ClaimedTask | None:
    """A returned task for its author. Its lease only says that a page has it: the task stays theirs when it ends."""
    expires_at = timezone.now() + timedelta(minutes=member.project.lease_minutes)
    returned = Assignment.objects.filter(pk=lease.assignment_id, status=AssignmentStatus.RETURNED)
    returned = returned.exclude(task__stage=Stage.EXCLUDED)  # it waits until the task is brought back
    return _claimed(lease) if returned.update(lease_expires_at=expires_at) else None


def _lanes(project: Project) -> list[str]:
    """The order in which lanes are probed: about one task in ten comes from the holdout until it is big enough, and one
    in ten audits what a model answered."""
    drawn = random.random()
    if project.holdout_percent and drawn < HOLDOUT_SHARE and _holdout_wants_more(project):
        return [Lane.HOLDOUT, Lane.SELECTED, Lane.AUDIT, Lane.BASE]
    if drawn > 1 - AUDIT_SHARE:
        return [Lane.AUDIT, Lane.SELECTED, Lane.BASE, Lane.HOLDOUT]
    return [Lane.SELECTED, Lane.AUDIT, Lane.BASE, Lane.HOLDOUT]


_HOLDOUT_CHECK_SECONDS = 10.0
_holdout_checks: dict[int, tuple[float, bool]] = {}


def _holdout_wants_more(project: Project) -> bool:
    """Whether the holdout is below its target and has open tasks; each process looks again every ten seconds."""
    now = time.monotonic()
    checked_at, wants_more = _holdout_checks.get(project.pk, (-_HOLDOUT_CHECK_SECONDS, False))
    if now - checked_at < _HOLDOUT_CHECK_SECONDS:
        return wants_more
    holdout = Task.objects.filter(project=project, lane=Lane.HOLDOUT)
    done = holdout.filter(stage=Stage.DONE).values_list("pk")[: project.holdout_target]
    wants_more = len(done) < project.holdout_target and holdout.filter(open_slots__gt=0).exists()
    _holdout_checks[project.pk] = (now, wants_more)
    return wants_more


_TAKE_ASSIGNED = """
    UPDATE projects_assignment SET status = 'working', lease_expires_at = %s, started_at = %s
     WHERE id = (SELECT a.id FROM projects_assignment a JOIN projects_task t ON t.id = a.task_id
                  WHERE a.user_id = %s AND a.project_id = %s AND a.status = 'assigned' AND a.purpose = 'annotate'
                    AND a.round = 1 AND t.stage = 'annotate'
                  ORDER BY a.due_at NULLS LAST, a.priority DESC, a.id LIMIT 1 {lock})
    RETURNING id
"""


def _take_assigned(member: Membership) -> ClaimedTask | None:
    """Lease what a manager gave to the member and is due first; it keeps the slot that it has."""
    now = timezone.now()
    expires_at = now + timedelta(minutes=member.project.lease_minutes)
    times = [connection.ops.adapt_datetimefield_value(moment) for moment in (expires_at, now)]
    lock = "FOR UPDATE OF a SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_ASSIGNED.format(lock=lock), [*times, member.user_id, member.project_id])
        row = cursor.fetchone()
    return None if row is None else as_claimed(Assignment.objects.select_related("task__content").get(pk=row[0]))


_PROBE = """
    (SELECT t.id FROM projects_task t
      WHERE t.project_id = %s AND t.skill = %s AND t.lane = %s AND t.open_slots > 0 AND (t.rank, t.id) > (%s, %s)
        AND NOT EXISTS (SELECT 1 FROM projects_assignment a
                         WHERE a.task_id = t.id AND a.user_id = %s AND a.purpose = 'annotate'
                           AND a.round = 1 AND a.status <> 'expired')
      ORDER BY t.rank, t.id LIMIT 1 {lock})
"""
_TAKE = """
    UPDATE projects_task SET open_slots = open_slots - 1{behind}
     WHERE id = COALESCE({probes})
    RETURNING id, external_id, lane, rank,
              (SELECT c.data FROM projects_taskcontent c WHERE c.task_id = projects_task.id), skill, open_slots
"""
# Breadth: a task that still wants others waits behind all that nobody has begun, and a step further with each person.
_MOVES_BEHIND = f", rank = CASE WHEN open_slots > 1 THEN rank + {BEHIND} ELSE rank END"


@dataclass(frozen=True)
class _Probe:
    """Where to look: a lane, the skill that its tasks need, and behind which place."""

    skill: str
    lane: str
    place: Place


def _take_task(member: Membership, *, waits: bool = False) -> ClaimedTask | None:
    """Take one slot of the first task that the member has not had, lane by lane, in one statement.

    A lane is probed only where those before it gave nothing, and in it first what not everybody can do; tasks that
    others are busy with at the moment are passed, unless it ``waits``.
    """
    skills = [*skills_open_to(member, member.project.skills_needed), ""]
    probes: list[_Probe] = []
    for lane in _lanes(member.project):
        if lane == Lane.BASE:
            places = [(skill, place_of(member, skill)) for skill in skills]
            probes += [_Probe(skill, lane, place) for skill, place in places if place is not None]
        probes += [_Probe(skill, lane, START) for skill in skills]
    task = _take_first(member, probes, waits=waits)
    if task is not None and task.lane == Lane.BASE:
        note_place(member, task.skill, (task.rank, task.id))
    return task


def _take_first(member: Membership, probes: list[_Probe], *, waits: bool) -> ClaimedTask | None:
    lock = ""
    if connection.features.has_select_for_update_skip_locked:
        lock = "FOR UPDATE" if waits else "FOR UPDATE SKIP LOCKED"
    is_broad = member.project.fills == Fills.BREADTH
    statement = _TAKE.format(
        probes=", ".join([_PROBE.format(lock=lock)] * len(probes)), behind=_MOVES_BEHIND if is_broad else ""
    )
    values = [
        value
        for probe in probes
        for value in (member.project_id, probe.skill, probe.lane, *probe.place, member.user_id)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    if row is None:
        return None
    pk, external_id, lane, rank, data, skill, slots_left = row
    if is_broad and slots_left:
        rank -= BEHIND  # where it stood: the person's place must not go behind with it
    data = data if isinstance(data, dict) else json.loads(data)
    return ClaimedTask(id=pk, external_id=external_id, lane=lane, rank=rank, data=data, skill=skill)


_ASSIGNMENT_COLUMNS = (
    "task_id", "project_id", "user_id", "purpose", "round", "status", "source", "lease_expires_at", "started_at",
    "finished_at", "skip_reason", "suggestions",
)  # fmt: skip


def _lease(member: Membership, task: ClaimedTask) -> bool:
    """Write the assignment; one that had expired before is taken up again.

    Gives the slot back and returns False where the member has the task already: on PostgreSQL two claims of one
    person at once may pick the same task, for neither sees yet what the other writes.
    """
    assignment = Assignment(
        task_id=task.id,
        project_id=member.project_id,
        user_id=member.user_id,
        status=AssignmentStatus.WORKING,
        lease_expires_at=task.lease_expires_at,
        suggestions=task.suggestions or {},
    )
    row = upsert_row(
        assignment,
        _ASSIGNMENT_COLUMNS,
        unique=("task_id", "user_id", "purpose", "round"),
        keep=("project_id", "source"),
        only_where="projects_assignment.status = 'expired'",
    )
    if row is None:
        Task.objects.filter(pk=task.id).update(open_slots=F("open_slots") + 1)
        return False
    task.assignment_id = row[0]
    return True


def _resume(member: Membership, lease: Lease) -> ClaimedTask | None:
    """Hand out again what the person holds already, and renew its lease; None when it was taken back just now."""
    expires_at = timezone.now() + timedelta(minutes=member.project.lease_minutes)
    if not Assignment.objects.filter(pk=lease.assignment_id).leased().update(lease_expires_at=expires_at):
        return None
    return _claimed(lease)


def _claimed(lease: Lease) -> ClaimedTask:
    return as_claimed(Assignment.objects.select_related("task__content").get(pk=lease.assignment_id))


def as_claimed(assignment: Assignment) -> ClaimedTask:
    """A task that a person holds, as the page gets it."""
    return ClaimedTask(
        id=assignment.task_id,
        external_id=assignment.task.external_id,
        lane=assignment.task.lane,
        rank=assignment.task.rank,
        data=assignment.task.content.data,
        assignment_id=assignment.pk,
        lease_expires_at=assignment.lease_expires_at,
        suggestions=assignment.suggestions,
        is_returned=assignment.status == AssignmentStatus.RETURNED,
        skill=assignment.task.skill,
        is_assigned=assignment.source == AssignmentSource.MANAGER,
        due_at=assignment.due_at,
    )
