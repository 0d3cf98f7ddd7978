"""Have answers from before a guideline version looked at again, where it decides them anew."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404

from annotations.notices import tell_about_requests
from annotations.reviewing.older_rules import TasksUnderOlderRules
from annotations.reviewing.review_requests import request_review
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobFailed, JobRun, enqueue_job
from labelplatform.roles import Capability
from projects.access import open_project_by_id
from projects.models import Guideline, Membership, Stage

KIND = "review_older_answers"
_BATCH = 50


def queue_older_answers(member: Membership, guideline: Guideline) -> Job:
    """Ask, as a job, for a review of every finished task with an answer that the version decides anew."""
    return enqueue_job(
        KIND,
        project_id=member.project_id,
        params={"guideline": guideline.pk},
        requested_by=member.user,
        exclusive_key=f"{KIND}:{member.project_id}",
        once_key=f"{KIND}:{guideline.pk}",
    )


def review_older_answers(run: JobRun) -> None:
    """Job kind: the tasks in the order of their ids, some fifty in a transaction; those in review are left alone."""
    guideline = Guideline.objects.filter(pk=run.params["guideline"]).first()
    try:
        member = open_project_by_id(run.job.requested_by, run.job.project_id, Capability.MANAGE_WORK)
    except (Http404, PermissionDenied) as error:
        raise JobFailed("Who asked for it may not do so any more. A manager can start it again.") from error
    if guideline is None:
        raise JobFailed("The guideline version is gone. Start again from the version in force.")
    found = TasksUnderOlderRules(guideline).rows().filter(task__stage=Stage.DONE)
    reason = f"Guideline {guideline.number}: {guideline.summary}"
    while not run.time_is_up():
        last, queued = run.cursor.get("last_id", 0), run.cursor.get("queued", 0)
        following = found.filter(task_id__gt=last).order_by("task_id")
        ids = list(following.values_list("task_id", flat=True).distinct()[:_BATCH])
        with transaction.atomic():
            queued += request_review(member, ids, reason=reason) if ids else 0
            if len(ids) < _BATCH:
                if queued:
                    tell_about_requests(member.project, queued, asked_by=member.user, reason=reason)
                run.finish(
                    done=queued, message=f"{queued:,} {'task waits' if queued == 1 else 'tasks wait'} for review."
                )
                return
            run.advance(cursor={"last_id": ids[-1], "queued": queued}, done=queued)
