"""A project's audit log: every recorded act, the newest first, out of millions, in a bounded number of looks.

Time and person are walked by index. What no index knows (kind of act, kind of object, name) is looked for among the
next ten thousand events; where these do not fill a page, it ends early and says where to look further.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec
from django.db.models import Exists, OuterRef, Q, QuerySet

from labelplatform.accounts.models import User
from labelplatform.events.models import Event
from projects.history.event_objects import event_objects, object_title

PAGE_SIZE = 50
LOOK = 10_000
_LOOKS = (20, 4, 1)  # parts of it, one after the other
_RECENT = 5_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class EventFilter(msgspec.Struct, frozen=True):
    """Which events are meant; ``since`` and ``until`` are whole days in UTC, both included."""

    person: int | None = None
    verb: str = ""
    object_type: str = ""
    name: str = ""
    since: date | None = None
    until: date | None = None


class Place(NamedTuple):
    """An event's place in the log."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def parse(cls, text: str) -> "Place":
        """The place that ``str`` wrote; raises ``ValueError`` for any other text."""
        moment, _, pk = text.partition("-")
        if not (moment.isascii() and pk.isascii() and moment.isdigit() and pk.isdigit()) or len(text) > 36:
            raise ValueError("This is no place in the log.")
        try:
            return cls(_EPOCH + timedelta(microseconds=int(moment)), min(int(pk), 2**63 - 1))
        except OverflowError as error:
            raise ValueError("This is no place in the log.") from error


@dataclass(frozen=True)
class EventPage:
    """Events, newest first; ``newer`` and ``older`` say where the neighbouring pages begin.

    ``gave_up`` tells that so many were passed over that the rest is for the next page.
    """

    events: list[Event]
    newer: Place | None
    older: Place | None
    gave_up: bool


def page_of_events(
    project_id: int,
    wanted: EventFilter,
    *,
    size: int = PAGE_SIZE,
    before: Place | None = None,
    after: Place | None = None,
) -> EventPage:
    """The page of events that happened before one place, or after another, or the newest."""
    backward = before is None and after is not None
    order = ("at", "pk") if backward else ("-at", "-pk")
    place = after if backward else before
    walked = _walked(project_id, wanted)
    if place is not None:
        walked = walked.filter(_beyond(place, newer=backward))
    walked = walked.order_by(*order)
    last_look = None
    if _is_scan(wanted):
        found, last_look = _look(walked, wanted, order, size + 1)
    else:
        found = list(walked.select_related("actor", "undone_by")[: size + 1])
    gave_up = len(found) <= size and last_look is not None
    further = place_of(found[size - 1]) if len(found) > size else last_look
    found = found[:size]
    if backward:
        found.reverse()
        back = place_of(found[-1]) if found else place
        return EventPage(found, newer=further, older=back, gave_up=gave_up)
    back = (place_of(found[0]) if found else place) if place is not None else None
    return EventPage(found, newer=back, older=further, gave_up=gave_up)


def _look(
    walked: QuerySet[Event], wanted: EventFilter, order: tuple[str, str], enough: int
) -> tuple[list[Event], Place | None]:
    """The first events that fit, and where the look ended with more behind it: among few first, then among many.

    What fits is decided here: a database that is asked for it may walk another index from end to end.
    """
    ids: list[int] = []
    last: Place | None = None
    for share in _LOOKS:
        count = max(1, LOOK // share)
        rows = list(walked.values_list("at", "pk", "verb", "object_type", "object_name")[:count])
        ids = [pk for _, pk, verb, object_type, name in rows if _fits(wanted, verb, object_type, name)]
        last = Place(*rows[-1][:2]) if len(rows) == count else None
        if len(ids) >= enough or last is None:
            break
    found = Event.objects.filter(pk__in=ids[:enough]).select_related("actor", "undone_by").order_by(*order)
    return list(found), last


def _fits(wanted: EventFilter, verb: str, object_type: str, name: str) -> bool:
    return (
        wanted.verb in {"", verb}
        and wanted.object_type in {"", object_type}
        and (not wanted.name or wanted.name.lower() in name.lower())
    )


def place_of(event: Event) -> Place:
    return Place(event.at, event.pk)


def next_events(project_id: int, wanted: EventFilter, before: Place | None, count: int) -> list[Event]:
    """The next events in the order of the log, however far they are: for a worker, not for a page."""
    rows = all_events(project_id, wanted)
    if before is not None:
        rows = rows.filter(_beyond(before, newer=False))
    return list(rows.select_related("actor").order_by("-at", "-pk")[:count])


def all_events(project_id: int, wanted: EventFilter) -> QuerySet[Event]:
    return _scanned(_walked(project_id, wanted), wanted)


def people_in_log(project_id: int) -> QuerySet[User]:
    """Who has done anything in the project, members or not: one probe of an index a person."""
    acts = Event.objects.filter(project_id=project_id, actor=OuterRef("pk"))
    return User.objects.filter(Exists(acts)).order_by("name", "email")


def verbs_in_log(project_id: int, also: str = "") -> list[str]:
    """The kinds of acts among the latest events."""
    recent = _recent(project_id)
    return sorted({*recent.values_list("verb", flat=True).distinct(), *([also] if also else [])})


def object_types_in_log(project_id: int, also: str = "") -> list[tuple[str, str]]:
    """The kinds of objects among the latest events, and all that are known: name and title."""
    recent = _recent(project_id).values_list("object_type", flat=True).distinct()
    names: Iterable[str] = {*recent, *event_objects, *([also] if also else [])}
    return sorted(((name, object_title(name)) for name in names), key=lambda pair: pair[1])


def _recent(project_id: int) -> QuerySet[Event]:
    latest = Event.objects.filter(project_id=project_id).order_by("-at", "-pk")
    return Event.objects.filter(pk__in=latest.values("pk")[:_RECENT]).order_by()


def _walked(project_id: int, wanted: EventFilter) -> QuerySet[Event]:
    """What an index narrows."""
    rows = Event.objects.filter(project_id=project_id)
    if wanted.person is not None:
        rows = rows.filter(actor_id=wanted.person)
    if wanted.since is not None:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until is not None and wanted.until < date.max:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _scanned(rows: QuerySet[Event], wanted: EventFilter) -> QuerySet[Event]:
    """What each event must be asked."""
    conditions: dict[str, Any] = {}
    if wanted.verb:
        conditions["verb"] = wanted.verb
    if wanted.object_type:
        conditions["object_type"] = wanted.object_type
    if wanted.name:
        conditions["object_name__icontains"] = wanted.name
    return rows.filter(**conditions)


def _is_scan(wanted: EventFilter) -> bool:
    return bool(wanted.verb or wanted.object_type or wanted.name)


def _beyond(place: Place, *, newer: bool) -> Q:
    # the first condition bounds the walk of the index, the second decides among those of the same moment
    if newer:
        return Q(at__gte=place.at) & (Q(at__gt=place.at) | Q(pk__gt=place.pk))
    return Q(at__lte=place.at) & (Q(at__lt=place.at) | Q(pk__lt=place.pk))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)
