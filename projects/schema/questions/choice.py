"""One answer out of a list of options."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.options import read_options
from projects.schema.questions.question import NO_NAMES, Around, OptionQuestion
from projects.schema.reading import Reader
from projects.schema.settings import Setting, options_setting


@dataclass(frozen=True, kw_only=True)
class ChoiceQuestion(OptionQuestion):
    """The answer is the value of an option."""

    kind: ClassVar[str] = "choice"
    label: ClassVar[str] = "Choice"
    summary: ClassVar[str] = "One of several options."
    settings: ClassVar[tuple[Setting, ...]] = (options_setting(2),)

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        return {"option_list": read_options(read)}

    def own_definition(self) -> dict[str, Any]:
        return {"options": self.option_list.definition()}

    def validate(self, answer: Any, given: Given) -> str:
        return self.option_list.check(answer)

    def read_text(self, text: str) -> str:
        return self.option_list.value_of(text)

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        return renamed.get(answer, answer)

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        return self.titles.get(answer, str(answer))

    def json_schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.open_values), "title": self.title}
