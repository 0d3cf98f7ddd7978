"""What a kind of region says about its form; the rest of its question is the same for all of them."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from projects.schema.opinions import weighted_median
from projects.schema.problems import Problem, shown

Region = Mapping[str, Any]


class Geometry(ABC):
    """The place of a region is given by numbers, its ``sides``, which stand in it beside ``id`` and ``label``."""

    noun: str
    nouns: str
    sides: tuple[str, ...]
    # What a side counts, for the API's description.
    unit: str
    most_regions: int = 2_000

    @abstractmethod
    def check(self, sides: Mapping[str, float], medium: Any) -> tuple[dict[str, float], list[Problem]]:
        """The sides, all of them finite numbers, as they are stored; and why they are no place in this medium."""

    @abstractmethod
    def place(self, region: Region) -> tuple[float, ...]:
        """What makes two places the same, and which of two comes first in reading order."""

    @abstractmethod
    def extent(self, region: Region) -> tuple[float, float]:
        """From where to where it reaches along one line: regions that do not meet there do not overlap."""

    @abstractmethod
    def overlap(self, one: Region, other: Region) -> float:
        """What two have in common as a share of what they cover together, in [0, 1]: Jaccard's index, IoU."""

    @abstractmethod
    def middle(self, regions: Sequence[Region], weights: Sequence[float]) -> dict[str, float]:
        """The sides of the region in the middle of several; of equal ones exactly theirs."""

    @abstractmethod
    def shares(self, regions: Sequence[Region], medium: Any) -> list[tuple[float, float, float, float]]:
        """The x, y, width and height of each as parts of the medium's, which are 1."""

    @abstractmethod
    def in_words(self, region: Region) -> str:
        """Where it is, for a cell of a table."""

    def read_sides(self, region: Region) -> tuple[dict[str, float], list[Problem]]:
        """The sides as numbers, with what is wrong with those that are none."""
        problems = [
            Problem(side, f"{shown(region.get(side))} is no number." if side in region else "is missing.")
            for side in self.sides
            if not _is_number(region.get(side))
        ]
        return ({}, problems) if problems else ({side: float(region[side]) for side in self.sides}, [])


def _is_number(value: Any) -> bool:
    return type(value) in {int, float} and abs(value) < 1e15 and isfinite(value)


def median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The weighted median; of an even number of values the mean of the two in the middle.

    >>> median([1.0, 2.0, 9.0, 4.0], [1, 1, 1, 1])
    3.0
    """
    lower = weighted_median(values, weights)
    upper = -weighted_median([-value for value in values], weights)
    return (lower + upper) / 2
