"""Templates to begin a project from: a schema, a guideline with examples, and tasks to try it on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from projects.schema import parse_schema

_FOLDER = Path(__file__).parent

# As the gallery shows them; a starter without a group stands by itself below them.
GROUPS = (
    "Text",
    "Spans and relations",
    "Conversations",
    "Comparing outputs",
    "Records and documents",
    "Images",
    "Sounds",
)


@dataclass(frozen=True)
class Starter:
    """``example`` is one line that shows what the work is about; ``policies`` are as ``create_project`` takes them;
    ``samples`` are tasks as an import takes them, ``{"data", "metadata"}``, or ``sample_files`` is a ZIP of files that
    become one task each."""

    name: str
    order: int
    title: str
    summary: str
    example: str
    schema: dict[str, Any]
    guideline: str
    group: str = ""
    policies: Mapping[str, Any] = field(default_factory=dict)
    samples: tuple[dict[str, Any], ...] = ()
    sample_files: Path | None = None

    @property
    def data(self) -> dict[str, Any]:
        """The data of a task to show the schema with."""
        if self.samples:
            data: dict[str, Any] = self.samples[0]["data"]
            return data
        if self.sample_files:
            return parse_schema(self.schema).example()
        texts = [field["name"] for field in self.schema["fields"] if field["kind"] == "text"]
        return {texts[0]: self.example} if texts else {}

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """The samples, with ids that tell them from tasks of one's own."""
        return [{"external_id": f"sample-{number}", **sample} for number, sample in enumerate(self.samples, 1)]


@cache
def all_starters() -> dict[str, Starter]:
    """Every starter by name, in the order pages show them."""
    found = [_read(path) for path in _FOLDER.glob("*.json")]
    return {starter.name: starter for starter in sorted(found, key=lambda starter: starter.order)}


def _read(path: Path) -> Starter:
    definition = json.loads(path.read_text(encoding="utf-8"))
    packed = path.with_suffix(".zip")
    files = packed if packed.exists() else None
    return Starter(
        name=path.stem, sample_files=files, **{**definition, "samples": tuple(definition.get("samples", ()))}
    )
