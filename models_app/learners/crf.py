"""Spans with labels in texts, by conditional random fields over tokens: seconds to fit, any script."""

import ctypes
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pycrfsuite
from sklearn.base import BaseEstimator

from models_app.learners.span_cues import SpanCues, name_words
from models_app.learners.span_layers import Layers, TokenSpan, find_layers
from models_app.learners.span_tokens import TokenFeatures, token_offsets
from models_app.learners.text_arrays import as_bytes, from_bytes

PASSIVE_AGGRESSIVE, LBFGS = "passive_aggressive", "lbfgs"
_SETTINGS: dict[str, tuple[str, dict[str, float]]] = {
    PASSIVE_AGGRESSIVE: ("pa", {"max_iterations": 20}),
    LBFGS: ("lbfgs", {"max_iterations": 40, "c1": 0.1, "c2": 0.1}),
}
_LONGEST_SEQUENCE = 1000  # tokens; longer texts are tagged in pieces, cut behind a full stop where there is one
_SENTENCE_ENDS = frozenset(".!?。！？…\u0964")
_LEAST_PROBABILITY = 1e-300

Span = tuple[int, int, str]


class FoundSpan(NamedTuple):
    """A span in code points, with how sure the model is of it."""

    start: int
    end: int
    label: str
    confidence: float


@dataclass(frozen=True)
class TaggedText:
    """What the model finds in a text; ``uncertainty`` is what strategies ask by.

    The uncertainty is the length-normalised least confidence: minus the logarithm of the likeliest tagging's
    probability, over the square root of the number of tokens. Over the number itself, short texts would be asked for
    first, and as it is, long ones; on WNUT17 the root needs the fewest sentences. 0 for a text without tokens.

    ``probability`` is how likely the tagging is as a whole: that nothing was overlooked and all borders are right.
    ``words`` are those that speak most for the spans.
    """

    spans: list[FoundSpan]
    uncertainty: float
    probability: float
    words: list[str]


@dataclass(frozen=True)
class _Piece:
    """A part of a text that is tagged in one go."""

    offsets: list[tuple[int, int]]
    features: list[list[str]]

    def items(self) -> pycrfsuite.ItemSequence:
        return pycrfsuite.ItemSequence(self.features)


class SpanLearner(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Learn which parts of texts get which label.

    A span is learned as whole tokens: of one that begins or ends inside a word, the whole word. Spans may overlap or
    be nested (see ``find_layers``); the parts of a discontinuous span are given, learned and found one by one.

    Parameters
    ----------
    algorithm : {"passive_aggressive", "lbfgs"}
        The first is the quicker one and at least as good at finding spans, for pre-labels. Only the second is
        trained for probabilities: take it where uncertainty decides or confidences are shown.
    random_state : int
        Seed of the order in which the passive-aggressive algorithm sees the texts.

    Attributes
    ----------
    labels_ : list of the labels that were learned, sorted

    References
    ----------
    Lafferty, McCallum and Pereira (2001), Conditional random fields.
    Crammer et al. (2006), Online passive-aggressive algorithms.
    Settles and Craven (2008), An analysis of active learning strategies for sequence labeling tasks.

    Examples
    --------
    >>> texts = ["Ada lives in Rome", "Ben lives in Oslo", "Rae works here"]
    >>> spans = [[(0, 3, "who"), (13, 17, "where")], [(0, 3, "who"), (13, 17, "where")], [(0, 3, "who")]]
    >>> SpanLearner().fit(texts, spans).predict(["Eve lives in Bonn"])
    [[(0, 3, 'who'), (13, 17, 'where')]]
    """

    labels_: list[str]

    def __init__(self, algorithm: str = PASSIVE_AGGRESSIVE, random_state: int = 0) -> None:
        self.algorithm = algorithm
        self.random_state = random_state

    def fit(self, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Self:
        """Fit on texts and their spans as (start, end, label); ``ValueError`` when no span can be learned."""
        if self.algorithm not in _SETTINGS:
            raise ValueError(f"{self.algorithm!r} is no algorithm; there are {' and '.join(_SETTINGS)}.")
        if len(texts) != len(spans):
            raise ValueError(f"There are {len(texts)} texts but {len(spans)} lists of spans.")
        offsets = [token_offsets(text) for text in texts]
        token_spans = [_on_tokens(own, found) for own, found in zip(offsets, spans, strict=True)]
        if not any(token_spans):
            raise ValueError(
                f"At least one span must have been marked to learn from; there is none in {len(texts)} texts."
            )
        self.labels_ = sorted({label for own in token_spans for _, _, label in own})
        self._layers = find_layers(token_spans)
        trainers = [self._trainer() for _ in self._layers.roles]
        features = TokenFeatures()
        for text, own_offsets, own_spans in zip(texts, offsets, token_spans, strict=True):
            all_tags = [self._layers.tags(layer, own_spans, len(own_offsets)) for layer in range(len(trainers))]
            start = 0
            for piece in _pieces(text, own_offsets, features):
                end = start + len(piece.offsets)
                items = piece.items()
                for trainer, tags in zip(trainers, all_tags, strict=True):
                    trainer.append(items, tags[start:end])
                start = end
        self._open([self._train(trainer) for trainer in trainers])
        return self

    def predict(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text in reading order: the quick way, without confidences."""
        return [[(start, end, label) for start, end, label, _ in self._tag(text, False).spans] for text in texts]

    def tag(self, texts: Sequence[str]) -> list[TaggedText]:
        """The spans of each text with confidences, and its uncertainty.

        A span is as sure as its least sure token: the smallest marginal probability of its tags, and of its ending
        where it ends. To be calibrated before it is shown as a probability of being right.
        """
        return [self._tag(text, True) for text in texts]

    def state(self) -> dict[str, np.ndarray]:
        """What ``from_state`` needs, as plain arrays; ``model_<n>`` is the tagger of one layer."""
        models = {f"model_{number}": np.frombuffer(model, dtype=np.uint8) for number, model in enumerate(self._models)}
        return {"layers": as_bytes(self._layers.roles), "algorithm": as_bytes(self.algorithm), **models}

    @classmethod
    def from_state(cls, state: Mapping[str, np.ndarray]) -> Self:
        """The fitted learner that ``state`` was taken from; ``ValueError`` when a part of it is missing."""
        learner = cls(from_bytes(state["algorithm"]))
        roles = tuple(tuple((label, depth) for label, depth in layer) for layer in from_bytes(state["layers"]))
        missing = [number for number in range(len(roles)) if f"model_{number}" not in state]
        if missing:
            raise ValueError(f"The state holds {len(roles) - len(missing)} of {len(roles)} layers.")
        learner._layers = Layers(roles)
        learner.labels_ = sorted({label for layer in roles for label, _ in layer})
        learner._open([np.asarray(state[f"model_{number}"]).tobytes() for number in range(len(roles))])
        return learner

    def _trainer(self) -> pycrfsuite.Trainer:
        name, parameters = _SETTINGS[self.algorithm]
        return pycrfsuite.Trainer(name, parameters, verbose=False)

    def _train(self, trainer: pycrfsuite.Trainer) -> bytes:
        # the library shuffles by the C library's generator and offers no seed of its own
        ctypes.CDLL(None).srand(self.random_state + 1)  # to it, 0 and 1 are the same
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model")
            trainer.train(str(path))
            return path.read_bytes()

    def _open(self, models: list[bytes]) -> None:
        self._models = models
        self._taggers = [pycrfsuite.Tagger() for _ in models]
        for tagger, model in zip(self._taggers, models, strict=True):
            tagger.open_inmemory(model)
        self._cues = [SpanCues(tagger) for tagger in self._taggers]
        self._known_tags = [frozenset(tagger.labels()) for tagger in self._taggers]
        self._features = TokenFeatures()

    def _tag(self, text: str, with_confidences: bool) -> TaggedText:
        offsets = token_offsets(text)
        found: list[FoundSpan] = []
        surprise = 0.0
        said: list[tuple[str, float]] = []
        for piece in _pieces(text, offsets, self._features):
            items = piece.items()
            for layer, tagger in enumerate(self._taggers):
                tags = tagger.tag(items)
                if with_confidences:
                    surprise -= math.log(max(tagger.probability(tags), _LEAST_PROBABILITY))
                for begin, end, label in self._layers.spans(layer, tags):
                    confidence = self._confidence(layer, tags, begin, end) if with_confidences else math.nan
                    found.append(FoundSpan(piece.offsets[begin][0], piece.offsets[end - 1][1], label, confidence))
                    if with_confidences:
                        for place, weight in self._cues[layer].said(piece.features, tags, begin, end).items():
                            first, behind = piece.offsets[place]
                            said.append((text[first:behind], weight))
        uncertainty = surprise / math.sqrt(len(offsets)) if offsets else 0.0
        return TaggedText(sorted(found), uncertainty, math.exp(-surprise), name_words(said, text))

    def _confidence(self, layer: int, tags: Sequence[str], begin: int, end: int) -> float:
        tagger = self._taggers[layer]
        sure = min(tagger.marginal(tags[place], place) for place in range(begin, end))
        inside = f"I{tags[begin][1:]}"
        if end < len(tags) and inside in self._known_tags[layer]:
            sure = min(sure, 1 - tagger.marginal(inside, end))
        return float(min(1.0, max(0.0, sure)))


def _pieces(text: str, offsets: list[tuple[int, int]], features: TokenFeatures) -> list[_Piece]:
    pieces = []
    start = 0
    while start < len(offsets):
        end = min(start + _LONGEST_SEQUENCE, len(offsets))
        if end < len(offsets):
            stops = (place for place in range(end, start, -1) if text[offsets[place - 1][0]] in _SENTENCE_ENDS)
            end = next(stops, end)
        own = offsets[start:end]
        words = [text[begin:stop] for begin, stop in own]
        pieces.append(_Piece(own, features.of(words)))
        start = end
    return pieces


def _on_tokens(offsets: Sequence[tuple[int, int]], spans: Sequence[Span]) -> list[TokenSpan]:
    """The spans as ranges of the tokens they touch; one that touches none is left out."""
    begins = np.array([begin for begin, _ in offsets], dtype=np.int64)
    ends = np.array([end for _, end in offsets], dtype=np.int64)
    found = []
    for start, end, label in spans:
        first = int(np.searchsorted(ends, start, side="right"))
        behind = int(np.searchsorted(begins, end, side="left"))
        if first < behind and start < end:
            found.append((first, behind, label))
    return found
