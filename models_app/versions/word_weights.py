"""Which words speak for an option: a model's weights per token, looked up without numpy."""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models_app.encoded.array_files import ArrayFile, DamagedFile, write_arrays
from models_app.encoders.tokens import tokens_of, words_of

# A word is worth naming when it has at least this share of what the strongest one says.
_WORTH_NAMING = 0.25
_MAX_EXPLAINED_WORDS = 400


def write_word_weights(path: Path, *, header: Mapping[str, Any], options: list[str], tokens: Any, weights: Any) -> None:
    """Write ``tokens`` (uint64, ascending) and their ``weights`` (float32, one column per option), idf included."""
    write_arrays(path, {**header, "options": options}, {"tokens": tokens, "weights": weights})


class WordWeights:
    """An open file of weights. Raises ``DamagedFile`` when its arrays do not fit together."""

    def __init__(self, path: Path) -> None:
        file = ArrayFile(path)
        try:
            options: list[str] = file.header["options"]
            self._has_grams = bool(file.header.get("grams", False))
            self._tokens, self._weights = file.arrays["tokens"], file.arrays["weights"]
        except KeyError as missing:
            raise DamagedFile(f"{path.name} has no {missing}.") from None
        if len(self._weights) != len(self._tokens) * len(options):
            raise DamagedFile(f"{path.name} has arrays of different lengths.")
        self._columns = {value: column for column, value in enumerate(options)}

    def top_words(self, text: str, option: str, n: int = 3) -> list[str]:
        """The words of ``text`` that speak most for ``option``, strongest first; none when none does."""
        column = self._columns.get(option)
        if column is None:
            return []
        words = words_of(text)[:_MAX_EXPLAINED_WORDS]
        tokens = list(tokens_of(words, grams=self._has_grams))
        counts = Counter(token for token, _ in tokens)
        spoken: dict[str, float] = {}
        for token, positions in tokens:
            weight = self._weight(token, column)
            if not weight:
                continue
            # what a pair says is shared by its words; each occurrence has its part of the dampened count
            said = weight * (1 + math.log(counts[token])) / counts[token] / len(positions)
            for position in positions:
                spoken[words[position]] = spoken.get(words[position], 0.0) + said
        named = sorted(((said, word) for word, said in spoken.items() if said > 0 and _is_word(word)), reverse=True)
        return [word for said, word in named[:n] if said >= _WORTH_NAMING * named[0][0]]

    def _weight(self, token: int, column: int) -> float:
        place = bisect_left(self._tokens, token)
        if place == len(self._tokens) or self._tokens[place] != token:
            return 0.0
        return self._weights[place * len(self._columns) + column]


def _is_word(word: str) -> bool:
    return word.isalnum() or len(word) == 1 and not word.isascii()
