"""What is true of a span that may speak of the same as an earlier one: what coreference is learned from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from models_app.learners.span_tokens import token_offsets

Span = tuple[int, int, str]

_NEAREST = 30  # earlier spans that one may refer to; and, however far away, those of the same words
_MOST_ALIKE = 10
_SHORT = 3  # tokens: of longer spans the words say little
_DISTANCES = (1, 2, 3, 5, 8, 13, 21, 34)
_NONE = "none"

# What each feature of a pair looks at, in the order in which ``_of_pair`` lists them.
_ALIKE, _LABELS, _NEAR, _ITSELF = range(4)
_LOOKS_AT = (
    *((_ALIKE,), (_LABELS,), (_ALIKE, _LABELS), (_NEAR,), (_NEAR,)),
    *((_ITSELF, _LABELS), (_ITSELF,), (_ITSELF, _NEAR), (_ITSELF, _ALIKE), (_ITSELF, _NEAR)),
    *((_NEAR,), (_NEAR, _LABELS)),
)
_THE_LAST = "the last one"
_LIKENESS_IN_WORDS = {
    "the same": "the same words",
    "the same end": "the same last word",
    "a part": "a part of its words",
    "a word": "a word in common",
}
_MOST_NAMED = 2
_WORTH_NAMING = 0.25  # of what the strongest thing says


@dataclass(frozen=True)
class Mention:
    """A span in reading order with the earlier ones it may refer to; all are places in the list of spans.

    ``candidates`` say what is true of each of ``earlier``; the last one stands for "none of them": it begins a chain.
    """

    place: int
    earlier: list[int]
    candidates: list[list[str]]


@dataclass(frozen=True)
class _Read:
    words: tuple[str, ...]
    label: str
    sentence: int
    is_capital: bool

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def name(self) -> str:
        """Itself where it is short, as pronouns are; else only how it is written."""
        if len(self.words) <= _SHORT and not self.is_capital:
            return self.text
        return "Capital" if self.is_capital else "long"


def mentions(text: str, spans: Sequence[Span]) -> list[Mention]:
    """Every span as a mention; the first one has nothing to refer to.

    References
    ----------
    Soon, Ng and Lim (2001), A machine learning approach to coreference resolution of noun phrases.
    """
    read = _read(text, spans)
    order: list[int] = sorted(range(len(spans)), key=lambda place: (spans[place][0], -spans[place][1], place))
    numbers = {place: number for number, place in enumerate(order)}
    found = []
    for number, place in enumerate(order):
        before = order[:number]
        near = before[-_NEAREST:]
        alike = [one for one in before[:-_NEAREST] if read[one].text == read[place].text][-_MOST_ALIKE:]
        earlier = [*alike, *near]
        candidates = [
            _of_pair(read[one], read[place], number - numbers[one], is_last=one == near[-1]) for one in earlier
        ]
        found.append(Mention(place, earlier, [*candidates, _of_none(read[place], [read[one] for one in before])]))
    return found


def chains_of(found: Sequence[Mention], shares: Sequence[np.ndarray]) -> tuple[list[list[int]], np.ndarray]:
    """Chains as lists of places in reading order, by each mention's likeliest antecedent; and how sure each choice is.

    ``shares`` are the probabilities of each mention's candidates.
    """
    chain_of: dict[int, list[int]] = {}
    sure = np.ones(len(found))
    for number, (mention, own) in enumerate(zip(found, shares, strict=True)):
        best = int(own.argmax())
        sure[number] = float(own[best])
        chain = chain_of[mention.earlier[best]] if best < len(mention.earlier) else []
        chain.append(mention.place)
        chain_of[mention.place] = chain
    distinct = {id(chain): chain for chain in chain_of.values()}
    return [chain for chain in distinct.values() if len(chain) > 1], sure


def what_ties(
    mention: Mention, shares: np.ndarray, weights_of: Callable[[Sequence[str]], Sequence[float]]
) -> list[str]:
    """What speaks most for a mention's likeliest antecedent, beside the next likeliest candidate, strongest first.

    ``shares`` are the probabilities of its candidates; ``weights_of`` is what a fitted chooser says of features.
    """
    best, second = np.argsort(-shares, kind="stable")[:2].tolist()
    said: dict[int, float] = {}
    for sign, number in ((1, best), (-1, second)):
        # that it begins a chain is known by other things, which cannot be set against those of a pair
        own = mention.candidates[number] if number < len(mention.earlier) else []
        for about, weight in zip(_LOOKS_AT, weights_of(own), strict=False):
            for one in about:
                said[one] = said.get(one, 0.0) + sign * weight / len(about)
    strongest = max(said.values(), default=0.0)
    named = [one for one, weight in said.items() if weight > 0 and weight >= _WORTH_NAMING * strongest]
    ranked = sorted(named, key=lambda one: -said[one])[:_MOST_NAMED]
    return [_in_words(one, mention.candidates[best]) for one in ranked]


def _in_words(looked_at: int, candidate: Sequence[str]) -> str:
    return {
        _ALIKE: _LIKENESS_IN_WORDS.get(candidate[0], "other words"),
        _LABELS: "how both are labeled",
        _NEAR: "the last span before it" if _THE_LAST in candidate else "how near it is",
        _ITSELF: "how it is worded",
    }[looked_at]


def _read(text: str, spans: Sequence[Span]) -> list[_Read]:
    offsets = token_offsets(text)
    begins = np.array([begin for begin, _ in offsets], dtype=np.int64)
    ends = [end for begin, end in offsets if text[begin:end] in {".", "!", "?", "。", "\n"}]
    found = []
    for begin, end, label in spans:
        first, last = np.searchsorted(begins, [begin, end])
        words = tuple(text[start:stop].casefold() for start, stop in offsets[first:last])
        is_capital = text[begin:end][:1].isupper() and not _begins_sentence(text, begin)
        found.append(_Read(words, label, int(np.searchsorted(ends, begin, side="right")), is_capital))
    return found


def _begins_sentence(text: str, begin: int) -> bool:
    before = text[:begin].rstrip()
    return not before or before[-1] in ".!?。:"


def _of_pair(earlier: _Read, later: _Read, distance: int, *, is_last: bool) -> list[str]:
    likeness = _likeness(earlier, later)
    labels = f"{earlier.label}>{later.label}"
    step = sum(distance > limit for limit in _DISTANCES)
    apart = min(later.sentence - earlier.sentence, 4)
    features = [likeness, labels, f"{likeness} {labels}", f"distance {step}", f"sentences {apart}"]
    features += [f"{later.name} {labels}", f"{earlier.name}>{later.name}", f"{later.name} distance {step}"]
    features += [f"{later.name} {likeness}", f"{later.name} sentences {apart}"]
    return [*features, _THE_LAST, f"{_THE_LAST} {labels}"] if is_last else features


def _likeness(earlier: _Read, later: _Read) -> str:
    if not earlier.words or not later.words:
        return "nothing"
    if earlier.words == later.words:
        return "the same"
    if earlier.words[-1] == later.words[-1]:
        return "the same end"
    if set(later.words) <= set(earlier.words):
        return "a part"
    if set(earlier.words) & set(later.words):
        return "a word"
    return "other"


def _of_none(later: _Read, before: Sequence[_Read]) -> list[str]:
    is_new = all(one.text != later.text for one in before)
    has_label = any(one.label == later.label for one in before)
    features = [
        _NONE,
        f"{_NONE} {later.label}",
        f"{_NONE} {later.name}",
        f"{_NONE} {'new' if is_new else 'said before'}",
    ]
    return [
        *features,
        f"{_NONE} {later.name} {later.label}",
        f"{_NONE} {'more' if has_label else 'first'} {later.label}",
    ]
