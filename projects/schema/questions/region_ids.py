"""Ids of what people mark or connect: made by whoever draws, told apart within one answer only."""

import re
from typing import Any

from projects.schema.problems import Problem, shown

ID_PATTERN = "[A-Za-z0-9_-]{1,40}"
_ID = re.compile(ID_PATTERN)


def id_problems(value: Any) -> list[Problem]:
    if isinstance(value, str) and _ID.fullmatch(value):
        return []
    return [Problem("id", f"{shown(value)} is no id: 1 to 40 letters, digits, - or _.")]
