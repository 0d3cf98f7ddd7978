"""Texts of any script as tokens with code-point offsets, and what a tagger sees of each token."""

import re
import unicodedata
from collections.abc import Callable, Sequence

# Scripts written without spaces: each character is a token, the neighbours in its features do the rest.
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Kana, CJK
    "\U00020000-\U0003ffff"
)
# Vowel signs and accents belong to their word; to a regular expression they are no letters.
_MARKS = "".join(chr(code) for code in range(0x300, 0x3000) if unicodedata.category(chr(code)).startswith("M"))
_MARKS = re.sub(f"[{_UNSPACED}]", "", _MARKS)
_LETTER = rf"[^\W\d_{_UNSPACED}]"
# What an emoji is put together with: variation selectors and skin tones; a joiner ties it to the next.
_MODIFIERS = "[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]*"
# Finer than words: a span may well be the "mg" of "12mg".
_TOKEN = re.compile(rf"{_LETTER}(?:{_LETTER}|[{_MARKS}\u200c])*|\d+|\S[{_MARKS}]*{_MODIFIERS}(?:\u200d\S{_MODIFIERS})*")
_LONGEST = 40  # of a longer word, only its beginning counts
_MOST_REMEMBERED = 100_000


def token_offsets(text: str) -> list[tuple[int, int]]:
    """Begin and end of each token: runs of letters, runs of digits, single signs.

    >>> text = "12mg of हिन्दी 東京 👍🏽!"
    >>> [text[begin:end] for begin, end in token_offsets(text)]
    ['12', 'mg', 'of', 'हिन्दी', '東', '京', '👍🏽', '!']
    """
    return [match.span() for match in _TOKEN.finditer(text)]


class TokenFeatures:
    """What a tagger sees of each token: itself, its shape, its beginning and end, and its neighbours.

    What depends on one word alone is worked out once per distinct word. Measured on WNUT17: shapes together with
    their neighbours' give two points of F1, beginnings and ends of one to four letters one more, and pairs of words
    take two away.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Word] = {}

    def of(self, words: Sequence[str]) -> list[list[str]]:
        """One list of features per token.

        >>> TokenFeatures().of(["In", "Rome"])[1][-7:]
        ['-1=in', '-1~Aa', '-2=', '+1=', '+1~', '+2=', '~~Aa|Aa|']
        """
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        known = [self._known.get(word) or self._learn(word) for word in words]
        padded = [_BORDER, _BORDER, *known, _BORDER, _BORDER]
        return [
            [
                *word.own,
                *before.as_before,
                second_before.as_second_before,
                *after.as_after,
                second_after.as_second_after,
                f"~~{before.shape}|{word.shape}|{after.shape}",
            ]
            for second_before, before, word, after, second_after in zip(
                padded, padded[1:], known, padded[3:], padded[4:], strict=False
            )
        ]

    def _learn(self, word: str) -> "_Word":
        self._known[word] = _Word(word)
        return self._known[word]


class _Word:
    """The features of one distinct word, in each place it may stand in."""

    __slots__ = ("as_after", "as_before", "as_second_after", "as_second_before", "own", "shape")

    def __init__(self, word: str) -> None:
        # the tagger takes UTF-8, which has no place for lone surrogates
        word = word[:_LONGEST].encode("utf-8", "replace").decode()
        lower = unicodedata.normalize("NFKC", word).casefold()
        self.shape = _shape(word, longest_run=1)
        self.own = ["", f"={lower}", f"~{self.shape}", f"~2{_shape(word, longest_run=2)}"]
        for length in range(1, min(4, len(lower)) + 1):
            self.own += [f"^{lower[:length]}", f"${lower[-length:]}"]
        self.own += [f"#{name}" for name, holds in _FLAGS.items() if holds(word)]
        self.as_before = [f"-1={lower}", f"-1~{self.shape}"]
        self.as_second_before = f"-2={lower}"
        self.as_after = [f"+1={lower}", f"+1~{self.shape}"]
        self.as_second_after = f"+2={lower}"


_FLAGS: dict[str, Callable[[str], bool]] = {
    "title": str.istitle,
    "upper": str.isupper,
    "digits": str.isdigit,
    "long": lambda word: len(word) > 5,
    "very long": lambda word: len(word) > 11,
}


def _shape(word: str, *, longest_run: int) -> str:
    """Capitals as A, small letters as a, digits as 0; runs are shortened.

    >>> _shape("McDonald", longest_run=2), _shape("B-52", longest_run=1)
    ('AaAaa', 'A-0')
    """
    kinds = "".join(
        "A" if sign.isupper() else "a" if sign.isalpha() else "0" if sign.isdigit() else sign for sign in word
    )
    return re.sub(rf"(.)\1{{{longest_run},}}", lambda run: run[1] * longest_run, kinds)


_BORDER = _Word("")
