"""One act on many tasks, named one by one or by the Data page's filters: a few at once, many as a job.

An act changes locked tasks in a transaction; a job does so batch by batch and keeps its place and its tally with
them, so that whatever interrupts it, no task is changed twice and none is passed over.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar, Protocol

from django.db import transaction
from django.http import Http404

from labelplatform.accounts.models import User
from labelplatform.bulk_rows import one_of
from labelplatform.events.creation_keys import create_once
from labelplatform.events.models import Event, record_event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobFailed, JobRun, enqueue_job
from labelplatform.refusals import Refusal
from labelplatform.registry import Registry
from labelplatform.roles import Role
from projects.browsing.data_query import DataQuery, read_data_query
from projects.browsing.task_pages import ORDERS
from projects.models import Membership, Project, Task

# By job kind, (project, the act as JSON, who asked) -> BulkAct; raises ``Refusal`` where it cannot be done any more.
act_readers = Registry("act on many tasks")
act_readers.register("assign_tasks", "projects.assignment.assigning.read_share")
act_readers.register("take_back_tasks", "projects.assignment.taking_back.read_take_back")
act_readers.register("change_tasks", "projects.queueing.task_needs.read_needs")
act_readers.register("order_tasks", "projects.queueing.queue_order.read_order")

AT_ONCE = 1_000
MAX_NAMED = 10_000
_BATCH = 5_000
_TASKS_TOLD = 20


@dataclass(frozen=True)
class Selection:
    """Which tasks: ``task_ids``, or all that pass ``filters``, by the names they have in the Data page's address."""

    task_ids: tuple[int, ...] | None = None
    filters: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"task_ids": self.task_ids, "filters": dict(self.filters)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Selection":
        ids = value["task_ids"]
        return cls(None if ids is None else tuple(ids), value["filters"])


@dataclass
class Tally:
    """What an act has done so far: to how many tasks, to whom, and how many it passed over for which reason.

    ``tasks`` are the external ids of the first ones, for people who read what was done.
    """

    changed: int = 0
    given: dict[int, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    tasks: list[str] = field(default_factory=list)

    def change(self, tasks: Iterable[Task]) -> None:
        for task in tasks:
            self.changed += 1
            if len(self.tasks) < _TASKS_TOLD:
                self.tasks.append(task.external_id)

    def skip(self, reason: str, count: int = 1) -> None:
        if count:
            self.skipped[reason] = self.skipped.get(reason, 0) + count

    def as_json(self) -> dict[str, Any]:
        given = {str(pk): count for pk, count in self.given.items()}
        return {"changed": self.changed, "tasks": self.tasks, "given": given, "skipped": self.skipped}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Tally":
        given = {int(pk): n for pk, n in value.get("given", {}).items()}
        return cls(value.get("changed", 0), given, dict(value.get("skipped", {})), list(value.get("tasks", [])))


class BulkAct(Protocol):
    """``job_kind`` names the job that does it to many, ``verb`` the event that it leaves: none where the act records
    one for each task."""

    job_kind: ClassVar[str]
    verb: ClassVar[str]

    def as_json(self) -> dict[str, Any]: ...

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        """Change the tasks, which are locked, and count it; called in a transaction."""
        ...

    def finish(self, project: Project, tally: Tally) -> None:
        """What is to be done once after the last tasks, in their transaction; the tally is of all of them, or, where a
        job was stopped, of those that it came to."""
        ...

    def check(self, tally: Tally) -> None:
        """Raise ``Refusal`` where nothing came of what was done at once and the person should know why."""
        ...


def carry_out(member: Membership, act: BulkAct, selection: Selection, *, key: uuid.UUID | None = None) -> Tally | Job:
    """Do it now where there are few tasks, else in a job; a repeated ``key`` answers what the first call came to.

    Raises 404 for tasks that are not the project's.
    """
    ids = _few(member, selection)
    create: Callable[[], Job | Event]
    with transaction.atomic():
        if ids is None:
            create = partial(_enqueue, member, act, selection)
        elif key is None:
            return do_now(member.project, act, ids, actor=member.user)[0]
        else:
            create = partial(_do_and_note, member, act, ids)
        scope = f"{act.job_kind} in project {member.project_id}"
        made, _ = create_once(user=member.user, key=key, scope=scope, create=create)
    if isinstance(made, Job):
        return made
    assert isinstance(made, Event), "What is done at once leaves an event."
    return Tally.from_json(made.after)


def _enqueue(member: Membership, act: BulkAct, selection: Selection) -> Job:
    return enqueue_job(
        act.job_kind,
        project_id=member.project_id,
        params={"selection": selection.as_json(), "act": act.as_json()},
        requested_by=member.user,
        exclusive_key=f"bulk:{member.project_id}",
    )


def _do_and_note(member: Membership, act: BulkAct, ids: list[int]) -> Event:
    tally, event = do_now(member.project, act, ids, actor=member.user)
    return event or _note(member.user, act, member.project, tally, member.project)


def do_now(project: Project, act: BulkAct, ids: Sequence[int], *, actor: Any) -> tuple[Tally, Event | None]:
    """Carry out an act on a few tasks inside the caller's transaction; without an ``actor`` the site does it itself."""
    tally = Tally()
    tasks = _locked(project, ids)
    act.apply(project, tasks, tally)
    act.finish(project, tally)
    act.check(tally)
    if not (tally.changed and act.verb):
        return tally, None
    about = tasks[0] if len(tasks) == 1 else project
    return tally, _note(actor, act, project, tally, about)


def run_in_slices(run: JobRun) -> None:
    """Job kind of every such act: carry it out on one batch of tasks after the other."""
    project = Project.objects.select_related("schema_version").get(pk=run.job.project_id or 0)
    actor = run.job.requested_by
    selection = Selection.from_json(run.params["selection"])
    try:
        act: BulkAct = act_readers.get(run.job.kind)(project, run.params["act"], actor)
        batches = _batches(_as_manager(project, actor), selection, run.cursor.get("place"))
    except Refusal as refusal:
        raise JobFailed(refusal.detail) from refusal
    if run.job.total is None and (total := _total(_as_manager(project, actor), selection)) is not None:
        run.advance(total=total)
    for ids, place in batches:
        with transaction.atomic():
            tally = Tally.from_json(run.cursor.get("tally", {}))
            act.apply(project, _locked(project, ids), tally)
            cursor = {"place": place, "tally": tally.as_json()}
            done = run.job.done + len(ids)
            if place is None:
                act.finish(project, tally)
                if act.verb:
                    _note(actor, act, project, tally, project)
                run.finish(cursor=cursor, done=done, total=done, result=tally.as_json(), message=in_words(tally))
                return
            run.advance(cursor=cursor, done=done)
        if run.time_is_up():
            return


@transaction.atomic
def conclude_stopped(job: Job) -> None:
    """What a cancelled or failed job has done stays: finish that much and note it, so that people hear of it."""
    tally = Tally.from_json(job.cursor.get("tally", {}))
    project = Project.objects.select_related("schema_version").filter(pk=job.project_id or 0).first()
    if not tally.changed or project is None:
        return
    try:
        act: BulkAct = act_readers.get(job.kind)(project, job.params["act"], job.requested_by)
    except Refusal:
        return
    act.finish(project, tally)
    if act.verb:
        _note(job.requested_by, act, project, tally, project, stopped=job.state)


def preview_tasks(member: Membership, selection: Selection) -> tuple[list[Task], int, bool]:
    """The first tasks of a selection, how many there are as far as can be said, and whether that is all."""
    if selection.task_ids is not None:
        ids = sorted(set(selection.task_ids))
        tasks = Task.objects.filter(one_of("pk", ids[:AT_ONCE]), project_id=member.project_id).order_by("pk")
        return list(tasks), len(ids), True
    listed = _query(member, selection).tasks
    total = _total(member, selection)
    ids = listed.page(ORDERS["first"], size=AT_ONCE).task_ids
    found = list(Task.objects.filter(one_of("pk", ids)).order_by("pk"))
    return found, listed.count().number if total is None else total, total is not None


def in_words(tally: Tally) -> str:
    """What came of it, in a sentence."""
    parts = [f"{tally.changed:,} {'task' if tally.changed == 1 else 'tasks'} changed"]
    parts += [f"{count:,} {SKIPPED_BECAUSE[reason]}" for reason, count in tally.skipped.items()]
    return f"{', '.join(parts)}."


SKIPPED_BECAUSE = {
    "done": "need no more answers",
    "full": "had no free place",
    "had": "the person had already",
    "skill": "need a skill that nobody chosen has",
    "no_share": "fell to nobody, for the capacity of all who could get them is 0",
    "not_assigned": "were not assigned",
    "begun": "are being worked on",
    "same": "had it already",
    "unfinished": "are not done, or have nothing to go by",
    "unfit": "have a final label that nobody could give any more",
    "selected": "are asked before all others already",
    "measures": "measure models or people, and come in a turn of their own",
    "holdout": "belong to the holdout, which only measures models",
}


def _few(member: Membership, selection: Selection) -> list[int] | None:
    """The ids where they are few enough to be done at once."""
    if selection.task_ids is not None:
        ids = sorted(set(selection.task_ids))
        if len(ids) > MAX_NAMED:
            message = f"Name {MAX_NAMED:,} tasks at most; for more, choose them by a filter."
            raise Refusal(message, errors=[{"path": "task_ids", "message": message}])
        own = Task.objects.filter(one_of("pk", ids), project_id=member.project_id)
        if not ids or own.count() != len(ids):
            raise Http404
        return ids if len(ids) <= AT_ONCE else None
    page = _query(member, selection).tasks.page(ORDERS["first"], size=AT_ONCE)
    return page.task_ids if page.after is None else None


def _query(member: Membership, selection: Selection) -> DataQuery:
    query = read_data_query(member, selection.filters)
    problems = list(query.problems) + [
        f"There is no filter “{name}”." for name in selection.filters if name not in query.filters
    ]
    if problems:
        raise Refusal(problems[0], errors=[{"path": "filter", "message": problem} for problem in problems])
    return query


def _total(member: Membership, selection: Selection) -> int | None:
    """How many tasks there are, where it can be said at little cost."""
    if selection.task_ids is not None:
        return len(set(selection.task_ids))
    if not selection.filters:
        return Task.objects.filter(project_id=member.project_id).count()
    count = _query(member, selection).tasks.count()
    return count.number if count.is_all else None


def _batches(member: Membership, selection: Selection, place: Any) -> Iterator[tuple[list[int], Any]]:
    """Ids behind ``place``, each batch with the place where the next one begins; None after the last."""
    if selection.task_ids is not None:
        ids = sorted(set(selection.task_ids))
        return _named_batches([pk for pk in ids if place is None or pk > place])
    return _found_batches(_query(member, selection), place)


def _named_batches(ids: list[int]) -> Iterator[tuple[list[int], Any]]:
    for start in range(0, max(len(ids), 1), _BATCH):
        batch = ids[start : start + _BATCH]
        yield batch, batch[-1] if start + _BATCH < len(ids) else None


def _found_batches(query: DataQuery, place: Any) -> Iterator[tuple[list[int], Any]]:
    tasks = query.tasks
    while True:
        page = tasks.page(ORDERS["first"], start=place, size=_BATCH)
        place = page.after
        yield page.task_ids, place
        if place is None:
            return


def _locked(project: Project, ids: Sequence[int]) -> list[Task]:
    """The tasks, locked in the order of their ids, as everybody does who locks several."""
    tasks = Task.objects.select_for_update(of=("self",)).filter(one_of("pk", ids), project_id=project.pk)
    found = list(tasks.order_by("pk"))
    for task in found:
        task.project = project
    return found


def _as_manager(project: Project, user: User | None) -> Membership:
    """Filters ask for a member; who started the job was allowed to."""
    return Membership(project=project, user=user, role=Role.MANAGER)


def _note(actor: Any, act: BulkAct, project: Project, tally: Tally, about: Any, **more: Any) -> Event:
    after = {**act.as_json(), **tally.as_json(), **more}
    return record_event(actor=actor, verb=act.verb, object=about, project_id=project.pk, after=after)
