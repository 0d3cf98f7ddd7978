"""Predictions for a whole pool in one file, by ascending task id: read without numpy, one task at a time.

There are two forms. Where options are listed, the three likeliest of each task are arrays, so that a million tasks
are written at once; an answer of any other form is JSON. A lookup touches a few pages of the mapped file, whatever
its size.
"""

import json
from abc import ABC, abstractmethod
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays

TOP = 3
_OPTIONS, _ANSWERS = "options", "answers"


@dataclass(frozen=True)
class Ranked:
    """A value and the model's confidence in it."""

    value: Any
    confidence: float


@dataclass(frozen=True)
class AnsweredTask:
    """An answer in wire format; ``ranked`` are single values, the likeliest first, where that says more.

    ``detail`` is what spoke for it, as plain JSON values by name: words, a neighbour, an interval.
    """

    value: Any
    confidence: float
    ranked: Sequence[Ranked] = ()
    detail: Mapping[str, Any] | None = None


def write_options(
    path: Path, *, header: Mapping[str, Any], options: list[Any], task_ids: Any, top: Any, confidences: Any
) -> None:
    """Write arrays: ``task_ids`` int64 ascending, ``top`` uint16 and ``confidences`` float32 of three columns."""
    header = {**header, "form": _OPTIONS, "options": options}
    write_arrays(path, header, {"task_ids": task_ids, "top": top, "confidences": confidences})


def write_answers(path: Path, header: Mapping[str, Any], task_ids: Any, answers: Sequence[AnsweredTask]) -> None:
    """Write one answer for each of ``task_ids`` (int64, ascending)."""
    lines = [_packed(answer) for answer in answers]
    starts = array("q", [0])
    for line in lines:
        starts.append(starts[-1] + len(line))
    arrays = {
        "task_ids": task_ids,
        "starts": starts,
        "confidences": array("f", [answer.confidence for answer in answers]),
        "answers": b"".join(lines),
    }
    write_arrays(path, {**header, "form": _ANSWERS}, arrays)


def _packed(answer: AnsweredTask) -> bytes:
    parts: list[Any] = [answer.value]
    if answer.ranked or answer.detail:
        parts.append([[entry.value, round(entry.confidence, 4)] for entry in answer.ranked])
    if answer.detail:
        parts.append(answer.detail)
    return json.dumps(parts, separators=(",", ":")).encode()


def open_predictions(path: Path) -> "PredictionsFile":
    """Raises ``DamagedFile`` for a file whose arrays do not fit together, ``OSError`` for one that cannot be read."""
    file = ArrayFile(path)
    form = {_OPTIONS: OptionPredictions, _ANSWERS: AnswerPredictions}.get(file.header.get("form", _OPTIONS))
    if form is None:
        raise DamagedFile(f"{path.name} is of an unknown form.")
    try:
        return form(path.name, file)
    except KeyError as missing:
        raise DamagedFile(f"{path.name} has no {missing}.") from None


class PredictionsFile(ABC):
    """An open file of predictions: the answer for a task, ``KeyError`` where it has none."""

    def __init__(self, file: ArrayFile) -> None:
        self.header = file.header
        self.task_ids = file.arrays["task_ids"]

    def __len__(self) -> int:
        return len(self.task_ids)

    def __getitem__(self, task_id: int) -> AnsweredTask:
        place = bisect_left(self.task_ids, task_id)
        if place == len(self.task_ids) or self.task_ids[place] != task_id:
            raise KeyError(task_id)
        return self._answer_at(place)

    def get(self, task_id: int) -> AnsweredTask | None:
        """The answer for a task; None where the file does not have it."""
        try:
            return self[task_id]
        except KeyError:
            return None

    def sample(self, n: int) -> list[int]:
        """At most ``n`` of the tasks, evenly spread."""
        step = max(1, -(-len(self) // n))
        return list(self.task_ids[::step])

    def items(self) -> Iterator[tuple[int, AnsweredTask]]:
        """Every task with its answer, by ascending id."""
        for place, task_id in enumerate(self.task_ids):
            yield task_id, self._answer_at(place)

    def after(self, task_id: int) -> Iterator[tuple[int, AnsweredTask]]:
        """The tasks of a higher id with their answers, ascending."""
        for place in range(bisect_right(self.task_ids, task_id), len(self.task_ids)):
            yield self.task_ids[place], self._answer_at(place)

    @abstractmethod
    def _answer_at(self, place: int) -> AnsweredTask: ...


class OptionPredictions(PredictionsFile):
    """The three likeliest options of each task; the answer is the first. ``top`` and ``confidences`` have three entries
    a task, the former being places in ``options``."""

    def __init__(self, name: str, file: ArrayFile) -> None:
        super().__init__(file)
        self.options: list[Any] = file.header["options"]
        self.top, self.confidences = file.arrays["top"], file.arrays["confidences"]
        if not len(self.top) == len(self.confidences) == TOP * len(self.task_ids):
            raise DamagedFile(f"{name} has arrays of different lengths.")

    def _answer_at(self, place: int) -> AnsweredTask:
        ranked = tuple(
            Ranked(self.options[self.top[entry]], self.confidences[entry])
            for entry in range(TOP * place, TOP * place + TOP)
            if self.top[entry] < len(self.options)
        )
        return AnsweredTask(ranked[0].value, ranked[0].confidence, ranked)


class AnswerPredictions(PredictionsFile):
    """An answer of any form for each task."""

    def __init__(self, name: str, file: ArrayFile) -> None:
        super().__init__(file)
        self._starts, self._confidences = file.arrays["starts"], file.arrays["confidences"]
        self._answers = file.arrays["answers"]
        n = len(self.task_ids)
        if len(self._starts) != n + 1 or len(self._confidences) != n or self._starts[n] != len(self._answers):
            raise DamagedFile(f"{name} has arrays of different lengths.")

    def _answer_at(self, place: int) -> AnsweredTask:
        value, *more = json.loads(bytes(self._answers[self._starts[place] : self._starts[place + 1]]))
        ranked = tuple(Ranked(*entry) for entry in more[0]) if more else ()
        return AnsweredTask(value, self._confidences[place], ranked, more[1] if len(more) > 1 else None)
