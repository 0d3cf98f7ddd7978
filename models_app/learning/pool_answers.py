"""What a model says about a pool: an answer with a confidence for each task, and how doubtful each is.

Options out of a list are arrays, three per task, for a pool of a million; other answers are written one by one.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models_app.encoders.pool import EncodedPool
from models_app.learners.top_options import TopOptions
from models_app.selection.doubts import Doubts
from models_app.versions.predictions_file import AnsweredTask, Ranked, write_answers, write_options


class PoolAnswers(ABC):
    """``positions`` are those of the tasks that were answered; None for all of the pool."""

    positions: np.ndarray | None = None

    @property
    @abstractmethod
    def doubts(self) -> Doubts:
        """How unsure the model is of each answered task: what strategies go by."""

    @abstractmethod
    def listed(self) -> Sequence[AnsweredTask]:
        """The answers one by one: for some tasks, or some parts of tasks, never for a pool of a million."""

    @abstractmethod
    def write(self, path: Path, question: str, pool: EncodedPool) -> int:
        """Write the answers, but for tasks that only measure models; how many were written."""


@dataclass(frozen=True)
class OptionAnswers(PoolAnswers):
    """The three likeliest of ``options`` for every task of the pool."""

    top: TopOptions
    options: Sequence[Any]

    @property
    def doubts(self) -> Doubts:
        return self.top.doubts

    def listed(self) -> list[AnsweredTask]:
        pairs = zip(self.top.options.tolist(), self.top.confidences.tolist(), strict=True)
        ranked = [
            tuple(Ranked(self.options[one], sure) for one, sure in zip(*row, strict=True) if one < len(self.options))
            for row in pairs
        ]
        return [AnsweredTask(own[0].value, own[0].confidence, own) for own in ranked]

    def write(self, path: Path, question: str, pool: EncodedPool) -> int:
        which = ~pool.is_reserved if pool.is_reserved.any() else slice(None)
        task_ids = pool.task_ids[which]
        write_options(
            path,
            header={"question": question},
            options=list(self.options),
            task_ids=task_ids,
            top=self.top.options[which],
            confidences=self.top.confidences[which],
        )
        return len(task_ids)


@dataclass(frozen=True)
class ListedAnswers(PoolAnswers):
    """One answer of any form for each of some tasks. ``certainties``, in [0, 1], are what strategies go by.

    Where ``is_answered`` says no the model has nothing to say: nothing is written, but the task may be asked for.
    """

    answers: Sequence[AnsweredTask]
    certainties: np.ndarray
    positions: np.ndarray | None = None
    is_answered: np.ndarray | None = None

    @cached_property
    def doubts(self) -> Doubts:
        return Doubts.of_certainty(self.certainties)

    def listed(self) -> Sequence[AnsweredTask]:
        return self.answers

    def write(self, path: Path, question: str, pool: EncodedPool) -> int:
        positions = np.arange(len(pool)) if self.positions is None else self.positions
        order = np.argsort(positions, kind="stable")
        kept = order[~pool.is_reserved[positions[order]]]
        if self.is_answered is not None:
            kept = kept[self.is_answered[kept]]
        task_ids = pool.task_ids[positions[kept]]
        write_answers(path, {"question": question}, task_ids, [self.answers[place] for place in kept])
        return len(task_ids)
