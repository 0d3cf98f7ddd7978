import numpy as np

from models_app.learning.evaluation import evaluate_options


def test_an_evaluation_without_holdout_labels_is_plain_json() -> None:
    figures = evaluate_options(
        np.zeros((0, 2)), np.arange(2), np.zeros(0, dtype=int), options=list("abcdefgh"), temperature=1.0
    ).as_json()
    assert figures["accuracy"] == {"value": 0.0, "low": 0.0, "high": 1.0, "n": 0}
    assert figures["confusion"] == figures["options"] == []


def test_an_evaluation_knows_options_the_model_never_saw() -> None:
    scores = np.array([[0.0, 2.0], [1.0, 0.0]])
    found = evaluate_options(scores, np.array([0, 2]), np.array([7, 0]), options=list("abcdefgh"), temperature=1.0)
    assert found.per_task.tolist() == [False, True]
    figures = found.as_json()
    assert figures["options"] == [0, 2, 7]
    assert [scores["recall"] for scores in figures["option_scores"]] == [1, None, 0]
