"""What a learning round needs of every kind of question: fit, answer for the pool, measure, keep."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from models_app.encoders.pool import EncodedPool
from models_app.encoders.tfidf import Vocabulary
from models_app.learning.evaluation import Evaluation
from models_app.learning.pool_answers import PoolAnswers
from models_app.versions.predictions_file import AnsweredTask
from projects.schema.fields.field import Field
from projects.schema.questions.question import Question


@dataclass(frozen=True)
class LabelSet:
    """Labeled tasks by ascending id: their positions in the pool and their final answers."""

    task_ids: np.ndarray
    positions: np.ndarray
    answers: Sequence[Any]

    def __len__(self) -> int:
        return len(self.answers)


@dataclass(frozen=True)
class Labels:
    """``is_random`` says which of ``training`` were drawn at random, so that they stand for the pool."""

    training: LabelSet
    is_random: np.ndarray
    holdout: LabelSet
    fingerprint: str


class Inputs(Protocol):
    """What a model may look at: the encoded pool, and the tasks' own data where rows do not say enough."""

    @property
    def field(self) -> Field: ...

    @property
    def pool(self) -> EncodedPool: ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    def data_of(self, task_ids: np.ndarray) -> list[Mapping[str, Any]]:
        """The data of some tasks, in that order; empty for one that is gone."""
        ...

    def encode(self, texts: Sequence[str]) -> Any:
        """Rows of any texts, as the pool's are."""
        ...

    def answers_of(self, question: str, task_ids: np.ndarray) -> list[Any]:
        """What is known of another question: the final answers of some tasks, else what the model at work says; None
        where there is neither."""
        ...


def texts_of(inputs: Inputs, task_ids: np.ndarray) -> list[str]:
    """The text that people read in the field a question is about; empty where a task lacks it."""
    values = (data.get(inputs.field.name) for data in inputs.data_of(task_ids))
    return ["" if value is None else inputs.field.text(value) or "" for value in values]


@dataclass(frozen=True)
class OptionWeights:
    """What each column of a vocabulary says for each option: what words are explained by."""

    options: list[str]
    coef: np.ndarray  # columns x options


@dataclass(frozen=True)
class Unseen:
    """Answers about some training labels by models that had not seen them: ``rows`` count in the training labels.

    All that were drawn at random are among them, so that they stand for the pool, and of the others those where the
    model surely thinks otherwise than people.
    """

    rows: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    answers: Sequence[AnsweredTask] = ()


@dataclass(frozen=True)
class Fit:
    """A fitted model, and how right it was about labels that it had not seen: random ones and chosen ones apart."""

    model: "QuestionModel"
    out_of_fold: Mapping[str, Any] = field(default_factory=dict)
    unseen: Unseen = field(default_factory=Unseen)


@dataclass(frozen=True)
class Classifier:
    """A fitted scikit-learn classifier of rows, and the class of each answer."""

    fitted: Any
    classes_of: Callable[[Sequence[Any]], np.ndarray]


class NotLearnable(ValueError):
    """The labels do not allow a model yet; the message says why."""


class QuestionModel(ABC):
    """A fitted model of one question. ``question`` is that of the schema it was made under."""

    # How it is called on pages and in the API.
    learner: ClassVar[str]

    question: Question

    @classmethod
    @abstractmethod
    def fit(cls, question: Question, inputs: Inputs, labels: Labels, *, random_state: int) -> Fit:
        """Fit on the training labels; raises ``NotLearnable``."""

    @abstractmethod
    def answer(
        self, inputs: Inputs, positions: np.ndarray | None = None, *, measures: Collection[str] = ()
    ) -> PoolAnswers:
        """What it says about the tasks at some positions of the pool, by default about all; with the costly doubts
        that a strategy ``measures``."""

    @abstractmethod
    def evaluate(self, inputs: Inputs, holdout: LabelSet) -> Evaluation:
        """Its answers for tasks that it has never seen, against those of people."""

    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """Its plain hyper-parameters, and the ``options`` it knows where there is such a thing."""

    @abstractmethod
    def state(self) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        """Plain values and arrays that ``from_state`` makes it from again."""

    @classmethod
    @abstractmethod
    def from_state(
        cls, question: Question, meta: Mapping[str, Any], arrays: Mapping[str, np.ndarray], vocabulary: Vocabulary
    ) -> Self:
        """The model that ``state`` was taken from; ``ValueError`` or ``KeyError`` where it does not fit."""

    def classifier(self) -> Classifier | None:
        """What tells rows apart in it; None where its answers are no classes."""
        return None

    def option_weights(self) -> OptionWeights | None:
        """What words say for options; None where that cannot be said."""
        return None
