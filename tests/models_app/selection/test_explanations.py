import pytest

from models_app.selection.explanations import LEAST_SURE, RANDOM_PICK, STRATEGY_WORDS, strategy_words, why_asked
from projects.policies import STRATEGIES

TORN = [("Sports", 0.42), ("Music", 0.4), ("Politics", 0.18)]
SURE = [("Sports", 0.9), ("Music", 0.1)]


def test_every_strategy_that_a_project_may_choose_is_described() -> None:
    assert set(STRATEGY_WORDS) == {*STRATEGIES, "cold_start"}
    for words in STRATEGY_WORDS.values():
        assert all(text and text[0].isupper() for text in (words.title, words.help, words.good, words.bad))
        assert words.help.count(".") == 1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_task_drawn_at_random_says_so_whatever_the_strategy(strategy: str) -> None:
    assert why_asked(strategy, TORN, is_random=True) == RANDOM_PICK


@pytest.mark.parametrize("strategy", [*STRATEGIES, "cold_start", "gone since"])
@pytest.mark.parametrize("answers", [[], SURE[:1], SURE, TORN])
def test_every_reason_is_whole_sentences(strategy: str, answers: list[tuple[str, float]]) -> None:
    why = why_asked(strategy, answers)
    assert why[0].isupper()
    assert why.endswith(".")


@pytest.mark.parametrize(
    ("strategy", "why"),
    [
        ("kmeans_margin", "The model is torn between Sports and Music."),
        ("typical_first", "The model is torn between Sports and Music."),
        ("entropy", "The model hesitates between Sports, Music, Politics and others."),
        ("least_confidence", "The model's best guess, Sports, is weak: 42 % sure."),
        ("density", "The model is torn between Sports and Music. Many tasks are like it."),
        ("k_center", "It is unlike all that is labeled so far."),
        ("random", RANDOM_PICK),
    ],
)
def test_the_reason_is_the_strategys_own(strategy: str, why: str) -> None:
    assert why_asked(strategy, TORN) == why


def test_a_model_that_is_nearly_sure_is_not_called_torn() -> None:
    assert why_asked("margin", SURE) == LEAST_SURE


def test_a_strategy_that_was_taken_away_is_called_by_its_name() -> None:
    assert strategy_words("oracle").title == "oracle"
