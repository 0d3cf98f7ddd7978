import numpy as np
import pytest

from models_app.selection.advantage import MOST_LABELS, Advantage, measure_advantage, not_decidable

N_HOLDOUT = 150


def compare(skill_of_chosen: float, skill_of_random: float, *, seed: int, n: int = 80) -> Advantage:
    """Models that are right by chance, chosen labels and random ones each by their own; luck is in the labels too."""
    rng = np.random.default_rng(seed)
    luck = rng.normal(scale=0.2, size=2 * n)

    def rightness(numbers: np.ndarray) -> np.ndarray:
        skill = skill_of_chosen if numbers[0] < n else skill_of_random
        return (rng.random(N_HOLDOUT) < np.clip(skill + luck[numbers].mean(), 0, 1)).astype(float)

    return measure_advantage(rightness, np.arange(n), np.arange(n, 2 * n), rng=np.random.default_rng(seed))


def test_where_there_is_no_advantage_the_interval_nearly_always_says_so() -> None:
    found = [compare(0.7, 0.7, seed=seed) for seed in range(200)]
    assert np.mean([one.low <= 0 <= one.high for one in found]) >= 0.93


def test_a_large_advantage_is_seen_and_so_is_a_loss() -> None:
    gain, loss = compare(0.95, 0.5, seed=0), compare(0.5, 0.95, seed=0)
    assert gain.low > 0.2
    assert loss.high < -0.2
    assert gain.value == pytest.approx(gain.chosen - gain.random)


def test_no_difference_on_few_tasks_is_no_proof_that_there_is_none() -> None:
    found = measure_advantage(lambda _: np.ones(50), np.arange(50), np.arange(50, 100), rng=np.random.default_rng(0))
    assert found.value == 0
    assert found.low < -0.02 < 0.02 < found.high


def test_both_sides_learn_from_as_many_labels_the_chosen_ones_from_their_first() -> None:
    seen: list[np.ndarray] = []

    def rightness(numbers: np.ndarray) -> np.ndarray:
        seen.append(numbers)
        return np.ones(60)

    found = measure_advantage(rightness, np.arange(900), np.arange(900, 2000), rng=np.random.default_rng(0))
    assert found.n_labels == MOST_LABELS == len(seen[1])
    assert seen[0].tolist() == list(range(MOST_LABELS))
    assert all(len(numbers) == MOST_LABELS // 2 for numbers in seen[2:])
    assert len(seen) == 12


@pytest.mark.parametrize(
    ("counts", "says"),
    [((10, 90, 90), "random"), ((90, 10, 90), "strategy chose"), ((90, 90, 10), "holdout"), ((50, 50, 50), "")],
)
def test_it_says_what_is_missing_before_anything_can_be_decided(counts: tuple[int, int, int], says: str) -> None:
    because = not_decidable(*counts)
    assert says in because
    assert because.startswith("only 10 labels") or not because
