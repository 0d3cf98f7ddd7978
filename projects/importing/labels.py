"""Labels that come with a file: how they may be kept, and the answers they are. Who keeps them registers here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from labelplatform.registry import Registry
from labelplatform.roles import Capability
from projects.importing.label_columns import RawLabels
from projects.importing.refusals import FileRefused
from projects.models import ImportRun, Membership, Project
from projects.schema import Problem, Schema, SchemaProblems

# How labels are kept where a client names columns with labels and does not say how.
USUAL = "answers"

label_receivers = Registry("way to keep labels")


class LabeledRow(NamedTuple):
    """The answers of one row. ``task_id`` is None while its task is not there, and then ``is_new``; ``overlap`` is the
    task's own; ``is_named``: the row says who gave them. ``said_by`` are the addresses of who gave
    them, where that is nobody who annotates here."""

    line: int
    external_id: str
    task_id: int | None
    author_id: int
    is_named: bool
    answers: dict[str, Any]
    is_new: bool = False
    overlap: int = 0
    said_by: str = ""

    @property
    def id_there(self) -> int:
        """The id of the task, when it has been written."""
        assert self.task_id is not None, "Labels are kept behind their tasks."
        return self.task_id


class Sorted(NamedTuple):
    """Which rows of a batch, by position, cannot be kept and why, and which are kept already."""

    refused: dict[int, str]
    known: set[int]


class LabelReceiver(Protocol):
    """One way to keep labels. ``wants_all``: every question that must be answered must be."""

    title: str
    help: str
    capability: Capability
    wants_all: bool

    def prepare(self, member: Membership, run: ImportRun) -> dict[str, Any]:
        """What the run must remember; called when it starts. Raises ``Refusal``."""
        ...

    def sort_out(self, project: Project, rows: Sequence[LabeledRow]) -> Sorted:
        """Look at a batch of rows that are right in themselves, and lock the tasks that are there already."""
        ...

    def write(self, run: ImportRun, project: Project, rows: Sequence[LabeledRow]) -> None:
        """Keep the labels of tasks that are there by now, in the transaction that has written them."""
        ...

    def finish(self, run: ImportRun) -> None:
        """The run has come to its end."""
        ...


def receiver_named(name: str) -> LabelReceiver:
    """Raises ``FileRefused``."""
    if name not in label_receivers:
        known = ", ".join(label_receivers)
        raise FileRefused(f"Labels cannot be kept as {name!r:.40}; choose one of {known}.", path="labels")
    receiver: LabelReceiver = label_receivers.get(name)
    return receiver


def receiver_of(run: ImportRun) -> LabelReceiver | None:
    """Who keeps the labels of a started run; None where it brings none."""
    name = run.options.get("labels", "")
    return receiver_named(name) if name else None


@dataclass(frozen=True)
class AnswerReader:
    """Turns what rows say into answers as they are stored, checked like those that people give."""

    schema: Schema
    wants_all: bool = True

    @cached_property
    def _asked(self) -> Schema:
        if self.wants_all:
            return self.schema
        return replace(self.schema, questions=tuple(replace(one, required=False) for one in self.schema.questions))

    def read(self, raw: RawLabels, data: dict[str, Any]) -> dict[str, Any]:
        """The answers; empty where the row has none. Raises ``SchemaProblems``."""
        known = self._asked.questions_by_name
        answers: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, given in raw.answers.items():
            question = known.get(name)
            try:
                answers[name] = question.read_text(given) if question and isinstance(given, str) else given
            except SchemaProblems as error:
                problems += [problem.below(f"answers.{name}") for problem in error.problems]
        if problems:
            raise SchemaProblems(problems)
        return self._asked.validate_answers(answers, data) if answers else {}
