"""What the demo's projects are: read from the files beside this module, without touching the database."""

import csv
import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

_FOLDER = Path(__file__).resolve().parent
SLUGS = ("voice-assistant", "message-spam")


class DemoText(NamedTuple):
    """One text to label, with the answer that its collection gives."""

    external_id: str
    text: str
    answer: str


@dataclass(frozen=True)
class DemoProject:
    """One project of the demo. ``members`` maps names of the cast to roles."""

    slug: str
    name: str
    description: str
    schema: dict[str, Any]
    guideline: str
    members: dict[str, str]
    texts: str
    id_prefix: str
    answer_column: str

    @property
    def question(self) -> str:
        return str(self.schema["questions"][0]["name"])

    def pool(self) -> Iterator[DemoText]:
        """The texts to label, in the order of the file; its test part is left alone."""
        with gzip.open(_FOLDER / self.texts, "rt", encoding="utf-8", newline="") as file:
            rows = (row for row in csv.DictReader(file) if row["split"] == "pool")
            for number, row in enumerate(rows, start=1):
                yield DemoText(f"{self.id_prefix}-{number:05}", row["text"], row[self.answer_column])


def demo_project(slug: str) -> DemoProject:
    """Read one project's definition. Raises ``KeyError`` for a slug that is not of the demo."""
    if slug not in SLUGS:
        raise KeyError(slug)
    definition = json.loads((_FOLDER / f"{slug}.json").read_text(encoding="utf-8"))
    return DemoProject(guideline=(_FOLDER / f"{slug}.md").read_text(encoding="utf-8"), **definition)
