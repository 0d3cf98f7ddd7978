"""What all question kinds have in common: a name, what is asked about which field, and when."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, Self

import msgspec

from projects.schema.conditions import Condition, read_condition
from projects.schema.fields.field import Field
from projects.schema.given import Given
from projects.schema.opinions import Agreed, majority
from projects.schema.options import OptionList
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.outlines import Outlines
from projects.schema.reading import Reader
from projects.schema.settings import Setting

NO_NAMES: Mapping[str, str] = MappingProxyType({})

# How long a value can be that an index finds.
MAX_FINDABLE = 200


MOST_STEPS_WITH_KEYS = 10


def keyed_steps(count: int, first: int = 1) -> list[str]:
    """The names under which keys of steps in a row are kept: only so many have one.

    >>> keyed_steps(3)
    ['step:1', 'step:2', 'step:3']
    """
    return [f"step:{step}" for step in range(first, first + min(count, MOST_STEPS_WITH_KEYS))]


def findable(value: str) -> str:
    """The value as an index holds it: a long one by its beginning and its digest, so that no other is taken for it.

    >>> findable("sports")
    'sports'
    >>> findable("a" * 300) == findable("a" * 301), len(findable("a" * 300))
    (False, 200)
    """
    if len(value) <= MAX_FINDABLE:
        return value
    digest = hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()
    return f"{value[: MAX_FINDABLE - len(digest) - 1]}…{digest}"


@dataclass(frozen=True)
class Around:
    """What a question's definition may refer to: the fields, and the questions before it, by name."""

    fields: Mapping[str, Field] = field(default_factory=dict)
    questions: Mapping[str, "Question"] = field(default_factory=dict)

    def with_questions(self, questions: Iterable["Question"]) -> "Around":
        return Around(self.fields, {**self.questions, **{question.name: question for question in questions}})


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """Something that people and models answer about a task.

    Kinds override what differs. Answers are wire format: plain JSON values.
    """

    name: str
    title: str
    on: str
    help: str = ""
    required: bool = True
    when: Condition | None = None

    kind: ClassVar[str]
    # What its editor form asks, and how it is called there.
    label: ClassVar[str]
    summary: ClassVar[str]
    settings: ClassVar[tuple[Setting, ...]] = ()
    # Kinds of fields that it can be about; None: any.
    about: ClassVar[frozenset[str] | None] = None
    # Whether its answers are places in the text of the field.
    marks_text: ClassVar[bool] = False
    # Whether an answer can hold several ``values``.
    holds_several: ClassVar[bool] = False
    # Whether it can be asked about each part of a task: a region, a turn.
    repeats: ClassVar[bool] = True

    @classmethod
    def parse(cls, definition: Mapping[str, Any], around: Around) -> Self:
        """Read a definition; raises ``SchemaProblems``."""
        read = Reader(definition)
        read.get("kind")
        when, problems = read_condition(read.get("when"), around.questions)
        read.problems += problems
        common: dict[str, Any] = {
            "name": read.name(),
            "title": read.text("title", limit=200, default=str(definition.get("name", ""))[:200]),
            "help": read.text("help", limit=2000),
            "required": read.flag("required", default=True),
            "when": when,
            "on": cls._read_on(read, around),
        }
        own = cls.read_own(read, around)
        read.finish(f"a {cls.kind} question")
        return cls(**common, **own)

    @classmethod
    def _read_on(cls, read: Reader, around: Around) -> str:
        """The field it is about: by default the first that it can be about."""
        fitting = [one.name for one in around.fields.values() if cls.about is None or one.kind in cls.about]
        on = read.get("on", fitting[0] if fitting else "")
        if on not in around.fields:
            known = ", ".join(around.fields) or "none"
            what = "" if cls.about is None else f" of kind {' or '.join(sorted(cls.about))}"
            read.wrong("on", f"{shown(on)} is no field{what}; fields are: {known}.")
        elif on not in fitting and cls.about is not None:
            kinds = " or ".join(sorted(cls.about))
            read.wrong("on", f"The field {shown(on)} is {around.fields[on].kind}; this is asked about {kinds}.")
        return str(on)

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        """What only this kind has, by attribute."""
        return {}

    @property
    def points_into(self) -> str:
        """The name of the question whose parts its answers name by id; empty where they name none."""
        return ""

    @property
    def single(self) -> "Question":
        """What is asked about one thing: the question itself, of a repeated one what is asked about each part."""
        return self

    def definition(self) -> dict[str, Any]:
        """The JSON form, without what is the default."""
        extras: dict[str, Any] = {"help": self.help} if self.help else {}
        if not self.required:
            extras["required"] = False
        if self.when:
            extras["when"] = self.when.definition()
        common = {"name": self.name, "kind": self.kind, "title": self.title, "on": self.on}
        return {**common, **extras, **self.own_definition()}

    def own_definition(self) -> dict[str, Any]:
        return {}

    @abstractmethod
    def validate(self, answer: Any, given: Given) -> Any:
        """The answer as it is stored; raises ``SchemaProblems`` with paths below the question."""

    def read_text(self, text: str) -> Any:
        """The answer that a text means, as a cell of a table holds it: what is no text itself stands there as JSON.

        Nothing is checked here but the JSON; raises ``SchemaProblems``.
        """
        if self._json_type == "string":
            return text
        try:
            return msgspec.json.decode(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            if self._json_type in {"number", "integer"}:
                return text  # what is wrong with it, the check says better
            raise SchemaProblems([Problem("", f"{shown(text)} is not the JSON of an answer: {error}.")]) from None

    @cached_property
    def _json_type(self) -> str:
        return str(self.json_schema().get("type", ""))

    def distance(self, first: Any, second: Any) -> float:
        """How far apart two answers are, in [0, 1]; 0 means the same."""
        return 0.0 if first == second else 1.0

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        """The answer that the weighted answers agree on and how much so, or None where they do not."""
        return majority(answers, weights)

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        """The answer in a table cell; ``names`` are those of what the field lists, by id: see ``Schema.names``."""
        return str(answer)

    def outlines(self, answer: Any, medium: Any, *, most: int) -> Outlines | None:
        """Where the first ``most`` regions of an answer lie in the field's value; None where answers have none."""
        return None

    def values(self, answer: Any) -> list[str]:
        """What conditions, filters and counts know an answer by."""
        return [str(answer)]

    @property
    def known_values(self) -> Iterable[str] | None:
        """Everything that ``values`` can hold; None where that has no end."""
        return None

    @property
    def keyed(self) -> Iterable[str]:
        """What a person answers by keys of their own choice: options, and steps of a row as ``step:1``."""
        return ()

    def found_by(self, answer: Any) -> list[str]:
        """What filters find the answer by: its values, each ``findable``."""
        return [findable(value) for value in self.values(answer)]

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema of an answer."""

    def lost_values(self, successor: "Question") -> list[str] | None:
        """Values that answers may hold now and that ``successor`` would not accept; None for all of them."""
        return [] if successor.kind == self.kind and successor.on == self.on else None

    def shared_part(self, answers: Sequence[Any]) -> Any:
        """What all of several differing answers have in common, as an answer to begin with; None where there is no such
        thing."""
        return None

    def confidence_in(self, answer: Any, prediction: Mapping[str, Any], answers: Mapping[str, Any]) -> float | None:
        """How sure the model that made the prediction is of this answer, one of the ``answers`` of a person, in [0, 1];
        None where it does not say how sure it is."""
        if "confidence" not in prediction:
            return None
        said = self.compared(answer, answers)
        likely = [
            one["confidence"]
            for one in (prediction, *prediction.get("alternatives", ()))
            if self.distance(self.compared(one["value"], answers), said) == 0
        ]
        return max(likely, default=0.0)

    def said_about(self, answer: Any, suggestion: Any) -> Any:
        """What of an answer a suggestion has said something about, right or wrong: the rest was not suggested."""
        return answer

    def options_in(self, answer: Any) -> list[str]:
        """The options that an answer holds, as ``lost_values`` names them."""
        return self.values(answer)

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        """The answer with other values for its options, in this question's order; two that become one are one."""
        return answer

    def merged_ids(self, answer: Any, renamed: Mapping[str, str]) -> dict[str, str]:
        """The ids of parts that ``with_values`` drops, each with that of the part it has become the same as."""
        return {}

    def with_references(self, answer: Any, to: str, renamed: Mapping[str, str]) -> Any:
        """The answer where ids of parts of the question ``to`` have been replaced."""
        return answer

    def compared(self, answer: Any, answers: Mapping[str, Any]) -> Any:
        """The answer without what differs from person to person by chance: ids that point into their other answers.

        ``distance`` and ``consensus`` take answers in this form.
        """
        return answer

    def as_answer(self, compared: Any, answers: Mapping[str, Any]) -> Any:
        """The reverse, for the other ``answers`` that were concluded with it."""
        return compared


COMMON_SETTINGS = (
    Setting(
        name="title",
        label="Question",
        control="text",
        help="What people read: “What is it about?”",
        limit=200,
        is_main=True,
    ),
    Setting(name="help", label="Hint", control="long_text", help="One sentence below the question.", limit=2000),
    Setting(
        name="name",
        label="Short name",
        control="name",
        help="The column of the answers in exports and the API.",
    ),
    Setting(name="on", label="About the field", control="field"),
    Setting(name="required", label="It must be answered", control="flag", default=True),
    Setting(name="per", label="Asked", control="per"),
    Setting(name="speakers", label="About the turns of", control="speakers"),
    Setting(name="when", label="Asked only when", control="condition"),
)


@dataclass(frozen=True, kw_only=True)
class OptionQuestion(Question):
    """A question with a list of options."""

    option_list: OptionList

    @property
    def options(self) -> Sequence[Any]:
        return self.option_list.options

    @property
    def titles(self) -> dict[str, str]:
        return self.option_list.titles

    @property
    def open_values(self) -> tuple[str, ...]:
        """What can be answered now, in order."""
        return self.option_list.open_values

    @property
    def known_values(self) -> Iterable[str] | None:
        return self.titles

    @property
    def keyed(self) -> Iterable[str]:
        return self.titles

    def lost_values(self, successor: Question) -> list[str] | None:
        if not isinstance(successor, OptionQuestion) or successor.kind != self.kind or successor.on != self.on:
            return None
        return self.option_list.lost_in(successor.option_list)
