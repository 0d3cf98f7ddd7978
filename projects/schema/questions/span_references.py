"""Questions about the spans of another question: how they name it, and how its spans are told apart by content."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema.problems import shown
from projects.schema.questions.question import Around
from projects.schema.questions.spans import SpansQuestion, span_key
from projects.schema.reading import Reader


def read_spans_question(read: Reader, name: str, around: Around) -> SpansQuestion | None:
    """The spans question before this one that ``name`` refers to: by default the last."""
    known = {one.name: one for one in around.questions.values() if isinstance(one, SpansQuestion)}
    wanted = read.get(name, next(reversed(known), None))
    if wanted in known:
        return known[wanted]
    read.wrong(name, f"{shown(wanted)} is no spans question before this one; there is: {', '.join(known) or 'none'}.")
    return None


def span_places(spans: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """By id, a text that is the same for two people's spans of one label and place."""
    return {span["id"]: _content(span) for span in spans}


def find_span(spans: Sequence[Mapping[str, Any]], content: str) -> str | None:
    """The id of the span with that content."""
    return next((span["id"] for span in spans if _content(span) == content), None)


def _content(span: Mapping[str, Any]) -> str:
    return json.dumps(span_key(span))
