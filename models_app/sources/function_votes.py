"""What labeling functions vote on tasks of a project, and how well that goes, told while they are written.

This runs in the web process, on a sample: no numpy here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotations.models import FinalLabel
from labelplatform.bulk_rows import one_of
from labelplatform.certainty import Share, wilson
from models_app.models import Prediction, PredictionSource
from models_app.prelabeling import likeliest_answers
from models_app.sources.choosing import BUILTIN
from models_app.sources.functions import LabelingFunction, Seen, SourceSays, seen
from models_app.sources.votes import Ballot, Votes, ballot_of, clashing, complete
from projects.models import Lane, Project, Task, TaskContent
from projects.schema import Question

SAMPLE = 1_000


@dataclass(frozen=True)
class FunctionReport:
    """How one function does: the share of tasks where it votes, the share of these where another
    function's vote clashes with its own, and how often people agree with its votes."""

    name: str
    coverage: Share | None
    conflicts: Share | None
    accuracy: Share | None


@dataclass(frozen=True)
class Trial:
    """All functions on a sample of tasks; accuracy is on labels of tasks that are not in the holdout."""

    n_tasks: int
    coverage: Share | None
    conflicts: Share | None
    functions: Sequence[FunctionReport]


def try_functions(project: Project, question: Question, functions: Sequence[LabelingFunction]) -> Trial:
    """Let functions vote on a sample drawn at random, and on tasks that people have labeled."""
    open_lanes = Task.objects.filter(project=project, lane__in=[Lane.BASE, Lane.SELECTED])
    sample = list(open_lanes.order_by("rank").values_list("pk", flat=True)[:SAMPLE])
    labels = FinalLabel.objects.filter(
        project=project, question=question.name, task__lane__in=[Lane.BASE, Lane.SELECTED]
    ).order_by("-pk")
    truth = dict(labels.values_list("task_id", "value")[:SAMPLE])
    tasks = see_tasks(project, question, functions, list({*sample, *truth}))
    ballot = ballot_of(question)
    votes = {pk: votes_on(ballot, functions, task) for pk, task in tasks.items()}
    drawn = [votes[pk] for pk in sample if pk in votes]
    clashes = [clashing(ballot, one) for one in drawn]
    known = [(votes[pk], value) for pk, value in truth.items() if pk in votes]
    return Trial(
        len(drawn),
        wilson(sum(any(one) for one in drawn), len(drawn)),
        wilson(sum(any(one) for one in clashes), len(drawn)),
        [_report(function, place, ballot, drawn, clashes, known) for place, function in enumerate(functions)],
    )


def votes_on(ballot: Ballot, functions: Sequence[LabelingFunction], task: Seen) -> list[Votes]:
    """What each function votes on a task."""
    votes = [function.votes(task, ballot) for function in functions]
    return complete(ballot, votes, [function.answers for function in functions])


def _report(
    function: LabelingFunction,
    place: int,
    ballot: Ballot,
    drawn: Sequence[Sequence[Votes]],
    clashes: Sequence[Sequence[bool]],
    known: Sequence[tuple[Sequence[Votes], Any]],
) -> FunctionReport:
    n_voted = sum(bool(one[place]) for one in drawn)
    checked = [(vote, value) for one, value in known for vote in one[place].items()]
    right = sum(ballot.is_right(vote, value) for vote, value in checked)
    return FunctionReport(
        function.name,
        wilson(n_voted, len(drawn)),
        wilson(sum(one[place] for one in clashes), n_voted),
        wilson(right, len(checked)),
    )


def see_tasks(
    project: Project, question: Question, functions: Sequence[LabelingFunction], task_ids: Sequence[int]
) -> dict[int, Seen]:
    """Tasks as the functions see them: the text of the question's field, and what named sources said."""
    field = project.schema.fields_by_name[question.on]
    said: dict[int, dict[str, Any]] = {}
    for name in {function.source for function in functions if isinstance(function, SourceSays)}:
        for task_id, value in _said_by(project.pk, question.name, name, task_ids).items():
            said.setdefault(task_id, {})[name] = value
    contents = TaskContent.objects.filter(one_of("task_id", list(task_ids))).values_list("task_id", "data")
    return {task_id: seen(_text(field, data.get(field.name)), said.get(task_id)) for task_id, data in contents}


def _text(field: Any, value: Any) -> str:
    if value is None:
        return ""
    text = field.text(value)
    return field.search_text(value) if text is None else text


def _said_by(project_id: int, question: str, name: str, task_ids: Sequence[int]) -> Mapping[int, Any]:
    if name == BUILTIN:
        return {task_id: answer.value for task_id, answer in likeliest_answers(project_id, question, task_ids).items()}
    source = PredictionSource.objects.of_project(project_id).filter(name=name).first()
    rows = Prediction.objects.filter(one_of("task_id", list(task_ids)), source=source, question=question)
    return dict(rows.values_list("task_id", "value"))
