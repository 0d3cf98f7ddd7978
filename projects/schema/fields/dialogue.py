"""A conversation: turns with speakers, and times where they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.fields.field import MAX_CHARACTERS, Field, Part, ShownPart, check_text
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.reading import Reader
from projects.schema.settings import Setting

MAX_TURNS = 5_000
SIDES = ("left", "right")


@dataclass(frozen=True)
class Speaker:
    """``name`` is what turns say, ``title`` what people read; ``side`` is where the turns stand."""

    name: str
    title: str
    side: str = "left"

    def definition(self) -> dict[str, Any]:
        return {"name": self.name, "title": self.title, "side": self.side}


@dataclass(frozen=True, kw_only=True)
class DialogueField(Field):
    """A list of ``{"speaker", "text", "time"}``. Where ``speakers`` are named, a turn of anybody else is refused.

    Offsets of answers count the turns' texts joined by line feeds; turn ids are their numbers, from "0".
    """

    speakers: tuple[Speaker, ...] = ()

    kind: ClassVar[str] = "dialogue"
    label: ClassVar[str] = "Dialogue"
    summary: ClassVar[str] = "A conversation: turns with speakers."
    parts_are: ClassVar[str] = "turns"
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="speakers",
            label="Speakers",
            control="rows",
            help="Without any, everybody may speak; with some, a turn of anybody else is refused.",
            settings=(
                Setting(name="name", label="As your file says", control="text", limit=80, is_main=True),
                Setting(name="title", label="Shown as", control="text", limit=80, is_main=True),
                Setting(
                    name="side",
                    label="Side",
                    control="one_of",
                    choices=(("left", "Left"), ("right", "Right")),
                    start="left",
                    is_main=True,
                ),
            ),
        ),
    )

    @classmethod
    def read_own(cls, read: Reader) -> dict[str, Any]:
        return {"speakers": _read_speakers(read)}

    def own_definition(self) -> dict[str, Any]:
        return {"speakers": [speaker.definition() for speaker in self.speakers]} if self.speakers else {}

    def validate(self, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or not value:
            raise SchemaProblems([Problem("", f"{shown(value)} is no list of turns.")])
        if len(value) > MAX_TURNS:
            raise SchemaProblems([Problem("", f"has {len(value):,} turns; {MAX_TURNS:,} is the most.")])
        turns: list[dict[str, Any]] = []
        problems: list[Problem] = []
        for number, turn in enumerate(value):
            try:
                turns.append(self._checked(turn))
            except SchemaProblems as error:
                problems += [problem.below(str(number)) for problem in error.problems]
        if not problems and sum(len(turn["text"]) + 1 for turn in turns) > MAX_CHARACTERS:
            problems.append(Problem("", f"is longer than {MAX_CHARACTERS:,} characters in all."))
        if problems:
            raise SchemaProblems(problems)
        return turns

    def _checked(self, turn: Any) -> dict[str, Any]:
        if not isinstance(turn, Mapping):
            raise SchemaProblems([Problem("", f"{shown(turn)} is no turn: {{'speaker', 'text'}} is needed.")])
        problems = [Problem(str(name), "is not part of a turn.") for name in turn if name not in _PARTS]
        stored: dict[str, Any] = {}
        for name, is_optional in _PARTS.items():
            if is_optional and turn.get(name) is None:
                continue
            try:
                stored[name] = check_text(turn.get(name), limit=200 if name != "text" else MAX_CHARACTERS)
            except SchemaProblems as error:
                problems += [problem.below(name) for problem in error.problems]
        known = [speaker.name for speaker in self.speakers]
        if known and "speaker" in stored and stored["speaker"] not in known:
            problems.append(Problem("speaker", f"{shown(stored['speaker'])} is nobody here: {', '.join(known)}."))
        if problems:
            raise SchemaProblems(problems)
        return stored

    def example(self) -> list[dict[str, str]]:
        names = [speaker.name for speaker in self.speakers] or ["customer", "agent"]
        said = ("My parcel has not come.", "I am sorry to hear that. What is its number?", "It ends in 204.")
        return [{"speaker": names[number % len(names)], "text": text} for number, text in enumerate(said)]

    def search_text(self, value: Any) -> str:
        return self.text(value)

    def text(self, value: Any) -> str:
        return "\n".join(turn["text"] for turn in value)

    def ids(self, value: Any) -> list[str]:
        return [str(number) for number in range(len(value))]

    def parts(self, value: Any) -> list[Part]:
        befores = ["", *(turn["text"] for turn in value)]
        return [
            Part(str(number), turn["text"], f"turn {number + 1}", kin=turn["speaker"], before=befores[number])
            for number, turn in enumerate(value)
        ]

    def shown_parts(self, value: Any) -> list[ShownPart]:
        known = {speaker.name: speaker for speaker in self.speakers}
        names = dict.fromkeys(turn["speaker"] for turn in value)
        # As on the labeling page, the second who speaks stands across from the first where the schema names nobody.
        speakers = {name: known.get(name) or Speaker(name, name, SIDES[place % 2]) for place, name in enumerate(names)}
        said = [(part, turn, speakers[turn["speaker"]]) for part, turn in zip(self.parts(value), value, strict=True)]
        return [
            ShownPart(part.title, part.text, by=speaker.title, at=turn.get("time", ""), look=speaker.side)
            for part, turn, speaker in said
        ]


# The parts of a turn, and whether they may be missing.
_PARTS = {"speaker": False, "text": False, "time": True}


def _read_speakers(read: Reader) -> tuple[Speaker, ...]:
    return tuple(
        Speaker(
            name,
            part.text("title", limit=80, default=name) or name,
            part.one_of("side", SIDES, default=SIDES[number % 2]),
        )
        for number, name, part in read.rows("speakers", what="speaker", most=50)
    )
