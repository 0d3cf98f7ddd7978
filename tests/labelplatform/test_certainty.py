import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelplatform.certainty import FEWEST_HOLDOUT_LABELS, read_share, wilson
from models_app.rounds.metrics import wilson_interval


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_the_one_that_trainings_record(counts):
    successes, n = counts
    here, there = wilson(successes, n), wilson_interval(successes, n)
    assert here is not None
    assert (here.value, here.low, here.high, here.n) == pytest.approx((there.value, there.low, there.high, there.n))


def test_of_no_cases_nothing_can_be_said():
    assert wilson(0, 0) is None
    assert read_share(None) is None
    assert read_share({"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}) is None


def test_models_can_be_told_apart_from_fifty_holdout_labels_on():
    assert not read_share({"value": 0.5, "low": 0.4, "high": 0.6, "n": FEWEST_HOLDOUT_LABELS - 1}).is_decidable
    assert read_share({"value": 0.5, "low": 0.4, "high": 0.6, "n": FEWEST_HOLDOUT_LABELS}).is_decidable
