"""The job that lets labeling functions vote on every task and combines their votes into predictions."""

import json
from collections.abc import Sequence
from contextlib import suppress

from django.db import transaction

from labelplatform.jobs.running import JobFailed, JobRun
from labelplatform.refusals import Refusal
from models_app.learning.combining import Outcome, VoteTable, combiners
from models_app.models import Prediction, PredictionRun
from models_app.sources.checking import BatchData, Checked, DataOf
from models_app.sources.function_votes import see_tasks, votes_on
from models_app.sources.functions import LabelingFunction, read_functions
from models_app.sources.jobs import request_measuring
from models_app.sources.setting_up import names_to_vote
from models_app.sources.storing import store_batch
from models_app.sources.votes import Ballot, ballot_of
from projects.models import Project, Stage, Task
from projects.schema import Question, SchemaProblems
from projects.schema.given import Given

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
    ballot = ballot_of(question)
    tasks = Task.objects.filter(project=project).exclude(stage=Stage.EXCLUDED).order_by("pk")
    ids = list(tasks.values_list("pk", flat=True))
    run.advance(total=len(ids), message="Voting")
    table = VoteTable(len(ids), len(functions))
    for start in range(0, len(ids), _TASKS_AT_ONCE):
        part = ids[start : start + _TASKS_AT_ONCE]
        seen = see_tasks(project, question, functions, part)
        for row, task_id in enumerate(part, start=start):
            if task_id in seen:
                for place, votes in enumerate(votes_on(ballot, functions, seen[task_id])):
                    table.add(row, place, votes)
        run.advance(done=start + len(part))
    outcome: Outcome = combiners.get(question.kind)(question, table)
    with transaction.atomic():
        former = Prediction.objects.filter(source=source, question=question.name)
        former._raw_delete(former.db)  # what functions abstain from now must not stay as they said it before
        for start in range(0, len(ids), _TASKS_AT_ONCE):
            rows = range(start, min(start + _TASKS_AT_ONCE, len(ids)))
            checked = _checked(project, question, ballot, ids, rows, outcome)
            store_batch(prediction_run, checked, [], schema_version_id=project.current_schema_version.pk)
        statistics = _statistics(functions, table, outcome)
        PredictionRun.objects.filter(pk=prediction_run.pk).update(statistics=statistics)
        run.finish(message=f"{prediction_run.stored_count:,} of {len(ids):,} tasks are voted on.", done=len(ids))
        request_measuring(source)


def _checked(
    project: Project, question: Question, ballot: Ballot, ids: Sequence[int], rows: range, outcome: Outcome
) -> list[Checked]:
    """The answers of some rows as they are stored: what the schema refuses is left out."""
    answered = {ids[row]: outcome.answers[row] for row in rows if row in outcome.answers}
    data = BatchData(list(answered))
    found: list[Checked] = []
    for task_id, (come_out, confidence) in answered.items():
        given = Given(DataOf(data, task_id), project.schema.fields_by_name)
        with suppress(SchemaProblems):
            value = json.dumps(question.validate(ballot.answer_of(come_out, given), given), ensure_ascii=False)
            found.append(Checked(task_id, question.name, value, round(float(confidence), 4)))
    return found


def _statistics(functions: Sequence[LabelingFunction], table: VoteTable, outcome: Outcome) -> dict[str, object]:
    n_voted = table.tasks_voted_on()
    return {
        "functions": [
            {"name": one.name, "votes": int(n_voted[place]), "estimated_accuracy": round(float(accuracy), 4)}
            for place, (one, accuracy) in enumerate(zip(functions, outcome.accuracies, strict=True))
        ]
    }
