"""Which regions of one answer are which of another one: by how much they overlap, where their labels agree."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from projects.schema.questions.region_geometry import Geometry, Region

# Two regions that have less in common than this are not the same one, wherever that must be decided.
SAME_OVERLAP = 0.5

_Rank = tuple[float, list[tuple[float, ...]], str]


class Pair(NamedTuple):
    """Two regions by their numbers in either answer, with their overlap."""

    overlap: float
    one: int
    other: int


def matched(first: Sequence[Region], second: Sequence[Region], geometry: Geometry, *, least: float = 0.0) -> list[Pair]:
    """Pairs of regions with one label that overlap by ``least`` and more, each region in one pair at most.

    The pairs that overlap most come first, as in Pascal VOC's matching; equal ones are told apart by their places, so
    that it does not matter which answer is the first.

    References
    ----------
    Everingham et al., 2010. The Pascal Visual Object Classes (VOC) challenge. Section 4.4.
    """
    found = sorted(
        overlapping(first, second, geometry, least=least), key=lambda pair: _rank(pair, first, second, geometry)
    )
    ones: set[int] = set()
    others: set[int] = set()
    kept: list[Pair] = []
    for pair in found:
        if pair.one not in ones and pair.other not in others:
            ones.add(pair.one)
            others.add(pair.other)
            kept.append(pair)
    return kept


def overlapping(
    first: Sequence[Region], second: Sequence[Region], geometry: Geometry, *, least: float = 0.0
) -> Iterator[Pair]:
    """All pairs with one label that overlap, by ``least`` and more; in one walk along the medium."""
    bounds = sorted((*geometry.extent(region), number) for number, region in enumerate(second))
    starts_at = 0
    longest = max((end - start for start, end, _ in bounds), default=0.0)
    for start, end, one in sorted((*geometry.extent(region), number) for number, region in enumerate(first)):
        while starts_at < len(bounds) and bounds[starts_at][0] + longest < start:
            starts_at += 1
        for other_start, other_end, other in bounds[starts_at:]:
            if other_start >= end:
                break
            if other_end > start and first[one]["label"] == second[other]["label"]:
                share = geometry.overlap(first[one], second[other])
                if share > 0 and share >= least:
                    yield Pair(share, one, other)


def groups(answers: Sequence[Sequence[Region]], geometry: Geometry) -> list[list[tuple[int, Region]]]:
    """The regions of several people, those together that mean the same thing; each with its answer's number.

    A group holds one region of a person at most, and each of its regions overlaps each other one by half and more: so
    a row of regions, each a little further on, is not one. Groups that overlap most are made first.
    """
    everything = [(number, region) for number, answer in enumerate(answers) for region in answer]
    group_of = {position: [position] for position in range(len(everything))}
    for pair in _pairs_between(answers, geometry):
        one, other = group_of[pair.one], group_of[pair.other]
        if one is not other and _can_be_one(one, other, everything, geometry):
            one += other
            group_of.update(dict.fromkeys(other, one))
    different = {id(group): group for group in group_of.values()}
    return [[everything[position] for position in sorted(group)] for group in different.values()]


def _pairs_between(answers: Sequence[Sequence[Region]], geometry: Geometry) -> list[Pair]:
    """Pairs of different people's regions, by their places in one row of all regions."""
    begins = [sum(len(answer) for answer in answers[:number]) for number in range(len(answers))]
    regions = [region for answer in answers for region in answer]
    pairs = [
        Pair(pair.overlap, begins[one] + pair.one, begins[other] + pair.other)
        for one in range(len(answers))
        for other in range(one + 1, len(answers))
        for pair in overlapping(answers[one], answers[other], geometry, least=SAME_OVERLAP)
    ]
    return sorted(pairs, key=lambda pair: _rank(pair, regions, regions, geometry))


def _rank(pair: Pair, first: Sequence[Region], second: Sequence[Region], geometry: Geometry) -> _Rank:
    places = sorted((geometry.place(first[pair.one]), geometry.place(second[pair.other])))
    return -pair.overlap, places, first[pair.one]["label"]


def _can_be_one(
    one: Iterable[int], other: Iterable[int], everything: Sequence[tuple[int, Region]], geometry: Geometry
) -> bool:
    return all(
        everything[here][0] != everything[there][0]
        and geometry.overlap(everything[here][1], everything[there][1]) >= SAME_OVERLAP
        for here in one
        for there in other
    )
