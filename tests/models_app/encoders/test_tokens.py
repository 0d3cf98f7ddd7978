from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.tokens import MAX_WORDS, pair_hash, tokens_of, word_hash, words_of


def test_case_and_width_make_no_difference() -> None:
    assert words_of("ＡＢＣ Straße") == words_of("abc STRASSE")


def test_an_emoji_is_a_word_of_its_own() -> None:
    assert words_of("nice👍day") == ["nice", "👍", "day"]


def test_a_script_without_spaces_is_read_sign_by_sign() -> None:
    assert words_of("天気 ok") == ["天", "気", "ok"]


def test_the_order_of_a_pair_matters() -> None:
    first, second = word_hash("not"), word_hash("good")
    assert pair_hash(first, second) != pair_hash(second, first)


def test_a_text_without_anything_to_read_has_no_tokens() -> None:
    assert list(tokens_of(words_of(" \n\t"))) == []


def test_a_text_of_any_length_has_bounded_tokens() -> None:
    assert len(words_of("a " * 10 * MAX_WORDS)) == MAX_WORDS


def test_numbers_of_words_never_change() -> None:
    # stored shards and models of every installation depend on these
    assert word_hash("label") == 10933505894286023516
    assert pair_hash(1, 2) == 0x9E3779B97F4A7C15 + 2


@given(st.text())
def test_any_text_can_be_read_and_every_token_names_its_words(text: str) -> None:
    words = words_of(text)
    for number, positions in tokens_of(words):
        assert 0 <= number < 2**64
        assert all(0 <= position < len(words) for position in positions)
