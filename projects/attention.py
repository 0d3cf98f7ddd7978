"""What this app itself wants somebody to look at on a project's overview."""

from datetime import timedelta

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from labelplatform.jobs.models import Job, JobState
from labelplatform.roles import Capability, roles_with
from projects.guideline.guideline_questions import waiting_questions
from projects.models import Membership, ProjectState, Task
from projects.navigation import tab_url, tasks_url
from projects.panels import Attention
from projects.queueing.skills import may_get

FAILED_SINCE = timedelta(days=7)


def failed_jobs(member: Membership) -> list[Attention]:
    """Jobs that failed lately and were not followed by a successful one of their kind."""
    jobs = Job.objects.filter(project_id=member.project_id, created_at__gte=timezone.now() - FAILED_SINCE)
    done = dict(jobs.filter(state=JobState.DONE).values_list("kind").annotate(last=Max("id")).order_by())
    failed = jobs.filter(state=JobState.FAILED).order_by("-id")[:20]
    latest: dict[str, Job] = {}
    for job in failed:
        if job.pk > done.get(job.kind, 0):
            latest.setdefault(job.kind, job)
    url = reverse("projects:job-list", args=[member.project.slug])
    return [
        Attention(f"{job.kind.replace('_', ' ').capitalize()} failed: {job.error or 'no reason was kept.'}", url, "bad")
        for job in latest.values()
    ]


def not_open(member: Membership) -> list[Attention]:
    """A project that is closed to people. That no worker answers is said on every page already."""
    state = member.project.state
    if state == ProjectState.ACTIVE:
        return []
    return [Attention(f"The project is {state}: nobody can label.", tab_url(member, "settings"))]


def skills_nobody_has(member: Membership) -> list[Attention]:
    """Tasks that wait for a skill which no active member has."""
    needed = member.project.skills_needed
    if not needed:
        return []
    people = Membership.objects.active().filter(project_id=member.project_id, role__in=roles_with(Capability.ANNOTATE))
    able = list(people.only("skills", "opted_out"))
    items = []
    for skill in needed:
        free = Task.objects.filter(project_id=member.project_id, skill=skill, open_slots__gt=0)
        if not any(may_get(person, skill) for person in able) and free.exists():
            items.append(Attention(f"Tasks wait for “{skill}”, which nobody here has", tasks_url(member, skill=skill)))
    return items


def guideline_questions(member: Membership) -> list[Attention]:
    """What people asked about the guideline and nobody has answered."""
    count = waiting_questions(member.project_id).count()
    if not count:
        return []
    waits = "question on the guideline waits" if count == 1 else "questions on the guideline wait"
    url = tab_url(member, "guideline")
    return [Attention(f"{count:,} {waits} for an answer", f"{url}#questions" if url else "")]
