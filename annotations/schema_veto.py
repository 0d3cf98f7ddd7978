"""What schema changes mean for answers: which ones are refused, and how much the others touch."""

from annotations.held_values import Values, count_held
from projects.schema import Schema
from projects.schema_changes import Touched


def answers_that_would_be_lost(project_id: int, schema: Schema, lost: Values) -> list[str]:
    """One sentence per question whose answers the new schema refuses, with the counts."""
    reasons = []
    for question, held in count_held(project_id, schema, lost).items():
        if held.answers or held.labels:
            values = lost[question]
            what = "The question" if values is None else f"{', '.join(values)} of"
            reasons.append(
                f"{what} “{question}” has {held.answers:,} answers and {held.labels:,} final labels. "
                "Retire options instead of removing them, or rename or merge them together with their answers."
            )
    return reasons


def answers_touched(project_id: int, schema: Schema, values: Values) -> list[Touched]:
    """How many answers, tasks and final labels a change is about, question by question."""
    held = count_held(project_id, schema, values).values()
    return [
        Touched("answers", sum(one.answers for one in held)),
        Touched("tasks", sum(one.tasks for one in held)),
        Touched("final labels", sum(one.labels for one in held)),
    ]
