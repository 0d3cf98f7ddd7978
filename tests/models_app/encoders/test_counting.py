from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.counting import TokenCounter, join_counts
from models_app.encoders.tokens import tokens_of, words_of

texts = st.lists(st.text(st.sampled_from("ab cdeféé東 😀!."), max_size=40), max_size=6)


@given(texts)
def test_counting_many_texts_agrees_with_reading_each_word_by_word(rows: list[str]) -> None:
    counted = TokenCounter().count(rows)
    for row, text in enumerate(rows):
        place = slice(counted.indptr[row], counted.indptr[row + 1])
        found = dict(zip(counted.tokens[place].tolist(), counted.counts[place].tolist(), strict=True))
        assert found == Counter(number for number, _ in tokens_of(words_of(text)))


@given(texts, texts)
def test_joined_counts_are_the_counts_of_the_joined_texts(first: list[str], second: list[str]) -> None:
    counter = TokenCounter()
    joined = join_counts([counter.count(first), counter.count(second)])
    together = counter.count(first + second)
    np.testing.assert_array_equal(joined.indptr, together.indptr)
    np.testing.assert_array_equal(joined.tokens, together.tokens)
    np.testing.assert_array_equal(joined.counts, together.counts)


def test_document_frequencies_count_texts_not_occurrences() -> None:
    tokens, frequencies = TokenCounter().count(["a a a", "a b"]).document_frequencies()
    assert len(tokens) == len(np.unique(tokens)) == 4  # a, b and the pairs "a a" and "a b"
    assert sorted(frequencies.tolist()) == [1, 1, 1, 2]


def test_with_grams_a_typing_error_leaves_most_of_a_word_in_common() -> None:
    right, wrong = (set(TokenCounter(grams=True).count([text]).tokens.tolist()) for text in ("balance", "balanse"))
    plain = [set(TokenCounter().count([text]).tokens.tolist()) for text in ("balance", "balanse")]
    assert len(plain[0] & plain[1]) == 1  # how they begin
    assert len(right & wrong) >= 7


def test_with_grams_words_are_explained_by_the_very_tokens_that_were_counted() -> None:
    words = words_of("What's my balanse? 東京 a")
    counted = TokenCounter(grams=True).count_words([words, []])
    assert sorted(set(counted.tokens.tolist())) == sorted({token for token, _ in tokens_of(words, grams=True)})
    assert counted.indptr[2] == counted.indptr[1]
