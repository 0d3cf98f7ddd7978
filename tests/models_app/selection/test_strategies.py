"""What each strategy wants, on pools small enough to see it."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from models_app.registries import strategies
from models_app.selection.badge import Badge
from models_app.selection.cluster_margin import ClusterMargin
from models_app.selection.committee import Committee, bootstrap_committee
from models_app.selection.density import Density
from models_app.selection.doubts import Doubts
from models_app.selection.entropy import Entropy
from models_app.selection.k_center import KCenter
from models_app.selection.least_confidence import LeastConfidence
from models_app.selection.margin import Margin
from models_app.selection.strategies import CloseLook, Shortlist
from projects.policies import STRATEGIES

RNG = np.random.default_rng(0)
# torn between two; best guess weakest; spread over the most options; sure
ROWS = np.array(
    [[0.49, 0.48, 0.02, 0.01], [0.34, 0.22, 0.22, 0.22], [0.37, 0.21, 0.21, 0.21], [0.97, 0.01, 0.01, 0.01]]
)


def short_of(rows: np.ndarray, priorities: np.ndarray | None = None, look: CloseLook | None = None) -> Shortlist:
    rows = np.asarray(rows, dtype=np.float32)
    wanted = np.linspace(0.9, 0.5, len(rows)) if priorities is None else priorities
    return Shortlist(np.arange(len(rows)), wanted, lambda at: rows[at], len(rows), look or CloseLook())


def test_a_project_can_choose_every_strategy_that_there_is_and_no_other() -> None:
    assert list(STRATEGIES) == list(strategies)


@pytest.mark.parametrize(("strategy", "first"), [(Margin(), 0), (LeastConfidence(), 1), (Entropy(), 1)])
def test_each_measure_of_doubt_has_its_own_first_row(strategy: Margin, first: int) -> None:
    priorities = strategy.priorities(Doubts.of_probabilities(ROWS), RNG)
    assert priorities.argmax() == first
    assert priorities.argmin() == 3


def test_entropy_says_when_it_was_not_measured() -> None:
    with pytest.raises(ValueError, match="entropies"):
        Entropy().priorities(Doubts(np.zeros(2), np.zeros(2)), RNG)


def test_one_certainty_stands_for_every_measure_where_answers_are_no_classes() -> None:
    doubts = Doubts.of_certainty(np.array([0.9, 0.2, 0.6]))
    orders = [np.argsort(-s.priorities(doubts, RNG)).tolist() for s in (Margin(), LeastConfidence(), Entropy())]
    assert orders == [[1, 2, 0]] * 3
    with pytest.raises(ValueError, match="from 0 to 1"):
        Doubts.of_certainty(np.array([1.5]))


def test_doubts_of_the_parts_of_a_pool_are_joined() -> None:
    whole, parts = Doubts.of_probabilities(ROWS), [Doubts.of_probabilities(part) for part in (ROWS[:1], ROWS[1:])]
    joined = Doubts.joined(parts)
    assert joined.entropies is not None
    assert whole.entropies is not None
    assert np.array_equal(joined.margins, whole.margins)
    assert np.array_equal(joined.entropies, whole.entropies)
    assert Doubts.joined([Doubts(np.zeros(1), np.zeros(1)), whole]).entropies is None


def test_k_center_goes_where_nothing_is_answered_yet() -> None:
    rows = np.array([[0.0], [1.0], [2.0], [9.0], [10.0]])
    assert KCenter().pick(short_of(rows, look=CloseLook(labeled=np.array([0]))), 2, RNG).tolist() == [4, 2]
    assert KCenter().pick(short_of(rows, look=CloseLook(labeled=np.array([4]))), 1, RNG).tolist() == [0]


def test_density_prefers_a_doubtful_row_that_many_are_like() -> None:
    alone = np.array([[1.0, 0.0, 0.0]])
    crowd = np.array([[0.0, 1.0, 0.1 * i] for i in range(8)])
    rows = np.vstack([alone, crowd])
    assert Margin().pick(short_of(rows), 1, RNG).tolist() == [0]
    assert Density().pick(short_of(rows), 1, RNG).tolist()[0] > 0


def test_cluster_margin_asks_the_small_cluster_first_and_of_each_the_most_doubtful() -> None:
    centres = np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    kinds = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 2])
    rows = centres[kinds] + 0.01 * np.arange(10)[:, None]
    batch = ClusterMargin().pick(short_of(rows), 3, np.random.default_rng(1)).tolist()
    assert batch == [8, 5, 0]


def test_badge_takes_rows_that_would_move_the_model_in_different_directions() -> None:
    # two directions of rows; the model is sure of all in the second, so they would not move it
    rows = np.vstack([np.tile([1.0, 0.0], (5, 1)) + 0.1 * np.eye(5, 2), np.tile([0.0, 1.0], (5, 1))])
    sure = np.where(np.arange(10) < 5, 0.5, 1.0)
    look = CloseLook(probabilities=lambda _: np.column_stack([sure, 1 - sure]))
    assert set(Badge().pick(short_of(rows, look=look), 2, np.random.default_rng(0)).tolist()) <= set(range(5))
    without_classes = short_of(rows, priorities=1 - sure)
    assert len(Badge().pick(without_classes, 2, np.random.default_rng(0))) == 2


def test_the_committee_asks_where_its_members_disagree() -> None:
    votes = [np.array([[0.9, 0.1], [0.5, 0.5], [0.9, 0.1]]), np.array([[0.1, 0.9], [0.5, 0.5], [0.8, 0.2]])]
    look = CloseLook(committee=lambda _: votes)
    assert Committee().pick(short_of(np.eye(3), look=look), 2, RNG).tolist() == [0, 2]
    assert Committee().pick(short_of(np.eye(3)), 2, RNG).tolist() == [0, 1]


def test_every_member_of_a_committee_knows_every_class() -> None:
    y = np.array([0] * 50 + [1])
    X = np.arange(51, dtype=float)[:, None]
    members = bootstrap_committee(lambda draw: LogisticRegression().fit(X[draw], y[draw]), y, RNG)
    assert [member.classes_.tolist() for member in members] == [[0, 1]] * 5


PICKY: list[Callable[[], Margin]] = [strategies.get(name) for name in STRATEGIES]


@pytest.mark.parametrize("strategy", PICKY)
@pytest.mark.parametrize(("n_rows", "n"), [(0, 0), (0, 5), (1, 5), (5, 5), (6, 5), (40, 0)])
def test_a_pick_never_holds_more_than_there_is_or_than_is_wanted(
    strategy: Callable[[], Margin], n_rows: int, n: int
) -> None:
    short = short_of(np.random.default_rng(0).random((n_rows, 3)))
    picked = strategy().pick(short, n, np.random.default_rng(0)).tolist()
    assert len(picked) == len(set(picked)) == min(n, n_rows)
