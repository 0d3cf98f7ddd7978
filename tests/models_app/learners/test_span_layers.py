from hypothesis import given
from hypothesis import strategies as st

from models_app.learners.span_layers import TokenSpan, find_layers

token_spans = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 4), st.sampled_from("abc")).map(
        lambda made: (made[0], made[0] + made[1], made[2])
    ),
    max_size=6,
    unique=True,
)


def overlap(first: TokenSpan, second: TokenSpan) -> bool:
    return first[0] < second[1] and second[0] < first[1]


@given(token_spans)
def test_what_is_laid_out_in_layers_comes_back_but_for_what_is_nested_too_deep(spans: list[TokenSpan]) -> None:
    layers = find_layers([spans])
    found = [span for layer in range(len(layers.roles)) for span in layers.spans(layer, layers.tags(layer, spans, 15))]
    assert len(found) == len(set(found))
    assert set(found) <= set(spans)
    if not any(overlap(one, other) for one in spans for other in spans if one != other):
        assert (set(found), len(layers.roles)) == (set(spans), min(1, len(spans)))


def test_labels_that_exclude_each_other_share_a_layer_despite_a_slip() -> None:
    clean: list[list[TokenSpan]] = [[(0, 1, "a"), (2, 3, "b")]] * 100
    assert len(find_layers(clean).roles) == 1
    assert len(find_layers([*clean, [(0, 2, "a"), (1, 3, "b")]]).roles) == 1
    assert len(find_layers([*clean, *[[(0, 2, "a"), (1, 3, "b")]] * 10]).roles) == 2


def test_an_inside_that_continues_nothing_begins_a_span() -> None:
    layers = find_layers([[(0, 1, "a"), (2, 3, "b")]])
    assert layers.spans(0, ["I0", "I0", "I1", "O", "I1", "B1"]) == [(0, 2, "a"), (2, 3, "b"), (4, 5, "b"), (5, 6, "b")]
