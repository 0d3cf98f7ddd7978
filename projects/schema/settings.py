"""What a kind's editor form asks: a list of settings beside the kind, from which a form is made without a template.

Each setting is one key of the definition; ``control`` says by what it is edited, and the schema editor in the browser
has one control for each name in ``CONTROLS``.
"""

from dataclasses import dataclass
from typing import Any

CONTROLS = frozenset(
    {
        *("name", "text", "long_text", "whole", "number", "flag", "one_of"),
        *("field", "question", "labels", "options", "tree", "rows", "questions", "condition", "per", "speakers"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One thing to set. ``default`` is what a definition without the key means; ``start`` is what a new part gets.

    ``is_main`` is seen at once, the others are folded. ``least`` and ``most`` bound a number, or how many options
    there are; ``kinds`` are the fields or questions that can be named; ``settings`` are those of each row; ``of``
    names the setting that says whose labels can be chosen.
    """

    name: str
    label: str
    control: str
    help: str = ""
    default: Any = None
    start: Any = None
    is_main: bool = False
    limit: int = 0
    least: float | None = None
    most: float | None = None
    choices: tuple[tuple[str, str], ...] = ()
    kinds: tuple[str, ...] = ()
    settings: tuple["Setting", ...] = ()
    of: str = ""

    def __post_init__(self) -> None:
        if self.control not in CONTROLS:
            raise ValueError(f"{self.control!r} is no control; there are: {', '.join(sorted(CONTROLS))}.")

    def as_json(self) -> dict[str, Any]:
        """All that the editor needs to know, without what is empty."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "settings"}
        said = {name: value for name, value in values.items() if value is not None and value not in ("", ())}
        rows = {"settings": [setting.as_json() for setting in self.settings]} if self.settings else {}
        default = {} if self.default is None else {"default": self.default}
        return {**said, **default, **rows}


def options_setting(least: int, *, label: str = "Options", settings: tuple[Setting, ...] = ()) -> Setting:
    """A list of options; a new one begins with as many as there must be."""
    start = [{"value": f"option_{number}", "title": f"Option {number}"} for number in range(1, least + 1)]
    return Setting(
        name="options", label=label, control="options", start=start, is_main=True, least=least, settings=settings
    )
