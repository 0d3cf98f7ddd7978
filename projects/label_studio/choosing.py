"""Choices and labels, as options and trees of options."""

from collections.abc import Iterator
from typing import Any

from projects.label_studio.colours import next_colours, palette_colours
from projects.label_studio.draft import Draft
from projects.label_studio.naming import as_value
from projects.label_studio.vocabulary import CONTAINERS, why_no_tag
from projects.label_studio.xml_tree import Tag
from projects.schema.options import RESERVED_KEYS

OTHERWISE = {"value": "no", "title": "No"}


def children_of(tag: Tag, name: str, draft: Draft) -> Iterator[Tag]:
    """The tags of that name below, also inside tags that only hold others; what is neither is noted."""
    for child in tag.children:
        if child.name == name:
            yield child
        elif child.name in CONTAINERS:
            draft.notes.left_over(child)
            yield from children_of(child, name, draft)
        else:
            draft.notes.lost(child, why_no_tag(child.name))


class OptionReader:
    """Reads the options of one question: values unique, keys valid, colours of the palette.

    ``values`` leads from what was written there to the value here.
    """

    def __init__(self, draft: Draft) -> None:
        self.values: dict[str, str] = {}
        self._notes = draft.notes
        self._draft = draft
        self._taken: set[str] = set()
        self._keys: set[str] = set()

    def options(self, tags: Iterator[Tag], *, all_coloured: bool = False) -> list[dict[str, Any]]:
        found = [(tag, option) for tag in tags if (option := self._option(tag))]
        colours = self._colours([tag for tag, _ in found])
        if all_coloured:
            colours = next_colours(colours)
        made = []
        for (tag, option), colour in zip(found, colours, strict=True):
            extras = {"key": self._key(tag), "colour": colour}
            made.append({**option, **{name: one for name, one in extras.items() if one}})
            self._notes.left_over(tag)
        return made

    def tree(self, tags: Iterator[Tag], above: str = "") -> list[dict[str, Any]]:
        nodes = []
        for tag in tags:
            option = self._option(tag, above)
            if option is None:
                continue
            self._notes.left_over(tag)
            below = self.tree(children_of(tag, "choice", self._draft), option["value"])
            nodes.append({**option, **({"children": below} if below else {})})
        return nodes

    def _option(self, tag: Tag, above: str = "") -> dict[str, Any] | None:
        written, alias = tag.take("value") or tag.text.strip(), tag.take("alias")
        value, title = as_value(alias or written), " ".join(written.split())[:120]
        if value in self._taken and above:
            value = as_value(f"{above} / {value}")
        if not value or written.startswith("$"):
            self._notes.lost(tag, "Left out: it has no value of its own; options cannot come from the data of a task.")
            return None
        if value in self._taken:
            self._notes.lost(tag, f"Left out: “{value}” is an option already.")
            return None
        if value != (alias or written):
            self._notes.changed(tag, f"It is stored as “{value}”.")
        self._taken.add(value)
        self.values.setdefault(written, value)
        help_text = tag.take("hint")[:1000]
        return {"value": value, "title": title or value, **({"help": help_text} if help_text else {})}

    def _key(self, tag: Tag) -> str:
        key = tag.take("hotkey").lower()
        if not key:
            return ""
        if len(key) != 1 or key in RESERVED_KEYS or key in self._keys:
            why = (
                "another option has it" if key in self._keys else "a key is one letter or digit that nothing else uses"
            )
            self._notes.lost(tag, f"hotkey “{key}”: {why}.")
            return ""
        self._keys.add(key)
        return key

    def _colours(self, tags: list[Tag]) -> list[int]:
        given = [tag.take("background") for tag in tags]
        colours = palette_colours(given)
        for tag, wanted, colour in zip(tags, given, colours, strict=True):
            if wanted and not colour:
                self._notes.lost(tag, f"background “{wanted}”: is no colour that can be read.")
        return colours


def at_least_two(tag: Tag, options: list[dict[str, Any]], draft: Draft) -> list[dict[str, Any]]:
    """A single box to tick becomes a question of yes or no."""
    if len(options) != 1:
        return options
    draft.notes.changed(tag, f"A question has two options here: “{OTHERWISE['title']}” was added.")
    other = {**OTHERWISE, "value": "no" if options[0]["value"] != "no" else "otherwise"}
    return [*options, other]
