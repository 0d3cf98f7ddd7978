"""An answer's regions drawn where they lie: over their picture, or on a strip as long as their sound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from projects.schema import Question
from projects.schema.questions.outlines import Outline

MOST = 200  # regions that are drawn and listed
_MOST_OPEN = 6  # rows that stand open below a drawing
_MOST_TAGGED = 20  # regions that all have their number: of more only those that it fits into, or nothing else is seen
_LETTER, _NARROW, _HIGH = 12.0, 240, 352  # pixels of the screen: a number's height, and the least and most of a drawing
_DIGIT, _TAG_ROOM, _TAG_HEIGHT = 0.6, 0.45, 1.3  # in heights of a letter


@dataclass(frozen=True)
class Tag:
    """Where a region's number stands; the size is in letters."""

    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class DrawnRegion:
    """``x`` to ``height`` are percentages as SVG writes them; ``words`` say the same beside the ``title``."""

    title: str
    words: str
    colour: int
    x: str
    y: str
    width: str
    height: str
    tag: Tag | None


@dataclass(frozen=True)
class Drawing:
    """``picture`` is the address of what is drawn on, of ``width`` and ``height``; empty for a strip.

    ``letter`` is the height of a number in pixels of the picture.
    """

    summary: str
    regions: Sequence[DrawnRegion]
    total: int
    picture: str
    width: float
    height: float
    letter: float

    @property
    def is_long(self) -> bool:
        return len(self.regions) > _MOST_OPEN

    @property
    def is_cut(self) -> bool:
        return self.total > len(self.regions)


def draw(question: Question, answer: Any, medium: Mapping[str, Any], *, most: int = MOST) -> Drawing | None:
    """The answer over the ready value of the question's field; None where it has no regions, or none may be drawn."""
    found = question.outlines(answer, medium, most=min(most, MOST))
    if found is None or not found.first:
        return None
    picture, width, height, letter = _ground(medium)
    colours = {option.value: option.colour for option in getattr(question, "options", ())}
    titles = getattr(question, "titles", {})
    regions = [
        DrawnRegion(
            title=titles.get(one.label, one.label),
            words=one.words,
            colour=colours.get(one.label, 0),
            x=_percent(one.x),
            y=_percent(one.y),
            width=_percent(one.width),
            height=_percent(one.height),
            tag=_tag(number, one, letter / width, letter / height, is_crowded=len(found.first) > _MOST_TAGGED),
        )
        for number, one in enumerate(found.first, 1)
    ]
    return Drawing(found.summary, regions, found.total, picture, width, height, letter)


def _ground(medium: Mapping[str, Any]) -> tuple[str, float, float, float]:
    """Address, width, height and letter: in a picture letters shrink with it, so they are for where it is smallest."""
    if "width" not in medium:
        return "", _NARROW, 3 * _LETTER, _LETTER
    width, height = medium["width"], medium["height"]
    return f"{medium['address']}whole", width, height, round(_LETTER * max(width / _NARROW, height / _HIGH), 1)


def _tag(number: int, one: Outline, across: float, down: float, *, is_crowded: bool) -> Tag | None:
    """Above the region where there is room, else inside, and never out of the picture; a letter is ``across`` by
    ``down`` of it."""
    letters = _TAG_ROOM + _DIGIT * len(str(number))
    wide, high = letters * across, _TAG_HEIGHT * down
    if is_crowded and (one.width < wide or one.height < high):
        return None
    y = one.y if is_crowded or one.y < high else one.y - high
    x, y = max(0, min(one.x, 1 - wide)), max(0, min(y, 1 - high))
    return Tag(_percent(x), _percent(y), f"{letters:g}em", f"{_TAG_HEIGHT:g}em")


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
