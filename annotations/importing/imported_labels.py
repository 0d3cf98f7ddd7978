"""Labels that an import brings: kept as people's answers, or as the known answers of gold tasks.

What is there stays: a row that says something else about a task than people, or known answers, do is refused, also
where the import replaces data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from annotations.conclusions.concluding import known_answers
from annotations.gold import obstacle_in_words, obstacles, write_gold
from annotations.importing.answers_there import AnswersThere
from annotations.importing.imported_answers import write_answers
from labelplatform.roles import Capability
from projects.importing.labels import LabeledRow, Sorted
from projects.models import (
    ImportRun,
    Lane,
    Membership,
    Project,
)
from projects.queueing.task_locks import lock_tasks


@dataclass(frozen=True)
class Answers:
    """Submitted answers of who is named, else of who imports; the project's rules make final labels of them."""

    title: ClassVar[str] = "As answers"
    help: ClassVar[str] = (
        "Like answers that people give: the project's rules for opinions and review decide what becomes a final label."
    )
    capability: ClassVar[Capability] = Capability.ANNOTATE
    wants_all: ClassVar[bool] = True

    def prepare(self, member: Membership, run: ImportRun) -> dict[str, Any]:
        return {}

    def sort_out(self, project: Project, rows: Sequence[LabeledRow]) -> Sorted:
        found = Sorted({}, set())
        there = AnswersThere(project, [row.task_id for row in rows if row.task_id])
        said: dict[tuple[str, int], LabeledRow] = {}
        for position, row in enumerate(rows):
            earlier = said.setdefault((row.external_id, row.author_id), row)
            if earlier.answers != row.answers:
                found.refused[position] = (
                    f"Line {earlier.line} gives another answer of the same person to the task {row.external_id!r}."
                )
            elif earlier is not row or there.knows(row):
                found.known.add(position)
            elif reason := there.why_not(row):
                found.refused[position] = reason
                del said[row.external_id, row.author_id]
        return found

    def write(self, run: ImportRun, project: Project, rows: Sequence[LabeledRow]) -> None:
        write_answers(run, project, rows)

    def finish(self, run: ImportRun) -> None:
        pass


@dataclass(frozen=True)
class KnownAnswers:
    """Gold tasks."""

    title: ClassVar[str] = "As known answers"
    help: ClassVar[str] = (
        "The tasks become gold: the queue leaves them alone, no model learns from them, and a quiz can ask them."
    )
    capability: ClassVar[Capability] = Capability.CURATE_TASKS
    wants_all: ClassVar[bool] = True

    def prepare(self, member: Membership, run: ImportRun) -> dict[str, Any]:
        return {}

    def sort_out(self, project: Project, rows: Sequence[LabeledRow]) -> Sorted:
        found = Sorted({}, set())
        tasks = lock_tasks(row.task_id for row in rows if row.task_id)
        known = known_answers(tasks.values())
        hindered = obstacles([task for task in tasks.values() if task.lane != Lane.GOLD])
        said: dict[str, LabeledRow] = {}
        for position, row in enumerate(rows):
            earlier = said.setdefault(row.external_id, row)
            task_id = row.task_id or 0
            if earlier.answers != row.answers:
                found.refused[position] = f"Line {earlier.line} gives other answers to the task {row.external_id!r}."
            elif earlier is not row or known.get(task_id) == row.answers:
                found.known.add(position)
            elif task_id in known:
                found.refused[position] = "Other answers are known for this task; they stay. Change them on its page."
            elif task_id in hindered:
                found.refused[position] = obstacle_in_words(hindered[task_id], tasks[task_id])
        return found

    def write(self, run: ImportRun, project: Project, rows: Sequence[LabeledRow]) -> None:
        write_gold(project, {row.id_there: row.answers for row in rows}, "", run.created_by)

    def finish(self, run: ImportRun) -> None:
        pass


ANSWERS = Answers()
KNOWN_ANSWERS = KnownAnswers()
