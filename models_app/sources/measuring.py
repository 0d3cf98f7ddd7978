"""How good a source is: its predictions for the holdout against what people concluded there."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotations.models import FinalLabel
from labelplatform.jobs.running import JobRun
from models_app.learning.answer_evaluation import answers_of
from models_app.models import Prediction, PredictionSource
from models_app.registries import answer_evaluations
from models_app.rounds.triggers import name_proposals
from projects.models import Lane
from projects.schema import Question


def measure_source(run: JobRun) -> None:
    """Job kind: measure a source on every question that it predicts; one that is gone needs none."""
    source = PredictionSource.objects.select_related("project__schema_version").filter(pk=run.params["source"]).first()
    measures = {} if source is None else measures_of(source)
    with transaction.atomic():
        if source is not None:
            PredictionSource.objects.filter(pk=source.pk).update(measures=measures, measured_at=timezone.now())
            name_proposals(source.project, measures)
        n = sum(figures["n_holdout"] for figures in measures.values())
        run.finish(message=f"Compared with {n:,} answers of people.")


def measures_of(source: PredictionSource) -> dict[str, Any]:
    """By question: how many predictions there are, and figures on the holdout tasks that were predicted.

    ``n_truth`` counts the holdout labels that there are, ``n_holdout`` those with a prediction beside them.
    """
    return {
        question.name: figures
        for question in source.project.schema.questions
        if (figures := _measure(source, question)) is not None
    }


def _measure(source: PredictionSource, question: Question) -> dict[str, Any] | None:
    predictions = Prediction.objects.filter(source=source, question=question.name)
    n_predicted = predictions.count()
    if not n_predicted:
        return None
    labels = FinalLabel.objects.filter(
        project=source.project_id, question=question.name, task__lane=Lane.HOLDOUT
    ).values_list("task_id", "value")
    is_open = set(getattr(question, "open_values", ())).issuperset
    has_options = hasattr(question, "open_values")
    truth = {pk: value for pk, value in labels if not has_options or is_open(question.options_in(value))}
    on_holdout = predictions.filter(task__lane=Lane.HOLDOUT).values_list("task_id", "value", "confidence")
    found = {pk: (value, confidence) for pk, value, confidence in on_holdout if pk in truth}
    task_ids = sorted(found)
    found, truth = _compared(source, question, found, truth)
    evaluate = answer_evaluations.get(question.kind if question.kind in answer_evaluations else "other")
    evaluation = evaluate(
        question,
        answers_of([found[pk][0] for pk in task_ids], [found[pk][1] for pk in task_ids]),
        [truth[pk] for pk in task_ids],
    )
    options = {"known_options": list(getattr(question, "open_values", ()))} if has_options else {}
    counts = {"n_predicted": n_predicted, "n_truth": len(truth), "n_holdout": len(task_ids)}
    return {**counts, **options, "holdout": evaluation.as_json()}


_Found = dict[int, tuple[Any, float | None]]


def _compared(
    source: PredictionSource, question: Question, found: _Found, truth: dict[int, Any]
) -> tuple[_Found, dict[int, Any]]:
    """Both by what they point at, where answers point into those to another question: ids differ by chance."""
    ends = question.points_into
    if not ends:
        return found, truth
    rows = Prediction.objects.filter(source=source, question=ends, task__lane=Lane.HOLDOUT)
    theirs = dict(rows.values_list("task_id", "value"))
    labels = FinalLabel.objects.filter(project=source.project_id, question=ends, task__lane=Lane.HOLDOUT)
    ours = dict(labels.values_list("task_id", "value"))
    return (
        {pk: (question.compared(value, {ends: theirs.get(pk, [])}), sure) for pk, (value, sure) in found.items()},
        {pk: question.compared(value, {ends: ours.get(pk, [])}) for pk, value in truth.items()},
    )
