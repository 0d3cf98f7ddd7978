"""Create a project."""

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from labelplatform.events.models import record_event
from labelplatform.refusals import Refusal
from labelplatform.roles import Role
from projects.guideline.guidelines import publish_guideline
from projects.importing.document_runs import import_document_files
from projects.importing.runs import import_rows
from projects.models import Membership, Project, SchemaVersion
from projects.policies import apply_policies
from projects.schema import Schema, SchemaProblems, parse_schema

# Addresses under /projects/ that are pages of their own.
RESERVED_SLUGS = frozenset({"new", "starters"})


@transaction.atomic
def create_project(
    *,
    author: Any,
    name: str,
    schema: Any,
    slug: str = "",
    description: str = "",
    policies: dict[str, Any] | None = None,
    guideline: str = "",
    samples: Sequence[dict[str, Any]] = (),
    sample_files: Path | None = None,
) -> Project:
    """Make a project with its first schema version and, where there is a text, its first guideline.

    The author becomes its admin. Without a slug one is made from the name. ``samples`` are imported as tasks, but for
    those that do not fit the schema, and so are the files in the ZIP ``sample_files``. Raises ``Refusal``.
    """
    try:
        parsed = parse_schema(schema)
    except SchemaProblems as error:
        raise Refusal(
            "The schema is not right.", errors=[problem.below("schema")._asdict() for problem in error.problems]
        ) from error
    project = Project(
        slug=slug or _free_slug(name),
        name=name.strip(),
        description=description.strip(),
        seed=secrets.randbits(62),
        created_by=author,
    )
    if project.slug in RESERVED_SLUGS:
        message = f"“{project.slug}” is the address of another page; choose another."
        raise Refusal("The short name is taken.", errors=[{"path": "slug", "message": message}])
    apply_policies(project, policies or {})
    try:
        with transaction.atomic():
            project.save()
    except IntegrityError as error:
        message = f"“{project.slug}” is taken; choose another."
        raise Refusal("The short name is taken.", errors=[{"path": "slug", "message": message}]) from error
    project.schema_version = SchemaVersion.objects.create(
        project=project, number=1, definition=parsed.definition(), author=author
    )
    project.save(update_fields=["schema_version"])
    member = Membership.objects.create(project=project, user=author, role=Role.ADMIN)
    record_event(actor=author, verb="created", object=project, project_id=project.pk, after={"name": project.name})
    if guideline.strip():
        publish_guideline(project=project, author=author, text=guideline, summary="First version")
    if fitting := [task for task in samples if _fits(parsed, task["data"])]:
        import_rows(member, tasks=fitting)
    if sample_files is not None and parsed.media_fields:
        packed = SimpleUploadedFile("samples.zip", sample_files.read_bytes())
        import_document_files(member, [packed], field=parsed.media_fields[0].name)
    return project


def _fits(schema: Schema, data: Any) -> bool:
    try:
        schema.validate_task_data(data)
    except SchemaProblems:
        return False
    return True


def _free_slug(name: str) -> str:
    stem = slugify(name)[:50] or "project"
    taken = {*RESERVED_SLUGS, *Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True)}
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)
