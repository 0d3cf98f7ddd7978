import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models_app.learners.crf import LBFGS, PASSIVE_AGGRESSIVE, Span, SpanLearner

PEOPLE = ["Ada", "Ben", "Rae", "Eve", "Tom", "Mia"]
PLACES = ["Rome", "Oslo", "Bonn", "Lima", "Cairo"]


def sentences(n: int, *, seed: int = 0) -> tuple[list[str], list[list[Span]]]:
    rng = np.random.default_rng(seed)
    texts: list[str] = []
    spans: list[list[Span]] = []
    for _ in range(n):
        who, where = rng.choice(PEOPLE), rng.choice(PLACES)
        if rng.random() < 0.3:
            texts.append("Nobody was at home today.")
            spans.append([])
            continue
        lead = rng.choice(["", "👍🏽 ", "Yesterday "])
        text = f"{lead}{who} lives in {where}."
        begin = len(lead) + len(who) + len(" lives in ")
        texts.append(text)
        spans.append([(len(lead), len(lead) + len(who), "person"), (begin, begin + len(where), "place")])
    return texts, spans


@pytest.mark.parametrize("algorithm", [PASSIVE_AGGRESSIVE, LBFGS])
def test_spans_are_found_at_their_code_points_also_behind_an_emoji(algorithm: str) -> None:
    learner = SpanLearner(algorithm).fit(*sentences(40))
    text = "👍🏽 Kim lives in Paris."
    found = learner.predict([text])[0]
    assert [(text[start:end], label) for start, end, label in found] == [("Kim", "person"), ("Paris", "place")]


def test_a_confident_model_says_so_and_doubts_what_it_has_never_seen() -> None:
    learner = SpanLearner(LBFGS).fit(*sentences(60))
    known, strange = learner.tag(["Ada lives in Rome.", "lives Rome in whatever Ada nobody"])
    assert min(span.confidence for span in known.spans) > 0.8
    assert strange.uncertainty > 2 * known.uncertainty


def test_the_words_that_speak_for_spans_are_named_and_those_of_a_text_without_any_are_not() -> None:
    learner = SpanLearner(LBFGS).fit(*sentences(60))
    told, silent = learner.tag(["Kim lives in Paris.", "Nobody was at home today."])
    assert [text for text in told.words if text in {"lives", "in"}], told.words
    assert len(told.words) <= 3
    assert silent.words == []


def test_a_word_that_is_all_over_the_text_is_not_named() -> None:
    learner = SpanLearner(LBFGS).fit(*sentences(60))
    (told,) = learner.tag(["in in in in Kim lives in Paris"])
    assert told.spans
    assert "in" not in told.words


def test_nested_spans_and_spans_within_their_own_kind_are_learned_in_layers() -> None:
    texts = [f"University of {place} won" for place in PLACES] * 4
    spans = [[(0, len(text) - 4, "organisation"), (14, len(text) - 4, "place")] for text in texts]
    learner = SpanLearner().fit(texts, spans)
    assert learner.predict(["University of Kyoto won"]) == [[(0, 19, "organisation"), (14, 19, "place")]]
    twice = [[(0, len(text) - 4, "name"), (14, len(text) - 4, "name")] for text in texts]
    assert SpanLearner().fit(texts, twice).predict(["University of Kyoto won"]) == [[(0, 19, "name"), (14, 19, "name")]]


def test_a_learner_comes_back_from_its_state_unchanged() -> None:
    texts, spans = sentences(40)
    learner = SpanLearner(LBFGS).fit(texts, spans)
    state = learner.state()
    assert {array.dtype.kind for array in state.values()} == {"u"}
    again = SpanLearner.from_state(state)
    assert again.tag(texts) == learner.tag(texts)
    assert (again.labels_, again.algorithm) == (["person", "place"], LBFGS)


def test_a_state_that_lacks_a_layer_is_refused() -> None:
    state = SpanLearner().fit(*sentences(10)).state()
    del state["model_0"]
    with pytest.raises(ValueError, match="0 of 1 layers"):
        SpanLearner.from_state(state)


def test_the_same_seed_gives_the_same_model() -> None:
    texts, spans = sentences(60)
    first, second = (SpanLearner(random_state=3).fit(texts, spans).state()["model_0"] for _ in range(2))
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("spans", [[], [[], []], [[(0, 0, "x")], [(1, 1, "x")]], [[(3, 4, "x")], [(90, 99, "x")]]])
def test_without_a_span_nothing_can_be_learned(spans: list[list[Span]]) -> None:
    texts = ["one two", "three four"][: len(spans)]
    with pytest.raises(ValueError, match="At least one span"):
        SpanLearner().fit(texts, spans)


def test_texts_and_their_spans_must_be_of_one_length() -> None:
    with pytest.raises(ValueError, match="1 texts but 0 lists"):
        SpanLearner().fit(["one"], [])


def test_an_unknown_algorithm_is_refused() -> None:
    with pytest.raises(ValueError, match="'magic' is no algorithm"):
        SpanLearner("magic").fit(["one"], [[(0, 3, "x")]])


@pytest.mark.parametrize("algorithm", [PASSIVE_AGGRESSIVE, LBFGS])
def test_one_text_that_is_one_span_is_enough(algorithm: str) -> None:
    learner = SpanLearner(algorithm).fit(["Rome", ""], [[(0, 4, "place")], []])
    tagged = learner.tag(["Rome", "", " \n "])
    assert [span[:3] for span in tagged[0].spans] == [(0, 4, "place")]
    assert (tagged[1].spans, tagged[1].uncertainty, tagged[2].spans) == ([], 0.0, [])


def test_the_same_text_with_different_labels_still_gives_a_model_that_doubts() -> None:
    texts = ["Washington spoke"] * 10
    spans = [[(0, 10, "person")], [(0, 10, "place")]] * 5
    (tagged,) = SpanLearner(LBFGS).fit(texts, spans).tag(texts[:1])
    assert [span.confidence for span in tagged.spans] == [pytest.approx(0.5, abs=0.05)]


def test_half_a_word_is_learned_as_the_whole_word() -> None:
    learner = SpanLearner().fit(["unhappy day", "a day"], [[(0, 2, "prefix")], []])
    assert learner.predict(["unhappy day"]) == [[(0, 7, "prefix")]]


def test_text_without_spaces_is_tagged_by_its_characters() -> None:
    texts = ["我住在北京市", "他住在上海市", "我住在南京市"]
    learner = SpanLearner().fit(texts, [[(3, 6, "place")]] * 3)
    assert learner.predict(["她住在天津市"]) == [[(3, 6, "place")]]


def test_a_text_of_a_megabyte_is_tagged_in_pieces() -> None:
    learner = SpanLearner().fit(*sentences(40))
    text = "Kim lives in Paris. " * 20_000
    found = learner.predict([text])[0]
    assert len(found) == 40_000
    assert found[-1] == (len(text) - 7, len(text) - 2, "place")


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(max_size=30), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 30), st.sampled_from("abc")), max_size=8),
)
def test_any_text_with_any_spans_gives_spans_inside_the_text(
    texts: list[str], marks: list[tuple[int, int, int, str]]
) -> None:
    spans: list[list[Span]] = [[] for _ in texts]
    for number, start, end, label in marks:
        spans[number % len(texts)].append((start, end, label))
    try:
        learner = SpanLearner(LBFGS).fit(texts, spans)
    except ValueError:
        return
    for text, tagged in zip(texts, learner.tag(texts), strict=True):
        assert tagged.uncertainty >= 0
        for start, end, label, confidence in tagged.spans:
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip() == text[start:end]
            assert label in learner.labels_
            assert 0 <= confidence <= 1
