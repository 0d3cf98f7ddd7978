"""What a page shows of given answers, and what it should show; and answers without the ids that a page makes up."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator

from tests.browser.hands import leaves
from tests.browser.hands_on_boxes import told_boxes
from tests.browser.hands_on_spans import Answer, options_of

# All that is read from a question at once, by the selectors that say it.
_READ = """(box, selectors) => {
  const said = (one) => one.matches("input, textarea") ? one.value : one.textContent;
  const all = (selector) => [...box.querySelectorAll(selector)].map(said);
  return Object.fromEntries(Object.entries(selectors).map(([name, selector]) => [name, all(selector)]));
}"""


def _read(box: Locator, **selectors: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = box.evaluate(_READ, selectors)
    return found


def _pressed(box: Locator) -> list[str]:
    return _read(box, titles=".option-button[aria-pressed=true] .option-title")["titles"]


def _titles(definition: dict[str, Any], values: list[str]) -> list[str]:
    return [str(one.get("title", one["value"])) for one in options_of(definition) if one["value"] in values]


def _rows(box: Locator) -> list[tuple[str, str]]:
    row = ".span-list .span-row"
    found = _read(box, titles=f"{row} .option-chip", quotes=f"{row} .span-quote")
    return list(zip(found["titles"], found["quotes"], strict=True))


def _spans_shown(definition: dict[str, Any], answer: Answer) -> list[tuple[str, str]]:
    return [(_titles(definition, [span["label"]])[0], span["text"]) for span in answer]


def _relations_shown(definition: dict[str, Any], answer: Answer) -> list[tuple[str, str]]:
    arrow = "–" if definition.get("directed") is False else "→"
    return [(_titles(definition, [one["label"]])[0], f"{one['from']} {arrow} {one['to']}") for one in answer]


def _chains_shown(definition: dict[str, Any], answer: Answer) -> list[tuple[str, str]]:
    def title(number: int, chain: dict[str, Any]) -> str:
        return f"{number} {_titles(definition, [chain['label']])[0]}" if "label" in chain else f"Chain {number}"

    return [(title(number, chain), " = ".join(chain["members"])) for number, chain in enumerate(answer, 1)]


def _segments_shown(definition: dict[str, Any], answer: Answer) -> list[tuple[str, str]]:
    return [(_titles(definition, [one["label"]])[0], f"0:{one['start']:05.2f}–0:{one['end']:05.2f}") for one in answer]


def _ranked(box: Locator) -> list[str]:
    """Titles of candidates in the order of the places beside them."""
    found = _read(box, titles=".rank-button .option-title", places=".rank-place")
    placed = [
        (int(place.rstrip(".")), title) for title, place in zip(found["titles"], found["places"], strict=True) if place
    ]
    return [title for _, title in sorted(placed)]


def _preferred(box: Locator) -> dict[str, Any]:
    steps = _read(box, pressed=".preference-step[aria-pressed=true]", all=".preference-step")
    (pressed,) = steps["pressed"]
    return {"step": steps["all"].index(pressed), "reasons": _pressed(box)}


def _one_box(box: Locator) -> list[str]:
    return _read(box, boxes="input, textarea")["boxes"]


SEEN: dict[str, Callable[[Locator], Any]] = {
    "choice": _pressed,
    "choices": _pressed,
    "taxonomy": lambda box: _read(box, chips=".tree-chip > span")["chips"],
    "rating": lambda box: _read(box, steps=".rating-step[aria-pressed=true]")["steps"],
    "number": _one_box,
    "date": _one_box,
    "text": _one_box,
    "spans": _rows,
    "relations": _rows,
    "chains": _rows,
    "segments": _rows,
    "boxes": _rows,
    "ranking": _ranked,
    "preference": _preferred,
}


def _way(definition: dict[str, Any], answer: Answer) -> list[str]:
    ways = dict(leaves(definition["options"]))
    return [" › ".join(ways[value]) for value in (answer if isinstance(answer, list) else [answer])]


class Expected:
    """What a question should show of an answer to a task, whose candidates stand on screen in the order ``ids``."""

    def __init__(self, definition: dict[str, Any], data: dict[str, Any], ids: list[str]) -> None:
        self.definition, self.data, self.ids = definition, data, ids

    def of(self, answer: Answer) -> Any:
        known: dict[str, Callable[[Answer], Any]] = {
            "choice": lambda given: _titles(self.definition, [given]),
            "choices": lambda given: _titles(self.definition, given),
            "taxonomy": lambda given: _way(self.definition, given),
            "spans": lambda given: _spans_shown(self.definition, given),
            "relations": lambda given: _relations_shown(self.definition, given),
            "chains": lambda given: _chains_shown(self.definition, given),
            "segments": lambda given: _segments_shown(self.definition, given),
            "boxes": lambda given: [(_titles(self.definition, [one["label"]])[0], one["words"]) for one in given],
            "ranking": self._ranking,
            "preference": self._preference,
        }
        return known.get(self.definition["kind"], lambda given: [str(given)])(answer)

    def _ranking(self, answer: Answer) -> list[str]:
        candidates = {one["id"]: one.get("title") or one["text"] for one in self.data[self.definition["on"]]}
        titles = [candidates[one] for one in answer]
        return [title if len(title) <= 60 else f"{title[:59]}…" for title in titles]

    def _preference(self, answer: Answer) -> dict[str, Any]:
        strengths = self.definition.get("steps", 3)
        left = answer["better"] == self.ids[0]
        tie = answer["better"] == "tie"
        behind_tie = strengths + (1 if self.definition.get("ties", True) else 0)
        strength = answer.get("strength", 1)
        step = strengths if tie else strengths - strength if left else behind_tie + strength - 1
        return {"step": step, "reasons": _titles(self.definition, answer.get("reasons", []))}


def seen(box: Locator, definition: dict[str, Any]) -> Any:
    """What a question shows of its answer; of one asked about each part, of each."""
    if "per" not in definition:
        return SEEN[definition["kind"]](box)
    return [SEEN[definition["kind"]](row) for row in box.locator(".repeated-row").all()]


def told(definitions: list[dict[str, Any]], answers: dict[str, Answer]) -> dict[str, Answer]:
    """Stored answers as ``Hands`` tells them: spans by their words, without ids."""
    kinds = {definition["name"]: definition for definition in definitions}
    words = {
        span["id"]: " … ".join(part["text"] for part in span["parts"])
        for name, answer in answers.items()
        if kinds[name]["kind"] == "spans"
        for span in answer
    }
    tellers: dict[str, Callable[[Answer], Answer]] = {
        "spans": lambda answer: sorted(map(_told_span, answer), key=lambda span: span["start"]),
        "relations": lambda answer: [
            {"from": words[one["from"]], "label": one["label"], "to": words[one["to"]]} for one in answer
        ],
        "chains": lambda answer: [_told_chain(chain, words) for chain in answer],
        "segments": lambda answer: [{name: part for name, part in one.items() if name != "id"} for one in answer],
        "boxes": told_boxes,
    }
    return {name: tellers.get(kinds[name]["kind"], lambda answer: answer)(answer) for name, answer in answers.items()}


def _told_span(span: dict[str, Any]) -> dict[str, Any]:
    (part,) = span["parts"]
    return {**part, "label": span["label"], **({"answers": span["answers"]} if span.get("answers") else {})}


def _told_chain(chain: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {
        "members": [words[one] for one in chain["members"]],
        **{name: chain[name] for name in ("label",) if name in chain},
    }
