"""From rows of a file or a reply to predictions that may be stored, or to the reasons why not.

A row is ``{"task" or "external_id", "question", "value", "confidence"}``. Answers are checked exactly as people's are,
each against the task it is about.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from labelplatform.bulk_rows import one_of
from models_app.models import Prediction
from models_app.sources.task_names import known_task_ids, task_ids_by_external_id
from projects.importing.candidates import Rejected, reject
from projects.importing.rows import Row
from projects.models import TaskContent
from projects.schema import Schema, SchemaProblems
from projects.schema.given import Given

KEYS = ("task", "external_id", "question", "value", "confidence")
_LONGEST_NUMBER = 19
_LONGEST_KNOWN, _MOST_KNOWN = 80, 20_000


class Checked(NamedTuple):
    """A prediction as it is stored; ``value`` is JSON."""

    task_id: int
    question: str
    value: str
    confidence: float | None


class RowRefused(Exception):
    """This row is no prediction; the message names the place and says why."""


class _Named(NamedTuple):
    """What a row says, before its task is looked for."""

    row: Row
    number: int
    task: int | str
    question: str
    value: Any
    confidence: float | None


@dataclass
class BatchData(Mapping[int, Mapping[str, Any]]):
    """The data of a batch's tasks by id, read in one query when an answer first asks for it: most never do."""

    task_ids: Sequence[int]
    n_reads: int = 0
    _found: dict[int, Mapping[str, Any]] | None = None

    def __getitem__(self, task_id: int) -> Mapping[str, Any]:
        self.n_reads += 1
        if self._found is None:
            contents = TaskContent.objects.filter(one_of("task_id", list(self.task_ids)))
            self._found = dict(contents.values_list("task_id", "data"))
        return self._found[task_id]

    def __iter__(self) -> Any:
        return iter(self.task_ids)

    def __len__(self) -> int:
        return len(self.task_ids)


@dataclass
class DataOf(Mapping[str, Any]):
    """One task's data out of its batch's."""

    batch: BatchData
    task_id: int

    def __getitem__(self, name: str) -> Any:
        return self.batch[self.task_id][name]

    def __iter__(self) -> Any:
        return iter(self.batch[self.task_id])

    def __len__(self) -> int:
        return len(self.batch[self.task_id])


@dataclass
class RowChecker:
    """Checks rows against a project's schema and tasks. ``reads_cells``: rows are of a table, so that all is text.

    What rows point into may have been stored before, by the same ``source_id``.
    """

    project_id: int
    schema: Schema
    source_id: int
    reads_cells: bool = False
    # cells as values, and answers as JSON where that does not depend on the task, by question: most are said again
    _values: dict[tuple[str, str], Any] = field(default_factory=dict)
    _right: dict[tuple[str, str], str] = field(default_factory=dict)

    def check(
        self, rows: Sequence[Row], *, first_number: int = 1, prefix: Callable[[int], str] | None = None
    ) -> tuple[list[Checked], list[Rejected]]:
        """Judge the rows of one batch. ``prefix`` names a row by its number, where lines say too little."""
        named: list[_Named] = []
        rejected: list[Rejected] = []

        def refuse(row: Row, number: int, reason: str) -> None:
            rejected.append(reject(row.line, row.raw, f"{prefix(number) if prefix else ''}{reason}"))

        for number, row in enumerate(rows, start=first_number):
            try:
                named.append(self._named(row, number))
            except RowRefused as error:
                refuse(row, number, str(error))
        checked: dict[tuple[str, int], Checked] = {}
        ids = self._ids(named)
        data = BatchData(list(set(ids.values())))
        so_far = self._pointed_into(named, ids)
        has_ends = any(question.points_into for question in self.schema.questions)
        for one in named:
            task_id = ids.get(one.task)
            if task_id is None:
                refuse(one.row, one.number, f"There is no task {one.task!r} in this project.")
                continue
            text = self._right.get((one.question, one.value)) if one.value.__class__ is str else None
            if text is None:
                earlier, n_reads = so_far.get(task_id, {}), data.n_reads
                try:
                    given = Given(DataOf(data, task_id), self.schema.fields_by_name, earlier)
                    value = self.schema.questions_by_name[one.question].validate(one.value, given)
                except SchemaProblems as error:
                    refuse(one.row, one.number, reasons_of(error))
                    continue
                if has_ends:  # a relation points at spans that stand before it
                    so_far[task_id] = {**earlier, one.question: value}
                text = msgspec.json.encode(value).decode()
                if one.value.__class__ is str and data.n_reads == n_reads:
                    _keep(self._right, (one.question, one.value), text)
            checked[one.question, task_id] = Checked(task_id, one.question, text, one.confidence)
        return list(checked.values()), rejected

    def _named(self, row: Row, number: int) -> _Named:
        if row.problem:
            raise RowRefused(row.problem)
        values = row.values
        question = self._question(values.get("question"))
        if "value" not in values:
            raise RowRefused("“value” is missing: the answer to the question.")
        value = values["value"]
        if self.reads_cells and isinstance(value, str):
            cell = (question, value)
            if cell in self._values:
                value = self._values[cell]
            else:
                try:
                    value = self.schema.questions_by_name[question].read_text(value)
                except SchemaProblems as error:
                    raise RowRefused(f"“value” {reasons_of(error)}") from None
                if isinstance(value, str | int | float):
                    _keep(self._values, cell, value)
        return _Named(row, number, _task(values), question, value, _confidence(values.get("confidence")))

    def _question(self, name: Any) -> str:
        questions = self.schema.questions
        if name in (None, "") and len(questions) == 1:
            return questions[0].name
        if not isinstance(name, str) or name not in self.schema.questions_by_name:
            known = ", ".join(self.schema.questions_by_name)
            raise RowRefused(f"“question” {name!r:.60} is no question of this project; there are: {known}.")
        return name

    def _pointed_into(self, named: Sequence[_Named], ids: Mapping[int | str, int]) -> dict[int, dict[str, Any]]:
        """By task what the source has said before about questions whose answers the rows name parts of."""
        ends = {one.question: self.schema.questions_by_name[one.question].points_into for one in named}
        wanted = [ids[one.task] for one in named if ends[one.question] and one.task in ids]
        if not wanted:
            return {}
        rows = Prediction.objects.filter(
            one_of("task_id", wanted), source=self.source_id, question__in=set(ends.values()) - {""}
        )
        found: dict[int, dict[str, Any]] = {}
        for task_id, question, value in rows.values_list("task_id", "question", "value"):
            found.setdefault(task_id, {})[question] = value
        return found

    def _ids(self, named: Sequence[_Named]) -> dict[int | str, int]:
        """The tasks of a batch by what its rows call them: a number, or an external id as text."""
        numbers = {one.task for one in named if isinstance(one.task, int)}
        names = {one.task for one in named if isinstance(one.task, str)}
        found: dict[int | str, int] = {task_id: task_id for task_id in known_task_ids(self.project_id, numbers)}
        found.update(task_ids_by_external_id(self.project_id, names))
        return found


def reasons_of(error: SchemaProblems) -> str:
    """Why an answer is refused, as sentences that begin with the place in it."""
    return " ".join(f"“{path}” {message}" if path else message for path, message in error.problems[:5])


def _keep(known: dict[tuple[str, str], Any], name: tuple[str, str], value: Any) -> None:
    """Remember what a short text means; of texts that are never said again only so many."""
    if len(name[1]) <= _LONGEST_KNOWN and len(known) < _MOST_KNOWN:
        known[name] = value


def _task(values: Mapping[str, Any]) -> int | str:
    task, external_id = values.get("task"), values.get("external_id")
    if task in (None, ""):
        if external_id in (None, "") or isinstance(external_id, bool) or not isinstance(external_id, str | int):
            raise RowRefused("“task” or “external_id” is missing: say which task this is about.")
        return str(external_id)
    if external_id not in (None, ""):
        raise RowRefused("Say “task” or “external_id”, not both.")
    if isinstance(task, str) and task.isascii() and task.isdecimal() and len(task) < _LONGEST_NUMBER:
        task = int(task)
    if not isinstance(task, int) or isinstance(task, bool) or not 0 < task < 10**_LONGEST_NUMBER - 1:
        raise RowRefused(f"“task” {task!r:.60} is no number of a task.")
    return task


def _confidence(value: Any) -> float | None:
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise RowRefused(f"“confidence” {value!r:.60} is no number.") from None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RowRefused(f"“confidence” {value!r:.60} is no number.")
    if not 0 <= value <= 1:
        raise RowRefused(f"“confidence” {value!r:.60} is not between 0 and 1.")
    return float(value)
