"""Random texts of all that makes offsets go wrong, the same ones each time."""

import random
from collections.abc import Iterator

_LONG_EACH = 1_000
_LETTERS = "abcdefghijklmnopqrstuvwxyzßéüñøčğıАбвΑβ"
_PIECES: tuple[tuple[str, ...], ...] = (
    ("😀", "𝒜", "𠮷", "🏳️‍🌈", "👩‍👩‍👧", "👨🏽‍💻", "👍🏿", "🇺🇳", "🇺", "1️⃣", "❤️", "\U0010ffff", "🧑‍🤝‍🧑"),
    ("e\u0301", "Zu\u0308rich", "a\u0323\u0302", "ก็", "नि", "ញុំ", "\u0301", "ﷺ", "각", "\u1112\u1161\u11ab", "Å"),
    ("\r\n", "\n", "\r\n\r\n", "\r", "\t", "\u2028", "\u00a0", "  ", "\x0b", "\u3000", "\x85"),
    ("שלום", "עוֹלָם", "مرحبا", "لَا", "123", "\u200fאב\u200e", "\u202eabc\u202c", "\u2066x\u2069", "٣٤٥"),
    ("王小明在北京", "𠮷野家", "こんにちは", "한국어", "東京、大阪。", "葛\U000e0100飾"),
    ("\u200b", "\u200d", "\u200c", "\ufeff", "\u2060", "\u00ad", "\u034f", "\ufe0f", "\u180e"),
    ('"', "'", "\\", ",", ";", "<b>", "&amp;", "{}", "=1+1", "null", "\\u0041", "%00", "’", "—", "|"),
)


def hostile_texts(count: int, *, seed: int = 7) -> Iterator[str]:
    """So many texts of words, emoji with joiners, marks, line ends, both directions and what nobody sees; one in a
    thousand is so long that the page shows it in parts."""
    randomness = random.Random(seed)
    for number in range(count):
        n_pieces = 9_000 if number % _LONG_EACH == _LONG_EACH - 1 else randomness.randint(2, 30)
        pieces = [_piece(randomness) for _ in range(n_pieces)]
        yield f"{number}{''.join(pieces)}."


def _piece(randomness: random.Random) -> str:
    if randomness.random() < 0.4:
        word = "".join(randomness.choices(_LETTERS, k=randomness.randint(1, 9)))
        return randomness.choice(("", " ")) + word
    return randomness.choice(randomness.choice(_PIECES))
