"""Write one row in one statement, inserting it or changing the one that is there.

For the few writes that happen with every answer: the statement is built once per process, where the ORM would build
it anew each time. Values are converted by the model's fields, and constraints hold as ever.
"""

from functools import cache
from typing import Any

from django.db import connection, models


def upsert_row(
    row: models.Model,
    columns: tuple[str, ...],
    *,
    unique: tuple[str, ...],
    keep: tuple[str, ...] = (),
    count_up: str = "",
    only_where: str = "",
    returning: tuple[str, ...] = ("id",),
) -> Any:
    """Insert ``row``'s ``columns``; where a row with the same ``unique`` columns is, overwrite it instead.

    Of a row that is there already, ``keep`` stay as they are and ``count_up`` grows by one. All names are columns.
    Returns the ``returning`` columns as they now are; None where the row that is there does not meet ``only_where``,
    an SQL condition of our own making, and so stays as it is.
    """
    statement, fields = _statement(type(row), columns, unique, keep, count_up, only_where, returning)
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


@cache
def _statement(
    model: type[models.Model],
    columns: tuple[str, ...],
    unique: tuple[str, ...],
    keep: tuple[str, ...],
    count_up: str,
    only_where: str,
    returning: tuple[str, ...],
) -> tuple[str, list[Any]]:
    table = model._meta.db_table
    fields = {field.column: field for field in model._meta.concrete_fields}
    overwritten = [name for name in columns if name not in {*unique, *keep, count_up}]
    changes = [f'"{name}" = excluded."{name}"' for name in overwritten]
    if count_up:
        changes.append(f'"{count_up}" = "{table}"."{count_up}" + 1')
    marks = ", ".join(["%s"] * len(columns))
    statement = (
        f'INSERT INTO "{table}" ({_quoted(columns)}) VALUES ({marks})'
        f" ON CONFLICT ({_quoted(unique)}) DO UPDATE SET {', '.join(changes)}"
        f"{f' WHERE {only_where}' if only_where else ''} RETURNING {_quoted(returning)}"
    )
    return statement, [fields[name] for name in columns]


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
