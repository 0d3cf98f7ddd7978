"""Operations on questions as a whole."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from projects.schema.definition import Schema
from projects.schema.operations.operation import Operation
from projects.schema.option_places import question_in
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.reading import Reader


@dataclass(frozen=True, kw_only=True)
class RenameQuestion(Operation):
    """The question's short name, under which answers are stored and exported."""

    to: str

    kind: ClassVar[str] = "rename_question"
    label: ClassVar[str] = "Rename a question"

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        return {"to": read.text("to", limit=40)}

    def own_definition(self) -> dict[str, Any]:
        return {"to": self.to}

    def change(self, definition: dict[str, Any]) -> None:
        if any(question["name"] == self.to for question in definition["questions"]):
            raise SchemaProblems([Problem("to", f"There is a question {shown(self.to)} already.")])
        question_in(definition, self.question)["name"] = self.to
        for question in definition["questions"]:
            for key in ("between", "of"):
                if question.get(key) == self.question:
                    question[key] = self.to
            if question.get("when", {}).get("question") == self.question:
                question["when"]["question"] = self.to

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        return [RenameQuestion(question=self.to, to=self.question).definition()]

    def in_words(self) -> str:
        return f"the question {self.question} is called {self.to}"

    @property
    def renames(self) -> str:
        return self.to

    @property
    def touches(self) -> list[str] | None:
        return None


@dataclass(frozen=True, kw_only=True)
class AddQuestion(Operation):
    """Another question, at ``index`` or at the end. ``question`` is its name."""

    asked: dict[str, Any]
    index: int

    kind: ClassVar[str] = "add_question"
    label: ClassVar[str] = "Add a question"

    @classmethod
    def parse(cls, definition: Mapping[str, Any], schema: Schema) -> Self:
        read = Reader(definition)
        read.get("kind")
        asked = read.get("asked", {})
        if not isinstance(asked, Mapping):
            read.wrong("asked", f"{shown(asked)} is no question: an object is needed.")
        n_questions = len(schema.questions)
        index = read.whole("index", default=n_questions, least=0, most=n_questions)
        read.finish(f"the operation {cls.kind}")
        return cls(question=str(asked.get("name", "")), asked=dict(asked), index=index)

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        return {}

    def definition(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.own_definition()}

    def own_definition(self) -> dict[str, Any]:
        return {"asked": self.asked, "index": self.index}

    def change(self, definition: dict[str, Any]) -> None:
        definition["questions"].insert(self.index, deepcopy(self.asked))

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        return [RemoveQuestion(question=self.question).definition()]

    def in_words(self) -> str:
        return f"{self.question} is asked, too"


@dataclass(frozen=True, kw_only=True)
class RemoveQuestion(Operation):
    """A question that has no answers is not asked any more."""

    kind: ClassVar[str] = "remove_question"
    label: ClassVar[str] = "Remove a question without answers"

    @classmethod
    def read_own(cls, read: Reader, options: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        return {}

    def own_definition(self) -> dict[str, Any]:
        return {}

    def change(self, definition: dict[str, Any]) -> None:
        definition["questions"].remove(question_in(definition, self.question))

    def way_back(self, before: Schema) -> list[dict[str, Any]]:
        names = list(before.questions_by_name)
        asked = before.questions_by_name[self.question].definition()
        return [{"kind": "add_question", "asked": asked, "index": names.index(self.question)}]

    def in_words(self) -> str:
        return f"{self.question} is not asked any more"

    @property
    def touches(self) -> list[str] | None:
        return None

    @property
    def loses(self) -> bool:
        return True
