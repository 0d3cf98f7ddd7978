"""The parts of tasks (turns, candidates, columns) as rows of their own, for questions about each of them.

A part's row holds its own words and what they mean; beside them stand, as dense columns, whose part it is and what was
said before it. So every column of words still says what it says in the pool, and suggestions are explained as ever.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Self

import numpy as np

from models_app.encoders.pool import EncodedPool, PoolPart
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary
from models_app.learning.question_model import Inputs, LabelSet
from projects.schema.fields.field import Field, Part
from projects.schema.repeated import RepeatedQuestion

_MOST_KINS = 200
# What was said before counts half as much as what is said: measured in docs/learning.md.
_BEFORE = np.float32(0.5)


@dataclass(frozen=True)
class TaskParts:
    """The parts of some tasks, one task after the other; ``starts`` has an entry more than there are tasks."""

    parts: list[Part]
    starts: list[int]

    @classmethod
    def read(
        cls, question: RepeatedQuestion, inputs: Inputs, task_ids: np.ndarray, answers: Sequence[Any] | None = None
    ) -> Self:
        """Those that are asked about; with ``answers``, one for each task, only those that were answered."""
        asked = [question.asked_parts(data, inputs.field) for data in inputs.data_of(task_ids)]
        if answers is not None:
            asked = [[one for one in own if one.id in answer] for own, answer in zip(asked, answers, strict=True)]
        return cls([one for own in asked for one in own], [0, *np.cumsum([len(own) for own in asked]).tolist()])

    def __len__(self) -> int:
        return len(self.parts)

    @property
    def n_tasks(self) -> int:
        return len(self.starts) - 1

    @property
    def tasks(self) -> np.ndarray:
        """For each part the place of its task."""
        return np.repeat(np.arange(self.n_tasks), np.diff(self.starts))

    def bounds(self) -> list[tuple[int, int]]:
        """Where the parts of each task begin and end."""
        return list(pairwise(self.starts))

    def by_task(self) -> list[list[Part]]:
        return [self.parts[start:end] for start, end in self.bounds()]

    def of(self, values: Any, place: int) -> Any:
        """Of one value for each part, those of the task at a place."""
        return values[self.starts[place] : self.starts[place + 1]]

    def tasks_within(self, most: int, rng: np.random.Generator) -> np.ndarray:
        """The places of all tasks, ascending, or of as many at random as have ``most`` parts together; one at least."""
        lengths = np.diff(self.starts)
        if len(self) <= most:
            return np.arange(self.n_tasks)
        order = rng.permutation(self.n_tasks)
        n_tasks = max(1, int(np.searchsorted(np.cumsum(lengths[order]), most, side="right")))
        return np.sort(order[:n_tasks])

    def at(self, places: np.ndarray) -> "TaskParts":
        """The parts of some of the tasks."""
        own = [self.of(self.parts, place) for place in places.tolist()]
        return TaskParts([one for few in own for one in few], [0, *np.cumsum([len(few) for few in own]).tolist()])


@dataclass(frozen=True)
class PartEncoder:
    """Makes rows of parts. ``kins`` are the speakers or columns that have a column of their own; ``reads_before`` says
    whether what was said before is looked at."""

    kins: tuple[str, ...]
    reads_before: bool

    @classmethod
    def of(cls, parts: TaskParts) -> Self:
        """As the parts that are learned from need it: the most frequent kins, and what was said before if anything."""
        counts = Counter(part.kin for part in parts.parts if part.kin)
        kins = sorted(sorted(counts, key=lambda kin: (-counts[kin], kin))[:_MOST_KINS])
        return cls(tuple(kins), any(part.before for part in parts.parts))

    def rows(self, inputs: Inputs, parts: TaskParts) -> Rows:
        own = Rows.of(inputs.encode([part.text for part in parts.parts]))
        dense = [] if own.dense is None else [np.asarray(own.dense, dtype=np.float32)]
        dense.append(_one_hot([part.kin for part in parts.parts], self.kins))
        if self.reads_before:
            before = Rows.of(inputs.encode([part.before for part in parts.parts]))
            dense.append(_BEFORE * _meaning(before, inputs.vocabulary))
        joined = np.hstack(dense)
        return Rows(own.sparse, joined.astype(np.float16) if joined.shape[1] else None)


@dataclass(frozen=True)
class PartInputs:
    """What a model of one part may look at: a pool whose rows are parts, counted from 0."""

    whole: Inputs
    pool: EncodedPool

    @classmethod
    def of(cls, whole: Inputs, rows: Rows) -> "PartInputs":
        numbers = np.arange(len(rows), dtype=np.int64)
        return cls(whole, EncodedPool([PoolPart(numbers, np.zeros(len(rows), dtype=bool), rows)]))

    @property
    def field(self) -> Field:
        return self.whole.field

    @property
    def vocabulary(self) -> Vocabulary:
        return self.whole.vocabulary

    def data_of(self, task_ids: np.ndarray) -> list[Mapping[str, Any]]:
        return self.whole.data_of(task_ids)

    def encode(self, texts: Sequence[str]) -> Any:
        return self.whole.encode(texts)

    def answers_of(self, question: str, task_ids: np.ndarray) -> list[Any]:
        return self.whole.answers_of(question, task_ids)


def part_labels(parts: TaskParts, labels: LabelSet, places: np.ndarray) -> LabelSet:
    """The answers about the parts of the tasks at some places; a task's id stands beside each of its parts.

    ``parts`` are those that were answered, of all of the ``labels``.
    """
    chosen = np.flatnonzero(np.isin(parts.tasks, places))
    tasks = parts.tasks[chosen]
    pairs = zip(chosen.tolist(), tasks.tolist(), strict=True)
    answers = [labels.answers[task][parts.parts[part].id] for part, task in pairs]
    return LabelSet(labels.task_ids[tasks], chosen, answers)


def _one_hot(kins: Sequence[str], known: Sequence[str]) -> np.ndarray:
    columns = {kin: column for column, kin in enumerate(known)}
    hot = np.zeros((len(kins), len(known)), dtype=np.float32)
    for row, kin in enumerate(kins):
        if kin in columns:
            hot[row, columns[kin]] = 1
    return hot


def _meaning(rows: Rows, vocabulary: Vocabulary) -> np.ndarray:
    """What rows mean by the semantic table, else by the topics of their words."""
    if rows.dense is not None:
        return np.asarray(rows.dense, dtype=np.float32)
    return np.asarray(rows.sparse @ vocabulary.topics, dtype=np.float32)
