"""A text to read, as it is: line breaks and spaces are kept."""

from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.fields.field import Field, check_text
from projects.schema.reading import Reader
from projects.schema.settings import Setting

STYLES = ("prose", "code")
DIRECTIONS = ("auto", "ltr", "rtl")


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """``style`` code is set in a fixed pitch and not wrapped; ``direction`` auto goes by the text itself."""

    style: str = "prose"
    direction: str = "auto"

    kind: ClassVar[str] = "text"
    label: ClassVar[str] = "Text"
    summary: ClassVar[str] = "A text to read, as it is."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="style",
            label="Set as",
            control="one_of",
            default="prose",
            choices=(("prose", "Prose"), ("code", "Code: fixed pitch, not wrapped")),
        ),
        Setting(
            name="direction",
            label="Direction",
            control="one_of",
            default="auto",
            choices=(("auto", "As the text says"), ("ltr", "Left to right"), ("rtl", "Right to left")),
        ),
    )

    @classmethod
    def read_own(cls, read: Reader) -> dict[str, Any]:
        return {
            "style": read.one_of("style", STYLES, default="prose"),
            "direction": read.one_of("direction", DIRECTIONS, default="auto"),
        }

    def own_definition(self) -> dict[str, Any]:
        usual = {"style": "prose", "direction": "auto"}
        return {name: getattr(self, name) for name, value in usual.items() if getattr(self, name) != value}

    def validate(self, value: Any) -> str:
        return check_text(value)

    def example(self) -> str:
        if self.style == "code":
            return 'def greet(name):\n    return f"Hello {name}"'
        return "My card was swallowed by the machine in Lyon this morning. What do I do now?"

    def search_text(self, value: Any) -> str:
        return str(value)

    def text(self, value: Any) -> str:
        return str(value)
