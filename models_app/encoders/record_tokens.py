"""A table row as tokens: what its columns say by their types, beside the words that stand in them.

Nothing is fitted, so that a row means the same whenever it is read. A number says on which side of each power of two it
lies, so that "over a limit" is learned from few labels, and in which ever smaller interval, so that the limit may lie
anywhere; intervals that hold a single task drop out with the other rare tokens.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from models_app.encoders.tokens import word_hash

_HALVINGS = 8  # the smallest interval is half a percent of a number wide
_SPANS_OF_DAYS = (1, 7, 30, 91, 365, 1461)
_LONGEST_CATEGORY = 60
_NUMBERS = frozenset({"number", "money", "percent"})
_MOST_CELLS = 200


def record_tokens(record: Mapping[str, Any], types: Mapping[str, str]) -> list[int]:
    """The numbers of all that the cells say; of a column without a type what its text looks like.

    >>> small, large = (set(record_tokens({"amount": amount}, {"amount": "money"})) for amount in (40, 4000))
    >>> len(small & large) > 3, len(large - small) > 5
    (True, True)
    """
    cells = list(record.items())[:_MOST_CELLS]
    return [word_hash(f"\0{name}\0{said}") for name, cell in cells for said in _said_by(cell, types.get(name))]


def _said_by(cell: Any, kind: str | None) -> Iterator[str]:
    if isinstance(cell, bool):
        yield str(cell)
    elif kind in _NUMBERS or (kind is None and _looks_like_number(cell)):
        yield from _number(float(cell))
    elif kind in {"date", "time"}:
        yield from _moment(datetime.fromisoformat(cell), has_hour=kind == "time")
    elif isinstance(cell, str) and 0 < len(cell.strip()) <= _LONGEST_CATEGORY:
        yield f"is {cell.strip().casefold()}"


def _number(value: float) -> Iterator[str]:
    # the logarithm of one more: even steps around zero, ever wider ones beyond, both ways
    place = math.copysign(math.log2(1 + min(abs(value), 1e300)), value)
    whole = math.floor(abs(place))
    yield "zero" if value == 0 else "above zero" if value > 0 else "below zero"
    sign = "-" if value < 0 else ""
    yield from (f"beyond {sign}{step}" for step in range(1, min(whole, 64) + 1))
    yield from (f"{halving} {math.floor(place * 2**halving)}" for halving in range(1, _HALVINGS))


def _moment(moment: datetime, *, has_hour: bool) -> Iterator[str]:
    days = moment.date().toordinal()
    yield f"weekday {moment.weekday()}"
    yield f"month {moment.month}"
    yield from (f"day {days // span} of {span}" for span in _SPANS_OF_DAYS)
    if has_hour:
        yield f"hour {moment.hour}"
        yield f"part {moment.hour // 6}"


def _looks_like_number(cell: Any) -> bool:
    if isinstance(cell, int | float):
        return math.isfinite(cell)
    if not isinstance(cell, str) or len(cell) > 30:
        return False
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False
