"""A plain list to compare: outputs of models, search results, drafts."""

from collections.abc import Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any, ClassVar

from projects.schema.fields.field import Field, Part, ShownPart, check_text
from projects.schema.names import duplicates
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.reading import Reader
from projects.schema.settings import Setting

MAX_CANDIDATES = 200
_NAME_LENGTH = 30


@dataclass(frozen=True, kw_only=True)
class CandidatesField(Field):
    """A list of texts or of ``{"id", "text", "title"}``. Without ids they are numbered from "1".

    ``shuffled`` shows them in an order of each person's own, so that places do not sway; answers name ids.
    """

    shuffled: bool = False

    kind: ClassVar[str] = "candidates"
    label: ClassVar[str] = "Candidates"
    summary: ClassVar[str] = "A list to compare: outputs of models, search results, drafts."
    parts_are: ClassVar[str] = "candidates"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="shuffled",
            label="In an order of each person's own",
            control="flag",
            default=False,
            help="So that places do not sway.",
        ),
    )

    @classmethod
    def read_own(cls, read: Reader) -> dict[str, Any]:
        return {"shuffled": read.flag("shuffled", default=False)}

    def own_definition(self) -> dict[str, Any]:
        return {"shuffled": True} if self.shuffled else {}

    def validate(self, value: Any) -> list[dict[str, str]]:
        if not isinstance(value, list) or not value:
            raise SchemaProblems([Problem("", f"{shown(value)} is no list of candidates.")])
        if len(value) > MAX_CANDIDATES:
            raise SchemaProblems([Problem("", f"has {len(value):,} candidates; {MAX_CANDIDATES} is the most.")])
        stored: list[dict[str, str]] = []
        problems: list[Problem] = []
        for number, candidate in enumerate(value):
            try:
                stored.append(_checked(candidate, str(number + 1)))
            except SchemaProblems as error:
                problems += [problem.below(str(number)) for problem in error.problems]
        for name in duplicates(one["id"] for one in stored):
            problems.append(Problem("", f"The id {shown(name)} is used twice."))
        if problems:
            raise SchemaProblems(problems)
        return stored

    def example(self) -> list[dict[str, str]]:
        return self.validate(["Boil the potatoes for 20 minutes.", "Put them into cold, salted water; boil till soft."])

    def search_text(self, value: Any) -> str:
        return "\n".join(one["text"] for one in value)

    def ids(self, value: Any) -> list[str]:
        return [one["id"] for one in value]

    def parts(self, value: Any) -> list[Part]:
        """Called as on screen: an id may name whose a candidate is, and people compare them blindly."""
        return [
            Part(one["id"], one["text"], f"candidate {one.get('title') or self._number(place, one['text'])}")
            for place, one in enumerate(value, 1)
        ]

    def _number(self, place: int, text: str) -> str:
        """Where each person sees another order, how the text begins."""
        return f"“{shorten(text, _NAME_LENGTH, placeholder='…')}”" if self.shuffled else str(place)

    def shown_parts(self, value: Any) -> list[ShownPart]:
        return [ShownPart(one.get("title") or "", one["text"], id=one["id"]) for one in value]


def _checked(candidate: Any, number: str) -> dict[str, str]:
    if not isinstance(candidate, Mapping):
        candidate = {"text": candidate}
    problems = [Problem(str(name), "is not part of a candidate.") for name in candidate if name not in _LIMITS]
    stored = {"id": number}
    for name, limit in _LIMITS.items():
        if candidate.get(name) is None and name != "text":
            continue
        try:
            stored[name] = check_text(candidate.get(name), limit=limit)
        except SchemaProblems as error:
            problems += [problem.below(name) for problem in error.problems]
    if problems:
        raise SchemaProblems(problems)
    return stored


_LIMITS = {"id": 80, "text": 200_000, "title": 200}
