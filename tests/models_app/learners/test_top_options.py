import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models_app.learners.top_options import NO_OPTION, TOP, top_options, top_options_of_parts
from models_app.rounds.calibration import softmax
from models_app.selection.doubts import Doubts

scores_of_any_size = st.tuples(st.integers(1, 8), st.integers(2, 6)).flatmap(
    lambda shape: arrays(np.float32, shape, elements=st.floats(-50, 50, width=32))
)


@given(scores_of_any_size, st.floats(0.1, 10))
def test_the_top_three_are_what_a_full_sort_gives(scores: np.ndarray, temperature: float) -> None:
    n_classes = scores.shape[1]
    top = top_options(scores, np.arange(n_classes) + 100, temperature, measures={"entropies"})
    probabilities = softmax(scores.astype(np.float64), temperature)
    n_shown = min(TOP, n_classes)
    expected = -np.sort(-probabilities, axis=1)[:, :n_shown]
    np.testing.assert_allclose(top.confidences[:, :n_shown], expected, atol=1e-4)
    chosen = np.take_along_axis(probabilities, top.options[:, :n_shown].astype(int) - 100, axis=1)
    np.testing.assert_allclose(chosen, expected, atol=1e-4)
    doubts, expected_doubts = top.doubts, Doubts.of_probabilities(softmax(scores.astype(np.float64)))
    np.testing.assert_allclose(doubts.first, expected_doubts.first, atol=1e-4)
    assert doubts.entropies is not None
    assert expected_doubts.entropies is not None
    np.testing.assert_allclose(doubts.entropies, expected_doubts.entropies, atol=1e-4)
    two_best = -np.sort(-softmax(scores.astype(np.float64)), axis=1)[:, :2]
    np.testing.assert_allclose(top.doubts.margins, two_best[:, 0] - two_best[:, 1], atol=1e-4)


def test_entropies_are_worked_out_only_where_somebody_asks_for_them() -> None:
    scores, classes = np.array([[1.0, 2.0, 0.0]]), np.arange(3)
    assert top_options(scores, classes, 1.0).doubts.entropies is None
    for pool in (scores, scores[:0]):
        entropies = top_options(pool, classes, 1.0, measures={"entropies"}).doubts.entropies
        assert entropies is not None
        assert len(entropies) == len(pool)


def test_places_without_an_option_are_marked() -> None:
    top = top_options(np.array([[1.0, 2.0]]), np.array([0, 1]), 1.0)
    assert top.options.tolist() == [[1, 0, NO_OPTION]]
    assert top.confidences[0, 2] == 0


def test_parts_of_a_pool_are_scored_like_the_whole() -> None:
    rng = np.random.default_rng(0)
    pool = sp.random(40_000, 30, density=0.2, format="csr", dtype=np.float32, random_state=0)
    coef, intercept = rng.normal(size=(30, 4)).astype(np.float32), np.zeros(4, dtype=np.float32)
    classes = np.arange(4)
    whole = top_options(pool @ coef + intercept, classes, 2.0)
    parts = top_options_of_parts([pool[:7], pool[7:39_000], pool[39_000:]], coef, intercept, classes, 2.0)
    np.testing.assert_array_equal(parts.options, whole.options)
    np.testing.assert_allclose(parts.confidences, whole.confidences, rtol=1e-5)


def test_an_empty_pool_has_no_predictions() -> None:
    coef, intercept = np.zeros((3, 2), dtype=np.float32), np.zeros(2, dtype=np.float32)
    assert len(top_options_of_parts([], coef, intercept, np.arange(2), 1.0)) == 0
    empty = sp.csr_matrix((0, 3), dtype=np.float32)
    assert len(top_options_of_parts([empty], coef, intercept, np.arange(2), 1.0)) == 0
