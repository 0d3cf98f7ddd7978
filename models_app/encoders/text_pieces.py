"""Texts to word pieces just as BERT-like models were trained on them: marks, signs of their own, unknown words."""

import re
import unicodedata
from collections.abc import Iterator

from models_app.encoders.word_pieces import WordPieces, without_accents

_UNKNOWN = "[UNK]"
# Scripts that the models' own tokenizers take apart sign by sign: Chinese characters, also those in Japanese.
_HAN = re.compile(
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f])"
)
_ASCII_SIGN = re.compile(r"[!-/:-@\[-`{-~]")


def pieces_of_text(pieces: WordPieces, text: str, *, most: int) -> list[int]:
    """The numbers of a text's pieces between the marks of a sentence, ``most`` of them at the longest.

    References
    ----------
    Devlin et al. (2019), BERT: the "basic" splitting at spaces and punctuation, then the longest pieces first.
    """
    numbers = [pieces.number_of("[CLS]")]
    for word in _words(pieces, text):
        numbers.extend(pieces.split_as_written(word) or [pieces.number_of(_UNKNOWN)])
        if len(numbers) >= most - 1:
            break
    return [*numbers[: most - 1], pieces.number_of("[SEP]")]


def _words(pieces: WordPieces, text: str) -> Iterator[str]:
    text = _HAN.sub(r" \1 ", "".join(map(_cleaned, text)) if not text.isprintable() else text)
    if pieces.is_lower_case:
        text = without_accents(text)
        # sign by sign, as the models' own tokenizers do it: no letter looks at its neighbours
        text = text.lower() if text.isascii() else "".join(map(str.lower, text))
    for word in text.split():
        begin = 0
        for place, sign in enumerate(word):
            if _is_punctuation(sign):
                if begin < place:
                    yield word[begin:place]
                yield sign
                begin = place + 1
        if begin < len(word):
            yield word[begin:]


def _cleaned(sign: str) -> str:
    if sign in "\t\n\r" or unicodedata.category(sign) == "Zs":
        return " "
    return "" if sign in "\0\ufffd" or unicodedata.category(sign).startswith("C") else sign


def _is_punctuation(sign: str) -> bool:
    return bool(_ASCII_SIGN.match(sign)) if sign.isascii() else unicodedata.category(sign).startswith("P")
