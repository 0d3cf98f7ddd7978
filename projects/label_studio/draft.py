"""The schema in the making: fields and questions with the names that the configuration knows them by."""

from dataclasses import dataclass, field
from typing import Any

from projects.label_studio.naming import as_name
from projects.label_studio.notes import Notes
from projects.label_studio.xml_tree import Tag


@dataclass
class Asked:
    """A question that was taken over. ``values`` leads from a choice as written there to the option's value here;
    ``region_of`` is the question whose spans or segments it is asked about."""

    definition: dict[str, Any]
    values: dict[str, str] = field(default_factory=dict)
    region_of: str = ""

    @property
    def name(self) -> str:
        name: str = self.definition["name"]
        return name


@dataclass
class Draft:
    """``objects`` leads from the name of a tag that shows something to the field's; of what cannot be shown here the
    name is in ``lost_objects``. ``controls`` does so for questions."""

    notes: Notes = field(default_factory=Notes)
    fields: list[dict[str, Any]] = field(default_factory=list)
    objects: dict[str, str] = field(default_factory=dict)
    lost_objects: set[str] = field(default_factory=set)
    snaps: dict[str, str] = field(default_factory=dict)
    controls: dict[str, Asked] = field(default_factory=dict)
    questions: list[dict[str, Any]] = field(default_factory=list)
    question_names: set[str] = field(default_factory=set)

    def field_named(self, name: str) -> dict[str, Any]:
        return next(one for one in self.fields if one["name"] == name)

    def add_field(self, tag: Tag, kind: str, key: str, **settings: Any) -> str:
        """A field for the data under that key, and its name; one of the same kind that is there already will do."""
        for one in self.fields:
            if one["name"] == key and one["kind"] == kind:
                return key
        name = as_name(key, {one["name"] for one in self.fields}, "field")
        if name != key:
            self.notes.changed(tag, f"The data comes under “{name}” here, not under “{key}”.")
        self.fields.append({"name": name, "kind": kind, **{one: value for one, value in settings.items() if value}})
        return name

    def question_name(self, tag: Tag, *, in_region: bool) -> str:
        """A name for the question, with a note where it is not the one that it had."""
        original = tag.take("name")
        taken = {*self.question_names, *(["label"] if in_region else [])}
        name = as_name(original or tag.name, taken, "question")
        if original and name != original:
            self.notes.changed(tag, f"The question is called “{name}” here, not “{original}”.")
        self.question_names.add(name)
        return name
