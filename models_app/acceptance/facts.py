"""What pages and the API tell about pre-labels of a question: its policy, what auto-accept would do, and how it went.

This runs in the web process: no numpy here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from annotations.models import AcceptedAnswer
from labelplatform.certainty import Share, read_share
from models_app.acceptance.planning import NothingToAccept, plan_acceptance, thresholds_of
from models_app.acceptance.policies import policy_of
from models_app.acceptance.targets import TARGETS, why_not_acceptable
from models_app.acceptance.watching import audits, live_accuracy
from models_app.models import AcceptanceRun, ModelVersion, PrelabelPolicy
from projects.models import Lane, Membership, Project, Task
from projects.schema.questions.question import Question

_SHOWN_RUNS = 20
_SHOWN_MISSES = 50


@dataclass(frozen=True)
class GroupLine:
    """What the holdout proves for some options: a threshold with the accuracy above it, or what is missing."""

    title: str
    threshold: float | None
    accuracy: Share | None
    n: int
    shortfall: int
    is_forbidden: bool = False


@dataclass(frozen=True)
class Outlook:
    """What one target would mean now; ``n_tasks`` is about how many tasks would be accepted."""

    target_percent: int
    n_tasks: int
    groups: Sequence[GroupLine]


@dataclass(frozen=True)
class RunLine:
    """One run of auto-accept, and what people say about what it accepted."""

    run: AcceptanceRun
    n_left: int
    is_under_older_guideline: bool


@dataclass(frozen=True)
class PrelabelFacts:
    """``never`` says why no answer to the question can ever be accepted, ``waits_for`` why none is now."""

    question: Question
    policy: PrelabelPolicy
    version: ModelVersion | None
    never: str
    waits_for: str
    n_holdout: int
    n_waiting: int
    chosen: Outlook | None
    others: Sequence[Outlook]
    live: Share | None
    misses: Sequence[int]
    n_audits_open: int
    n_accepted: int
    runs: Sequence[RunLine]


def prelabel_facts(member: Membership, question: Question) -> PrelabelFacts:
    project, policy = member.project, policy_of(member.project, question.name)
    serving = ModelVersion.objects.serving().filter(project=project, question=question.name)
    version = serving.exclude(predictions_file="").first()
    measured = version.metrics.get("acceptance", {}) if version else {}
    outlooks = [_outlook(question, policy, version, percent) for percent in TARGETS] if version and measured else []
    checked = audits(policy, question) if policy.pk else []
    in_lanes = Task.objects.filter(project=project).filter(~Q(lane="base"))
    return PrelabelFacts(
        question=question,
        policy=policy,
        version=version,
        never=why_not_acceptable(question),
        waits_for=_waits_for(project, policy),
        n_holdout=measured.get("n_holdout", 0),
        n_waiting=measured.get("n_waiting", 0),
        chosen=next((one for one in outlooks if one.target_percent == policy.target_percent), None),
        others=outlooks,
        live=live_accuracy(policy, question) if policy.pk else None,
        misses=[task_id for task_id, is_right in checked if not is_right][:_SHOWN_MISSES],
        n_audits_open=in_lanes.filter(lane=Lane.AUDIT, open_slots__gt=0).count(),
        n_accepted=in_lanes.filter(lane=Lane.ACCEPTED).count(),
        runs=_runs(project),
    )


def _outlook(question: Question, policy: PrelabelPolicy, version: ModelVersion, percent: int) -> Outlook:
    measured: Mapping[str, Any] = version.metrics["acceptance"]["targets"].get(str(percent), {})
    asked = PrelabelPolicy(question=question.name, target_percent=percent, options=policy.options)
    thresholds = thresholds_of(asked, version)
    lines = []
    for group in measured.get("groups", []):
        named = group["options"]
        own = thresholds.others if named is None else thresholds.by_option.get(str(named[0]))
        lines.append(
            GroupLine(
                title=_title(question, named, len(measured["groups"])),
                threshold=own,
                accuracy=read_share(group["accuracy"]),
                n=group["n"],
                shortfall=group["shortfall"],
                is_forbidden=own is None and group["threshold"] is not None,
            )
        )
    return Outlook(percent, measured.get("n_tasks", 0), lines)


def _title(question: Question, options: Sequence[Any] | None, n_groups: int) -> str:
    if options is None:
        return "All options together" if n_groups == 1 else "All other options together"
    return ", ".join(question.summarize(option) for option in options)


def _waits_for(project: Project, policy: PrelabelPolicy) -> str:
    if not policy.accepts:
        return ""
    try:
        plan_acceptance(project)
    except NothingToAccept as reason:
        return str(reason)
    return ""


def _runs(project: Project) -> list[RunLine]:
    runs = list(AcceptanceRun.objects.filter(project=project).order_by("-pk")[:_SHOWN_RUNS])
    left = AcceptedAnswer.objects.filter(run_id__in=[run.pk for run in runs], project=project).order_by()
    counts = dict(left.values_list("run_id").annotate(n=Count("task", distinct=True)))
    return [
        RunLine(run, counts.get(run.pk, 0), run.guideline_number != project.guideline_number and run.pk in counts)
        for run in runs
    ]
