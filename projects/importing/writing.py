"""Write one batch of rows as tasks: new ones, changed ones, and those that are refused for what is there already."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q

from labelplatform.bulk_rows import allocate_ids, insert_rows
from projects.importing.candidates import Candidate, Rejected, reject
from projects.importing.identity import canonical_json
from projects.importing.label_writing import BatchLabels
from projects.models import (
    Assignment,
    AssignmentStatus,
    ImportRejection,
    ImportRun,
    Lane,
    OnConflict,
    Project,
    Stage,
    Task,
    TaskAsset,
    TaskContent,
    TaskOrder,
)
from projects.queueing.lanes import lane_and_rank
from projects.queueing.skills import MAX_SKILLS_NEEDED
from projects.queueing.stages import overlap_of

_TASK_COLUMNS = (
    "id",
    "project_id",
    "external_id",
    "import_run_id",
    "stage",
    "lane",
    "rank",
    "open_slots",
    "skill",
    "overlap",
)
_CONTENT_COLUMNS = ("task_id", "project_id", "data", "metadata", "content_hash", "search_text")
_REJECTION_COLUMNS = ("import_run_id", "line", "reason", "row")


class Counts(NamedTuple):
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0


class SchemaHasChanged(Exception):
    """Answers of the batch were checked against what was asked before: nothing of it was written."""


class _Known(NamedTuple):
    task_id: int
    digest: str


def write_batch(run: ImportRun, candidates: Sequence[Candidate], rejected: Sequence[Rejected]) -> Counts:
    """Write the batch inside the caller's transaction and count it on the run.

    Afterwards every row is a task, was one already, or is kept as a rejection.
    """
    project = Project.objects.select_for_update(no_key=True).get(
        pk=run.project_id
    )  # its policies must hold till commit
    known = _known_tasks(project.pk, [candidate.external_id for candidate in candidates])
    labels = BatchLabels.of(run, project, {name: one.task_id for name, one in known.items()})
    if labels:
        if project.schema_version_id != run.project.schema_version_id:
            raise SchemaHasChanged
        candidates = labels.sort_out(candidates)
    plan = _Plan(known, candidates, may_update=run.on_conflict == OnConflict.UPDATE)
    _note_skills(project, plan)
    refused = sorted([*rejected, *plan.refused, *(labels.refused if labels else ())])
    ids = _insert_tasks(project, run, list(plan.new.values()))
    _update_contents([(known.task_id, candidate) for known, candidate in plan.changed.values()])
    n_labeled = labels.write(plan.kept, ids) if labels else 0
    insert_rows(ImportRejection, _REJECTION_COLUMNS, [(run.pk, *rejection) for rejection in refused])
    counts = Counts(len(plan.new), plan.n_updates, plan.n_unchanged, len(refused))
    ImportRun.objects.filter(pk=run.pk).update(
        created_count=F("created_count") + counts.created,
        updated_count=F("updated_count") + counts.updated,
        unchanged_count=F("unchanged_count") + counts.unchanged,
        rejected_count=F("rejected_count") + counts.rejected,
        labeled_count=F("labeled_count") + n_labeled,
    )
    return counts


class _Plan:
    """What becomes of each row, compared with the task of its id and with the rows before it in the batch."""

    def __init__(self, known: dict[str, _Known], candidates: Sequence[Candidate], *, may_update: bool) -> None:
        self.new: dict[str, Candidate] = {}
        self.changed: dict[str, tuple[_Known, Candidate]] = {}
        self.n_updates = 0
        self.n_unchanged = 0
        self.kept: list[Candidate] = []
        self.refused: list[Rejected] = []
        self._known = known
        self._in_use = _data_in_use(self._known, candidates) if may_update and self._known else {}
        for candidate in candidates:
            if self._is_placed(candidate, may_update=may_update):
                self.kept.append(candidate)

    def _is_placed(self, candidate: Candidate, *, may_update: bool) -> bool:
        external_id = candidate.external_id
        known = self._known.get(external_id)
        twin = self.new.get(external_id) or (self.changed[external_id][1] if external_id in self.changed else None)
        digest = twin.content.digest if twin else known.digest if known else None
        if digest is None:
            self.new[external_id] = candidate
        elif digest == candidate.content.digest:
            self.n_unchanged += 1
        elif not may_update:
            return self._refuse(candidate, _other_data(candidate, twin))
        elif known is None:
            self.new[external_id] = candidate
            self.n_updates += 1
        elif self._in_use.get(known.task_id, candidate.content.data) != candidate.content.data:
            return self._refuse(
                candidate, f"The task {external_id!r} is being labeled or has answers: its data stays as it is."
            )
        else:
            self.changed[external_id] = (known, candidate)
            self.n_updates += 1
        return True

    def drop(self, candidate: Candidate, reason: str) -> None:
        """Refuse a new row after all."""
        del self.new[candidate.external_id]
        self.kept = [one for one in self.kept if one.external_id != candidate.external_id]
        self._refuse(candidate, reason)

    def _refuse(self, candidate: Candidate, reason: str) -> bool:
        self.refused.append(reject(candidate.line, candidate.raw, reason))
        return False


def _note_skills(project: Project, plan: _Plan) -> None:
    """The project's list of skills follows; rows whose skill would be one too many are refused."""
    known = {"", *project.skills_needed}
    wanted = [candidate for candidate in plan.new.values() if candidate.skill not in known]
    added: list[str] = []
    for candidate in wanted:
        if candidate.skill in added:
            continue
        if len(project.skills_needed) + len(added) < MAX_SKILLS_NEEDED:
            added.append(candidate.skill)
        else:
            plan.drop(candidate, f"A project's tasks can need {MAX_SKILLS_NEEDED} different skills at most.")
    if added:
        project.skills_needed = sorted([*project.skills_needed, *added])
        project.save(update_fields=["skills_needed"])


def _other_data(candidate: Candidate, twin: Candidate | None) -> str:
    where = f" in line {twin.line}" if twin else ""
    return (
        f"The id {candidate.external_id!r} belongs to a task with other data{where}. "
        "To replace that data, import with “update”."
    )


def _known_tasks(project_id: int, external_ids: Sequence[str]) -> dict[str, _Known]:
    """Tasks of these external ids, in one query however many there are."""
    ids = "= ANY(%s)" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    wanted = list(external_ids) if connection.vendor == "postgresql" else json.dumps(external_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.external_id, t.id, c.content_hash FROM projects_task t"
            f" JOIN projects_taskcontent c ON c.task_id = t.id WHERE t.project_id = %s AND t.external_id {ids}",
            [project_id, wanted],
        )
        return {external_id: _Known(task_id, digest) for external_id, task_id, digest in cursor.fetchall()}


def _data_in_use(known: dict[str, _Known], candidates: Sequence[Candidate]) -> dict[int, str]:
    """The data, as canonical JSON, of those tasks which people hold or have answered: it must not change."""
    differing = [
        known[candidate.external_id].task_id
        for candidate in candidates
        if candidate.external_id in known and known[candidate.external_id].digest != candidate.content.digest
    ]
    if not differing:
        return {}
    locked = Task.objects.select_for_update(no_key=True).filter(pk__in=differing)  # nobody may claim them meanwhile
    in_use = Assignment.objects.filter(
        task__in=list(locked.values_list("pk", flat=True)),
        status__in=[AssignmentStatus.WORKING, AssignmentStatus.RETURNED, AssignmentStatus.SUBMITTED],
    ).values("task")
    contents = TaskContent.objects.filter(Q(task__in=in_use) | Q(task__lane=Lane.GOLD, task__in=differing))
    return {task_id: canonical_json(data) for task_id, data in contents.values_list("task_id", "data")}


def _insert_tasks(project: Project, run: ImportRun, candidates: Sequence[Candidate]) -> dict[str, int]:
    """Returns the new tasks' ids by external id."""
    if not candidates:
        return {}
    ids = allocate_ids(Task, len(candidates))
    tasks = []
    contents = []
    in_order = project.task_order == TaskOrder.IMPORT
    for task_id, candidate in zip(ids, candidates, strict=True):
        slots = overlap_of(candidate, project)
        lane, rank = lane_and_rank(project.seed, candidate.external_id, project.holdout_percent)
        if in_order:
            rank = float(task_id)
        content = candidate.content
        placed = (run.pk, Stage.ANNOTATE.value, lane, rank, slots)
        tasks.append((task_id, project.pk, candidate.external_id, *placed, candidate.skill, candidate.overlap))
        contents.append((task_id, project.pk, content.data, content.metadata, content.digest, candidate.search_text))
    insert_rows(Task, _TASK_COLUMNS, tasks)
    insert_rows(TaskContent, _CONTENT_COLUMNS, contents)
    _note_assets(list(zip(ids, candidates, strict=True)))
    return {candidate.external_id: task_id for task_id, candidate in zip(ids, candidates, strict=True)}


def _update_contents(changed: Sequence[tuple[int, Candidate]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE projects_taskcontent SET data = %s, metadata = %s, content_hash = %s, search_text = %s"
            " WHERE task_id = %s",
            [(*candidate.content, candidate.search_text, task_id) for task_id, candidate in changed],
        )
    if any(candidate.asset_ids for _, candidate in changed):
        TaskAsset.objects.filter(task__in=[task_id for task_id, _ in changed]).delete()
        _note_assets(changed)


def _note_assets(written: Sequence[tuple[int, Candidate]]) -> None:
    uses = [(task_id, asset_id) for task_id, candidate in written for asset_id in candidate.asset_ids]
    insert_rows(TaskAsset, ("task_id", "asset_id"), uses)
