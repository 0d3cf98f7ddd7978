import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.distilling import distil
from models_app.encoders.static_table import StaticTable, TableEncoder
from models_app.encoders.tokens import words_of
from models_app.encoders.word_pieces import WordPieces

TABLE = StaticTable(
    WordPieces(["goal", "match", "vote", "##s"]),
    np.array([[1, 0], [0.8, 0.6], [0, 1], [0.1, 0.1]], dtype=np.float16),
)


def encoded(*texts: str) -> np.ndarray:
    return TableEncoder(TABLE).encode([words_of(text) for text in texts]).astype(np.float32)


def test_a_hand_worked_row_is_the_mean_of_the_pieces_at_length_one() -> None:
    mean = np.array([1 + 0.8, 0.6])
    np.testing.assert_allclose(encoded("Goal match")[0], mean / np.linalg.norm(mean), atol=2e-3)


def test_texts_of_the_same_words_are_alike_whatever_their_case_and_number() -> None:
    first, second, other = encoded("goals!", "GOAL", "votes")
    assert first @ second > 0.98 > first @ other


@pytest.mark.parametrize("text", ["", "   ", "zebra", "😀😀", "東京"])
def test_a_text_without_a_known_piece_is_a_row_of_zeros(text: str) -> None:
    assert not encoded(text).any()


def test_no_texts_are_no_rows() -> None:
    assert TableEncoder(TABLE).encode([]).shape == (0, 2)


@given(st.lists(st.text(st.sampled_from("goalmtchve s!é"), max_size=40), max_size=6))
def test_every_row_has_length_one_or_none_and_no_other_text_changes_it(texts: list[str]) -> None:
    together = encoded(*texts) if texts else np.zeros((0, 2))
    lengths = np.linalg.norm(together, axis=1)
    assert ((lengths == 0) | (np.abs(lengths - 1) < 2e-3)).all()
    for row, text in zip(together, texts, strict=True):
        np.testing.assert_allclose(row, encoded(text)[0], atol=1e-3)


def test_a_text_of_a_megabyte_is_read_as_far_as_its_words_count() -> None:
    started = time.monotonic()
    rows = encoded("goal " * 200_000, "x" * 1_000_000)
    assert rows[0].tolist() == encoded("goal")[0].tolist()
    assert not rows[1].any()
    assert time.monotonic() - started < 5


def test_distilling_keeps_what_is_alike_alike_and_lets_common_pieces_say_little() -> None:
    pieces = WordPieces(["[CLS]", *(f"word{number}" for number in range(400))])
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(401, 8)).astype(np.float32)
    vectors[300] = vectors[200]
    table = distil(vectors, pieces, n_components=4)
    assert table.vectors.shape == (401, 4)
    assert table.vectors.dtype == np.float16
    assert not table.vectors[0].any()  # a mark says nothing
    rows = table.vectors.astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1)
    cosine = rows[200] @ rows[300] / lengths[200] / lengths[300]
    assert cosine > 0.999
    assert lengths[300] > lengths[200] > 0
    assert lengths[1:40].mean() < lengths[-40:].mean()


def test_a_model_that_tells_nothing_apart_gives_no_table() -> None:
    with pytest.raises(ValueError, match="same vector"):
        distil(np.ones((3, 4), dtype=np.float32), WordPieces(["a", "b", "c"]))
    with pytest.raises(ValueError, match="no word pieces"):
        distil(np.ones((1, 4), dtype=np.float32), WordPieces(["[CLS]"]))
