"""Full-text search over tasks on both databases: words, "phrases" and prefix*; all must occur.

SQLite keeps an FTS5 index beside the text (fed by triggers), PostgreSQL a GIN index over it. Both index the
project's number as one more word, so that a search in one project never wades through the others' hits.
"""

import re
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection

TABLE = "projects_taskcontent"
# The indexed expression; the migration that builds the index and the query below must say the same.
POSTGRESQL_VECTOR = "to_tsvector('simple'::regconfig, 'project' || project_id::text || ' ' || search_text)"

_TERM = re.compile(r'"([^"]*)"|(\S+)')
_WORD = re.compile(r"\w+")
_MAX_TERMS = 12
# Asking FTS5 about single rows costs as much as walking this many hits.
_WALK_RATHER_THAN_ASK = 50


@dataclass(frozen=True)
class Term:
    """A word or a phrase that must occur; a prefix stands for all words that begin so."""

    text: str
    is_prefix: bool


def read_terms(query: str) -> list[Term]:
    """The words and phrases of a query; what holds no letter or digit is dropped.

    >>> [term.text for term in read_terms('spend "last month" food* !')]
    ['spend', 'last month', 'food']
    """
    found = []
    for phrase, word in _TERM.findall(query.replace("\x00", " ")):
        text = phrase or word.replace('"', " ")
        is_prefix = not phrase and text.endswith("*")
        if any(character.isalnum() for character in text):
            found.append(Term(text.rstrip("*") if is_prefix else text, is_prefix))
    return found[:_MAX_TERMS]


@dataclass(frozen=True)
class TaskSearch:
    """A search in one project, asked for hits in the ways that stay fast however many there are."""

    project_id: int
    terms: tuple[Term, ...]

    @cached_property
    def fts5(self) -> str:
        terms = (f'search_text : "{term.text}"{" *" if term.is_prefix else ""}' for term in self.terms)
        return " AND ".join([f'project_id : "{self.project_id}"', *terms])

    @cached_property
    def postgresql(self) -> tuple[str, list[Any]]:
        """A condition on ``TABLE`` and its parameters."""
        return self._condition("phraseto_tsquery", " <-> ")

    def _condition(self, together: str, between: str) -> tuple[str, list[Any]]:
        parts, params = ["to_tsquery('simple', %s)"], [f"project{self.project_id}"]
        for term in self.terms:
            if term.is_prefix:
                words = _WORD.findall(term.text)
                parts.append("to_tsquery('simple', %s)")
                params.append(between.join([*words[:-1], f"{words[-1]}:*"]))
            else:
                parts.append(f"{together}('simple', %s)")
                params.append(term.text)
        return f"{POSTGRESQL_VECTOR} @@ ({' && '.join(parts)})", params

    def hits(self, limit: int) -> "array[int]":
        """Ids of the hits, ascending; if there are ``limit`` or more, of any that many. PostgreSQL only."""
        # Phrases are looked for in the texts that have all their words: the index knows words, not where they stand.
        condition, params = self._condition("plainto_tsquery", " & ")
        few = f"SELECT task_id FROM {TABLE} WHERE {condition} LIMIT %s"  # noqa: S608
        # ten thousand numbers in one piece: as rows they would take longer to read than to find
        packed = f"SELECT string_agg(int8send(task_id), ''::bytea ORDER BY task_id) FROM ({few}) few"  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(packed, [*params, limit])
            ids = array("q", cursor.fetchone()[0] or b"")
        if sys.byteorder == "little":
            ids.byteswap()
        if len(ids) < limit and any(not _WORD.fullmatch(term.text) for term in self.terms):
            return array("q", sorted(self.keep(ids)))
        return ids

    def walk(self, *, start: int | None, inclusive: bool, descending: bool, limit: int) -> list[int]:
        """Ids of hits in order from ``start`` on. SQLite only, whose index can be walked both ways."""
        conditions, params = ["task_search MATCH %s"], [self.fts5]
        if start is not None:
            conditions.append(f"rowid {'<' if descending else '>'}{'=' if inclusive else ''} %s")
            params.append(start)  # type: ignore[arg-type]
        order = "DESC" if descending else "ASC"
        sql = f"SELECT rowid FROM task_search WHERE {' AND '.join(conditions)} ORDER BY rowid {order} LIMIT %s"  # noqa: S608
        return _ids(sql, [*params, limit])

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        """Those of ``task_ids`` that match."""
        if not task_ids:
            return set()
        if connection.vendor == "postgresql":
            condition, params = self.postgresql
            # OFFSET 0: fetch these few rows and test them, whatever the planner thinks of the words
            few = f"SELECT task_id, project_id, search_text FROM {TABLE} WHERE task_id = ANY(%s) OFFSET 0"  # noqa: S608
            return set(_ids(f"SELECT task_id FROM ({few}) few WHERE {condition}", [list(task_ids), *params]))
        first, last = min(task_ids), max(task_ids)
        if last - first <= _WALK_RATHER_THAN_ASK * len(task_ids):
            sql = "SELECT rowid FROM task_search WHERE task_search MATCH %s AND rowid BETWEEN %s AND %s"
            return set(_ids(sql, [self.fts5, first, last])).intersection(task_ids)
        marks = ",".join(["%s"] * len(task_ids))
        sql = f"SELECT rowid FROM task_search WHERE task_search MATCH %s AND rowid IN ({marks})"  # noqa: S608
        return set(_ids(sql, [self.fts5, *task_ids]))

    def count(self, limit: int) -> int:
        """How many hits there are, counted up to ``limit``. SQLite only."""
        few = "SELECT 1 FROM task_search WHERE task_search MATCH %s LIMIT %s"
        return _ids(f"SELECT count(*) FROM ({few}) few", [self.fts5, limit])[0]


def _ids(sql: str, params: Sequence[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
