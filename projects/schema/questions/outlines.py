"""Where the regions of an answer lie in what they mark, for whoever draws them."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Outline:
    """A rectangle in shares of the medium, from its upper left corner; a range of a sound is as high as the medium.

    ``words`` say where it is and what was answered about it.
    """

    label: str
    words: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Outlines:
    """The first regions of an answer, in its order; how many it has in all, also label by label in words."""

    first: Sequence[Outline]
    total: int
    summary: str
