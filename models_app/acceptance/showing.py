"""Which suggestions a person sees, and which are chosen already: by how sure the model is, as a project's policies say.

This runs in the web process, at every claim: policies are read again after a second, and projects without any pay
for nothing else.
"""

import time
from collections.abc import Mapping
from typing import Any

from models_app.models import PrelabelPolicy
from projects.queueing.queue import ClaimedTask

_FRESH_SECONDS = 1.0

_known: dict[int, tuple[float, dict[str, PrelabelPolicy]]] = {}


def forget() -> None:
    """Know nothing any more; tests need it, for there a project's id is used again."""
    _known.clear()


def as_policies_say(project_id: int, task: ClaimedTask, predictions: dict[str, Any]) -> dict[str, Any]:
    """Without those that are not sure enough to be shown; with ``preselected`` where they are sure enough for that."""
    policies = _policies_of(project_id) if predictions else {}
    if not policies:
        return predictions
    shaped = {name: _as_policy_says(policies.get(name), prediction) for name, prediction in predictions.items()}
    return {name: prediction for name, prediction in shaped.items() if prediction is not None}


def _as_policy_says(policy: PrelabelPolicy | None, prediction: dict[str, Any]) -> dict[str, Any] | None:
    """Thresholds hold for each part by itself, where a question is about the parts of a task."""
    if "parts" not in prediction:
        return _shaped(policy, prediction)
    parts = {one: _shaped(policy, part) for one, part in prediction["parts"].items()}
    shown = {one: part for one, part in parts.items() if part is not None}
    return (
        {**prediction, "parts": shown, "value": {one: part["value"] for one, part in shown.items()}} if shown else None
    )


def _shaped(policy: PrelabelPolicy | None, prediction: dict[str, Any]) -> dict[str, Any] | None:
    """A prediction without a confidence is shown, but never chosen: nobody knows how sure its source is."""
    confidence = prediction.get("confidence")
    if policy is None or confidence is None:
        return prediction
    own = _own_thresholds(policy, prediction["value"])
    if confidence < own.get("show_from", policy.show_from):
        return None
    preselect_from = own.get("preselect_from", policy.preselect_from)
    is_chosen = preselect_from is not None and confidence >= preselect_from
    return {**prediction, "preselected": True} if is_chosen else prediction


def _own_thresholds(policy: PrelabelPolicy, value: Any) -> Mapping[str, Any]:
    own: Mapping[str, Any] = policy.options.get(str(value), {}) if isinstance(value, str | int) else {}
    return own


def _policies_of(project_id: int) -> dict[str, PrelabelPolicy]:
    known = _known.get(project_id)
    now = time.monotonic()
    if known is not None and now - known[0] < _FRESH_SECONDS:
        return known[1]
    policies = {policy.question: policy for policy in PrelabelPolicy.objects.filter(project=project_id)}
    _known[project_id] = (now, policies)
    return policies
