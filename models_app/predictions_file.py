"""A model version's predictions for a whole pool: the three likeliest options of each task, by ascending task id.

Read without numpy: one lookup touches a few pages of the mapped file, whatever its size.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models_app.array_files import ArrayFile, DamagedFile, write_arrays

TOP = 3


@dataclass(frozen=True)
class Ranked:
    """An option and the model's confidence in it."""

    value: str
    confidence: float


def write_predictions(
    path: Path, *, header: Mapping[str, Any], options: list[str], task_ids: Any, top: Any, confidences: Any
) -> None:
    """Write the arrays: ``task_ids`` int64 ascending, ``top`` uint16 and ``confidences`` float32 of three columns."""
    write_arrays(path, {**header, "options": options}, {"task_ids": task_ids, "top": top, "confidences": confidences})


class PredictionsFile:
    """An open file of predictions. Raises ``DamagedFile`` when its arrays do not fit together."""

    def __init__(self, path: Path) -> None:
        self._file = ArrayFile(path)
        self.header = self._file.header
        try:
            self._options: list[str] = self.header["options"]
            self._task_ids = self._file.arrays["task_ids"]
            self._top = self._file.arrays["top"]
            self._confidences = self._file.arrays["confidences"]
        except KeyError as missing:
            raise DamagedFile(f"{path.name} has no {missing}.") from None
        if not len(self._top) == len(self._confidences) == TOP * len(self._task_ids):
            raise DamagedFile(f"{path.name} has arrays of different lengths.")

    def __len__(self) -> int:
        return len(self._task_ids)

    def __getitem__(self, task_id: int) -> list[Ranked]:
        """The likeliest options of a task, best first; ``KeyError`` when the file does not have it."""
        place = bisect_left(self._task_ids, task_id)
        if place == len(self._task_ids) or self._task_ids[place] != task_id:
            raise KeyError(task_id)
        return [
            Ranked(self._options[self._top[entry]], self._confidences[entry])
            for entry in range(TOP * place, TOP * place + TOP)
            if self._top[entry] < len(self._options)
        ]
