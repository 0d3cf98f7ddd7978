"""How sure a model is of the regions that a person has marked, where it suggested some of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Region = Mapping[str, Any]
# What makes two people's regions the same.
Key = Callable[[Region], Any]


def least_confidence(answer: Sequence[Region], suggested: Mapping[Any, Region], *, otherwise: float, key: Key) -> float:
    """The least of: the confidences of suggested regions taken over, one minus those of the ones left out, and nothing
    for a region that the model has not found. ``otherwise`` is for regions without a confidence of their own.

    >>> left_out = {"a": {"confidence": 0.9}, "b": {"confidence": 0.25}}
    >>> least_confidence([{"name": "a"}], left_out, otherwise=0.0, key=lambda region: region["name"])
    0.75
    """
    sure = {one: region.get("confidence", otherwise) for one, region in suggested.items()}
    given = {key(region): region for region in answer}
    taken = [sure[one] if one in sure and _agree(region, suggested[one]) else 0.0 for one, region in given.items()]
    return float(min([*taken, *(1 - sure[one] for one in sure.keys() - given.keys())]))


def as_far_as_suggested(answer: Sequence[Region], suggested: Mapping[Any, Region], *, key: Key) -> list[Region]:
    """The regions, without what was answered about those for which the model has suggested no such answers."""
    return [
        {name: part for name, part in region.items() if name != "answers"}
        if "answers" not in suggested.get(key(region), region)
        else region
        for region in answer
    ]


def _agree(region: Region, suggested: Region) -> bool:
    given = region.get("answers", {})
    return all(given.get(name) == value for name, value in suggested.get("answers", {}).items())
