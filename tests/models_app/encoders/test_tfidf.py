import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.feature_extraction.text import TfidfVectorizer

from models_app.encoders.counting import TokenCounter
from models_app.encoders.tfidf import Vocabulary, fit_vocabulary
from models_app.encoders.tokens import tokens_of, word_hash, words_of

TEXTS = [f"{first} {second} again" for first in ("red", "green", "blue", "red red") for second in ("cat", "dog", "!")]


def encoded(texts: list[str], **options: int) -> tuple[Vocabulary, sp.csr_matrix]:
    counts = TokenCounter().count(texts)
    vocabulary = fit_vocabulary([counts.document_frequencies()], len(texts), **options)
    return vocabulary, vocabulary.transform(counts)


def test_rows_agree_with_scikit_learn() -> None:
    _, rows = encoded(TEXTS)
    reference = TfidfVectorizer(
        analyzer=lambda text: [str(number) for number, _ in tokens_of(words_of(text))], sublinear_tf=True
    ).fit(TEXTS)
    # columns stand in the order of the numbers here and of their digits there: compare what no order changes
    expected = reference.transform(TEXTS)
    assert rows.shape == expected.shape
    np.testing.assert_allclose((rows @ rows.T).toarray(), (expected @ expected.T).toarray(), atol=1e-6)


def test_a_hand_worked_row() -> None:
    vocabulary, rows = encoded(["a a b", "b"])
    weights = dict(zip(vocabulary.tokens.tolist(), rows[0].toarray().ravel().tolist(), strict=True))
    rare, common = 1 + np.log(3 / 2), 1.0  # in one of two texts, in both
    raw = {"a": (1 + np.log(2)) * rare, "b": common}
    pairs = 2 * rare**2  # "a a" and "a b"
    length = np.sqrt(raw["a"] ** 2 + raw["b"] ** 2 + pairs)
    assert weights[word_hash("a")] == pytest.approx(raw["a"] / length, abs=1e-6)
    assert weights[word_hash("b")] == pytest.approx(raw["b"] / length, abs=1e-6)


def test_tokens_of_one_text_only_are_dropped_once_the_pool_is_large() -> None:
    texts = ["common"] * 250 + ["unique"]
    vocabulary, rows = encoded(texts)
    assert word_hash("common") in vocabulary.tokens
    assert word_hash("unique") not in vocabulary.tokens
    assert rows[250].nnz == 0


def test_a_pool_of_five_tasks_keeps_every_token() -> None:
    vocabulary, rows = encoded(["one", "two", "three", "four", "five"])
    assert word_hash("one") in vocabulary.tokens
    np.testing.assert_allclose(sp.linalg.norm(rows, axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("texts", [[], [""], ["", "  "], ["", "words here"]])
def test_empty_texts_are_rows_of_zeros(texts: list[str]) -> None:
    vocabulary, rows = encoded(texts)
    assert rows.shape == (len(texts), len(vocabulary.tokens))
    assert all(rows[position].nnz == 0 for position, text in enumerate(texts) if not text.strip())


def test_unknown_words_of_later_texts_are_passed_over() -> None:
    vocabulary, _ = encoded(["red cat", "red dog"])
    row = vocabulary.transform(TokenCounter().count(["red zebra"]))
    assert row.nnz == 1
    assert sp.linalg.norm(row) == pytest.approx(1)


def test_the_largest_vocabulary_keeps_the_most_frequent_tokens() -> None:
    vocabulary, _ = encoded([*["oft"] * 3, "once", "more"], max_tokens=1)
    assert vocabulary.tokens.tolist() == [word_hash("oft")]


def test_a_vocabulary_of_shards_is_the_vocabulary_of_the_whole() -> None:
    counter = TokenCounter()
    whole = fit_vocabulary([counter.count(TEXTS).document_frequencies()], len(TEXTS))
    parts = [counter.count(TEXTS[:5]).document_frequencies(), counter.count(TEXTS[5:]).document_frequencies()]
    split = fit_vocabulary(parts, len(TEXTS))
    np.testing.assert_array_equal(whole.tokens, split.tokens)
    np.testing.assert_array_equal(whole.idf, split.idf)


def test_topics_bring_words_together_that_occur_together() -> None:
    texts = ["cash bank", "cash money", "bank money", "rain wind", "rain cloud", "wind cloud"] * 5
    vocabulary, rows = encoded(texts)
    topics = vocabulary.with_topics(rows, n_topics=2).topics
    place = {word: int(np.searchsorted(vocabulary.tokens, word_hash(word))) for word in ("cash", "bank", "rain")}

    def likeness(first: str, second: str) -> float:
        a, b = topics[place[first]], topics[place[second]]
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    assert likeness("cash", "bank") > 0.9 > 0.5 > likeness("cash", "rain")


def test_topic_rows_have_length_one_on_average() -> None:
    vocabulary, rows = encoded(TEXTS)
    vocabulary = vocabulary.with_topics(rows, n_topics=3)
    assert np.square(rows @ vocabulary.topics).sum(axis=1).mean() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("texts", [[], [""], ["word"], ["", ""]])
def test_too_small_a_pool_has_no_topics(texts: list[str]) -> None:
    vocabulary, rows = encoded(texts)
    assert vocabulary.with_topics(rows).topics.shape == (len(vocabulary.tokens), 0)
