"""Many rows at once on both databases: insert them (COPY on PostgreSQL, one statement on SQLite), put them in place of
others, name them by id.

Who inserts brings complete rows, keys included; nothing is filled in, no signal is sent, constraints hold as ever.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from django.db import connection, models
from django.db.models.expressions import RawSQL


def allocate_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """Reserve ascending primary keys, inside the transaction that will use them."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                # OFFSET 0: look the sequence up once, not for every number
                "SELECT nextval(keys.sequence) FROM generate_series(1, %s),"
                " (SELECT pg_get_serial_sequence(%s, %s)::regclass AS sequence OFFSET 0) keys",
                [count, table, _key_column(model)],
            )
            return [row[0] for row in cursor.fetchall()]
        # an immediate transaction is the only writer; the sequence remembers deleted rows, too
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return range(last + 1, last + 1 + count)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows whose values stand in the order of ``columns``: text, numbers, None; JSON already as text."""
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(map(quote, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            # twice as fast as executemany, which crosses between Python and SQLite for every row
            values = ", ".join(f"json_extract(value, '$[{position}]')" for position in range(len(columns)))
            rows_as_json = msgspec.json.encode(rows).decode()
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM json_each(%s)", [rows_as_json])


def upsert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, unique: Sequence[str]
) -> None:
    """Like ``insert_rows``; a row whose ``unique`` columns are those of one that is there takes its place.

    No two of ``rows`` may be alike in those. What is there is found by the index alone: while PostgreSQL's figures lag
    behind a growing table, a plan of its own could walk all of it.
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    keys = ", ".join(map(quote, unique))
    changes = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in columns if name not in unique)
    given: list[Any]
    if connection.vendor == "postgresql":
        values, source, given = _as_columns(model, columns, rows)
    else:
        values = ", ".join(f"json_extract(value, '$[{position}]')" for position in range(len(columns)))
        source, given = "json_each(%s) WHERE true", [msgspec.json.encode(rows).decode()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) SELECT {values} FROM {source}"
            f" ON CONFLICT ({keys}) DO UPDATE SET {changes}",
            given,
        )


def _as_columns(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[str, str, list[Any]]:
    """What to select from what, for rows as arrays; a column that is the same in all of them is sent once."""
    types = {field.column: field.db_type(connection) for field in model._meta.concrete_fields}
    selected, once, varied = [], [], []
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        if len(rows) > 1 and values.count(values[0]) == len(rows):  # never those that are unique
            selected.append(f"%s::{types[name]}")
            once.append(values[0])
        else:
            varied.append((f"%s::{types[name]}[]", array_of(values)))
            selected.append(f"varied.c{len(varied)}")
    names = ", ".join(f"c{number}" for number in range(1, len(varied) + 1))
    source = f"unnest({', '.join(place for place, _ in varied)}) AS varied({names})"
    return ", ".join(selected), source, [*once, *(values for _, values in varied)]


def array_of(values: Sequence[Any]) -> Any:
    """A PostgreSQL array of texts or numbers as one text, which the driver would put together element by element.

    >>> array_of([1, None, 0.5])
    '{1,NULL,0.5}'
    >>> print(array_of(['say "so"', "back\\\\slash"]))
    {"say \\"so\\"","back\\\\slash"}
    """
    kinds = set(map(type, values)) - {type(None)}
    if kinds <= {str}:
        texts = (None if value is None else value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
        return "{" + ",".join(["NULL" if text is None else f'"{text}"' for text in texts]) + "}"
    if kinds <= {int, float}:
        return "{" + ",".join(["NULL" if value is None else repr(value) for value in values]) + "}"
    return list(values)


def one_of(name: str, ids: Sequence[int]) -> models.Q:
    """The condition that a key is one of many, which are a single parameter: a list of thousands is slow to send.

    On PostgreSQL an array, not a sub-query: while the planner's figures lag behind a growing table, it would join the
    sub-query row by row with all of the table.
    """
    if connection.vendor == "sqlite":
        return models.Q(
            **{f"{name}__in": RawSQL("SELECT value FROM json_each(%s)", [msgspec.json.encode(ids).decode()])}
        )
    array = RawSQL("%s::bigint[]", ["{" + ",".join(map(str, ids)) + "}"])
    joined = {"template": "%(expressions)s)", "arg_joiner": " = ANY("}
    return models.Q(models.Func(models.F(name), array, output_field=models.BooleanField(), **joined))


@contextmanager
def unmapped_database() -> Iterator[None]:
    """Let SQLite write without mapping its file into memory, or the process would seem to grow with the database."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        (mapped,) = cursor.fetchone() or (0,)
        cursor.execute("PRAGMA mmap_size = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA mmap_size = {int(mapped)}")


def settle_tables(*settled: type[models.Model]) -> None:
    """After many new rows: give PostgreSQL's planner fresh figures; let its text index take in what it put aside."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in settled:
            table = model._meta.db_table
            cursor.execute(
                "SELECT gin_clean_pending_list(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                " JOIN pg_am a ON a.oid = c.relam WHERE i.indrelid = %s::regclass AND a.amname = 'gin'",
                [table],
            )
            # with its columns named, ANALYZE passes the index over texts, which would take most of its time
            names = ", ".join(connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields)
            cursor.execute(f"ANALYZE {connection.ops.quote_name(table)} ({names})")


def _key_column(model: type[models.Model]) -> str:
    key = model._meta.pk
    assert key is not None, "Every model has a primary key."
    return str(key.column)
