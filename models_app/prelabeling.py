"""What annotators see of models: a suggestion with its words, and why they are asked this.

This runs in the web process: no numpy here, files are mapped and read in place.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from models_app import storage
from models_app.array_files import DamagedFile
from models_app.models import ModelVersion, SelectionRun
from models_app.predictions_file import PredictionsFile, Ranked
from models_app.word_weights import WordWeights
from projects.models import Lane
from projects.schema.questions.choice import ChoiceQuestion

logger = logging.getLogger(__name__)

# How long a process goes by what it knows before it asks which version serves.
_FRESH_SECONDS = 1.0
_RECENT_RUNS = 3
_TORN = 0.4  # two options closer than this are what the model cannot decide between

RANDOM_PICK = "Picked at random: it keeps the model's scores honest."
LEAST_SURE = "The model is less sure here than elsewhere."


@dataclass(frozen=True)
class Serving:
    """A version that serves, with its open files."""

    number: int
    source: str
    question: ChoiceQuestion
    predictions: PredictionsFile
    words: WordWeights | None
    file_names: tuple[str, str]


@dataclass(frozen=True)
class _Known:
    checked_at: float
    servings: list[Serving]
    random_tasks: frozenset[int]


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
        if lane in {Lane.HOLDOUT, Lane.GOLD}:
            continue
        for serving in known.servings:
            prediction = _prediction(serving, task_id, data)
            if prediction is not None:
                ranked = prediction.pop("ranked")
                is_random = task_id in known.random_tasks
                prediction["why"] = _why(serving, ranked, is_random=is_random) if lane == Lane.SELECTED else ""
                found.setdefault(task_id, {})[serving.question.name] = prediction
    return found


def likeliest_options(project_id: int, question: str, task_ids: Iterable[int]) -> dict[int, Ranked]:
    """The first choice of the model that serves a question, for each of the tasks that it knows."""
    for serving in _known_about(project_id).servings:
        if serving.question.name == question:
            return {pk: ranked[0] for pk in task_ids if (ranked := _ranked(serving, pk))}
    return {}


def _ranked(serving: Serving, task_id: int) -> list[Ranked]:
    """The options that the question still has, likeliest first; none for a task that came after the last round."""
    try:
        return [entry for entry in serving.predictions[task_id] if entry.value in serving.question.titles]
    except KeyError:
        return []


def _prediction(serving: Serving, task_id: int, data: Mapping[str, Any]) -> dict[str, Any] | None:
    ranked = _ranked(serving, task_id)
    if not ranked:
        return None
    text = data.get(serving.question.on, "")
    words = serving.words.top_words(text, ranked[0].value) if serving.words and isinstance(text, str) else []
    return {
        "value": ranked[0].value,
        "confidence": round(ranked[0].confidence, 4),
        "alternatives": [{"value": entry.value, "confidence": round(entry.confidence, 4)} for entry in ranked],
        "source": serving.source,
        "model_number": serving.number,
        "words": words,
        "ranked": ranked,
    }


def _why(serving: Serving, ranked: list[Ranked], *, is_random: bool) -> str:
    if is_random:
        return RANDOM_PICK
    if len(ranked) > 1 and ranked[0].confidence - ranked[1].confidence < _TORN:
        first, second = (serving.question.titles[entry.value] for entry in ranked[:2])
        return f"The model is torn between {first} and {second}."
    return LEAST_SURE


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
    if known is not None and servings == known.servings:  # a new batch always comes with new files
        return _Known(now, servings, known.random_tasks)
    drawn: frozenset[int] = frozenset()
    if servings:
        runs = SelectionRun.objects.filter(project=project_id).order_by("-pk")[:_RECENT_RUNS]
        drawn = frozenset(task for tasks in runs.values_list("random_tasks", flat=True) for task in tasks)
    return _Known(now, servings, drawn)


def _open(version: ModelVersion) -> Serving | None:
    """Open a version's files; a file that is gone or damaged means no suggestions, never a broken page."""
    question = version.schema_version.schema.questions_by_name.get(version.question)
    if not isinstance(question, ChoiceQuestion):
        return None
    file_names = (version.predictions_file, version.words_file)
    predictions_path, words_path = (storage.path_of(version.project_id, name) for name in file_names)
    try:
        words = WordWeights(words_path) if version.words_file else None
        return Serving(version.number, version.source, question, PredictionsFile(predictions_path), words, file_names)
    except (OSError, DamagedFile) as problem:
        logger.warning("The predictions of %s in project %s cannot be used: %s", version, version.project_id, problem)
        return None
