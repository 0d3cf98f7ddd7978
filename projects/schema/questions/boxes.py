"""Labelled boxes on a picture."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.problems import Problem
from projects.schema.questions.region_geometry import Geometry, Region, median
from projects.schema.questions.regions import RegionsQuestion, region_settings
from projects.schema.settings import Setting

# Boxes are kept to a thousandth of a pixel; what stands out of the picture by less than this is rounding.
_DECIMALS = 3
_SLACK = 0.01


class BoxGeometry(Geometry):
    """``x`` and ``y`` of the upper left corner, ``width`` and ``height``: pixels of the picture as it is kept, upright.

    Boxes are not turned: one that comes with a ``rotation`` is refused, as any other unknown part.
    """

    noun = "box"
    nouns = "boxes"
    sides = ("x", "y", "width", "height")
    unit = "In pixels of the picture."

    def check(self, sides: Mapping[str, float], medium: Any) -> tuple[dict[str, float], list[Problem]]:
        kept: dict[str, float] = {}
        problems: list[Problem] = []
        for start, length, most in (("x", "width", medium["width"]), ("y", "height", medium["height"])):
            begin, size = round(sides[start], _DECIMALS), round(sides[length], _DECIMALS)
            if begin < 0 and begin >= -_SLACK:
                begin, size = 0.0, round(size + begin, _DECIMALS)
            if most < begin + size <= most + _SLACK:
                size = round(most - begin, _DECIMALS)
            if size <= 0:
                problems.append(Problem(length, f"{size:g} is no {length}: it must be more than 0."))
            elif begin < 0:
                problems.append(Problem(start, f"{begin:g} is outside of the picture, which begins at 0."))
            elif begin + size > most + _SLACK:
                reason = f"The box reaches to {begin + size:g}; the picture is {most:,} pixels in {length}."
                problems.append(Problem(start if begin >= most else length, reason))
            kept[start], kept[length] = begin, size
        return {side: kept[side] for side in self.sides}, problems

    def place(self, region: Region) -> tuple[float, ...]:
        return region["y"], region["x"], region["height"], region["width"]

    def extent(self, region: Region) -> tuple[float, float]:
        return region["x"], region["x"] + region["width"]

    def overlap(self, one: Region, other: Region) -> float:
        """
        >>> square = {"x": 0, "y": 0, "width": 2, "height": 2}
        >>> BoxGeometry().overlap(square, {**square, "x": 1})
        0.3333333333333333
        """
        if self.place(one) == self.place(other):
            return 1.0
        common: float = _shared(one, other, "x", "width") * _shared(one, other, "y", "height")
        area: float = one["width"] * one["height"] + other["width"] * other["height"] - common
        share: float = common / area
        return min(1.0, share)

    def middle(self, regions: Sequence[Region], weights: Sequence[float]) -> dict[str, float]:
        """By its corners: each is the weighted median of theirs."""
        sides: dict[str, float] = {}
        for start, length in (("x", "width"), ("y", "height")):
            begin = median([region[start] for region in regions], weights)
            end = median([region[start] + region[length] for region in regions], weights)
            sides[start] = round(begin, _DECIMALS)
            sides[length] = round(end - sides[start], _DECIMALS)
        return {side: sides[side] for side in self.sides}

    def shares(self, regions: Sequence[Region], medium: Any) -> list[tuple[float, float, float, float]]:
        """
        >>> BoxGeometry().shares([{"x": 2, "y": 1, "width": 4, "height": 1}], {"width": 8, "height": 4})
        [(0.25, 0.25, 0.5, 0.25)]
        """
        width, height = medium["width"], medium["height"]
        return [(one["x"] / width, one["y"] / height, one["width"] / width, one["height"] / height) for one in regions]

    def in_words(self, region: Region) -> str:
        return f"({region['width']:.0f} × {region['height']:.0f} at {region['x']:.0f}, {region['y']:.0f})"


def _shared(one: Region, other: Region, start: str, length: str) -> float:
    end = min(one[start] + one[length], other[start] + other[length])
    return float(max(0.0, end - max(one[start], other[start])))


@dataclass(frozen=True, kw_only=True)
class BoxesQuestion(RegionsQuestion):
    """The answer is a list of ``{"id", "label", "x", "y", "width", "height", "answers"}``, from the top down."""

    geometry: ClassVar[Geometry] = BoxGeometry()
    kind: ClassVar[str] = "boxes"
    label: ClassVar[str] = "Boxes"
    summary: ClassVar[str] = "Labelled boxes on a picture."
    settings: ClassVar[tuple[Setting, ...]] = region_settings(geometry)
    about: ClassVar[frozenset[str] | None] = frozenset({"image"})
