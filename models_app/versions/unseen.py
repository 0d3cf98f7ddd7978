"""Where a model and people say different things about tasks that it had not seen: its errors, and theirs.

This runs in the web process: no numpy here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotations.models import FinalLabel
from labelplatform.bulk_rows import one_of
from labelplatform.certainty import FEWEST_HOLDOUT_LABELS, sign_test
from models_app.encoded.array_files import DamagedFile
from models_app.models import ModelVersion
from models_app.versions import storage
from models_app.versions.predictions_file import AnsweredTask, PredictionsFile, open_predictions
from projects.models import Lane, Task
from projects.schema.questions.question import Question

_SAME = 1e-9
_ALWAYS_PLAIN = 300  # characters of a task that a list shows


@dataclass(frozen=True)
class Disagreement:
    """A task that a model answers otherwise than people concluded; ``distance`` is how far apart the two are."""

    task_id: int
    theirs: Any
    answer: AnsweredTask
    distance: float
    is_holdout: bool


@dataclass(frozen=True)
class Difference:
    """A task that two versions answer differently, with what people concluded."""

    task_id: int
    theirs: Any
    first: AnsweredTask
    second: AnsweredTask
    first_is_nearer: bool
    second_is_nearer: bool


@dataclass(frozen=True)
class Compared:
    """Two versions on the holdout tasks that both were measured on: ``n_both`` of them, and where they differ.

    ``p_value`` is how likely so uneven a result would be if both were equally good; None where ``n_both`` is too small
    to tell.
    """

    n_both: int
    differences: list[Difference]

    @property
    def n_first_nearer(self) -> int:
        return sum(one.first_is_nearer for one in self.differences)

    @property
    def n_second_nearer(self) -> int:
        return sum(one.second_is_nearer for one in self.differences)

    @property
    def p_value(self) -> float | None:
        if self.n_both < FEWEST_HOLDOUT_LABELS:
            return None
        return sign_test(self.n_first_nearer, self.n_second_nearer)


def disagreements(version: ModelVersion) -> list[Disagreement]:
    """The surest first; empty where the version kept no answers. A label that people changed since is compared as it
    is now."""
    question, answers = _question_of(version), _answers_of(version)
    if question is None or answers is None:
        return []
    labels = _labels(version, [task_id for task_id, _ in answers.items()])
    found = []
    for task_id, answer in answers.items():
        if task_id not in labels or answer.value is None:  # who says nothing does not disagree
            continue
        theirs, lane, known = labels[task_id]
        distance = _distance(question, answer.value, theirs, known)
        if distance > _SAME:
            found.append(Disagreement(task_id, theirs, answer, distance, lane == Lane.HOLDOUT))
    return sorted(found, key=lambda one: (-one.answer.confidence, one.task_id))


def compare(first: ModelVersion, second: ModelVersion) -> Compared:
    """Two versions for one question, on what people say now; nothing in common where one kept no answers."""
    question, one, other = _question_of(first), _answers_of(first), _answers_of(second)
    if question is None or one is None or other is None:
        return Compared(0, [])
    answered = dict(other.items())
    pairs = {task_id: (answer, answered[task_id]) for task_id, answer in one.items() if task_id in answered}
    labels = _labels(first, list(pairs))
    found = []
    n_both = 0
    for task_id, (ours, others) in pairs.items():
        if task_id not in labels or labels[task_id][1] != Lane.HOLDOUT or ours.value is None or others.value is None:
            continue
        theirs, _, known = labels[task_id]
        n_both += 1
        if _distance(question, ours.value, others.value, known) <= _SAME:
            continue
        near, far = (_distance(question, one.value, theirs, known) for one in (ours, others))
        found.append(Difference(task_id, theirs, ours, others, near < far - _SAME, far < near - _SAME))
    return Compared(n_both, found)


def excerpts(version: ModelVersion, task_ids: list[int]) -> dict[int, str]:
    """The beginning of each task, for a list."""
    schema = version.project.schema
    tasks = Task.objects.filter(pk__in=task_ids, project=version.project_id).values_list("pk", "content__data")
    return {pk: schema.search_text(data or {})[:_ALWAYS_PLAIN] for pk, data in tasks}


def external_ids(version: ModelVersion, task_ids: list[int]) -> dict[int, str]:
    """The names that tasks came with."""
    tasks = Task.objects.filter(pk__in=task_ids, project=version.project_id)
    return dict(tasks.values_list("pk", "external_id"))


def in_words(question: Question, answer: Any) -> str:
    """An answer on a page; one that the question no longer knows stands as it is."""
    try:
        return question.summarize(answer)
    except (KeyError, TypeError, ValueError, AttributeError):
        return str(answer)


def _question_of(version: ModelVersion) -> Question | None:
    return version.schema_version.schema.questions_by_name.get(version.question)


def _answers_of(version: ModelVersion) -> PredictionsFile | None:
    if not version.unseen_file:
        return None
    try:
        return open_predictions(storage.path_of(version.project_id, version.unseen_file))
    except (OSError, DamagedFile):
        return None


def _labels(version: ModelVersion, task_ids: list[int]) -> Mapping[int, tuple[Any, str, Mapping[str, Any]]]:
    """What people concluded, the task's lane, and all that they concluded about the task, which answers may point
    into."""
    labels = FinalLabel.objects.filter(one_of("task_id", task_ids), project=version.project_id)
    found: dict[int, tuple[str, dict[str, Any]]] = {}
    for task_id, question, value, lane in labels.values_list("task_id", "question", "value", "task__lane"):
        found.setdefault(task_id, (lane, {}))[1][question] = value
    return {
        task_id: (known[version.question], lane, known)
        for task_id, (lane, known) in found.items()
        if version.question in known
    }


def _distance(question: Question, one: Any, other: Any, known: Mapping[str, Any]) -> float:
    try:
        return question.distance(question.compared(one, known), question.compared(other, known))
    except (KeyError, TypeError, ValueError, AttributeError):  # an answer of another form, from before a change
        return 0.0 if one == other else 1.0
