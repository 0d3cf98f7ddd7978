"""What an answer is about: the task's data and what else has been answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from projects.schema.fields.field import Field


@dataclass(frozen=True)
class Given:
    """``fields`` are the schema's by name, ``answers`` those of earlier questions, already found right.

    A draft (``is_draft``) may be unfinished: what is there must be right, but nothing need be complete.
    """

    data: Mapping[str, Any]
    fields: Mapping[str, "Field"] = field(default_factory=dict)
    answers: Mapping[str, Any] = field(default_factory=dict)
    is_draft: bool = False

    def text_of(self, name: str) -> str:
        """The text that offsets into a field count; empty where the task does not show it."""
        if self.data.get(name) is None:
            return ""
        return self.fields[name].text(self.data[name]) or ""

    def ids_of(self, name: str) -> list[str]:
        """The ids of what a field lists: its candidates or turns."""
        return [] if self.data.get(name) is None else self.fields[name].ids(self.data[name])
