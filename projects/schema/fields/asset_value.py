"""What the values of fields that show an uploaded file have in common: the file's hash, and what it was called."""

import re
from collections.abc import Mapping
from typing import Any

from projects.schema.fields.field import check_text
from projects.schema.problems import Problem, SchemaProblems, shown

_CONTENT_HASH = re.compile(r"[0-9a-f]{64}")


def check_asset(value: Any, parts: set[str], *, title: str) -> tuple[dict[str, Any], list[Problem]]:
    """The hash and the name of ``value``, and what is wrong with them.

    Raises ``SchemaProblems`` where it lacks one of ``parts``: only the server makes such values.
    """
    if not isinstance(value, Mapping) or not value.keys() >= {"asset", "name"} | parts:
        raise SchemaProblems([Problem("", f"{shown(value)} is no {title} of this project: import the file itself.")])
    problems: list[Problem] = []
    if not isinstance(value["asset"], str) or not _CONTENT_HASH.fullmatch(value["asset"]):
        problems.append(Problem("asset", f"{shown(value['asset'])} is no hash of a file."))
    stored = {"asset": value["asset"], "name": ""}
    try:
        stored["name"] = check_text(value["name"], may_be_empty=True)
    except SchemaProblems as error:
        problems += [problem.below("name") for problem in error.problems]
    return stored, problems
