"""What models add to the Data page: the answer each serving model thinks likeliest."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from models_app.models import ModelVersion
from models_app.prelabeling import likeliest_answers
from projects.browsing.data_page import DataColumn, Mark
from projects.models import Membership


def predicted_columns(member: Membership) -> list[DataColumn]:
    """One column for each question that a model serves."""
    serving = ModelVersion.objects.serving().filter(project_id=member.project_id)
    numbers = dict(serving.values_list("question", "number"))
    questions = [question for question in member.project.schema.questions if question.name in numbers]
    return [
        DataColumn(
            f"predicted.{question.name}",
            "Predicted" if len(questions) == 1 else f"Predicted {question.name}",
            partial(_predicted, member.project_id, question),
            help=f"What model {numbers[question.name]} answers, and how sure it is. Holdout tasks have none.",
            order=20,
        )
        for question in questions
    ]


def _predicted(project_id: int, question: Any, task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    colours = {option.value: option.colour for option in getattr(question, "options", ())}
    found = likeliest_answers(project_id, question.name, task_ids)
    return {
        task_id: [Mark(question.summarize(best.value), f"{100 * best.confidence:.0f} %", _colour(colours, best.value))]
        for task_id, best in found.items()
    }


def _colour(colours: Mapping[str, int], value: Any) -> int:
    return colours.get(value, 0) if isinstance(value, str) else 0
