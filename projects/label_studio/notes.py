"""What became of the parts of a configuration that did not simply map."""

from dataclasses import dataclass, replace
from typing import Any

from projects.label_studio.vocabulary import why_no_attribute
from projects.label_studio.xml_tree import Tag


@dataclass(frozen=True)
class Note:
    """``is_lost`` tells what was left out from what was taken over in another form. ``times`` is how often the same
    holds; ``line`` is the first place."""

    line: int
    tag: str
    name: str
    message: str
    is_lost: bool
    times: int = 1

    def definition(self) -> dict[str, Any]:
        parts = {"line": self.line, "tag": self.tag, "name": self.name, "message": self.message}
        return {**parts, "is_lost": self.is_lost, "times": self.times}


class Notes:
    """Gathers notes; the same one about another tag of no name counts up instead of standing twice."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Note] = {}

    def lost(self, tag: Tag, message: str) -> None:
        self._add(tag, message, is_lost=True)

    def changed(self, tag: Tag, message: str) -> None:
        self._add(tag, message, is_lost=False)

    def left_over(self, tag: Tag) -> None:
        """Name each attribute of the tag that nobody took."""
        for name in tag.attributes:
            self.lost(tag, f"{tag.spelling[name]}: {why_no_attribute(name)}.")

    def _add(self, tag: Tag, message: str, *, is_lost: bool) -> None:
        note = Note(tag.line, tag.written, tag.called, message, is_lost)
        key = (note.tag, note.name, note.message)
        known = self._found.get(key)
        self._found[key] = replace(known, times=known.times + 1) if known else note

    def in_order(self) -> list[Note]:
        """By line; of one line as they were noted."""
        return sorted(self._found.values(), key=lambda note: note.line)
