"""Dates as people write them: where they stand in a text, and which days they can mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

_MOST_DATES = 200  # of a text
_MOST_CHARACTERS = 200_000
_TWO_DIGITS_TURN = 70  # '69 is 2069, '70 is 1970: as POSIX has it, one year aside
# The names of months as far as they differ, in English, German, French, Spanish, Italian, Portuguese and Dutch.
_MONTHS = (
    "january jan januar jänner janvier janv enero gennaio janeiro januari",
    "february feb februar février févr febrero febbraio fevereiro februari",
    "march mar märz mrz mars marzo março maart",
    "april apr avril abril aprile",
    "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet juil julio luglio julho",
    "august aug août agosto augustus",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre déc diciembre dicembre dezembro",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_YEAR = r"(?P<year>\d{4}|'?\d{2})"
_DAY = r"(?P<day>\d{1,2})"
_BEFORE, _AFTER = r"(?<![\w.,/-])", r"(?![\w/-]|[.,]\d)"
_FORMS = (
    ("year first", rf"{_BEFORE}(?P<year>\d{{4}})(?P<gap>[-/.])(?P<month>\d{{1,2}})(?P=gap){_DAY}(?![\d/-])"),
    ("year first", rf"(?P<year>\d{{4}})年(?P<month>\d{{1,2}})月{_DAY}日"),
    ("numbers", rf"{_BEFORE}(?P<first>\d{{1,2}})(?P<gap>[-/.])(?P<second>\d{{1,2}})(?P=gap){_YEAR}{_AFTER}"),
    (
        "named",
        rf"{_BEFORE}{_DAY}(?:st|nd|rd|th|º|er)?\.?[ -]{{1,2}}(?:of |de )?(?P<name>{_MONTH})\b\.?,?[ -]{{1,2}}"
        rf"(?:de |of )?{_YEAR}{_AFTER}",
    ),
    ("named", rf"{_BEFORE}(?P<name>{_MONTH})\.? {_DAY}(?:st|nd|rd|th)?,? (?P<year>\d{{4}}){_AFTER}"),
)
_PATTERNS = tuple((form, re.compile(pattern, re.IGNORECASE)) for form, pattern in _FORMS)
_TIME = re.compile(
    r"(?:T|,? {1,2}(?:at |um |à |a las |om |alle )?)(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?(?::\d{2})?"
    r" ?(?P<half>[ap]\.?m\b\.?)?(?! ?\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WrittenDate:
    """A day that a text may mean, ISO 8601, with the time where one is written behind it.

    ``reading`` says how it was read: the same place is read twice where it is not clear which number is the day.
    """

    start: int
    end: int
    value: str
    reading: str


def find_dates(text: str, *, with_time: bool = False) -> list[WrittenDate]:
    """All dates with day, month and year, in the order of the text; ``with_time`` only those with a time of day.

    >>> [(date.value, date.reading) for date in find_dates("Sent 3/4/24, due 12 March 2024.")]
    [('2024-04-03', 'day first'), ('2024-03-04', 'month first'), ('2024-03-12', 'named')]
    >>> [date.value for date in find_dates("2026-01-31 at 9:30 pm", with_time=True)]
    ['2026-01-31T21:30']
    """
    found: list[WrittenDate] = []
    taken: list[tuple[int, int]] = []
    for form, pattern in _PATTERNS:
        for match in pattern.finditer(text, 0, _MOST_CHARACTERS):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            taken.append(match.span())
            found += _readings(text, match, form, with_time)
            if len(taken) >= _MOST_DATES:
                break
    return sorted(found, key=lambda date: (date.start, date.reading))


def _readings(text: str, match: re.Match[str], form: str, with_time: bool) -> Iterator[WrittenDate]:
    parts = match.groupdict()
    year = _year_of(parts["year"])
    if form == "numbers":
        first, second = int(parts["first"]), int(parts["second"])
        days = {"day first": (second, first), "month first": (first, second)}
    else:
        month = _MONTH_OF[parts["name"].casefold()] if parts.get("name") else int(parts["month"])
        days = {form: (month, int(parts["day"]))}
    time = _TIME.match(text, match.end())
    hour, minute = _time_of(time) if time else (None, 0)
    if with_time and hour is None:
        return
    for reading, (month, day) in days.items():
        try:
            moment = datetime(year, month, day, hour or 0, minute)
        except ValueError:
            continue
        value = moment.isoformat(timespec="minutes") if with_time else moment.date().isoformat()
        yield WrittenDate(match.start(), time.end() if with_time and time else match.end(), value, reading)


def _year_of(text: str) -> int:
    year = int(text.lstrip("'"))
    return year if len(text.lstrip("'")) > 2 else year + (2000 if year < _TWO_DIGITS_TURN else 1900)


def _time_of(match: re.Match[str]) -> tuple[int | None, int]:
    """Hour and minute; no hour where a number behind a date is none."""
    hour, minute, half = int(match["hour"]), int(match["minute"] or 0), (match["half"] or "").casefold()
    if not match["minute"] and not half:
        return None, 0
    if half:
        if not 1 <= hour <= 12:
            return None, 0
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    return (hour, minute) if hour < 24 and minute < 60 else (None, 0)
