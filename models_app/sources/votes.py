"""What votes mean for each kind of question: what may be voted for, which votes clash, and which are right.

A vote is for or against one thing: an option, or a marked place with its label. Functions vote for any number of things
on a task, and abstain by voting for none. No numpy here; votes are put together in ``models_app.learning.combining``.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any, Protocol

from labelplatform.registry import Registry
from projects.schema import Question
from projects.schema.given import Given
from projects.schema.questions.taxonomy import TaxonomyQuestion

Votes = Mapping[Any, bool]


class Finder(Protocol):
    """A function that finds in a task what speaks for options: how often for each, and where it stands."""

    def counts(self, task: Any) -> Mapping[str, int]: ...

    def places(self, task: Any) -> Iterable[tuple[int, int, str]]: ...


class Ballot(Protocol):
    """How one kind of question is voted on.

    ``takes_against``: functions may vote against an option. ``judges_all``: whoever answers is against what others are
    for and they have left out.
    """

    takes_against: bool
    judges_all: bool

    def __init__(self, question: Question) -> None: ...

    def options(self) -> Sequence[tuple[str, str]]:
        """What a function may be for, by value and title."""
        ...

    def votes(self, finder: Finder, task: Any, *, is_for: bool) -> Votes: ...

    def votes_of_answer(self, answer: Any) -> Votes:
        """What somebody who answers this is for."""
        ...

    def answer_of(self, outcome: Any, given: Given) -> Any:
        """What came out of the votes on a task, as an answer."""
        ...

    def clash(self, one: tuple[Any, bool], other: tuple[Any, bool]) -> bool:
        """Whether not both votes can be right."""
        ...

    def is_right(self, vote: tuple[Any, bool], truth: Any) -> bool: ...


class OneOption:
    """A choice: a function is for one option, and any other is against it."""

    takes_against = False
    judges_all = False

    def __init__(self, question: Any) -> None:
        self._question = question

    def options(self) -> Sequence[tuple[str, str]]:
        titles = self._question.titles
        return [(value, titles[value]) for value in self._question.open_values]

    def votes(self, finder: Finder, task: Any, *, is_for: bool) -> Votes:
        """The option that most of what was found speaks for; none where two are level."""
        ranked = sorted(finder.counts(task).items(), key=lambda one: -one[1])[:2]
        is_level = len(ranked) > 1 and ranked[0][1] == ranked[1][1]
        return {ranked[0][0]: True} if ranked and not is_level else {}

    def votes_of_answer(self, answer: Any) -> Votes:
        return {answer: True} if isinstance(answer, str) else {}

    def answer_of(self, outcome: Any, given: Given) -> Any:
        return outcome

    def clash(self, one: tuple[Any, bool], other: tuple[Any, bool]) -> bool:
        return bool(one[0] != other[0])

    def is_right(self, vote: tuple[Any, bool], truth: Any) -> bool:
        return bool(vote[0] == truth)


class OneNode(OneOption):
    """A taxonomy with one answer: who is for a group is for all below it, so only other branches are against it."""

    _question: TaxonomyQuestion

    def options(self) -> Sequence[tuple[str, str]]:
        nodes = self._question.nodes.values()
        return [(node.option.value, self._titled(node)) for node in nodes if not node.option.retired]

    def _titled(self, node: Any) -> str:
        return " › ".join(self._question.nodes[value].option.title for value in node.path)

    def clash(self, one: tuple[Any, bool], other: tuple[Any, bool]) -> bool:
        path, others = self.path(one[0]), self.path(other[0])
        return any(here != there for here, there in zip(path, others, strict=False))

    def is_right(self, vote: tuple[Any, bool], truth: Any) -> bool:
        return vote[0] in self.path(truth)

    def path(self, value: Any) -> Sequence[str]:
        node = self._question.nodes.get(value) if isinstance(value, str) else None
        return node.path if node else (str(value),)


class EachOption:
    """Several options at once: each is voted on by itself, so two options never clash; for and against one do."""

    takes_against = True
    judges_all = True

    def __init__(self, question: Any) -> None:
        self._question = question

    def options(self) -> Sequence[tuple[str, str]]:
        titles = self._question.titles
        return [(value, titles[value]) for value in self._question.open_values]

    def votes(self, finder: Finder, task: Any, *, is_for: bool) -> Votes:
        return dict.fromkeys(finder.counts(task), is_for)

    def votes_of_answer(self, answer: Any) -> Votes:
        return dict.fromkeys(answer, True) if isinstance(answer, list) else {}

    def answer_of(self, outcome: Any, given: Given) -> Any:
        return outcome

    def clash(self, one: tuple[Any, bool], other: tuple[Any, bool]) -> bool:
        return bool(one[0] == other[0] and one[1] != other[1])

    def is_right(self, vote: tuple[Any, bool], truth: Any) -> bool:
        return (vote[0] in truth) == vote[1]


class EachNode(EachOption):
    """A taxonomy with several answers: what can be answered is voted on one by one."""

    def options(self) -> Sequence[tuple[str, str]]:
        one_node = OneNode(self._question)
        nodes = self._question.nodes
        may_be_group = self._question.any_level
        return [(value, title) for value, title in one_node.options() if may_be_group or not nodes[value].children]


class Places(EachOption):
    """Spans: a vote is for a place with its label, ``(start, end, label)``; others that share characters clash."""

    takes_against = False

    def votes(self, finder: Finder, task: Any, *, is_for: bool) -> Votes:
        return dict.fromkeys(finder.places(task), True)

    def votes_of_answer(self, answer: Any) -> Votes:
        spans = answer if isinstance(answer, list) else []
        return {place: True for span in spans if (place := place_of_span(span)) is not None}

    def answer_of(self, outcome: Any, given: Given) -> Any:
        text = given.text_of(self._question.on)
        return [
            {"id": f"s{number}", "parts": [{"start": start, "end": end, "text": text[start:end]}], "label": label}
            for number, (start, end, label) in enumerate(outcome, start=1)
        ]

    def clash(self, one: tuple[Any, bool], other: tuple[Any, bool]) -> bool:
        return bool(one[0] != other[0] and one[0][0] < other[0][1] and other[0][0] < one[0][1])

    def is_right(self, vote: tuple[Any, bool], truth: Any) -> bool:
        return vote[0] in self.votes_of_answer(truth)


def place_of_span(span: Mapping[str, Any]) -> tuple[int, int, str] | None:
    """Where a span stands; None for one in several parts, which no function finds."""
    parts = span.get("parts", ())
    return (parts[0]["start"], parts[0]["end"], span["label"]) if len(parts) == 1 else None


def ballot_of_tree(question: Any) -> Ballot:
    return EachNode(question) if question.many else OneNode(question)


# kind of question -> its ballot; each has a way to put votes together in models_app.learning.combining
ballots = Registry("ballot of a question kind")
ballots.register("choice", "models_app.sources.votes.OneOption")
ballots.register("choices", "models_app.sources.votes.EachOption")
ballots.register("taxonomy", "models_app.sources.votes.ballot_of_tree")
ballots.register("spans", "models_app.sources.votes.Places")


def is_voted_on(question: Question) -> bool:
    """Whether functions can answer it: not where each span must be asked about as well."""
    return question.kind in ballots and not any(one.required for one in getattr(question, "questions", ()))


def ballot_of(question: Question) -> Ballot:
    made: Ballot = ballots.get(question.kind)(question)
    return made


def complete(ballot: Ballot, votes: Sequence[Votes], judges: Sequence[bool]) -> list[Votes]:
    """The votes on one task; a judge (by function) who answers is against what others are for and they are not."""
    if not ballot.judges_all or not any(one and judge for one, judge in zip(votes, judges, strict=True)):
        return list(votes)
    wanted = {key for one in votes for key, is_for in one.items() if is_for}
    return [
        {**dict.fromkeys(wanted, False), **one} if judge and one else one
        for one, judge in zip(votes, judges, strict=True)
    ]


def clashing(ballot: Ballot, votes: Sequence[Votes]) -> list[bool]:
    """By function whether any of its votes clashes with one of another function."""
    clashes = [False] * len(votes)
    for (place, one), (other_place, other) in combinations(enumerate(votes), 2):
        if one and other and not (clashes[place] and clashes[other_place]):
            pairs = ((mine, theirs) for mine in one.items() for theirs in other.items())
            if any(ballot.clash(mine, theirs) for mine, theirs in pairs):
                clashes[place] = clashes[other_place] = True
    return clashes
