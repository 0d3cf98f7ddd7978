"""Operations on the options of a question."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, ClassVar

from projects.schema.definition import Schema
from projects.schema.operations.operation import Operation, known_option
from projects.schema.option_places import (
    find_option,
    is_place,
    naming,
    options_of,
    place_of,
    question_in,
    replace_values,
)
from projects.schema.problems import shown
from projects.schema.reading import Reader


class OptionOperation(Operation):
    """About options of a question, which may be one about regions: ``parts.role``."""

    reaches_regions: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class RenameOption(OptionOperation):
    """The option is stored under another value; its title follows where it was the value, or where one is given."""

    value: str
    to: str
    title: str = ""

    kind: ClassVar[str] = "rename_option"
    label: ClassVar[str] = "Rename an option"

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        value, to = known_option(read, "value", options), read.text("to", limit=80)
        if to != value and to in options:
            read.wrong("to", f"There is an option {shown(to)} already: merge the two instead.")
        return {"value": value, "to": to, "title": read.text("title", limit=120)}

    def own_definition(self) -> dict[str, Any]:
        return {"value": self.value, "to": self.to, **({"title": self.title} if self.title else {})}

    def change(self, definition: dict[str, Any]) -> None:
        question = question_in(definition, self.question)
        option, _ = find_option(question["options"], self.value)
        if self.title or option.get("title", self.value) == self.value:
            option["title"] = self.title or self.to
        option["value"] = self.to
        replace_values(definition, self.question, self.forward)

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        title = options_of(before, self.question)[self.value]["title"]
        back = RenameOption(question=self.question, value=self.to, to=self.value, title=title)
        return [back.definition()]

    def in_words(self) -> str:
        return f"{self.value} is called {self.to}"

    @property
    def forward(self) -> Mapping[str, str]:
        return {self.value: self.to} if self.value != self.to else {}

    @property
    def backward(self) -> Mapping[str, str]:
        return {self.to: self.value} if self.value != self.to else {}


@dataclass(frozen=True, kw_only=True)
class MergeOptions(OptionOperation):
    """Some options become another one, whose answers cannot be told apart any more; the former are gone."""

    values: tuple[str, ...]
    into: str

    kind: ClassVar[str] = "merge_options"
    label: ClassVar[str] = "Merge options"
    forgets: ClassVar[bool] = True

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        into = known_option(read, "into", options)
        values = tuple(value for value in dict.fromkeys(read.texts("values", limit=80)) if value != into)
        if not values:
            read.wrong("values", "Name the options to merge.")
        for value in values:
            if value not in options:
                read.wrong("values", f"{shown(value)} is no option.")
            elif options[value].get("children"):
                read.wrong("values", f"{shown(value)} has options below it; merge those first.")
        return {"values": values, "into": into}

    def own_definition(self) -> dict[str, Any]:
        return {"values": list(self.values), "into": self.into}

    def change(self, definition: dict[str, Any]) -> None:
        question = question_in(definition, self.question)
        for value in self.values:
            option, siblings = find_option(question["options"], value)
            siblings.remove(option)
        replace_values(definition, self.question, self.forward)

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        options = question_in(before.definition(), self.question)["options"]
        places = [place_of(options, value) for value in self.values]
        named = {place: deepcopy(part[key]) for place, part, key in naming(before.definition(), self.question)}
        back = UnmergeOptions(question=self.question, into=self.into, options=places, named=named)
        return [back.definition()]

    def in_words(self) -> str:
        return f"{', '.join(self.values)} become {self.into}"

    @property
    def forward(self) -> Mapping[str, str]:
        return dict.fromkeys(self.values, self.into)


@dataclass(frozen=True, kw_only=True)
class UnmergeOptions(OptionOperation):
    """The way back from a merge: the options are there again; answers from before it say again what they said.

    ``named`` is what conditions and relations named, by place.
    """

    options: list[dict[str, Any]]
    into: str
    named: dict[str, Any]

    kind: ClassVar[str] = "unmerge_options"
    label: ClassVar[str] = "Take a merge back"

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        places = read.get("options", [])
        is_list = isinstance(places, list) and bool(places) and all(is_place(one, options) for one in places)
        if not is_list:
            read.wrong("options", f"{shown(places)} is no list of options with their places.")
        named = read.get("named", {})
        if not isinstance(named, Mapping):
            read.wrong("named", f"{shown(named)} is no object.")
            named = {}
        into = known_option(read, "into", options)
        return {"options": places if is_list else [], "into": into, "named": dict(named)}

    def own_definition(self) -> dict[str, Any]:
        return {"into": self.into, "options": self.options, "named": self.named}

    def change(self, definition: dict[str, Any]) -> None:
        question = question_in(definition, self.question)
        for place in sorted(self.options, key=lambda one: one["index"]):
            siblings = question["options"]
            if place.get("below"):
                siblings = find_option(siblings, place["below"])[0].setdefault("children", [])
            siblings.insert(place["index"], deepcopy(place["option"]))
        for name, part, key in naming(definition, self.question):
            part[key] = deepcopy(self.named.get(name, part[key]))

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        values = tuple(place["option"]["value"] for place in self.options)
        return [MergeOptions(question=self.question, values=values, into=self.into).definition()]

    def in_words(self) -> str:
        return f"{', '.join(place['option']['value'] for place in self.options)} are options again"

    @property
    def touches(self) -> list[str] | None:
        return [self.into]

    @property
    def backward(self) -> Mapping[str, str]:
        return {place["option"]["value"]: self.into for place in self.options}


@dataclass(frozen=True, kw_only=True)
class RetireOption(OptionOperation):
    """The option cannot be chosen any more; old answers keep it."""

    value: str

    kind: ClassVar[str] = "retire_option"
    label: ClassVar[str] = "Retire an option"
    retired: ClassVar[bool] = True

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        return {"value": known_option(read, "value", options)}

    def own_definition(self) -> dict[str, Any]:
        return {"value": self.value}

    def change(self, definition: dict[str, Any]) -> None:
        option, _ = find_option(question_in(definition, self.question)["options"], self.value)
        option.pop("retired", None)
        if self.retired:
            option["retired"] = True

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        was_retired = options_of(before, self.question)[self.value].get("retired", False)
        back = RetireOption if was_retired else ReopenOption
        return [back(question=self.question, value=self.value).definition()]

    def in_words(self) -> str:
        return f"{self.value} cannot be chosen any more"

    @property
    def touches(self) -> list[str] | None:
        return [self.value]


@dataclass(frozen=True, kw_only=True)
class ReopenOption(RetireOption):
    """A retired option can be chosen again."""

    kind: ClassVar[str] = "reopen_option"
    label: ClassVar[str] = "Open a retired option again"
    retired: ClassVar[bool] = False

    def in_words(self) -> str:
        return f"{self.value} can be chosen again"


@dataclass(frozen=True, kw_only=True)
class SplitOption(OptionOperation):
    """New options stand in an option's place. It is retired: its answers keep it, marked so, and finished tasks with it
    go to review, where one of the new ones is chosen."""

    value: str
    into: list[dict[str, Any]] = field(default_factory=list)

    kind: ClassVar[str] = "split_option"
    label: ClassVar[str] = "Split an option"

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        value = known_option(read, "value", options)
        into = read.get("into", [])
        if not isinstance(into, list) or len(into) < 2:
            read.wrong("into", "Name two new options at least.")
            return {"value": value, "into": []}
        return {"value": value, "into": [{"value": one} if isinstance(one, str) else one for one in into]}

    def own_definition(self) -> dict[str, Any]:
        return {"value": self.value, "into": self.into}

    def change(self, definition: dict[str, Any]) -> None:
        option, siblings = find_option(question_in(definition, self.question)["options"], self.value)
        option["retired"] = True
        option.pop("key", None)
        place = siblings.index(option) + 1
        siblings[place:place] = deepcopy(self.into)

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        values = tuple(str(one["value"]) for one in self.into)
        return [
            ReopenOption(question=self.question, value=self.value).definition(),
            MergeOptions(question=self.question, values=values, into=self.value).definition(),
        ]

    def in_words(self) -> str:
        return f"{self.value} is split into {', '.join(str(one.get('value')) for one in self.into)}"

    @property
    def touches(self) -> list[str] | None:
        return [self.value]

    @property
    def looked_at_again(self) -> tuple[str, ...]:
        return (self.value,)

    @property
    def backward(self) -> Mapping[str, str]:
        return {str(one["value"]): self.value for one in self.into}
