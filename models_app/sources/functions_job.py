"""The job that lets labeling functions vote on every task and combines their votes into predictions."""

import json
from collections.abc import Sequence

import numpy as np
from django.db import transaction

from labelplatform.jobs.running import JobFailed, JobRun
from labelplatform.refusals import Refusal
from models_app.learning.label_model import ABSTAIN, Combined, combine
from models_app.models import Prediction, PredictionRun
from models_app.sources.checking import Checked
from models_app.sources.function_votes import see_tasks
from models_app.sources.functions import LabelingFunction, read_functions
from models_app.sources.jobs import request_measuring
from models_app.sources.setting_up import names_to_vote
from models_app.sources.storing import store_batch
from projects.models import Stage, Task

_TASKS_AT_ONCE = 5_000


def apply_functions(run: JobRun) -> None:
    """Job kind: votes on all tasks are gathered first, for how far each function is believed rests on all of them."""
    prediction_run = PredictionRun.objects.select_related("project__schema_version", "source").get(
        pk=run.params["prediction_run"]
    )
    source, project = prediction_run.source, prediction_run.project
    try:
        functions = read_functions(source.options, project.schema, known_sources=names_to_vote(source))
    except Refusal as refusal:
        raise JobFailed(f"{refusal.detail} Change the labeling functions.") from refusal
    question = project.schema.questions_by_name[source.options["question"]]
    options = list(getattr(question, "open_values", ()))
    tasks = Task.objects.filter(project=project).exclude(stage=Stage.EXCLUDED).order_by("pk")
    ids = list(tasks.values_list("pk", flat=True))
    run.advance(total=len(ids), message="Voting")
    votes = np.full((len(ids), len(functions)), ABSTAIN, dtype=np.int16)
    places = {value: place for place, value in enumerate(options)}
    for start in range(0, len(ids), _TASKS_AT_ONCE):
        part = ids[start : start + _TASKS_AT_ONCE]
        seen = see_tasks(project, question, functions, part)
        for row, task_id in enumerate(part, start=start):
            if task_id in seen:
                votes[row] = [places.get(function.vote(seen[task_id]) or "", ABSTAIN) for function in functions]
        run.advance(done=start + len(part))
    combined = combine(votes, len(options))
    with transaction.atomic():
        former = Prediction.objects.filter(source=source, question=question.name)
        former._raw_delete(former.db)  # what functions abstain from now must not stay as they said it before
        for start in range(0, len(ids), _TASKS_AT_ONCE):
            checked = _checked(ids, combined, question.name, options, start)
            store_batch(prediction_run, checked, [], schema_version_id=project.current_schema_version.pk)
        statistics = _statistics(functions, votes, combined)
        PredictionRun.objects.filter(pk=prediction_run.pk).update(statistics=statistics)
        run.finish(message=f"{prediction_run.stored_count:,} of {len(ids):,} tasks are voted on.", done=len(ids))
        request_measuring(source)


def _checked(
    ids: Sequence[int], combined: Combined, question: str, options: Sequence[str], start: int
) -> list[Checked]:
    stop = start + _TASKS_AT_ONCE
    answers, confidences = combined.answers[start:stop], combined.confidences[start:stop]
    return [
        Checked(task_id, question, json.dumps(options[answer]), round(float(confidence), 4))
        for task_id, answer, confidence in zip(ids[start:stop], answers, confidences, strict=True)
        if answer != ABSTAIN
    ]


def _statistics(functions: Sequence[LabelingFunction], votes: np.ndarray, combined: Combined) -> dict[str, object]:
    voted = votes != ABSTAIN
    n_voted = voted.sum(axis=0)
    return {
        "functions": [
            {"name": one.name, "votes": int(n_voted[place]), "estimated_accuracy": round(float(accuracy), 4)}
            for place, (one, accuracy) in enumerate(zip(functions, combined.accuracies, strict=True))
        ]
    }
