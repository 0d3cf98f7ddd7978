"""Where the words of a search stand in a text, so that a page can mark them."""

import re
import unicodedata
from functools import lru_cache

from labelplatform.search import Term

_WORD = re.compile(r"\w+")


def hit_spans(text: str, terms: tuple[Term, ...]) -> list[tuple[int, int]]:
    """Begin and end of every hit, in order; accents and case do not matter.

    >>> hit_spans("Ökonomie. economy", (Term("okonom", is_prefix=True),))
    [(0, 8)]
    """
    return [match.span() for match in _pattern(terms).finditer("".join(map(_folded, text)))]


def snippet(text: str, terms: tuple[Term, ...], *, width: int) -> list[tuple[str, bool]]:
    """About ``width`` characters around the first hit on one line, in pieces, each with whether it is a hit.

    >>> snippet("one two three", (Term("two", is_prefix=False),), width=100)
    [('one ', False), ('two', True), (' three', False)]
    """
    line = " ".join(text.split())
    spans = hit_spans(line, terms) if terms else []
    begin = max(0, spans[0][0] - width // 4) if spans and spans[0][1] > width else 0
    end = min(len(line), begin + width)
    pieces = [("…", False)] if begin else []
    for first, last in spans:
        if begin <= first < last <= end:
            pieces += [(line[begin:first], False), (line[first:last], True)]
            begin = last
    pieces.append((line[begin:end] + ("…" if end < len(line) else ""), False))
    return [piece for piece in pieces if piece[0]]


@lru_cache(maxsize=256)
def _pattern(terms: tuple[Term, ...]) -> re.Pattern[str]:
    alternatives = []
    for term in terms:
        words = [re.escape(word) for word in _WORD.findall("".join(map(_folded, term.text)))]
        if words:
            alternatives.append(r"\W+".join(words) + (r"\w*" if term.is_prefix else ""))
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives) or '(?!)'})(?!\w)")


def _folded(character: str) -> str:
    """One character for one: in lower case and without its accents."""
    plain = unicodedata.normalize("NFD", character)[0].lower()
    return plain if len(plain) == 1 else character
