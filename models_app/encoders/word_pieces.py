"""Words to word pieces, as BERT-like models split them: the longest known beginning, and so on to the word's end."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path

# A longer word is no word of any language; splitting it would take the square of its length.
_LONGEST_WORD = 100


class WordPieces:
    """The pieces of a vocabulary by their numbers; ``pieces[i]`` is written with ``##`` where it goes on a word.

    ``is_lower_case`` says whether its model was trained on texts in lower case without accents.
    """

    def __init__(self, pieces: Sequence[str], *, is_lower_case: bool = True) -> None:
        self.pieces = list(pieces)
        self.is_lower_case = is_lower_case
        self._numbers = {piece: number for number, piece in enumerate(self.pieces)}
        self._longest = max(map(len, self.pieces), default=0)

    def __len__(self) -> int:
        return len(self.pieces)

    def number_of(self, piece: str) -> int:
        """The number of one piece; ``ValueError`` when the vocabulary lacks it."""
        if piece not in self._numbers:
            raise ValueError(f"The vocabulary has no piece {piece}.")
        return self._numbers[piece]

    def split(self, word: str) -> list[int]:
        """The numbers of the pieces of a word in lower case; none when some part of it is unknown.

        >>> WordPieces(["label", "##ing", "e", "##e"]).split("labeling")
        [0, 1]
        >>> WordPieces(["label"]).split("labels")
        []
        """
        return self.split_as_written(without_accents(word))

    def split_as_written(self, word: str) -> list[int]:
        """The same of a word with its accents."""
        numbers: list[int] = []
        start = 0
        while start < len(word) <= _LONGEST_WORD:
            prefix = "##" if start else ""
            for end in range(min(len(word), start + self._longest), start, -1):
                number = self._numbers.get(prefix + word[start:end])
                if number is not None:
                    break
            else:
                return []
            numbers.append(number)
            start = end
        return numbers


def read_word_pieces(path: Path) -> WordPieces:
    """The pieces in a ``tokenizer.json``; ``ValueError`` when the model splits words in another way."""
    try:
        tokenizer = json.loads(path.read_text(encoding="utf-8"))
        model, normalizer = tokenizer["model"], tokenizer.get("normalizer") or {}
        vocabulary: dict[str, int] = model["vocab"]
        if model.get("type", "WordPiece") != "WordPiece" or model.get("continuing_subword_prefix", "##") != "##":
            raise ValueError(f"{path.name} is of a model that does not split words into word pieces.")
        pieces = [""] * len(vocabulary)
        for piece, number in vocabulary.items():
            pieces[number] = piece
    except (KeyError, TypeError, AttributeError, IndexError, UnicodeDecodeError, json.JSONDecodeError) as problem:
        raise ValueError(f"{path.name} holds no vocabulary of word pieces.") from problem
    return WordPieces(pieces, is_lower_case=bool(normalizer.get("lowercase", True)))


def without_accents(word: str) -> str:
    """``word`` with its letters only, whatever stands above or below them."""
    if word.isascii():
        return word
    return "".join(sign for sign in unicodedata.normalize("NFD", word) if unicodedata.category(sign) != "Mn")
