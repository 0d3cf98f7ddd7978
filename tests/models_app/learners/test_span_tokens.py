from hypothesis import given
from hypothesis import strategies as st

from models_app.learners.span_tokens import TokenFeatures, token_offsets


@given(st.text(max_size=60))
def test_tokens_cover_everything_but_blanks_once_and_in_order(text: str) -> None:
    offsets = token_offsets(text)
    covered = [place for begin, end in offsets for place in range(begin, end)]
    assert covered == sorted(set(covered))
    left_out = set(range(len(text))) - set(covered)
    assert all(text[place].isspace() for place in left_out)


@given(st.lists(st.text(min_size=1, max_size=60), max_size=6))
def test_any_words_have_features_that_the_tagger_can_encode(words: list[str]) -> None:
    features = TokenFeatures()
    rows = features.of(words)
    assert len(rows) == len(words)
    assert all(feature.encode() is not None for row in rows for feature in row)
    assert features.of(words) == rows  # remembered words are described alike


def test_an_emoji_of_several_code_points_is_one_token() -> None:
    text = "👩‍🚀❤️ é 9é"
    assert [text[begin:end] for begin, end in token_offsets(text)] == ["👩‍🚀", "❤️", "é", "9", "é"]
