import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from models_app.learning.label_model import ABSTAIN, combine


def simulated(accuracies, coverage, *, n=2_000, n_options=3, seed=0):
    """Truth and votes of voters who are each right as often as said."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(n_options, size=n)
    votes = np.full((n, len(accuracies)), ABSTAIN)
    for voter, accuracy in enumerate(accuracies):
        wrong = (truth + rng.integers(1, n_options, size=n)) % n_options
        said = np.where(rng.random(n) < accuracy, truth, wrong)
        votes[:, voter] = np.where(rng.random(n) < coverage, said, ABSTAIN)
    return truth, votes


def test_good_voters_are_told_from_bad_ones_and_believed_more():
    truth, votes = simulated([0.95, 0.9, 0.5, 0.5, 0.5], 0.7)
    found = combine(votes, 3)
    voted = (votes != ABSTAIN).any(axis=1)
    counts = np.stack([(votes == option).sum(axis=1) for option in range(3)], axis=1)
    majority = (counts.argmax(axis=1) == truth)[voted].mean()
    assert (found.answers == truth)[voted].mean() > majority + 0.02
    assert found.accuracies[:2].min() > found.accuracies[2:].max()
    assert found.accuracies[0] == pytest.approx(0.95, abs=0.05)


def test_confidence_means_what_it_says_where_voters_are_independent():
    truth, votes = simulated([0.9, 0.8, 0.75, 0.8], 0.8, n=8_000)
    found = combine(votes, 3)
    sure = found.confidences > 0.9
    assert sure.sum() > 500
    assert (found.answers == truth)[sure].mean() == pytest.approx(found.confidences[sure].mean(), abs=0.04)


def test_a_voter_alone_is_believed_but_not_altogether():
    found = combine(np.array([[0]] * 30 + [[ABSTAIN]] * 60), 3)
    assert found.answers.tolist() == [0] * 30 + [ABSTAIN] * 60
    assert 0.5 < found.confidences[0] < 1


def test_a_voter_who_always_says_the_same_changes_no_answer():
    truth, votes = simulated([0.9, 0.85, 0.8], 0.5)
    always = np.zeros((len(truth), 1), dtype=np.int64)
    voted = (votes != ABSTAIN).any(axis=1)
    without, found = combine(votes, 3), combine(np.hstack([votes, always]), 3)
    assert (found.answers == without.answers)[voted].mean() > 0.97
    assert found.accuracies[3] == pytest.approx(1 / 3, abs=0.1)


def test_no_tasks_and_no_votes_are_no_answers():
    assert combine(np.zeros((0, 3)), 2).answers.tolist() == []
    assert combine(np.full((5, 2), ABSTAIN), 2).answers.tolist() == [ABSTAIN] * 5


@pytest.mark.parametrize("votes", [[[2]], [[-2]], [0, 1]])
def test_what_are_no_votes_is_refused(votes):
    with pytest.raises(ValueError, match="ote"):
        combine(np.array(votes), 2)


any_votes = arrays(np.int64, st.tuples(st.integers(0, 40), st.integers(1, 5)), elements=st.integers(ABSTAIN, 2))


@given(any_votes)
@settings(max_examples=60)
def test_probabilities_add_up_to_one_where_somebody_voted_and_nobodys_order_matters(votes):
    found = combine(votes, 3)
    voted = (votes != ABSTAIN).any(axis=1)
    assert np.allclose(found.probabilities[voted].sum(axis=1), 1)
    assert not found.probabilities[~voted].any()
    assert ((found.accuracies >= -1e-9) & (found.accuracies <= 1 + 1e-9)).all()
    assert np.allclose(combine(votes[::-1], 3).probabilities[::-1], found.probabilities, atol=1e-6)


@given(any_votes, st.integers(0, 2))
@settings(max_examples=40)
def test_what_all_say_of_a_task_is_what_it_is(votes, option):
    together = np.vstack([votes, np.full((1, votes.shape[1]), option), np.full((12, votes.shape[1]), option)])
    assert combine(together, 3).answers[-1] == option
