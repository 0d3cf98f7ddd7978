"""A table row: columns with types, formatted for reading."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from projects.schema.fields.field import NOT_AT_WORK, Field, Part, ShownPart, check_text
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.reading import Reader
from projects.schema.settings import Setting

MAX_COLUMNS = 200


_LARGEST = sys.float_info.max  # beyond it nothing reads a number, and whole ones of any length would be kept


def _as_number(value: Any) -> float | int:
    if isinstance(value, str):
        try:
            value = float(value) if not value.strip().lstrip("+-").isdecimal() else int(value)
        except ValueError as error:
            raise SchemaProblems([Problem("", f"{shown(value)} is no number.")]) from error
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_LARGEST <= value <= _LARGEST:
        raise SchemaProblems([Problem("", f"{shown(value)} is no number.")])
    return value


def _as_date(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise SchemaProblems([Problem("", f"{shown(value)} is no date such as 2026-01-31.")]) from error


def _as_time(value: Any) -> str:
    try:
        return datetime.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise SchemaProblems([Problem("", f"{shown(value)} is no time such as 2026-01-31T09:30.")]) from error


def _as_flag(value: Any) -> bool:
    known = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, bool):
        return value
    if str(value).strip().lower() not in known:
        raise SchemaProblems([Problem("", f"{shown(value)} is neither true nor false.")])
    return known[str(value).strip().lower()]


def _as_text(value: Any) -> str:
    return check_text(value, may_be_empty=True)


COLUMN_TYPES: dict[str, Callable[[Any], Any]] = {
    "text": _as_text,
    "number": _as_number,
    "money": _as_number,
    "percent": _as_number,
    "date": _as_date,
    "time": _as_time,
    "flag": _as_flag,
}


def _shown_number(cell: Any) -> str:
    return f"{cell:,}" if isinstance(cell, int) else _without_zeros(f"{cell:,.6f}")


def _without_zeros(number: str) -> str:
    return number.rstrip("0").rstrip(".")


def _shown_date(cell: Any) -> str:
    day = date.fromisoformat(cell)
    return f"{day.day} {day:%b} {day.year}"


def _shown_time(cell: Any) -> str:
    moment = datetime.fromisoformat(cell)
    return f"{_shown_date(moment.date().isoformat())}, {moment:%H:%M} {moment.tzname() or ''}".rstrip()


_SHOWN_FLAGS = {True: "✓ yes", False: "✗ no"}

# How cells are written where they are read; the labeling page writes them in the reader's own language.
_SHOWN: dict[str, Callable[[Any, str], str]] = {
    "text": lambda cell, unit: str(cell),
    "number": lambda cell, unit: f"{_shown_number(cell)} {unit}".rstrip(),
    "money": lambda cell, unit: f"{cell:,.2f} {unit}".rstrip(),
    "percent": lambda cell, unit: f"{_without_zeros(f'{cell:,.2f}')} %",
    "date": lambda cell, unit: _shown_date(cell),
    "time": lambda cell, unit: _shown_time(cell),
    "flag": lambda cell, unit: _SHOWN_FLAGS[cell],
}

_EXAMPLES: dict[str, Any] = {
    "text": "Café Luna",
    "number": 42,
    "money": 18.4,
    "percent": 12.5,
    "date": "2026-01-31",
    "time": "2026-01-31T09:30:00",
    "flag": True,
}


@dataclass(frozen=True)
class Column:
    """``unit`` stands behind numbers: a currency, for instance."""

    name: str
    title: str
    type: str = "text"
    unit: str = ""

    def shown(self, cell: Any) -> str:
        if isinstance(cell, bool) != (self.type == "flag"):
            return str(cell)
        try:
            return _SHOWN[self.type](cell, self.unit)
        except (LookupError, TypeError, ValueError):  # from before the column had this type
            return str(cell)

    def definition(self) -> dict[str, Any]:
        extras = {"unit": self.unit} if self.unit else {}
        return {"name": self.name, "title": self.title, "type": self.type, **extras}


@dataclass(frozen=True, kw_only=True)
class RecordField(Field):
    """An object by column name; a column may be missing or null. Without ``columns`` all is shown as text."""

    columns: tuple[Column, ...] = ()

    kind: ClassVar[str] = "record"
    label: ClassVar[str] = "Record"
    summary: ClassVar[str] = "A table row: columns with types, formatted for reading."
    parts_are: ClassVar[str] = "columns"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="columns",
            label="Columns",
            control="rows",
            help="Without any, every column of your file is shown as text.",
            settings=(
                Setting(name="name", label="As your file says", control="text", limit=80, is_main=True),
                Setting(name="title", label="Shown as", control="text", limit=120, is_main=True),
                Setting(
                    name="type",
                    label="Type",
                    control="one_of",
                    default="text",
                    choices=tuple((name, name.capitalize()) for name in COLUMN_TYPES),
                    is_main=True,
                ),
                Setting(name="unit", label="Unit", control="text", limit=20, is_main=True),
            ),
        ),
    )

    @classmethod
    def read_own(cls, read: Reader) -> dict[str, Any]:
        return {"columns": _read_columns(read)}

    def own_definition(self) -> dict[str, Any]:
        return {"columns": [column.definition() for column in self.columns]} if self.columns else {}

    def validate(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping) or not value or len(value) > MAX_COLUMNS:
            raise SchemaProblems([Problem("", f"{shown(value)} is no row: an object of up to {MAX_COLUMNS} columns.")])
        known = {column.name: column for column in self.columns}
        stored: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, cell in value.items():
            if known and name not in known:
                problems.append(Problem(str(name), "is no column."))
            elif cell is not None and cell != "":
                try:
                    stored[str(name)] = COLUMN_TYPES[known[name].type if known else "text"](cell)
                except SchemaProblems as error:
                    problems += [problem.below(str(name)) for problem in error.problems]
        if not problems and not stored:
            problems.append(Problem("", "is empty."))
        if problems:
            raise SchemaProblems(problems)
        return stored

    def example(self) -> dict[str, Any]:
        if not self.columns:
            return {"merchant": "Café Luna", "amount": "18.40", "paid": "2026-01-31"}
        return {column.name: _EXAMPLES[column.type] for column in self.columns}

    def search_text(self, value: Any) -> str:
        return " ".join(str(cell) for cell in value.values() if not isinstance(cell, bool))

    def ids(self, value: Any) -> list[str]:
        """In the order of the page, whatever order the database keeps an object's keys in."""
        return [column.name for column in self._columns_of(value) if column.name in value]

    def parts(self, value: Any) -> list[Part]:
        columns = [column for column in self._columns_of(value) if column.name in value]
        return [Part(column.name, str(value[column.name]), column.title, kin=column.name) for column in columns]

    def shown_parts(self, value: Any) -> list[ShownPart]:
        """Each column, also those that this row lacks; at the end those of the file that people at work do not see."""
        columns = self._columns_of(value)
        known = {column.name for column in columns}
        parts = [
            ShownPart(column.title, "–", look="missing")
            if value.get(column.name) is None
            else ShownPart(column.title, column.shown(value[column.name]), look=column.type)
            for column in columns
        ]
        return parts + [
            ShownPart(name, str(cell), look=NOT_AT_WORK) for name, cell in value.items() if name not in known
        ]

    def _columns_of(self, value: Any) -> Sequence[Column]:
        return self.columns or [Column(name, name) for name in value]


def _read_columns(read: Reader) -> tuple[Column, ...]:
    return tuple(
        Column(
            name,
            part.text("title", limit=120, default=name) or name,
            part.one_of("type", tuple(COLUMN_TYPES), default="text"),
            part.text("unit", limit=20),
        )
        for _, name, part in read.rows("columns", what="column", most=MAX_COLUMNS)
    )
