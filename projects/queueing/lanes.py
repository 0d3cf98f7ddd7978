"""Where a new task goes in the queue: decided by a hash, so that the same import always decides alike."""

from hashlib import blake2b
from typing import Protocol

_TWO_TO_64 = float(2**64)
# More than any rank: added to one, it puts a task behind all others of its lane and keeps their order, as a rank in
# [0, 1) keeps six digits after it.
BEHIND = float(2**32)
# Times any rank it is smaller than all others that stand: it puts tasks first and keeps their order among themselves.
AHEAD = float(2**-40)


def lane_and_rank(seed: int, external_id: str, holdout_percent: int) -> tuple[str, float]:
    """The lane ("holdout" or "base") and a random-looking rank in [0, 1) of a task.

    The project's seed keys the hash, so that nobody can choose an id to get a task into the holdout.

    >>> lane_and_rank(7, "a-1", 0)[0]
    'base'
    >>> sum(lane_and_rank(7, f"a-{number}", 10)[0] == "holdout" for number in range(10_000)) in range(900, 1100)
    True
    """
    digest = blake2b(external_id.encode(), digest_size=16, key=seed.to_bytes(8, "big", signed=True)).digest()
    is_holdout = int.from_bytes(digest[:8], "big") / _TWO_TO_64 * 100 < holdout_percent
    return "holdout" if is_holdout else "base", int.from_bytes(digest[8:], "big") / _TWO_TO_64


class Ordered(Protocol):
    """What a project says about the order of its tasks."""

    task_order: str
    seed: int
    holdout_percent: int


class Placed(Protocol):
    """What a task's place follows from."""

    pk: int
    external_id: str


def rank_at_import(project: Ordered, task: Placed) -> float:
    """A task's place among all others of the base lane, from which it may have been moved since."""
    if project.task_order == "import":
        return float(task.pk)
    return lane_and_rank(project.seed, task.external_id, project.holdout_percent)[1]


def share_of(seed: int, external_id: str, purpose: str) -> float:
    """A random-looking number in [0, 1) of a task, another one for each purpose: it is in a share if it lies below.

    >>> round(share_of(7, "a-1", "overlap"), 6) == round(share_of(7, "a-1", "other"), 6)
    False
    >>> sum(share_of(7, f"a-{number}", "overlap") < 0.1 for number in range(10_000)) in range(900, 1100)
    True
    """
    key = seed.to_bytes(8, "big", signed=True)
    digest = blake2b(external_id.encode(), digest_size=8, key=key, person=purpose.encode()).digest()
    return int.from_bytes(digest, "big") / _TWO_TO_64
