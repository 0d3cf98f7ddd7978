"""What schema changes mean for answers: which ones are refused, and how much the others touch."""

from collections.abc import Sequence

from annotations.conclusions.held_values import Values, count_held, find_held
from projects.schema import Schema
from projects.schema_change.schema_counts import Touched

# A refusal counts no further.
_ENOUGH = 1000


def answers_that_would_be_lost(project_id: int, schema: Schema, lost: Values) -> list[str]:
    """One sentence per question whose answers the new schema refuses, with the counts."""
    reasons = []
    for name, values in lost.items():
        answers, labels = find_held(project_id, schema.questions_by_name[name], values, limit=_ENOUGH)
        if answers or labels:
            what = "The question" if values is None else f"{', '.join(values)} of"
            reasons.append(
                f"{what} “{name}” has {_in_words(answers)} answers and {_in_words(labels)} final labels. "
                "Retire options instead of removing them, or rename or merge them together with their answers."
            )
    return reasons


def answers_touched(schema: Schema, values: Values, task_ids: Sequence[int]) -> list[Touched]:
    """How many answers, tasks and final labels among these tasks a change is about."""
    held = count_held(schema, values, task_ids)
    return [Touched("answers", held.answers), Touched("tasks", held.tasks), Touched("final labels", held.labels)]


def _in_words(count: int) -> str:
    return f"{count:,}{'+' if count >= _ENOUGH else ''}"
