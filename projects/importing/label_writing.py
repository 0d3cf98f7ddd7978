"""The labels of one batch on their way to who keeps them: whose they are, which are kept, and which are refused."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from django.db.models.functions import Lower

from labelplatform.roles import Capability, roles_with
from projects.importing.candidates import Candidate, Rejected, reject
from projects.importing.labels import LabeledRow, LabelReceiver, receiver_of
from projects.models import ImportRun, Membership, Project


@dataclass
class BatchLabels:
    """``task_ids`` are those of tasks that were there before the batch, by external id."""

    run: ImportRun
    project: Project
    receiver: LabelReceiver
    task_ids: Mapping[str, int]
    refused: list[Rejected] = field(default_factory=list)
    _rows: dict[int, LabeledRow] = field(default_factory=dict)

    @classmethod
    def of(cls, run: ImportRun, project: Project, task_ids: Mapping[str, int]) -> Self | None:
        """None where the run brings no labels."""
        receiver = receiver_of(run)
        return cls(run, project, receiver, task_ids) if receiver else None

    def sort_out(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates without those whose labels cannot be kept, which are refused as a whole."""
        kept = self._of_one_mind(candidates)
        labeled = [candidate for candidate in kept if candidate.answers]
        rows = self._as_rows(labeled)
        found = self.receiver.sort_out(self.project, rows)
        for position, reason in found.refused.items():
            self._refuse(labeled[position], reason)
        self._rows = {
            id(candidate): row
            for position, (candidate, row) in enumerate(zip(labeled, rows, strict=True))
            if position not in found.known and position not in found.refused
        }
        out = {id(labeled[position]) for position in found.refused}
        return [candidate for candidate in kept if id(candidate) not in out] if out else kept

    def write(self, kept: Iterable[Candidate], new_ids: Mapping[str, int]) -> int:
        """Keep the labels of those candidates that came in; returns of how many rows."""
        rows = []
        for candidate in kept:
            row = self._rows.get(id(candidate))
            if row is not None:
                rows.append(row if row.task_id else row._replace(task_id=new_ids[row.external_id]))
        if rows:
            self.receiver.write(self.run, self.project, rows)
        return len(rows)

    def _of_one_mind(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Without rows that would replace the data that a row before them in the batch labels."""
        labeled: dict[str, Candidate] = {}
        kept: list[Candidate] = []
        for candidate in candidates:
            earlier = labeled.get(candidate.external_id)
            if earlier is not None and earlier.content.data != candidate.content.data:
                what = f"Line {earlier.line} labels the task {candidate.external_id!r} with other data."
                self._refuse(candidate, what)
                continue
            if candidate.answers:
                labeled.setdefault(candidate.external_id, candidate)
            kept.append(candidate)
        return kept

    def _as_rows(self, labeled: Sequence[Candidate]) -> list[LabeledRow]:
        authors = authors_by_address(self.project, {candidate.author for candidate in labeled if candidate.author})
        own = self.run.created_by_id or 0
        return [
            LabeledRow(
                line=candidate.line,
                external_id=candidate.external_id,
                task_id=self.task_ids.get(candidate.external_id),
                author_id=authors.get(candidate.author, own),
                is_named=candidate.author in authors,
                answers=candidate.answers or {},
                is_new=candidate.external_id not in self.task_ids,
                overlap=candidate.overlap,
                said_by="" if candidate.author in authors else candidate.author,
            )
            for candidate in labeled
        ]

    def _refuse(self, candidate: Candidate, reason: str) -> None:
        self.refused.append(reject(candidate.line, candidate.raw, reason))


def authors_by_address(project: Project, addresses: Iterable[str]) -> dict[str, int]:
    """Those of the (lower case) addresses that are of members who may annotate, with the users' ids."""
    wanted = list(addresses)
    if not wanted:
        return {}
    members = Membership.objects.filter(project=project).annotate(address=Lower("user__email"))
    found = members.filter(address__in=wanted, role__in=roles_with(Capability.ANNOTATE))
    return dict(found.values_list("address", "user_id"))
