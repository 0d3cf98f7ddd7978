"""The schema language described for an editor: every kind with what its form asks."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from projects.schema.fields.field import COMMON_SETTINGS as FIELD_SETTINGS
from projects.schema.kinds import field_kinds, question_kinds
from projects.schema.questions.question import COMMON_SETTINGS as QUESTION_SETTINGS
from projects.schema.repeated import PARTS
from projects.schema.settings import Setting


@cache
def describe_language() -> dict[str, Any]:
    """Plain JSON values: settings that all fields and all questions have, and the kinds with their own."""
    return {
        "fields": {
            "common": _as_json(FIELD_SETTINGS),
            "kinds": [
                {"kind": name, "label": kind.label, "summary": kind.summary, "settings": _as_json(kind.settings)}
                for name, kind in _kinds(field_kinds)
            ],
        },
        "questions": {
            "common": _as_json(QUESTION_SETTINGS),
            "kinds": [
                {
                    "kind": name,
                    "label": kind.label,
                    "summary": kind.summary,
                    "settings": _as_json(kind.settings),
                    "about": sorted(kind.about) if kind.about is not None else None,
                    "repeats": kind.repeats,
                }
                for name, kind in _kinds(question_kinds)
            ],
        },
        "parts": PARTS,
    }


def _kinds(registry: Any) -> Iterable[tuple[str, Any]]:
    return ((name, registry.get(name)) for name in registry)


def _as_json(settings: Iterable[Setting]) -> list[dict[str, Any]]:
    return [setting.as_json() for setting in settings]
