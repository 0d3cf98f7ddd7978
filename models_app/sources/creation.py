"""Name sources of predictions, find them by name, and remove them."""

import re
from typing import Any

from django.db import transaction

from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from models_app.models import PredictionSource, SourceKind
from projects.models import Membership, Project, ProjectState

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/-]{0,59}")
MOST_SOURCES = 50


@transaction.atomic
def source_named(
    member: Membership, name: str, kind: str, *, may_exist: bool = True, **fields: Any
) -> PredictionSource:
    """The project's source of this name and kind, made where it is new.

    Raises ``Refusal`` for a name that is none, ``Conflict`` where a source of another kind has it, or any where it
    must not exist.
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _wrong_name("A name has 1 to 60 letters, digits and . _ @ / - and begins with a letter or digit.")
    project = Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.project_id)
    if project.state == ProjectState.ARCHIVED:
        raise Conflict("The project is archived: nothing is predicted for it any more.")
    sources = PredictionSource.objects.of_project(project.pk)
    source: PredictionSource | None = sources.filter(name=name).first()
    if source is not None:
        if source.kind != kind or not may_exist:
            what = SourceKind(source.kind).label.lower()
            raise Conflict(f"“{name}” is taken ({what}): choose another name.")
        return source
    if sources.count() >= MOST_SOURCES:
        raise Refusal(f"A project has {MOST_SOURCES} sources at most: remove one first.")
    source = PredictionSource.objects.create(project=project, name=name, kind=kind, created_by=member.user, **fields)
    record_event(actor=member.user, verb="added", object=source, after={"kind": kind, **source.options})
    return source


@transaction.atomic
def remove_source(member: Membership, source: PredictionSource) -> None:
    """Forget a source with all that it predicted; where it suggested, the project's own model does again."""
    chosen = list(source.chosen_for.order_by("question").values_list("question", flat=True))
    record_event(actor=member.user, verb="removed", object=source, before={"kind": source.kind, "suggests": chosen})
    source.delete()


def _wrong_name(message: str) -> Refusal:
    return Refusal(message, errors=[{"path": "source", "message": message}])
