"""Which words tell a group of texts from all others."""

import math
from collections import Counter
from collections.abc import Sequence

_FEWEST_TEXTS = 2
# A word is worth naming when it tells at least this share of what the first one does.
_WORTH_NAMING = 0.25


def telling_words(groups: Sequence[Sequence[Sequence[str]]], n: int = 4) -> list[list[str]]:
    """For each group, given as texts that are words, at most ``n`` words: frequent in it and rarer elsewhere.

    A word's worth is its share of the group's texts times the square of the logarithm of how much larger that is than
    its share of the other texts: squared, so that words which are common everywhere do not win by being common.

    >>> telling_words([[["refund", "my", "tv"], ["refund", "it"]], [["my", "tv"], ["my", "bus"]]], 1)
    [['refund'], ['my']]
    """
    counts = [Counter(word for text in texts for word in set(text) if _is_word(word)) for texts in groups]
    everywhere = Counter[str]()
    for count in counts:
        everywhere.update(count)
    total = sum(map(len, groups))
    return [_best(count, len(texts), everywhere, total, n) for count, texts in zip(counts, groups, strict=True)]


def _best(count: Counter[str], n_texts: int, everywhere: Counter[str], total: int, n: int) -> list[str]:
    def worth(word: str) -> float:
        share = count[word] / n_texts
        elsewhere = (everywhere[word] - count[word] + 1) / (total - n_texts + 1)
        lift = math.log(share / elsewhere)
        return share * lift * abs(lift)

    fewest = min(_FEWEST_TEXTS, n_texts)
    found = sorted(((worth(word), word) for word in count if count[word] >= fewest), key=lambda one: (-one[0], one[1]))
    return [word for value, word in found[:n] if value > 0 and value >= _WORTH_NAMING * found[0][0]]


def _is_word(word: str) -> bool:
    return word.isalpha() and (len(word) > 1 or not word.isascii())
