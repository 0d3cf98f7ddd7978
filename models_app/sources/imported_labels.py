"""Labels that an import brings, kept as predictions of a source that is called like the file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from labelplatform.bulk_rows import upsert_rows
from labelplatform.roles import Capability
from models_app.models import Prediction, PredictionSource, SourceKind
from models_app.sources.creation import source_named
from models_app.sources.jobs import request_measuring
from models_app.sources.storing import COLUMNS
from projects.importing.labels import LabeledRow, Sorted
from projects.models import ImportRun, Membership, Project

_LONGEST_NAME = 60
_UNNAMED = "labels"


@dataclass(frozen=True)
class Suggestions:
    """What the same source said before about a task and question is replaced."""

    title: ClassVar[str] = "As suggestions"
    help: ClassVar[str] = (
        "Like predictions of another model: people decide. “Models” shows how good they are and lets you choose them."
    )
    capability: ClassVar[Capability] = Capability.TRAIN_MODELS
    wants_all: ClassVar[bool] = False

    def prepare(self, member: Membership, run: ImportRun) -> dict[str, Any]:
        return {"source": source_named(member, source_name(run.original_name), SourceKind.UPLOAD).pk}

    def sort_out(self, project: Project, rows: Sequence[LabeledRow]) -> Sorted:
        return Sorted({}, set())

    def write(self, run: ImportRun, project: Project, rows: Sequence[LabeledRow]) -> None:
        if not PredictionSource.objects.filter(pk=run.options["source"]).exists():
            return  # removed meanwhile, with all that it said
        said = {
            (question, row.task_id): (run.options["source"], question, row.task_id, msgspec.json.encode(value).decode())
            for row in rows
            for question, value in row.answers.items()
        }
        values = [(*one, None, project.schema_version_id) for one in said.values()]
        upsert_rows(Prediction, COLUMNS, values, unique=("source_id", "question", "task_id"))

    def finish(self, run: ImportRun) -> None:
        source = PredictionSource.objects.filter(pk=run.options["source"]).first()
        if source is not None and run.labeled_count:
            request_measuring(source)


SUGGESTIONS = Suggestions()


def source_name(file_name: str) -> str:
    """The file's name as a source can be called.

    >>> source_name("Söhne (2).csv")
    'S-hne-2-.csv'
    """
    name = re.sub(r"[^A-Za-z0-9._@-]+", "-", file_name).lstrip("._@-")[:_LONGEST_NAME]
    return name or _UNNAMED
