"""How given spans relate to each other: each pair that may be related is classified."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Self

import numpy as np
from sklearn.base import BaseEstimator

from models_app.learners.linear import Weights, fit_softmax, indicator_matrix
from models_app.learners.span_tokens import token_offsets
from models_app.learners.text_arrays import as_bytes, from_bytes
from models_app.rounds.calibration import softmax

Span = tuple[int, int, str]
Relation = tuple[int, int, str]  # from span, to span (their places in the list), type
_NONE = 0  # the class of pairs that are not related
_NEAREST = 20  # spans on either side, in reading order, that a span may be related to
_MOST_PAIRS = 2000  # of a text: those closest together
_MOST_BETWEEN = 8  # words; of more, the first and the last half
_DISTANCES = (0, 1, 2, 4, 8, 16, 32, 64)


class _Feature(NamedTuple):
    """What is true of a pair, and the words between it that this is about: none of what the spans themselves say."""

    name: str
    words: tuple[str, ...] = ()


class FoundRelation(NamedTuple):
    """Two spans by their places in the list, the type of their relation, and how sure the model is of it."""

    source: int
    target: int
    label: str
    confidence: float


class RelationLearner(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Softmax regression over pairs of spans: their labels, order, distance, words, and the words between them.

    Only pairs of labels that were ever related are looked at, the closest ones of each text. A pair has one
    relation at most: of several, the rarest type is learned.

    Parameters
    ----------
    is_directed : bool
        Whether it matters which end is which; otherwise the span that begins first is the source.
    C : float
        Inverse strength of regularization.
    random_state : int
        Seed of the solver.

    References
    ----------
    Zhou et al. (2005), Exploring various knowledge in relation extraction.

    Examples
    --------
    >>> texts = ["Ada works for Acme", "Ben works for Init", "Rae left Acme", "Tom left Init"]
    >>> spans = [[(0, 3, "who"), (14, 18, "firm")]] * 2 + [[(0, 3, "who"), (9, 13, "firm")]] * 2
    >>> learner = RelationLearner().fit(texts, spans, [[(0, 1, "employed")]] * 2 + [[]] * 2)
    >>> learner.predict(["Eve works for Umbra"], [[(0, 3, "who"), (14, 19, "firm")]])
    [[(0, 1, 'employed')]]
    """

    def __init__(self, is_directed: bool = True, C: float = 10.0, random_state: int = 0) -> None:
        self.is_directed = is_directed
        self.C = C
        self.random_state = random_state

    def fit(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]], relations: Sequence[Sequence[Relation]]
    ) -> Self:
        """Fit on texts, their spans and relations; ``ValueError`` when there are no related or no unrelated pairs."""
        if not len(texts) == len(spans) == len(relations):
            raise ValueError(
                f"There are {len(texts)} texts, {len(spans)} lists of spans, {len(relations)} of relations."
            )
        counts: dict[str, int] = {}
        pairs: set[tuple[str, str]] = set()
        for own, related in zip(spans, relations, strict=True):
            for source, target, label in related:
                if not (0 <= source < len(own) and 0 <= target < len(own)):
                    raise ValueError(f"A relation names span {max(source, target)} of {len(own)}.")
                source, target = self._ordered(own, source, target)
                counts[label] = counts.get(label, 0) + 1
                pairs.add((own[source][2], own[target][2]))
        if not counts:
            raise ValueError(
                f"At least one relation must have been marked to learn from; there is none in {len(texts)} texts."
            )
        self.labels_ = sorted(counts)
        self._pairs = pairs
        names: dict[str, int] = {}
        rows: list[list[int]] = []
        y: list[int] = []
        for text, own, related in zip(texts, spans, relations, strict=True):
            known: dict[tuple[int, int], int] = {}
            for source, target, label in sorted(related, key=lambda relation: -counts[relation[2]]):
                known[self._ordered(own, source, target)] = self.labels_.index(label) + 1
            for pair, features in self._candidates(text, own):
                rows.append([names.setdefault(feature.name, len(names)) for feature in features])
                y.append(known.get(pair, _NONE))
        if len(set(y)) < 2:
            raise ValueError("All pairs of spans are related alike, so there is nothing to tell apart.")
        self._names = names
        self._classes, self._weights = fit_softmax(indicator_matrix(rows, len(names)), np.array(y), C=self.C)
        return self

    def predict(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[list[Relation]]:
        """The likeliest relations of each text."""
        return [[relation[:3] for relation in related] for related in self.relate(texts, spans)]

    def relate(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[list[FoundRelation]]:
        """The relations of each text with confidences, the surest first."""
        return self.relate_surely(texts, spans)[0]

    def relate_surely(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[list[list[FoundRelation]], np.ndarray]:
        """As ``relate``, and for each text how sure the least sure pair is, related or not; one without pairs."""
        if len(texts) != len(spans):
            raise ValueError(f"There are {len(texts)} texts but {len(spans)} lists of spans.")
        found: list[list[FoundRelation]] = [[] for _ in texts]
        least_sure = np.ones(len(texts))
        places: list[tuple[int, int, int]] = []
        rows: list[list[int]] = []
        for number, (text, own) in enumerate(zip(texts, spans, strict=True)):
            for (source, target), features in self._candidates(text, own):
                places.append((number, source, target))
                rows.append([self._names[feature.name] for feature in features if feature.name in self._names])
        if not rows:
            return found, least_sure
        probabilities = softmax(self._weights.scores(indicator_matrix(rows, len(self._names))).astype(np.float64))
        best = probabilities.argmax(axis=1)
        np.minimum.at(least_sure, [number for number, _, _ in places], probabilities.max(axis=1))
        for (number, source, target), column, row in zip(places, best, probabilities, strict=True):
            if self._classes[column] != _NONE:
                label = self.labels_[int(self._classes[column]) - 1]
                found[number].append(FoundRelation(source, target, label, float(row[column])))
        return [sorted(related, key=lambda relation: -relation.confidence) for related in found], least_sure

    def words_for(
        self, text: str, spans: Sequence[Span], relations: Sequence[FoundRelation]
    ) -> list[tuple[str, float]]:
        """How much each word between related spans says for their relation rather than for none; without relations,
        for none rather than for the likeliest. What speaks against it is left out."""
        columns = {label: column for column, label in enumerate(self._classes.tolist())}
        wanted = {one[:2]: columns[self.labels_.index(one.label) + 1] for one in relations}
        weights, none = self._weights.sparse_coef(), columns.get(_NONE)
        sums: dict[str, float] = {}
        for pair, features in self._candidates(text, spans) if none is not None else ():
            known = [(weights[self._names[one.name]], one.words) for one in features if one.name in self._names]
            if not known or wanted and pair not in wanted:
                continue
            scores = np.sum([own for own, _ in known], axis=0) + self._weights.intercept
            scores[none] = -np.inf
            best, other = (wanted[pair], none) if wanted else (none, int(scores.argmax()))
            for own, words in known:
                for word in words:
                    sums[word] = sums.get(word, 0.0) + float(own[best] - own[other]) / len(words)
        return [(word, weight) for word, weight in sums.items() if weight > 0]

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs: plain arrays."""
        facts = {
            "labels": self.labels_,
            "pairs": sorted(self._pairs),
            "names": list(self._names),
            "is_directed": self.is_directed,
        }
        return {**self._weights.state(), "facts": as_bytes(facts), "classes": self._classes}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when its arrays do not fit each other."""
        facts = from_bytes(state["facts"])
        learner = cls(facts["is_directed"])
        learner.labels_ = facts["labels"]
        learner._pairs = {(source, target) for source, target in facts["pairs"]}
        learner._names = {name: number for number, name in enumerate(facts["names"])}
        learner._classes, learner._weights = np.asarray(state["classes"]), Weights.from_state(state)
        if learner._weights.n_columns != len(learner._names):
            raise ValueError("The weights do not fit the features.")
        return learner

    def _ordered(self, spans: Sequence[Span], source: int, target: int) -> tuple[int, int]:
        if self.is_directed or (spans[source][0], source) <= (spans[target][0], target):
            return source, target
        return target, source

    def _candidates(self, text: str, spans: Sequence[Span]) -> Iterator[tuple[tuple[int, int], list[_Feature]]]:
        """Pairs that may be related with their features, the closest ones of the text."""
        offsets = token_offsets(text)
        begins = np.array([begin for begin, _ in offsets], dtype=np.int64)
        firsts = np.searchsorted(begins, [span[0] for span in spans], side="left")
        lasts = np.searchsorted(begins, [span[1] for span in spans], side="left")
        words = [text[begin:end].casefold() for begin, end in offsets]
        wanted = [
            (max(0, int(max(firsts[source], firsts[target]) - min(lasts[source], lasts[target]))), source, target)
            for source, target in _near_each_other(spans)
            if (spans[source][2], spans[target][2]) in self._pairs
            and self._ordered(spans, source, target) == (source, target)
        ]
        for distance, source, target in sorted(wanted)[:_MOST_PAIRS]:
            is_forward = spans[source][0] <= spans[target][0]
            first, second = (source, target) if is_forward else (target, source)
            between = words[lasts[first] : firsts[second]]
            yield (
                (source, target),
                [
                    *map(_Feature, _of_pair(spans, source, target, is_forward, distance)),
                    *_of_words(between, is_forward),
                ],
            )


def _near_each_other(spans: Sequence[Span]) -> Iterator[tuple[int, int]]:
    order = sorted(range(len(spans)), key=lambda place: spans[place][:2])
    for number, first in enumerate(order):
        for second in order[number + 1 : number + 1 + _NEAREST]:
            yield first, second
            yield second, first


def _of_pair(spans: Sequence[Span], source: int, target: int, is_forward: bool, distance: int) -> list[str]:
    step = sum(distance > limit for limit in _DISTANCES)
    start, end = max(spans[source][0], spans[target][0]), min(spans[source][1], spans[target][1])
    pair = f"{spans[source][2]}>{spans[target][2]}"
    order = "forward" if is_forward else "backward"
    features = [f"pair {pair}", f"order {order}", f"{pair} {order}", f"distance {step}", f"{pair} distance {step}"]
    return [*features, "overlap"] if start < end else features


def _of_words(between: Sequence[str], is_forward: bool) -> list[_Feature]:
    """The words between, alone and with the direction: "A beats B" goes one way, "A loses to B" the other."""
    half = _MOST_BETWEEN // 2
    words = list(between) if len(between) <= _MOST_BETWEEN else [*between[:half], "…", *between[-half:]]
    pairs = zip(words, words[1:], strict=False)
    features = [
        _Feature(f"between {' '.join(words)}", tuple(words)),
        *(_Feature(f"word {word}", (word,)) for word in words),
        *(_Feature(f"words {a} {b}", (a, b)) for a, b in pairs),
    ]
    order = "forward" if is_forward else "backward"
    return [*features, *(_Feature(f"{order} {name}", about) for name, about in features)]
