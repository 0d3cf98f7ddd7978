"""What may be accepted now: for each question its model and thresholds, or why nothing may.

This runs in the web process: no numpy here.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from annotations.conclusions.accepted_answers import answers_all
from models_app.acceptance.targets import why_not_acceptable
from models_app.models import ModelVersion, PrelabelPolicy
from models_app.versions.predictions_file import AnsweredTask
from projects.models import Project
from projects.schema.questions.question import Question


class NothingToAccept(Exception):
    """Nothing may be accepted; the message says why."""


@dataclass(frozen=True)
class Thresholds:
    """From which confidence on answers are accepted: by option, as text, and for all others. None is never."""

    by_option: Mapping[str, float | None]
    others: float | None

    def accepts(self, answer: AnsweredTask) -> bool:
        value = answer.value
        least = self.by_option.get(str(value), self.others) if isinstance(value, str | int) else self.others
        return value is not None and least is not None and answer.confidence >= least

    @property
    def accepts_any(self) -> bool:
        return self.others is not None or any(least is not None for least in self.by_option.values())

    def as_json(self) -> dict[str, Any]:
        return {"by_option": dict(self.by_option), "others": self.others}


@dataclass(frozen=True)
class AcceptancePlan:
    """The models and thresholds by question; about ``n_expected`` tasks lie above them."""

    project: Project
    versions: Mapping[str, ModelVersion]
    thresholds: Mapping[str, Thresholds]
    audit_percent: int
    n_expected: int

    @property
    def first(self) -> str:
        """A question that every task is asked."""
        return next(one.name for one in self.project.schema.questions if one.name in self.versions and one.when is None)

    @property
    def fingerprint(self) -> str:
        """Names what tasks are looked at with: another model, file, threshold or guideline gives another one."""
        parts = [
            [name, version.pk, version.predictions_file, self.thresholds[name].as_json()]
            for name, version in self.versions.items()
        ]
        return hashlib.sha256(json.dumps([parts, self.project.guideline_number]).encode()).hexdigest()

    def is_complete(self, answers: Mapping[str, Any]) -> bool:
        """Whether nothing is left that a person would have to be asked."""
        return answers_all(self.project.schema, answers)


def plan_acceptance(project: Project) -> AcceptancePlan:
    """What may be accepted now. A task leaves the queue only as a whole, so every question that each task has to
    answer needs a model and a threshold. Raises ``NothingToAccept``."""
    policies = {policy.question: policy for policy in PrelabelPolicy.objects.filter(project=project, accepts=True)}
    serving = ModelVersion.objects.serving().filter(project=project).exclude(predictions_file="")
    known = {version.question: version for version in serving}
    versions, thresholds = {}, {}
    for question in project.schema.questions:
        policy, version = policies.get(question.name), known.get(question.name)
        reason = _why_not(project, question, policy, version)
        if not reason and policy is not None and version is not None:
            found = thresholds_of(policy, version)
            if found.accepts_any:
                versions[question.name], thresholds[question.name] = version, found
                continue
            reason = f"“{question.title}” has no threshold that proves {policy.target_percent} % yet."
        if question.required and question.when is None:
            raise NothingToAccept(reason)
    if not any(question.required and question.when is None for question in project.schema.questions):
        raise NothingToAccept("No question has to be answered for every task.")
    expected = [n_acceptable(policies[name], version) for name, version in versions.items()]
    audit_percent = max(policies[name].audit_percent for name in versions)
    return AcceptancePlan(project, versions, thresholds, audit_percent, min(expected))


def thresholds_of(policy: PrelabelPolicy, version: ModelVersion) -> Thresholds:
    """Those that the holdout proved for the policy's target, less what the policy forbids single options."""
    by_option: dict[str, float | None] = {}
    others: float | None = None
    for group in _measured(policy, version).get("groups", []):
        if group["options"] is None:
            others = group["threshold"]
        else:
            by_option |= dict.fromkeys(map(str, group["options"]), group["threshold"])
    for value, own in policy.options.items():
        if "accept_from" in own:
            proven, least = by_option.get(value, others), own["accept_from"]
            by_option[value] = None if proven is None or least is None else max(proven, least)
    return Thresholds(by_option, others)


def n_acceptable(policy: PrelabelPolicy, version: ModelVersion) -> int:
    """About how many of the tasks that waited when the model was trained are above its thresholds."""
    return int(_measured(policy, version).get("n_tasks", 0))


def _measured(policy: PrelabelPolicy, version: ModelVersion) -> Mapping[str, Any]:
    targets = version.metrics.get("acceptance", {}).get("targets", {})
    found: Mapping[str, Any] = targets.get(str(policy.target_percent), {})
    return found


def _why_not(project: Project, question: Question, policy: PrelabelPolicy | None, version: ModelVersion | None) -> str:
    if never := why_not_acceptable(question):
        return f"“{question.title}”: {never}"
    if policy is None:
        return f"“{question.title}” has to be answered, too, and is not auto-accepted."
    if policy.paused_because:
        return f"“{question.title}” has paused. {policy.paused_because}"
    if version is None or version.schema_version_id != project.schema_version_id:
        return f"“{question.title}” has no model of the schema in force yet."
    if not version.metrics.get("acceptance"):
        return f"The model of “{question.title}” was not measured for this yet: the next one will be."
    return ""
