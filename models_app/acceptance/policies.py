"""Change what becomes of a model's answers: shown, chosen already, or accepted in place of people's."""

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from labelplatform.events.models import Event, record_event
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.acceptance.targets import TARGETS, why_not_acceptable
from models_app.acceptance.watching import consider_acceptance
from models_app.models import PrelabelPolicy
from projects.history.undoing import CHANGED_SINCE, Events, Undoer, object_of
from projects.models import Membership, Project
from projects.schema.questions.question import Question

POLICY_FIELDS = ("show_from", "preselect_from", "accepts", "target_percent", "audit_percent", "options")
OPTION_FIELDS = ("show_from", "preselect_from", "accept_from")


def policy_of(project: Project, question: str) -> PrelabelPolicy:
    """The question's policy, the usual one where none was set."""
    found = PrelabelPolicy.objects.filter(project=project, question=question).first()
    return found or PrelabelPolicy(project=project, question=question)


def policy_as_json(policy: PrelabelPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in POLICY_FIELDS}


@transaction.atomic
def change_policy(member: Membership, question_name: str, changes: Mapping[str, Any]) -> PrelabelPolicy:
    """Change some fields. Turning auto-accept on again after it paused begins a new watch: only later audits count.

    Raises ``Refusal`` naming each field that is not right.
    """
    project = Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.project_id)
    question = member.project.schema.questions_by_name.get(question_name)
    if question is None:
        message = f"{question_name!r:.60} is no question of this project."
        raise Refusal(message, errors=[{"path": "question", "message": message}])
    policy, _ = PrelabelPolicy.objects.get_or_create(project=project, question=question_name)
    before = policy_as_json(policy)
    errors = _problems(question, changes)
    if errors:
        raise Refusal("Some settings are not right.", errors=errors)
    for name, value in changes.items():
        setattr(policy, name, value)
    begins = policy.accepts and (policy.paused_because or not before["accepts"])
    after = policy_as_json(policy)
    changed = [name for name in POLICY_FIELDS if before[name] != after[name]]
    if not changed and not begins:
        return policy
    if begins:
        policy.paused_because, policy.watched_since = "", timezone.now()
    policy.save()
    record_event(
        actor=member.user,
        verb="changed" if changed else "resumed",
        object=policy,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    if policy.accepts:
        transaction.on_commit(partial(consider_acceptance, project.pk))
    return policy


def _problems(question: Question, changes: Mapping[str, Any]) -> list[dict[str, str]]:
    found: dict[str, str] = {}
    for name, value in changes.items():
        if name not in POLICY_FIELDS:
            found[name] = f"There is no such setting; there are: {', '.join(POLICY_FIELDS)}."
        elif name in {"show_from", "preselect_from"} and not _is_share(value, may_be_none=name == "preselect_from"):
            found[name] = "Send a confidence from 0 to 1."
        elif name == "target_percent" and value not in TARGETS:
            found[name] = f"Choose one of {', '.join(map(str, TARGETS))} percent."
        elif name == "audit_percent" and not (_is_whole(value) and 1 <= value <= 100):
            found[name] = "Send a whole number from 1 to 100: without an audit nobody would know how right it is."
        elif name == "accepts" and not isinstance(value, bool):
            found[name] = "Send true or false."
        elif name == "accepts" and value and (never := why_not_acceptable(question)):
            found[name] = never
        elif name == "options":
            found |= _option_problems(question, value)
    return [{"path": path, "message": message} for path, message in found.items()]


def _option_problems(question: Question, options: Any) -> dict[str, str]:
    if not isinstance(options, dict):
        return {"options": "Send an object: for each option its own thresholds."}
    found = {}
    for value, own in options.items():
        if question.known_values is not None and value not in question.known_values:
            found[f"options.{value:.40}"] = "There is no such option."
        elif not isinstance(own, dict) or not own.keys() <= {*OPTION_FIELDS}:
            found[f"options.{value:.40}"] = f"Send an object with some of {', '.join(OPTION_FIELDS)}."
        elif not all(_is_share(least, may_be_none=name != "show_from") for name, least in own.items()):
            found[f"options.{value:.40}"] = "Send confidences from 0 to 1; null stands for never."
    return found


def _is_share(value: Any, *, may_be_none: bool) -> bool:
    if value is None:
        return may_be_none
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value <= 1


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _why_not(member: Membership, events: Events) -> dict[int, str]:
    policies = PrelabelPolicy.objects.filter(project=member.project_id).in_bulk([object_of(one) for one in events])
    reasons = {}
    for event in events:
        policy = policies.get(object_of(event))
        if policy is None or any(getattr(policy, name, None) != value for name, value in event.after.items()):
            reasons[event.pk] = CHANGED_SINCE
    return reasons


def _undo(member: Membership, event: Event) -> None:
    policy = PrelabelPolicy.objects.get(pk=object_of(event), project=member.project_id)
    change_policy(member, policy.question, event.before)


CHANGED = Undoer(Capability.TRAIN_MODELS, _why_not, _undo)
