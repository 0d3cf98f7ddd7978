"""A project's schema versions in order, and how answers go from one to another."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from projects.models import SchemaVersion
from projects.schema import Schema, parse_schema
from projects.schema.mapping import AnswerMapping, Step, read_mapping


class SchemaHistory:
    """The versions of one project, read once. Only those with operations make answers change their words."""

    def __init__(self, project_id: int) -> None:
        self._versions = SchemaVersion.objects.filter(project_id=project_id).order_by("number")
        self._mappings: dict[tuple[int, int], AnswerMapping] = {}

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        rows = self._versions.values("pk", "number", "operations", "reverts_id")
        return [dict(row) for row in rows]

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The numbers of the versions by their ids."""
        return {row["pk"]: row["number"] for row in self.rows}

    def mapping(self, since_id: int, until_id: int) -> AnswerMapping:
        """From the words of one version to those of another, forward or back."""
        if since_id == until_id:
            return AnswerMapping()
        if (since_id, until_id) not in self._mappings:
            since, until = self.numbers[since_id], self.numbers[until_id]
            between = [row for row in self.rows if min(since, until) < row["number"] <= max(since, until)]
            mapping = AnswerMapping()
            for row in _standing(between):
                mapping += read_mapping(row["operations"], self._schema_before(row["number"]))
            self._mappings[since_id, until_id] = mapping if since < until else mapping.reversed()
        return self._mappings[since_id, until_id]

    def steps_to(self, version_id: int) -> tuple[Step, ...]:
        """What led to a version from the one before it."""
        row = next(row for row in self.rows if row["pk"] == version_id)
        return read_mapping(row["operations"], self._schema_before(row["number"])).steps

    def _schema_before(self, number: int) -> Schema:
        before = max(row["number"] for row in self.rows if row["number"] < number)
        definition = self._versions.values_list("definition", flat=True).get(number=before)
        return parse_schema(definition)

    @property
    def last_change(self) -> dict[str, Any] | None:
        """The newest version with operations that has not been taken back: the one that can be."""
        standing = _standing(self.rows)
        return standing[-1] if standing else None


def _standing(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The versions with operations, without pairs of one and the one that takes it back."""
    standing: list[dict[str, Any]] = []
    for row in rows:
        if not row["operations"]:
            continue
        if standing and row["reverts_id"] == standing[-1]["pk"]:
            standing.pop()
        else:
            standing.append(row)
    return standing
