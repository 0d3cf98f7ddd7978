"""Who is in which group, as a file: read without numpy, one group or one task at a time, whatever its size."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays


def write_groups(path: Path, *, centres: Any, members: Sequence[Any]) -> None:
    """Write the ``centres`` (float32, one row a group) and the ids of each group's tasks (int64, ascending)."""
    arrays = {"centres": centres, **{f"group-{place}": ids for place, ids in enumerate(members, 1)}}
    write_arrays(path, {"n_groups": len(members)}, arrays)


class GroupFile:
    """An open file of groups; ``DamagedFile`` when it is not whole, ``OSError`` when it cannot be read."""

    def __init__(self, path: Path) -> None:
        self._file = ArrayFile(path)
        try:
            n_groups = int(self._file.header["n_groups"])
            self.members = [self._file.arrays[f"group-{place}"] for place in range(1, n_groups + 1)]
            self.centres, self.centres_shape = self._file.arrays["centres"], self._file.shapes["centres"]
        except KeyError as missing:
            raise DamagedFile(f"{path.name} has no {missing}.") from None

    def has(self, group: int, task_id: int) -> bool:
        """Whether the task is in the group, which is counted from 1 on."""
        members = self.members[group - 1]
        place = bisect_left(members, task_id)
        return place < len(members) and members[place] == task_id

    def ids(self, group: int, *, start: int | None, inclusive: bool, descending: bool, limit: int) -> list[int]:
        """The next ids of a group from ``start`` on, or from its end."""
        members = self.members[group - 1]
        if descending:
            end = len(members) if start is None else (bisect_right if inclusive else bisect_left)(members, start)
            return list(members[max(0, end - limit) : end])[::-1]
        begin = 0 if start is None else (bisect_left if inclusive else bisect_right)(members, start)
        return list(members[begin : begin + limit])
