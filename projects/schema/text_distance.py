"""How far apart two texts are."""

from rapidfuzz.distance import Levenshtein


def text_distance(first: str, second: str) -> float:
    """The share of the longer text's characters that an edit must change, in [0, 1] (Levenshtein, 1966).

    >>> text_distance("kitten", "sitting")
    0.42857142857142855
    """
    return float(Levenshtein.normalized_distance(first, second))
