import numpy as np
import pytest

from benchmarks.active_learning import LabeledSet, Texts, encoded
from benchmarks.auto_accept import ASKED, TARGET, play, summary, table
from tests.models_app.learning import WORDS, texts, topic_of


@pytest.fixture(scope="module")
def data() -> LabeledSet:
    written = texts(900)
    kinds = {topic: number for number, topic in enumerate(WORDS)}
    answers = [kinds[topic_of(text)] for text in written]
    numbers = np.array(answers)
    return encoded(Texts(written[:700], numbers[:700], written[700:], numbers[700:]))


@pytest.mark.parametrize("strategy", ASKED)
def test_a_project_is_played_and_what_is_accepted_is_right(data: LabeledSet, strategy: str) -> None:
    run = play(data, strategy, seed=0, budget=60)
    for accepted in run["accepted"].values():
        assert 0 < accepted["share"] <= 1
        assert accepted["accuracy"]["value"] >= TARGET
    assert 0 <= run["calibration_error"] < 0.2


def test_the_table_says_how_many_runs_miss_the_target() -> None:
    def run(right: float) -> dict[str, object]:
        accuracy = {"value": right, "low": right - 0.01, "high": right + 0.01, "n": 100}
        return {
            "calibration_error": 0.02,
            "accepted": {n: {"share": 0.5, "accuracy": accuracy} for n in ("200", "400")},
        }

    runs = [run(0.97), run(0.9)]
    assert summary(runs, 200)["n_missing"] == 1
    assert summary(runs, 200)["worst"] == 0.9
    assert "spam" in table({"spam": {"random": runs}})
