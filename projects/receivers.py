"""How this app reacts to what lower ones announce."""

from typing import Any

from labelplatform.accounts.models import User
from labelplatform.jobs.models import Job, JobState
from projects.browsing.bulk_acts import act_readers, conclude_stopped
from projects.membership.group_roles import apply_group_roles


def follow_groups(sender: Any, user_id: int, groups: frozenset[str], **kwargs: Any) -> None:
    apply_group_roles(User.objects.get(pk=user_id), groups)


def conclude_stopped_acts(sender: Any, job_id: int, **kwargs: Any) -> None:
    """Who was given tasks by a job hears of it, also where somebody cancelled it before its end."""
    job = Job.objects.select_related("requested_by").get(pk=job_id)
    if job.kind in act_readers and job.state in {JobState.CANCELLED, JobState.FAILED}:
        conclude_stopped(job)
