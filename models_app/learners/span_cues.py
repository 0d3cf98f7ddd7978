"""Which words speak for the spans that a tagger has found, by the weights of its features."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import pycrfsuite

# A line of what the library writes of a model: "  (0) feature --> tag: weight".
_FEATURE = re.compile(r"  \(\d+\) (.*) --> (.*): (-?[0-9.]+)\n")
_NEIGHBOURS = {"-1": -1, "-2": -2, "+1": 1, "+2": 2}
_MOST_NAMED = 3
# A word is worth naming when it has at least this share of what the strongest one says, and is not all over the text.
_WORTH_NAMING = 0.25
_MOST_OCCURRENCES = 2


class SpanCues:
    """What the features of one tagger say for its tags; read from it when it is first asked."""

    def __init__(self, tagger: pycrfsuite.Tagger) -> None:
        self._tagger = tagger

    def said(self, features: Sequence[Sequence[str]], tags: Sequence[str], begin: int, end: int) -> dict[int, float]:
        """How much each word speaks for the tags from ``begin`` to ``end``, by its place; what speaks against them
        is left out."""
        said: dict[int, float] = {}
        for place in range(begin, end):
            for feature in features[place]:
                weight = self._weights.get((feature, tags[place]), 0.0)
                about = place + _NEIGHBOURS.get(feature[:2], 0)
                if weight > 0 and feature and 0 <= about < len(features):
                    said[about] = said.get(about, 0.0) + weight
        return said

    @cached_property
    def _weights(self) -> Mapping[tuple[str, str], float]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model")
            self._tagger.dump(str(path))
            with path.open(encoding="utf-8", newline="\n") as lines:
                return dict(_state_features(lines))


def name_words(said: Iterable[tuple[str, float]], text: str) -> list[str]:
    """The words that say most, strongest first; the same word in two places has said what it says in both.

    >>> name_words([("lives", 2.0), ("in", 1.5), ("lives", 1.0), (".", 9.0), ("a", 0.1)], "Ada lives in Rome.")
    ['lives', 'in']
    """
    sums: dict[str, float] = {}
    for word, weight in said:
        if any(sign.isalnum() for sign in word):
            sums[word] = sums.get(word, 0.0) + weight
    named = sorted(sums, key=lambda word: -sums[word])
    strong = [word for word in named if sums[word] >= _WORTH_NAMING * sums[named[0]]]
    occurrences = Counter(re.findall(r"\w+", text))
    return [word for word in strong if occurrences[word] <= _MOST_OCCURRENCES][:_MOST_NAMED]


def _state_features(lines: Iterable[str]) -> Iterable[tuple[tuple[str, str], float]]:
    is_there = False
    for line in lines:
        if line.startswith("STATE_FEATURES"):
            is_there = True
        elif is_there and (found := _FEATURE.fullmatch(line)):
            yield (found[1], found[2]), float(found[3])
