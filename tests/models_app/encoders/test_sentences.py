"""Whole texts through a sentence model: each text as if it stood alone, whatever batch it comes in."""

import json
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from models_app.encoders.sentence_model import POOLING_FILE, SentenceModel, read_sentence_model
from models_app.encoders.sentences import SentenceEncoder
from models_app.encoders.text_pieces import pieces_of_text
from models_app.encoders.word_pieces import WordPieces
from tests.models_app.encoders.test_sentence_model import reference
from tests.models_app.tiny_model import MARKS, tensors, write_model

TEXTS = ["Goal! Team match", "law", "vote and vote and law and senate numbers", "", "goal zebra", "   "]


@pytest.fixture
def model(tmp_path: Path) -> SentenceModel:
    return read_sentence_model(write_model(tmp_path))


def expected(model: SentenceModel, text: str) -> np.ndarray:
    vector = reference(tensors(len(model.pieces)), pieces_of_text(model.pieces, text, most=16))
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("with_torch", [False, True])
def test_texts_of_all_lengths_in_one_batch_have_the_rows_they_have_alone(model: SentenceModel, with_torch: bool):
    if with_torch and find_spec("torch") is None:
        pytest.skip("torch is not installed")
    rows = SentenceEncoder(model, with_torch=with_torch).encode(TEXTS)
    assert rows.dtype == np.float16
    for place in (0, 1, 2, 4):
        np.testing.assert_allclose(rows[place], expected(model, TEXTS[place]), atol=2e-3)
    assert not rows[3].any()
    assert not rows[5].any()


def test_the_order_of_words_counts(model: SentenceModel):
    rows = SentenceEncoder(model, with_torch=False).encode(["team match law", "law match team"])
    assert np.abs(rows[0] - rows[1]).max() > 0.01


def test_a_text_longer_than_the_model_knows_places_for_is_judged_by_its_beginning(model: SentenceModel):
    encoder = SentenceEncoder(model, with_torch=False)
    long = encoder.encode([" ".join(["goal"] * 14 + ["law"] * 1000)])
    np.testing.assert_array_equal(long, encoder.encode([" ".join(["goal"] * 14)]))


def test_a_model_that_takes_the_first_mark_says_so_in_its_file(tmp_path: Path):
    folder = write_model(tmp_path)
    (folder / POOLING_FILE).parent.mkdir()
    (folder / POOLING_FILE).write_text(json.dumps({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}))
    first = read_sentence_model(folder)
    assert first.takes_first
    mean = SentenceModel(first.weights, first.pieces, first.n_heads, first.epsilon)
    rows = [SentenceEncoder(one, with_torch=False).encode(["team match"]) for one in (first, mean)]
    assert np.abs(rows[0] - rows[1]).max() > 0.01


@pytest.mark.parametrize("content", ["{", "[]", '{"pooling_mode_max_tokens": true}', "{}"])
def test_another_way_to_make_one_vector_of_many_is_refused(tmp_path: Path, content: str):
    folder = write_model(tmp_path)
    (folder / POOLING_FILE).parent.mkdir()
    (folder / POOLING_FILE).write_text(content)
    with pytest.raises(ValueError, match="1_Pooling"):
        read_sentence_model(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It's 5.00 £!", ["it", "'", "s", "5", ".", "00", "£", "!"]),
        ("naïve Café", ["naive", "cafe"]),
        ("under_score\ta\x00b\u200bc\nd", ["under", "_", "score", "abc", "d"]),
        ("東京タワー", ["東", "京", "タワー"]),
        ("ΟΔΟΣ “x”", ["οδοσ", "“", "x", "”"]),
    ],
)
def test_texts_are_split_as_the_models_own_tokenizer_does(text: str, words: list[str]):
    """What is expected was told by the tokenizers package."""
    pieces = WordPieces([*MARKS, *words])
    numbers = pieces_of_text(pieces, text, most=99)
    assert [pieces.pieces[number] for number in numbers] == ["[CLS]", *words, "[SEP]"]


def test_a_word_that_is_not_known_is_marked_and_a_model_with_capitals_keeps_them():
    pieces = WordPieces([*MARKS, "Goal", "goal"], is_lower_case=False)
    assert pieces_of_text(pieces, "Goal goal GOAL", most=99) == [2, 5, 6, 1, 3]
    assert pieces_of_text(pieces, "Goal goal GOAL", most=4) == [2, 5, 6, 3]
