from pathlib import Path

import numpy as np
import pytest

from models_app.encoded.array_files import DamagedFile, write_arrays
from models_app.encoders.tokens import pair_hash, word_hash
from models_app.versions.word_weights import WordWeights, write_word_weights


def weights(path: Path, by_token: dict[int, tuple[float, float]]) -> WordWeights:
    tokens = sorted(by_token)
    write_word_weights(
        path,
        header={},
        options=["banking", "kitchen"],
        tokens=np.array(tokens, dtype=np.uint64),
        weights=np.array([by_token[token] for token in tokens], dtype=np.float32).reshape(len(tokens), 2),
    )
    return WordWeights(path)


def test_the_strongest_words_come_first(tmp_path: Path) -> None:
    file = weights(
        tmp_path / "w", {word_hash("spend"): (3, -3), word_hash("month"): (2, -2), word_hash("food"): (-4, 4)}
    )
    assert file.top_words("How much did I SPEND on food last month?", "banking") == ["spend", "month"]
    assert file.top_words("How much did I spend on food last month?", "kitchen") == ["food"]


def test_both_words_of_a_pair_are_named(tmp_path: Path) -> None:
    file = weights(tmp_path / "w", {pair_hash(word_hash("not"), word_hash("bad")): (1, -1)})
    assert set(file.top_words("not bad at all", "banking")) == {"not", "bad"}


def test_weak_words_and_plain_punctuation_are_not_named(tmp_path: Path) -> None:
    file = weights(
        tmp_path / "w",
        {word_hash("win"): (4, 0), word_hash("the"): (0.5, 0), word_hash("!"): (9, 0), word_hash("£"): (3, 0)},
    )
    assert file.top_words("win the £ !", "banking") == ["win", "£"]


def test_a_word_said_twice_is_named_once(tmp_path: Path) -> None:
    file = weights(tmp_path / "w", {word_hash("free"): (1, 0)})
    assert file.top_words("free free free", "banking") == ["free"]


@pytest.mark.parametrize(("text", "option"), [("", "banking"), ("unknown words", "banking"), ("spend", "no option")])
def test_nothing_to_say_is_an_empty_list(tmp_path: Path, text: str, option: str) -> None:
    assert weights(tmp_path / "w", {word_hash("spend"): (3, -3)}).top_words(text, option) == []


def test_a_model_without_words_explains_nothing(tmp_path: Path) -> None:
    assert weights(tmp_path / "w", {}).top_words("spend", "banking") == []


def test_arrays_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    write_arrays(tmp_path / "w", {"options": ["a", "b"]}, {"tokens": np.arange(3), "weights": np.arange(3)})
    with pytest.raises(DamagedFile, match="different lengths"):
        WordWeights(tmp_path / "w")
