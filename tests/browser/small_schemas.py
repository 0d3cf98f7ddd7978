"""Small schemas that ask in every way that can be asked, each with the data of a task."""

from typing import Any

TURNS = [
    {"speaker": "user", "text": "Where does my parcel wait?"},
    {"speaker": "bot", "text": "Behind the wooden fence, under the apple tree."},
    {"speaker": "user", "text": "Nobody finds anything there, thanks."},
]
OUTPUTS = [{"id": "a", "text": "Open every day."}, {"id": "b", "text": "Closed."}, {"id": "c", "text": "Ask again."}]
TREE = [
    {"value": "food", "title": "Food", "children": [{"value": "apple"}, {"value": "bread"}, {"value": "cheese"}]},
    {"value": "tools", "title": "Tools", "children": [{"value": "hammer"}, {"value": "pliers"}, {"value": "saw"}]},
]
TEXT = {"text": "Harbour workers loaded seven crates before midnight, whispering under yellow lamps."}
ROW = {"row": {"amount": 12.5, "due": "2026-03-01", "paid": True}}
COLUMNS = [
    {"name": "amount", "type": "money", "unit": "EUR"},
    {"name": "due", "type": "date"},
    {"name": "paid", "type": "flag"},
]
LABELS = ["person", "place"]
SPANS = {"name": "words", "kind": "spans", "options": LABELS}
ABOUT_SPANS = [
    {"name": "sure", "kind": "rating", "highest": 3},
    {"name": "why", "kind": "text", "lines": 1, "required": False},
    {"name": "kinds", "kind": "choices", "options": ["old", "new"], "when": {"question": "label", "is": "place"}},
]


def schema(field: dict[str, Any], *questions: dict[str, Any]) -> dict[str, Any]:
    return {"fields": [field], "questions": [{"name": f"q{place}", **one} for place, one in enumerate(questions)]}


TEXT_FIELD = {"name": "text", "kind": "text"}
CHAT = {"name": "chat", "kind": "dialogue"}
LIST = {"name": "outputs", "kind": "candidates"}
SMALL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "typed": (
        schema(
            TEXT_FIELD,
            {"kind": "number", "minimum": 3, "unit": "km"},
            {"kind": "number", "whole": True},
            {"kind": "date"},
            {"kind": "date", "with_time": True},
            {"kind": "text", "lines": 1},
            {"kind": "text", "lines": 4, "required": False},
        ),
        TEXT,
    ),
    "one of each simple kind": (
        schema(
            TEXT_FIELD,
            {"kind": "choices", "options": ["a", "b", "c"], "least": 0},
            {"kind": "taxonomy", "options": TREE},
            {"kind": "taxonomy", "options": TREE, "many": True},
            {"kind": "rating", "lowest": 0, "highest": 9},
            {"kind": "choice", "options": ["yes", "no"]},
            {"kind": "choices", "options": ["red", "green"]},  # keys mean all of it: enter goes on
        ),
        TEXT,
    ),
    "spans with all that may be asked about them": (
        schema(
            TEXT_FIELD,
            {**SPANS, "questions": ABOUT_SPANS},
            {
                "kind": "relations",
                "between": "words",
                "options": ["near", {"value": "in", "from": ["person"], "to": ["place"]}],
            },
            {"kind": "chains", "of": "words", "options": ["who", "what"]},
        ),
        TEXT,
    ),
    "spans of a dialogue": (schema(CHAT, {**SPANS, "overlapping": False}), {"chat": TURNS}),
    "about each turn": (
        schema(
            CHAT,
            {"kind": "choices", "options": ["warm", "cold"], "per": "turn"},
            {"kind": "number", "per": "turn", "speakers": ["user"]},
            {"kind": "text", "per": "turn", "speakers": ["user"], "required": False},
            {"kind": "taxonomy", "options": TREE, "per": "turn", "speakers": ["bot"]},
        ),
        {"chat": TURNS},
    ),
    "about each candidate": (
        schema(
            {**LIST, "shuffled": True},
            {"kind": "rating", "per": "candidate"},
            {"kind": "ranking", "top": 2},
            {"kind": "text", "per": "candidate", "lines": 1},
        ),
        {"outputs": OUTPUTS},
    ),
    "about each column": (
        schema(
            {"name": "row", "kind": "record", "columns": COLUMNS},
            {"kind": "choice", "options": ["right", "wrong"], "per": "column"},
        ),
        ROW,
    ),
    "a preference without a tie": (
        schema(LIST, {"kind": "preference", "steps": 1, "ties": False}),
        {"outputs": OUTPUTS[:2]},
    ),
    "asked under conditions": (
        schema(
            {"name": "page", "kind": "rich_text", "format": "markdown"},
            {"kind": "choice", "options": ["yes", "no", "perhaps"]},
            {"kind": "text", "lines": 1, "when": {"question": "q0", "is": "no"}},
            {"kind": "rating", "when": {"question": "q0", "is_not": "yes"}},
            {"kind": "number", "when": {"question": "q2", "at_least": 3}},
        ),
        {"page": "# A page\n\nwith **words**"},
    ),
}
