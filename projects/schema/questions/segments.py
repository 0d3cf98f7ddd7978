"""Labelled ranges of time in a sound."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.opinions import Agreed
from projects.schema.problems import Problem
from projects.schema.questions.question import NO_NAMES, Around
from projects.schema.questions.region_geometry import Geometry, Region, median
from projects.schema.questions.regions import RegionsQuestion, region_settings
from projects.schema.reading import Reader
from projects.schema.settings import Setting

# Times are kept to a millionth of a second. Players and decoders differ by some samples on how long a sound is: what
# ends behind the end of it by less than this ends with it.
_DECIMALS = 6
_SLACK = 0.05


class RangeGeometry(Geometry):
    """``start`` and ``end`` in seconds from the beginning of the sound."""

    noun = "segment"
    nouns = "segments"
    sides = ("start", "end")
    unit = "In seconds."
    most_regions = 5_000

    def check(self, sides: Mapping[str, float], medium: Any) -> tuple[dict[str, float], list[Problem]]:
        start, end = (round(sides[side], _DECIMALS) for side in self.sides)
        seconds = medium["duration_seconds"]
        if seconds and seconds < end <= seconds + _SLACK:
            end = seconds
        problems: list[Problem] = []
        if start < 0:
            problems.append(Problem("start", f"{start:g} is before the sound begins, at 0."))
        elif seconds and end > seconds:
            problems.append(Problem("end", f"{end:g} is behind the end of the sound, which lasts {seconds:g} seconds."))
        elif end <= start:
            problems.append(Problem("end", f"{end:g} is not later than the start, {start:g}."))
        return {"start": start, "end": end}, problems

    def place(self, region: Region) -> tuple[float, ...]:
        return region["start"], region["end"]

    def extent(self, region: Region) -> tuple[float, float]:
        return region["start"], region["end"]

    def overlap(self, one: Region, other: Region) -> float:
        """
        >>> RangeGeometry().overlap({"start": 0, "end": 2}, {"start": 1, "end": 3})
        0.3333333333333333
        """
        common: float = min(one["end"], other["end"]) - max(one["start"], other["start"])
        covered: float = max(one["end"], other["end"]) - min(one["start"], other["start"])
        return max(0.0, common / covered)

    def middle(self, regions: Sequence[Region], weights: Sequence[float]) -> dict[str, float]:
        """Each edge is the weighted median of theirs."""
        return {side: round(median([region[side] for region in regions], weights), _DECIMALS) for side in self.sides}

    def shares(self, regions: Sequence[Region], medium: Any) -> list[tuple[float, float, float, float]]:
        """Of a sound that does not say how long it is, up to where the last one ends.

        >>> RangeGeometry().shares([{"start": 1, "end": 3}], {"duration_seconds": 4})
        [(0.25, 0.0, 0.5, 1.0)]
        """
        seconds = medium["duration_seconds"] or max((one["end"] for one in regions), default=0)
        return [(one["start"] / seconds, 0.0, (one["end"] - one["start"]) / seconds, 1.0) for one in regions]

    def in_words(self, region: Region) -> str:
        return f"{_clock(region['start'])}–{_clock(region['end'])}"


def _clock(seconds: float) -> str:
    """
    >>> _clock(61.25)
    '1:01.25'
    """
    minutes, rest = divmod(round(seconds * 100), 6_000)
    return f"{minutes}:{rest / 100:05.2f}"


@dataclass(frozen=True, kw_only=True)
class SegmentsQuestion(RegionsQuestion):
    """The answer is a list of ``{"id", "label", "start", "end", "answers"}``, by when they begin.

    Segments may overlap unless ``overlapping`` is false; one may begin where another ends.
    """

    overlapping: bool = True

    geometry: ClassVar[Geometry] = RangeGeometry()
    kind: ClassVar[str] = "segments"
    label: ClassVar[str] = "Segments"
    summary: ClassVar[str] = "Labelled ranges of time in a sound."
    settings: ClassVar[tuple[Setting, ...]] = (
        *region_settings(geometry),
        Setting(name="overlapping", label="Segments may overlap", control="flag", default=True),
    )
    about: ClassVar[frozenset[str] | None] = frozenset({"audio"})

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        return {**super().read_own(read, around), "overlapping": read.flag("overlapping", default=True)}

    def own_definition(self) -> dict[str, Any]:
        return {**({} if self.overlapping else {"overlapping": False}), **super().own_definition()}

    def _clashes(self, regions: Sequence[dict[str, Any]]) -> list[Problem]:
        problems = super()._clashes(regions)
        if problems or self.overlapping:
            return problems
        places = sorted((region["start"], region["end"], number) for number, region in enumerate(regions))
        return [
            Problem(str(number), f"begins at {start:g}, before another segment ends, at {before:g}.")
            for (_, before, _), (start, _, number) in zip(places, places[1:], strict=False)
            if start < before
        ]

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """As of all regions; where none may overlap and two in the middle of people's would, both end half way."""
        agreed = super().consensus(answers, weights)
        if agreed is None or self.overlapping:
            return agreed
        value, share = agreed
        apart = _apart(value)
        return (apart, share) if apart is not None else None

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        """What is heard when; a table cell holds the first ones."""
        first = [self.in_words(region) for region in answer[:_IN_A_CELL]]
        more = [f"{len(answer) - _IN_A_CELL} more"] if len(answer) > _IN_A_CELL else []
        return ", ".join([*first, *more]) or "none"


_IN_A_CELL = 5


def _apart(segments: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Segments in order, each cut half way to where the next one begins earlier; None where nothing is left of one.

    >>> _apart([{"start": 0.0, "end": 2.0}, {"start": 1.0, "end": 3.0}])
    [{'start': 0.0, 'end': 1.5}, {'start': 1.5, 'end': 3.0}]
    """
    kept: list[dict[str, Any]] = []
    for segment in segments:
        if kept and segment["start"] < kept[-1]["end"]:
            half = round((segment["start"] + kept[-1]["end"]) / 2, _DECIMALS)
            kept[-1], segment = {**kept[-1], "end": half}, {**segment, "start": half}
        kept.append(segment)
    return kept if all(segment["start"] < segment["end"] for segment in kept) else None
