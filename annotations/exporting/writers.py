"""The formats of exports. A new one is a writer and one line in the registry."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import msgspec

from annotations.exporting.labeled_tasks import LabeledTask
from labelplatform.csv_lines import CsvLines
from labelplatform.registry import Registry

export_formats = Registry("export format")
export_formats.register("csv", "annotations.exporting.writers.CsvWriter")
export_formats.register("jsonl", "annotations.exporting.writers.JsonLinesWriter")


class Writer(Protocol):
    """Turns tasks into the bytes of a file; ``head`` comes once, before them."""

    def __init__(
        self, *, fields: Sequence[str], questions: Sequence[str], spreadsheet_safe: bool, with_authors: bool
    ) -> None: ...

    def head(self) -> bytes: ...

    def encode(self, tasks: Iterable[LabeledTask]) -> bytes: ...


class CsvWriter:
    """A line a task: its id, its fields, for each question the label with how it came about, and its metadata as JSON.

    A question of the same name as a field, or as another column, is called ``label.<name>``.
    """

    def __init__(
        self, *, fields: Sequence[str], questions: Sequence[str], spreadsheet_safe: bool, with_authors: bool
    ) -> None:
        self._fields = fields
        self._questions = questions
        self._with_authors = with_authors
        self._lines = CsvLines(spreadsheet_safe=spreadsheet_safe)

    def head(self) -> bytes:
        beside = ["answered_by"] if self._with_authors else []
        taken = {"task_id", "external_id", "metadata", *beside, *self._fields}
        columns = ["task_id", "external_id", *self._fields]
        for question in self._questions:
            name = f"label.{question}" if question in taken else question
            columns += [name, f"{name}.confidence", f"{name}.method", f"{name}.recorded_at"]
        return self._lines.encode([[*columns, *beside, "metadata"]])

    def encode(self, tasks: Iterable[LabeledTask]) -> bytes:
        return self._lines.encode(self._cells(task) for task in tasks)

    def _cells(self, task: LabeledTask) -> list[Any]:
        data = msgspec.json.decode(task.data)
        cells = [task.task_id, task.external_id, *(_cell(data.get(field)) for field in self._fields)]
        for question in self._questions:
            label = task.labels.get(question)
            cells += (_cell(label.value), *label[1:]) if label else ("", "", "", "")
        if self._with_authors:
            cells.append(task.author)
        cells.append("" if task.metadata == "{}" else task.metadata)
        return cells


class JsonLinesWriter:
    """An object a task: ``{"task_id", "external_id", "data", "metadata", "labels": {question: {"value", ...}}}``;
    with authors also ``"answered_by"``."""

    def __init__(
        self, *, fields: Sequence[str], questions: Sequence[str], spreadsheet_safe: bool, with_authors: bool
    ) -> None:
        self._with_authors = with_authors
        self._encoder = msgspec.json.Encoder()

    def head(self) -> bytes:
        return b""

    def encode(self, tasks: Iterable[LabeledTask]) -> bytes:
        return self._encoder.encode_lines([self._line(task) for task in tasks])

    def _line(self, task: LabeledTask) -> dict[str, Any]:
        return {**_line(task), "answered_by": task.author} if self._with_authors else _line(task)


def _line(task: LabeledTask) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "external_id": task.external_id,
        "data": msgspec.Raw(task.data.encode()),
        "metadata": msgspec.Raw(task.metadata.encode()),
        "labels": {question: label._asdict() for question, label in task.labels.items()},
    }


def _cell(value: Any) -> Any:
    """A value as a table holds it: text and numbers as they are, anything else as JSON."""
    if value is None:
        return ""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return value
    return msgspec.json.encode(value).decode()
