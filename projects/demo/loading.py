"""Load the demo: people, projects, guidelines, members, and the texts through the ordinary import."""

import time
import uuid
from collections.abc import Iterator

from django.db import transaction

from labelplatform.accounts.models import User
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import run_job
from projects.creation import create_project
from projects.demo.definitions import SLUGS, DemoProject, demo_project
from projects.demo.people import make_people
from projects.importing.runs import import_rows
from projects.membership.invitations import invite_member
from projects.models import ImportRun, Membership, Project

# The same in every installation, so that a repeated load finds the import that it began.
_IMPORT_KEYS = uuid.UUID("5f0d5c0e-9c0b-4b7f-8f4e-2a6d1b6f4c11")
_POLL_SECONDS = 0.1


class DemoNotLoaded(Exception):
    """An import of the demo did not end well; the message says why."""


def load_demo() -> Iterator[str]:
    """Make what is missing and yield a sentence on each step that did something; nothing where the demo is complete."""
    people, new = make_people()
    if new:
        yield f"{len(new)} people"
    for slug in SLUGS:
        definition = demo_project(slug)
        project = Project.objects.select_related("schema_version").filter(slug=slug).first()
        if project is None:
            project = _make_project(definition, people)
            yield f"{project.name}: schema, guideline, {len(definition.members)} members"
        if _may_import(project, people["ada"]):
            yield f"{project.name}: {_import_texts(project, definition)}"


@transaction.atomic
def _make_project(definition: DemoProject, people: dict[str, User]) -> Project:
    founder = people["ada"]
    project = create_project(
        author=founder,
        name=definition.name,
        slug=definition.slug,
        description=definition.description,
        schema=definition.schema,
        guideline=definition.guideline,
    )
    admin = Membership.objects.select_related("project", "user").get(project=project, user=founder)
    for key, role in definition.members.items():
        if people[key] != founder:
            invite_member(admin, email=people[key].email, role=role)
    return project


def _may_import(project: Project, founder: User) -> bool:
    """Not into a project of the same name that somebody else made, and not twice."""
    if project.created_by_id != founder.pk:
        return False
    return not ImportRun.objects.filter(key=_import_key(project), job__state=JobState.DONE).exists()


def _import_key(project: Project) -> uuid.UUID:
    return uuid.uuid5(_IMPORT_KEYS, f"{project.slug}:{project.pk}")


def _import_texts(project: Project, definition: DemoProject) -> str:
    admin = Membership.objects.select_related("project__schema_version", "user").get(
        project=project, user=project.created_by
    )
    tasks = [{"external_id": text.external_id, "data": {"text": text.text}} for text in definition.pool()]
    run, _ = import_rows(admin, tasks=tasks, key=_import_key(project))
    assert run.job is not None, "An import that has been started has a job."
    return _run_to_the_end(run.job)


def _run_to_the_end(job: Job) -> str:
    """Run the job here; where a worker was faster, wait for it."""
    while not job.is_over:
        run_job(job.pk)
        job.refresh_from_db()
        if job.state == JobState.RUNNING:
            time.sleep(_POLL_SECONDS)
    if job.state != JobState.DONE:
        raise DemoNotLoaded(f"The import of the demo ended as {job.state}: {job.error or 'somebody cancelled it'}")
    return f"tasks {job.message}"
