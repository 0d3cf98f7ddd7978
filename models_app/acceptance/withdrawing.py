"""Take back all that one run accepted: its tasks wait for people again."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from annotations.conclusions.accepted_answers import withdraw_accepted
from annotations.models import AcceptedAnswer
from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobRun, enqueue_job
from labelplatform.refusals import Conflict
from models_app.acceptance.accepting import acceptance_key
from models_app.models import AcceptanceRun, PrelabelPolicy
from models_app.rounds.learnable import project_of
from projects.models import Membership, Project

_BATCH = 500


@transaction.atomic
def request_withdrawal(member: Membership, run: AcceptanceRun) -> Job:
    """Enqueue it, and stop accepting, or the next model would accept the same again. Raises ``Conflict`` where nothing
    is left of the run."""
    Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.project_id)
    if not AcceptedAnswer.objects.filter(run_id=run.pk, project=run.project_id).exists():
        raise Conflict("Nothing is left of this run.")
    stopped = PrelabelPolicy.objects.filter(project=member.project_id, question__in=list(run.sources), accepts=True)
    stopped.update(accepts=False)
    AcceptanceRun.objects.filter(pk=run.pk).update(withdrawn_at=timezone.now(), withdrawn_by=_person(member.user))
    record_event(
        actor=member.user,
        verb="took back",
        object=run,
        before={"accepted": run.n_accepted, "audited": run.n_audited},
    )
    return enqueue_job(
        "withdraw_answers",
        project_id=member.project_id,
        params={"run": run.pk},
        requested_by=member.user,
        once_key=f"withdraw:{run.pk}",
        exclusive_key=acceptance_key(member.project_id),
    )


def withdraw_answers(run: JobRun) -> None:
    """Job kind: the tasks of a run, some hundreds in a transaction. What people have said about them stays."""
    project = project_of(run)
    rows = AcceptedAnswer.objects.filter(run_id=run.params["run"], project=project)
    if run.job.total is None:
        run.advance(total=rows.values("task").distinct().count())
    while not run.time_is_up():
        ids = list(rows.order_by("task_id").values_list("task_id", flat=True).distinct()[:_BATCH])
        with transaction.atomic():
            if ids:
                withdraw_accepted(project, ids)
            run.advance(done=run.job.done + len(ids))
            if len(ids) < _BATCH:
                run.finish(message=f"{run.job.done:,} tasks wait for people again.")
                return


def _person(user: Any) -> Any:
    return user if getattr(user, "pk", None) else None
