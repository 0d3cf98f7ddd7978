"""The votes of labeling functions on many tasks, put together into one answer a task with a confidence.

What a vote is says ``models_app.sources.votes``; who is believed how far says the label model.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from labelplatform.registry import Registry
from models_app.learning.label_model import ABSTAIN, Combined, combine

Answer = tuple[Any, float]
_AGAINST, _FOR = 0, 1
_LIKELY = 0.5


@dataclass
class VoteTable:
    """All votes that were given, one row each, by task (a row's number) and function; ``keys`` are what they are on."""

    n_tasks: int
    n_functions: int
    tasks: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    keys: list[Any] = field(default_factory=list)
    are_for: list[bool] = field(default_factory=list)

    def add(self, task: int, function: int, votes: Mapping[Any, bool]) -> None:
        for key, is_for in votes.items():
            self.tasks.append(task)
            self.functions.append(function)
            self.keys.append(key)
            self.are_for.append(is_for)

    def tasks_voted_on(self) -> np.ndarray:
        """By function how many tasks it voted on."""
        pairs = np.unique(np.array([self.functions, self.tasks], dtype=np.int64).reshape(2, -1), axis=1)
        return np.bincount(pairs[0], minlength=self.n_functions)


@dataclass
class Outcome:
    """Answers by task row with their confidences, and by function how often its votes are taken to be right."""

    answers: dict[int, Answer]
    accuracies: np.ndarray


@dataclass
class _Believed:
    """How often votes of each function are taken to be right, over several label models."""

    right: np.ndarray
    total: np.ndarray

    @classmethod
    def nobody(cls, n_functions: int) -> "_Believed":
        return cls(np.zeros(n_functions), np.zeros(n_functions))

    def add(self, votes: np.ndarray, combined: Combined) -> None:
        n_votes = (votes != ABSTAIN).sum(axis=0)
        self.right += combined.accuracies * n_votes
        self.total += n_votes

    @property
    def accuracies(self) -> np.ndarray:
        return np.divide(self.right, self.total, out=np.zeros_like(self.right), where=self.total > 0)


def one_option(question: Any, table: VoteTable) -> Outcome:
    """A choice: the likeliest option."""
    values = list(dict.fromkeys(table.keys))
    votes = _matrix(table, np.arange(len(table.keys)), _numbered(table.keys, values), table.n_tasks)
    combined = combine(votes, max(2, min(len(values) + 1, len(question.open_values))))
    answers = {
        row: (values[answer], float(combined.confidences[row]))
        for row, answer in enumerate(combined.answers)
        if answer != ABSTAIN and answer < len(values)
    }
    return Outcome(answers, combined.accuracies)


def one_node(question: Any, table: VoteTable) -> Outcome:
    """A taxonomy with one answer: from the root on the likeliest branch, as deep as votes reach; only what may be
    answered is. The confidence is that of all branches together."""
    nodes = question.nodes
    paths = [nodes[key].path if key in nodes else () for key in table.keys]
    believed = _Believed.nobody(table.n_functions)
    answers: dict[int, Answer] = {}
    waiting = [("", np.unique(np.array(table.tasks, dtype=np.int64)), 0, np.ones(table.n_tasks))]
    while waiting:
        above, rows, depth, sure = waiting.pop()
        here = set(rows.tolist())
        chosen = [
            place
            for place, path in enumerate(paths)
            if len(path) > depth and table.tasks[place] in here and (not above or path[depth - 1] == above)
        ]
        if not chosen:
            continue
        below = [root.option.value for root in (nodes[above].children if above else question.roots)]
        reached = [paths[place][depth] for place in chosen]
        votes = _matrix(table, np.array(chosen), _numbered(reached, below), table.n_tasks)[rows]
        combined = combine(votes, max(2, len(below)))
        believed.add(votes, combined)
        sure = sure.copy()
        sure[rows] *= combined.confidences
        for number in np.unique(combined.answers[combined.answers != ABSTAIN]):
            found, value = rows[combined.answers == number], below[number]
            if question.any_level or not nodes[value].children:
                answers |= {int(row): (value, float(sure[row])) for row in found}
            if nodes[value].children:
                waiting.append((value, found, depth + 1, sure))
    retired = {value for value, node in nodes.items() if node.option.retired}
    return Outcome({row: one for row, one in answers.items() if one[0] not in retired}, believed.accuracies)


def each_option(question: Any, table: VoteTable) -> Outcome:
    """Several options at once: those that are likelier right than not. Where none is, that is an answer only where
    the question takes it and somebody has said so."""
    things = list(zip(table.tasks, table.keys, strict=True))
    likely, sure, accuracies = _each(table, things)
    least, most = getattr(question, "least", 1), getattr(question, "most", 0)
    order = {value: place for place, value in enumerate(question.known_values or ())}
    answers: dict[int, Answer] = {}
    for row, confidence in sure.items():
        ranked = sorted(likely.get(row, {}).items(), key=lambda one: -one[1])
        kept = [key for key, _ in ranked[: most or None]]
        if len(kept) >= least:
            answers[row] = (sorted(kept, key=lambda value: order.get(value, len(order))), confidence)
    return Outcome(answers, accuracies)


def places(question: Any, table: VoteTable) -> Outcome:
    """Spans: a function that marks other characters of a place, or the same with another label, is against it. Likely
    ones are kept, the likeliest first, none over another."""
    full = VoteTable(table.n_tasks, table.n_functions)
    by_task: dict[int, dict[int, list[Any]]] = {}
    for task, function, key, is_for in zip(table.tasks, table.functions, table.keys, table.are_for, strict=True):
        if is_for:
            by_task.setdefault(task, {}).setdefault(function, []).append(key)
    for task, by_function in by_task.items():
        wanted = {key for keys in by_function.values() for key in keys}
        for function, keys in by_function.items():
            against = {key: False for key in wanted if any(_overlap(key, mine) for mine in keys)}
            full.add(task, function, {**against, **dict.fromkeys(keys, True)})
    said_no = (
        (task, function, {key: False})
        for task, function, key, is_for in zip(table.tasks, table.functions, table.keys, table.are_for, strict=True)
        if not is_for
    )
    known = set(zip(full.tasks, full.functions, full.keys, strict=True))
    for task, function, votes in said_no:
        if (task, function, *votes) not in known:
            full.add(task, function, votes)
    labels = [(task, key) for task, key in zip(full.tasks, full.keys, strict=True)]
    likely, sure, accuracies = _each(full, labels, kind=lambda key: key[2])
    answers: dict[int, Answer] = {}
    for row, found in likely.items():
        kept: list[Any] = []
        for key, _ in sorted(found.items(), key=lambda one: (-one[1], one[0])):
            if not any(_overlap(key, other) for other in kept):
                kept.append(key)
        answers[row] = (sorted(kept), min(found[key] for key in kept))
    return Outcome({row: one for row, one in answers.items() if row in sure}, accuracies)


def _overlap(one: Any, other: Any) -> bool:
    return bool(one[0] < other[1] and other[0] < one[1])


def _each(
    table: VoteTable, things: Sequence[tuple[int, Any]], kind: Callable[[Any], Any] = lambda key: key
) -> tuple[dict[int, dict[Any, float]], dict[int, float], np.ndarray]:
    """Each thing voted on for itself, right or not, with one label model for those of a kind.

    Returns by task what is likely with its probability, how sure all that was decided is together, and accuracies.
    """
    by_kind: dict[Any, list[int]] = {}
    for place, (_, key) in enumerate(things):
        by_kind.setdefault(kind(key), []).append(place)
    believed = _Believed.nobody(table.n_functions)
    likely: dict[int, dict[Any, float]] = {}
    sure: dict[int, float] = {}
    for chosen in by_kind.values():
        items = list(dict.fromkeys(things[place] for place in chosen))
        numbers = {item: number for number, item in enumerate(items)}
        votes = np.full((len(items), table.n_functions), ABSTAIN, dtype=np.int16)
        for place in chosen:
            votes[numbers[things[place]], table.functions[place]] = _FOR if table.are_for[place] else _AGAINST
        combined = combine(votes, 2, by_voter=True)
        believed.add(votes, combined)
        are_right = np.where(combined.answers == _FOR, combined.confidences, 1 - combined.confidences)
        for (task, key), probability in zip(items, are_right, strict=True):
            is_likely = bool(probability > _LIKELY)
            if is_likely:
                likely.setdefault(task, {})[key] = float(probability)
            sure[task] = sure.get(task, 1.0) * float(probability if is_likely else 1 - probability)
    return likely, sure, believed.accuracies


def _numbered(keys: Iterable[Any], values: Sequence[Any]) -> np.ndarray:
    numbers = {value: number for number, value in enumerate(values)}
    return np.array([numbers.get(key, ABSTAIN) for key in keys], dtype=np.int64)


def _matrix(table: VoteTable, chosen: np.ndarray, numbers: np.ndarray, n_tasks: int) -> np.ndarray:
    votes = np.full((n_tasks, table.n_functions), ABSTAIN, dtype=np.int16)
    rows = np.array(table.tasks, dtype=np.int64)[chosen]
    votes[rows, np.array(table.functions, dtype=np.int64)[chosen]] = numbers
    return votes


def node_or_nodes(question: Any, table: VoteTable) -> Outcome:
    return (each_option if question.many else one_node)(question, table)


# kind of question -> how votes on it become answers; see models_app.sources.votes
combiners = Registry("way to put votes together")
combiners.register("choice", "models_app.learning.combining.one_option")
combiners.register("choices", "models_app.learning.combining.each_option")
combiners.register("taxonomy", "models_app.learning.combining.node_or_nodes")
combiners.register("spans", "models_app.learning.combining.places")
