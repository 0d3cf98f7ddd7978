"""What annotators see: suggestions of the project's own models, or of the source that a manager chose instead.

This runs in the web process. Only a project that has chosen a source pays for it: one look-up by key a task. What a
source stored is all that is read; whether a server or a language model answers now is of no concern here.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annotations.work.suggestions import UNAIDED_LANES
from models_app import prelabeling
from models_app.models import Prediction, SuggestionChoice
from projects.models import Project
from projects.schema import Schema, SchemaProblems

_FRESH_SECONDS = 1.0


@dataclass(frozen=True)
class _Chosen:
    """Which source suggests, by question, as of some moment; ``signatures`` are by source id."""

    checked_at: float
    source_ids: Mapping[str, int]
    signatures: Mapping[int, str]
    schema: Schema | None


_chosen: dict[int, _Chosen] = {}


def forget() -> None:
    """Know nothing any more; tests need it, for there a project's id is used again."""
    _chosen.clear()


def predictions_for(
    project_id: int, tasks: Iterable[tuple[int, Mapping[str, Any], str]]
) -> dict[int, dict[str, dict[str, Any]]]:
    """As ``prelabeling.predictions_for``; where a source was chosen for a question, it alone answers that."""
    tasks = list(tasks)
    found = prelabeling.predictions_for(project_id, tasks)
    chosen = _chosen_in(project_id)
    if not chosen.source_ids:
        return found
    data = {task_id: data for task_id, data, lane in tasks if lane not in UNAIDED_LANES}
    why = {
        task_id: {name: prediction["why"] for name, prediction in by_question.items() if prediction.get("why")}
        for task_id, by_question in found.items()
    }
    for by_question in found.values():
        for question in _not_the_models(chosen):
            by_question.pop(question, None)
    for row in _stored(chosen, list(data)):
        shown = found.setdefault(row.task_id, {})
        prediction = _prediction(chosen, row, data[row.task_id], shown)
        if prediction is not None:
            prediction["why"] = why.get(row.task_id, {}).get(row.question, "")
            shown[row.question] = prediction
    return {task_id: by_question for task_id, by_question in found.items() if by_question}


def _not_the_models(chosen: _Chosen) -> list[str]:
    """Questions that a source answers, and those whose answers by the model would point into answers of a source."""
    questions = chosen.schema.questions if chosen.schema else ()
    pointing = [one.name for one in questions if one.points_into in chosen.source_ids]
    return [*chosen.source_ids, *pointing]


def _stored(chosen: _Chosen, task_ids: list[int]) -> list[Prediction]:
    """What the chosen sources answer, each for the question that it was chosen for, in the order of the schema."""
    if not task_ids or chosen.schema is None:
        return []
    rows = Prediction.objects.filter(
        source__in=list(chosen.signatures), question__in=list(chosen.source_ids), task__in=task_ids
    )
    places = {name: place for place, name in enumerate(chosen.schema.questions_by_name)}
    own = [row for row in rows if chosen.source_ids[row.question] == row.source_id and row.question in places]
    return sorted(own, key=lambda row: places[row.question])


def _prediction(
    chosen: _Chosen, row: Prediction, data: Mapping[str, Any], shown: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any] | None:
    """The stored answer, where the question and the task still allow it, and where what it points into is ``shown`` as
    well, from the same source: ids of others mean other spans."""
    question = chosen.schema.questions_by_name.get(row.question) if chosen.schema else None
    if chosen.schema is None or question is None:
        return None
    source = chosen.signatures[row.source_id]
    answers = {name: one["value"] for name, one in shown.items() if one["source"] == source}
    if question.points_into and question.points_into not in answers:
        return None
    try:
        value = question.validate(row.value, chosen.schema.given(data, answers))
    except SchemaProblems:
        return None
    prediction = {"value": value, "source": source, "words": []}
    if row.confidence is not None:
        prediction["confidence"] = round(row.confidence, 4)
    return prediction


def _chosen_in(project_id: int) -> _Chosen:
    known = _chosen.get(project_id)
    now = time.monotonic()
    if known is not None and now - known.checked_at < _FRESH_SECONDS:
        return known
    choices = SuggestionChoice.objects.filter(project=project_id, source__isnull=False).select_related("source")
    sources = {choice.question: choice.source for choice in choices if choice.source}
    schema = None
    if sources:
        schema = Project.objects.select_related("schema_version").get(pk=project_id).schema
    known = _Chosen(
        now,
        {question: source.pk for question, source in sources.items()},
        {source.pk: source.signature for source in sources.values()},
        schema,
    )
    _chosen[project_id] = known
    return known
