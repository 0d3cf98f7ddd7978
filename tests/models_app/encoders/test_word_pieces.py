import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.word_pieces import WordPieces, read_word_pieces

PIECES = WordPieces(["un", "##believ", "##able", "##a", "cafe", "a", "##b", "東"])


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("unbelievable", ["un", "##believ", "##able"]),
        ("una", ["un", "##a"]),
        ("café", ["cafe"]),
        ("東", ["東"]),
        ("unx", []),
        ("", []),
        ("😀", []),
    ],
)
def test_a_word_is_split_into_the_longest_pieces_from_its_beginning(word: str, pieces: list[str]) -> None:
    assert [PIECES.pieces[number] for number in PIECES.split(word)] == pieces


@given(st.text(st.sampled_from("ab"), min_size=1, max_size=30))
def test_pieces_put_together_again_are_the_word(word: str) -> None:
    pieces = WordPieces(["a", "b", "##a", "##b", "ab", "##ba"])
    assert "".join(pieces.pieces[number].removeprefix("##") for number in pieces.split(word)) == word


def test_a_word_of_a_million_letters_is_no_word() -> None:
    started = time.monotonic()
    assert PIECES.split("a" * 1_000_000) == []
    assert time.monotonic() - started < 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"model": null}',
        '{"model": {"type": "Unigram", "vocab": [["a", -1.0]]}}',
        '{"model": {"type": "BPE", "vocab": {"a": 0}}}',
        '{"model": {"type": "WordPiece", "vocab": {"a": 7}}}',
        '{"model": {"type": "WordPiece", "continuing_subword_prefix": "@@", "vocab": {"a": 0}}}',
    ],
)
def test_a_vocabulary_of_another_kind_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="word pieces"):
        read_word_pieces(tmp_path / "tokenizer.json")


def test_a_vocabulary_is_read_by_its_numbers(tmp_path: Path) -> None:
    model = {"type": "WordPiece", "vocab": {"b": 1, "a": 0}}
    (tmp_path / "tokenizer.json").write_text(json.dumps({"model": model}), encoding="utf-8")
    assert read_word_pieces(tmp_path / "tokenizer.json").pieces == ["a", "b"]
