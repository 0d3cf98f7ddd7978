"""Where suggestions come from: sources that higher parts register, asked only when a person may see them.

A source is ``source(project_id, tasks) -> {task id: {question: prediction}}``; it must be fast and must not load a
machine-learning library, for it runs in the request.
"""

from typing import Any

from labelplatform.registry import Registry
from projects.models import Lane, Project
from projects.queueing.queue import ClaimedTask, Suggest

prediction_sources = Registry("prediction source")

# ``policy(project_id, task, predictions) -> predictions``: which of them the person may see, and which of these are
# chosen already (``"preselected": True``). As fast as a source.
suggestion_policies = Registry("suggestion policy")

# Answers on these tasks measure people and models, so nobody sees a suggestion there.
UNAIDED_LANES = frozenset({Lane.HOLDOUT, Lane.GOLD, Lane.AUDIT})


def suggester_for(project: Project) -> Suggest:
    """What ``claim_next_task`` calls with the task it leases; the result is stored as "was on screen"."""

    def suggest(task: ClaimedTask) -> dict[str, Any]:
        if not project.shows_suggestions or task.lane in UNAIDED_LANES:
            return {}
        merged: dict[str, Any] = {}
        for source in prediction_sources.objects():
            found = source(project.pk, [(task.id, task.data, task.lane)])
            for question, prediction in found.get(task.id, {}).items():
                merged.setdefault(question, prediction)
        for policy in suggestion_policies.objects():
            merged = policy(project.pk, task, merged)
        return merged

    return suggest


def why_asked(task: ClaimedTask) -> str:
    """One sentence for the annotator on why this task and not another; empty where there is nothing to say."""
    if task.lane in UNAIDED_LANES:
        return "This one measures the model, so there is no suggestion."
    if task.is_assigned:
        due = f", due {task.due_at:%-d %B}" if task.due_at else ""
        return f"This one is assigned to you{due}."
    for prediction in (task.suggestions or {}).values():
        if prediction.get("why"):
            return str(prediction["why"])
    return ""
