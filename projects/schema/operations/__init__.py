"""Changes of a schema that take the answers along: what each does to a definition and to answers, and its way back.

An operation is a small JSON object: ``{"kind": "rename_option", "question": "topic", "value": "a", "to": "b"}``.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from projects.schema.definition import Schema, parse_schema
from projects.schema.operations.of_options import (
    MergeOptions,
    RenameOption,
    ReopenOption,
    RetireOption,
    SplitOption,
    UnmergeOptions,
)
from projects.schema.operations.of_questions import AddQuestion, RemoveQuestion, RenameQuestion
from projects.schema.operations.operation import Operation
from projects.schema.problems import Problem, SchemaProblems, shown

__all__ = ["MAX_OPERATIONS", "OPERATIONS", "Operation", "read_operations"]

MAX_OPERATIONS = 50

OPERATIONS: dict[str, type[Operation]] = {
    one.kind: one
    for one in (
        RenameOption,
        MergeOptions,
        RetireOption,
        ReopenOption,
        SplitOption,
        RenameQuestion,
        AddQuestion,
        RemoveQuestion,
        UnmergeOptions,
    )
}


def read_operations(definitions: Any, schema: Schema) -> list[tuple[Operation, Schema]]:
    """Each operation with the schema after it; raises ``SchemaProblems`` with paths below ``operations``."""
    if not isinstance(definitions, list) or not 0 < len(definitions) <= MAX_OPERATIONS:
        raise SchemaProblems([Problem("operations", f"Send a list of 1 to {MAX_OPERATIONS} operations.")])
    steps: list[tuple[Operation, Schema]] = []
    for position, definition in enumerate(definitions):
        try:
            operation = _read(definition, schema)
            changed = deepcopy(schema.definition())
            operation.change(changed)
            schema = parse_schema(changed)
        except SchemaProblems as error:
            raise SchemaProblems([problem.below(f"operations.{position}") for problem in error.problems]) from error
        steps.append((operation, schema))
    return steps


def _read(definition: Any, schema: Schema) -> Operation:
    if not isinstance(definition, Mapping):
        raise SchemaProblems([Problem("", f"{shown(definition)} is no operation: an object is needed.")])
    kind = definition.get("kind")
    if not isinstance(kind, str) or kind not in OPERATIONS:
        raise SchemaProblems([Problem("kind", f"{shown(kind)} is no operation; there are: {', '.join(OPERATIONS)}.")])
    return OPERATIONS[kind].parse(definition, schema)
