"""What annotators see of models: a suggestion with its words, and why they are asked this.

This runs in the web process: no numpy here, files are mapped and read in place.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from annotations.work.suggestions import UNAIDED_LANES
from models_app.encoded.array_files import DamagedFile
from models_app.models import ModelVersion, SelectionRun
from models_app.selection.explanations import why_asked
from models_app.shown_predictions import as_allowed, doubt_of, shown_prediction
from models_app.versions import storage
from models_app.versions.predictions_file import AnsweredTask, PredictionsFile, open_predictions
from models_app.versions.word_weights import WordWeights
from projects.models import Lane, Task
from projects.schema.fields.field import Field
from projects.schema.questions.question import Question

logger = logging.getLogger(__name__)

# How long a process goes by what it knows before it asks which version serves.
_FRESH_SECONDS = 1.0
_RECENT_RUNS = 3
_LABEL_CHARACTERS = 80  # of a neighbour's answer


@dataclass(frozen=True)
class Serving:
    """A version that serves, with its open files."""

    number: int
    source: str
    question: Question
    field: Field
    predictions: PredictionsFile
    words: WordWeights | None
    file_names: tuple[str, str]
    neighbours: PredictionsFile | None = None


@dataclass(frozen=True)
class _Known:
    checked_at: float
    servings: list[Serving]
    random_tasks: frozenset[int]
    strategies: Mapping[str, str]  # of the latest batch, by question
    gold_tasks: frozenset[int] = frozenset()


_known: dict[int, _Known] = {}


def forget() -> None:
    """Know nothing any more; tests need it, for there a project's id is used again."""
    _known.clear()


def predictions_for(
    project_id: int, tasks: Iterable[tuple[int, Mapping[str, Any], str]]
) -> dict[int, dict[str, dict[str, Any]]]:
    """The serving models' predictions for tasks given as (id, data, lane): ``{task id: {question: prediction}}``.

    Holdout and gold tasks have none, nor has a task that came after the last round.
    """
    known = _known_about(project_id)
    found: dict[int, dict[str, dict[str, Any]]] = {}
    for task_id, data, lane in tasks:
        if lane in UNAIDED_LANES:
            continue
        for serving in known.servings:
            answer = _answer(serving, task_id)
            if answer is not None:
                prediction = shown_prediction(serving.question, answer, serving.field, data, serving.words)
                prediction |= {"source": serving.source, "model_number": serving.number}
                if neighbours := _neighbours(serving, task_id, known.gold_tasks):
                    prediction["neighbours"] = neighbours
                prediction["why"] = _why(known, serving, task_id, answer, data) if lane == Lane.SELECTED else ""
                found.setdefault(task_id, {})[serving.question.name] = prediction
    return found


def likeliest_answers(project_id: int, question: str, task_ids: Iterable[int]) -> dict[int, AnsweredTask]:
    """What the model that serves a question answers, for each of the tasks that it knows."""
    for serving in _known_about(project_id).servings:
        if serving.question.name == question:
            return {pk: answer for pk in task_ids if (answer := _answer(serving, pk))}
    return {}


def _answer(serving: Serving, task_id: int) -> AnsweredTask | None:
    """The answer as the question still allows it. None where nothing is left, and for a task that the model has not
    looked at."""
    try:
        return as_allowed(serving.question, serving.predictions[task_id])
    except KeyError:
        return None


def _neighbours(serving: Serving, task_id: int, gold_tasks: frozenset[int]) -> list[dict[str, Any]]:
    """Labeled tasks most like this one; without those whose answers quizzes ask for by now, and none where answers
    speak of candidates by their ids: those of other tasks mean nothing here, or tell whose candidates are."""
    if serving.field.parts_are == "candidates":
        return []
    found = serving.neighbours.get(task_id) if serving.neighbours else None
    return [
        {**one, "label": Truncator(serving.question.summarize(one["value"])).chars(_LABEL_CHARACTERS)}
        for one in (found.value if found else ())
        if one["task"] not in gold_tasks
    ]


def _why(known: _Known, serving: Serving, task_id: int, answer: AnsweredTask, data: Mapping[str, Any]) -> str:
    strategy = known.strategies.get(serving.question.name, "")
    doubt = doubt_of(serving.question, answer, serving.field, data)
    return why_asked(strategy, doubt.likeliest, is_random=task_id in known.random_tasks, about=doubt.about)


def _known_about(project_id: int) -> _Known:
    known = _known.get(project_id)
    now = time.monotonic()
    if known is None or now - known.checked_at >= _FRESH_SECONDS:
        known = _look(project_id, known, now)
        _known[project_id] = known
    return known


def _look(project_id: int, known: _Known | None, now: float) -> _Known:
    versions = ModelVersion.objects.serving().filter(project=project_id).exclude(predictions_file="")
    still_open = {serving.file_names: serving for serving in known.servings} if known else {}
    servings = []
    for version in versions.select_related("schema_version"):
        serving = still_open.get((version.predictions_file, version.words_file)) or _open(version)
        if serving is not None:
            servings.append(serving)
    gold_tasks: frozenset[int] = frozenset()
    if any(serving.neighbours for serving in servings):
        gold_tasks = frozenset(Task.objects.filter(project=project_id, lane=Lane.GOLD).values_list("pk", flat=True))
    if known is not None and servings == known.servings:  # a new batch always comes with new files
        return _Known(now, servings, known.random_tasks, known.strategies, gold_tasks)
    drawn: set[int] = set()
    strategies: dict[str, str] = {}
    if servings:
        runs = SelectionRun.objects.filter(project=project_id).order_by("-pk")[:_RECENT_RUNS]
        for question, strategy, random_tasks in runs.values_list("question", "strategy", "random_tasks"):
            drawn.update(random_tasks)
            strategies.setdefault(question, strategy)
    return _Known(now, servings, frozenset(drawn), strategies, gold_tasks)


def _open(version: ModelVersion) -> Serving | None:
    """Open a version's files; a file that is gone or damaged means no suggestions, never a broken page."""
    schema = version.schema_version.schema
    question = schema.questions_by_name.get(version.question)
    if question is None:
        return None
    field = schema.fields_by_name[question.on]
    file_names = (version.predictions_file, version.words_file)
    predictions_path, words_path = (storage.path_of(version.project_id, name) for name in file_names)
    try:
        words = WordWeights(words_path) if version.words_file else None
        predictions = open_predictions(predictions_path)
        neighbours_path = storage.path_of(version.project_id, storage.neighbours_name(version.predictions_file))
        neighbours = open_predictions(neighbours_path) if neighbours_path.exists() else None
        return Serving(version.number, version.source, question, field, predictions, words, file_names, neighbours)
    except (OSError, DamagedFile) as problem:
        logger.warning("The predictions of %s in project %s cannot be used: %s", version, version.project_id, problem)
        return None
