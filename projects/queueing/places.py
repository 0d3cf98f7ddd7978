"""How far each person is in the base lane, so that nobody re-scans what they have had.

The place among tasks that need no skill stands on the membership. Places among those that need one are kept in each web
process: losing them only means to pass once more over tasks that the person has had. Put back to the beginning, the
membership says when; a process drops what it has kept from before.
"""

import time

from django.db.models import QuerySet

from projects.models import Membership

Place = tuple[float, int]  # rank, task

START: Place = (-1.0, 0)  # before any task
# A person's place is written with one claim in so many: one that lags only passes some tasks again.
_NOTE_EVERY = 8
_MOST_KEPT = 10_000

# (membership, skill) -> the place, and where the membership stood then: it moves on, or back to a beginning of its own
_kept: dict[tuple[int, str], tuple[Place, Place]] = {}


def forget_places() -> None:
    """Know nothing any more, as a new process; tests need it, for there a membership's id is used again."""
    _kept.clear()


def begin_again(members: QuerySet[Membership]) -> None:
    """Everybody's place goes back to its beginning. Each beginning lies before all earlier ones, by the clock."""
    members.update(queue_rank=START[0], queue_task=-(time.time_ns() // 1_000))


def place_of(member: Membership, skill: str) -> Place | None:
    """Behind which place to go on among tasks that need the skill; None at the beginning."""
    stands = (member.queue_rank, member.queue_task)
    if not skill:
        return stands if stands[0] > START[0] else None
    place, stood = _kept.get((member.pk, skill), (None, stands))
    return place if stands >= stood else None


def note_place(member: Membership, skill: str, place: Place) -> None:
    """The member has had a task there."""
    stands = (member.queue_rank, member.queue_task)
    if skill:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[member.pk, skill] = (place, stands)
    elif member.pk and (place <= stands or place[1] % _NOTE_EVERY == 0):
        member.queue_rank, member.queue_task = place
        Membership.objects.filter(pk=member.pk).update(queue_rank=place[0], queue_task=place[1])
