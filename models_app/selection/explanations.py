"""Query strategies in plain words: what each is good and bad at, and why a task was asked for.

Without numpy, for the web process says it on the labeling page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_TORN = 0.4  # two answers closer than this are what the model cannot decide between
_SURE_GUESS = 0.5

RANDOM_PICK = "Picked at random: it keeps the model's scores honest."
LEAST_SURE = "The model is less sure here than elsewhere."
COLD_START = "cold_start"


@dataclass(frozen=True)
class StrategyWords:
    """A strategy as pages describe it; each text is a sentence or two."""

    title: str
    help: str
    good: str
    bad: str


STRATEGY_WORDS = {
    "kmeans_margin": StrategyWords(
        "Uncertain and varied",
        "Where the model is torn between two answers, spread over unlike tasks.",
        "The fewest labels on most projects, above all in the first few hundred: its tasks teach different things.",
        "Little is gained where people themselves disagree: there the model stays torn whatever it learns.",
    ),
    "typical_first": StrategyWords(
        "Typical first",
        "Begins in the thick of every kind of task, then goes where the model is torn, spread over unlike tasks.",
        "A quick first model where few kinds of task make up most of the data.",
        "Rare kinds of task come late.",
    ),
    "margin": StrategyWords(
        "Most uncertain",
        "Where the two likeliest answers are closest, the closest first.",
        "Simple and steady; never worse than random by more than chance.",
        "A batch may ask about the same thing many times in other words.",
    ),
    "cluster_margin": StrategyWords(
        "Uncertain, rare kinds first",
        "Groups the doubtful tasks by likeness and asks one of each group in turn, small groups first.",
        "Rare answers are found early.",
        "Oddities come first too: it spends labels on tasks that are like no other.",
    ),
    "least_confidence": StrategyWords(
        "Weakest guess",
        "Where the model's best guess has the lowest confidence.",
        "Two or three answers: there it is the same as most uncertain.",
        "With many answers it asks what is hopeless rather than what is nearly decided.",
    ),
    "entropy": StrategyWords(
        "Most answers possible",
        "Where the model hesitates between the most answers.",
        "Finds tasks that fit none of the answers, and gaps in the list of options.",
        "With many answers it learns more slowly than most uncertain, at the start no faster than random.",
    ),
    "badge": StrategyWords(
        "Many directions",
        "Tasks that would change the model in as many different directions as can be.",
        "Large batches: it balances doubt and variety by itself.",
        "Seldom better than uncertain and varied, and harder to explain.",
    ),
    "committee": StrategyWords(
        "Models disagree",
        "Trains five models on parts of the labels and asks where they disagree most.",
        "Less misled by a model that is wrongly torn on one word.",
        "Five times the training; with few labels its models disagree by chance.",
    ),
    "density": StrategyWords(
        "Uncertain and common",
        "Of the doubtful tasks those that many others are like.",
        "Wastes no labels on oddities.",
        "Rare answers are found late; on some data worse than random.",
    ),
    "k_center": StrategyWords(
        "Most unlike",
        "Tasks as unlike as can be from all that are labeled, whatever the model thinks.",
        "Covers the whole data, and finds what nobody has seen yet.",
        "Oddities come first: to make the model better it is often no faster than random.",
    ),
    "random": StrategyWords(
        "At random",
        "Every task is as likely as any other.",
        "Labels that stand for the whole data, for counting and for measuring.",
        "The most labels for an equally good model.",
    ),
    COLD_START: StrategyWords(
        "Typical of every kind",
        "Before there is a model: tasks that stand for many others.",
        "A first model from twenty labels.",
        "It cannot know yet what is hard.",
    ),
}


def strategy_words(name: str) -> StrategyWords:
    """The words for a strategy; one that was taken away since is called by its name."""
    return STRATEGY_WORDS.get(name) or StrategyWords(name, "", "", "")


def why_asked(
    strategy: str, answers: Sequence[tuple[str, float]] = (), *, is_random: bool = False, about: str = ""
) -> str:
    """Why a task of the selected lane was asked for, in a sentence.

    Parameters
    ----------
    strategy : what chose it; the batch's own strategy, which is ``cold_start`` before the first model
    answers : the likeliest answers by title with their confidences, best first; none where there is no prediction
    about : the part of the task that they are about, where they are about one: "turn 3"

    >>> why_asked("kmeans_margin", [("Banking", 0.4), ("Kitchen", 0.3)])
    'The model is torn between Banking and Kitchen.'
    >>> why_asked("k_center", [("Banking", 0.9)])
    'It is unlike all that is labeled so far.'
    >>> why_asked("margin", [("Refund", 0.4), ("Complaint", 0.3)], about="turn 3")
    'The model is torn between Refund and Complaint about turn 3.'
    """
    if is_random or strategy == "random":
        return RANDOM_PICK
    if strategy in _WITHOUT_THE_MODEL:
        return _WITHOUT_THE_MODEL[strategy]
    doubt = _doubt(strategy, answers, about)
    return f"{doubt} {_BESIDES[strategy]}" if strategy in _BESIDES else doubt


_WITHOUT_THE_MODEL = {
    COLD_START: "It stands for many tasks like it: a good beginning before there is a model.",
    "k_center": "It is unlike all that is labeled so far.",
}
_BESIDES = {
    "cluster_margin": "Few other doubtful tasks are like it.",
    "density": "Many tasks are like it.",
    "badge": "Its answer would change the model in another way than the batch's other tasks.",
    "committee": "Models trained on parts of the labels disagree about it.",
}


def _doubt(strategy: str, answers: Sequence[tuple[str, float]], part: str) -> str:
    about = f" about {part}" if part else ""
    least_sure = f"The model is least sure{about}." if part else LEAST_SURE
    if len(answers) < 2:
        return least_sure
    (first, confidence), (second, next_confidence) = answers[:2]
    if strategy == "entropy" and len(answers) > 2 and confidence < _SURE_GUESS:
        return f"The model hesitates between {first}, {second}, {answers[2][0]} and others{about}."
    if strategy == "least_confidence" and confidence < _SURE_GUESS:
        return f"The model's best guess{about}, {first}, is weak: {100 * confidence:.0f} % sure."
    if confidence - next_confidence < _TORN:
        return f"The model is torn between {first} and {second}{about}."
    return least_sure
