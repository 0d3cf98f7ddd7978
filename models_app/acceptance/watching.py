"""How right accepted answers are, as audits show; acceptance that misses its target pauses itself.

This runs in the web process: no numpy here.
"""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from annotations.models import AcceptedAnswer, FinalLabel
from labelplatform.bulk_rows import one_of
from labelplatform.certainty import Share, wilson
from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job
from models_app.acceptance.accepting import request_acceptance
from models_app.acceptance.planning import NothingToAccept, plan_acceptance
from models_app.models import PrelabelPolicy
from projects.models import Project, ProjectState
from projects.schema.questions.question import Question

_SAME = 1e-9
_LATEST = 5_000


def consider_acceptance(project_id: int) -> Job | None:
    """Pause what misses its target; enqueue a look at the tasks where there is something new to look with."""
    if not PrelabelPolicy.objects.filter(project=project_id, accepts=True).exists():
        return None
    project = Project.objects.select_related("schema_version").get(pk=project_id)
    pause_what_misses(project)
    if project.state != ProjectState.ACTIVE:
        return None
    try:
        plan = plan_acceptance(project)
    except NothingToAccept:
        return None
    worked = PrelabelPolicy.objects.filter(project=project, worked_through=plan.fingerprint)
    return None if worked.exists() else request_acceptance(project_id)


def consider_all_acceptance() -> None:
    """Look at every project that accepts answers."""
    accepting = PrelabelPolicy.objects.filter(accepts=True, project__state=ProjectState.ACTIVE)
    for project_id in accepting.order_by("project").values_list("project", flat=True).distinct():
        consider_acceptance(project_id)


def live_accuracy(policy: PrelabelPolicy, question: Question) -> Share | None:
    """How often people, unaided, said the same as what was accepted; of the latest audits since acceptance was turned
    on. None before the first."""
    rights = [is_right for _, is_right in audits(policy, question)]
    return wilson(sum(rights), len(rights))


def audits(policy: PrelabelPolicy, question: Question) -> list[tuple[int, bool]]:
    """The audited tasks that people have answered, the latest first, and whether they said the same."""
    rows = AcceptedAnswer.objects.filter(project=policy.project_id, question=question.name, is_audited=True)
    if policy.watched_since is not None:
        rows = rows.filter(accepted_at__gte=policy.watched_since)
    accepted = dict(rows.order_by("-task_id").values_list("task_id", "value")[:_LATEST])
    labels = _labels(policy.project_id, question.name, list(accepted))
    return [
        (task_id, question.distance(value, labels[task_id]) <= _SAME)
        for task_id, value in accepted.items()
        if task_id in labels
    ]


def pause_what_misses(project: Project) -> list[PrelabelPolicy]:
    """Pause each question whose audits show that its target is missed: their whole interval lies below it."""
    paused = []
    for policy in PrelabelPolicy.objects.filter(project=project, accepts=True, paused_because=""):
        question = project.schema.questions_by_name.get(policy.question)
        live = live_accuracy(policy, question) if question else None
        if live is not None and live.high < policy.target_percent / 100:
            paused.append(policy)
            _pause(policy, live)
    return paused


@transaction.atomic
def _pause(policy: PrelabelPolicy, live: Share) -> None:
    reason = (
        f"People agree with {live.value:.0%} of {live.n:,} audited answers ({live.low:.0%} to {live.high:.0%}), "
        f"which is below the target of {policy.target_percent} %."
    )
    found = PrelabelPolicy.objects.filter(pk=policy.pk, accepts=True, paused_because="")
    if found.update(paused_because=reason):
        record_event(actor=None, verb="paused", object=policy, after={"reason": reason})


def _labels(project_id: int, question: str, task_ids: list[int]) -> Mapping[int, Any]:
    rows = FinalLabel.objects.filter(one_of("task_id", task_ids), project=project_id, question=question)
    return dict(rows.values_list("task_id", "value"))
