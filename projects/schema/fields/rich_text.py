"""HTML or Markdown to read, shown without anything that could act."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any, ClassVar

from projects.schema.fields.field import Field, check_text
from projects.schema.reading import Reader
from projects.schema.settings import Setting

FORMATS = ("html", "markdown")
_SILENT = {"script", "style", "template", "noscript", "head", "title"}


@dataclass(frozen=True, kw_only=True)
class RichTextField(Field):
    """Stored as it came; it is sanitized each time it is shown."""

    format: str = "html"

    kind: ClassVar[str] = "rich_text"
    label: ClassVar[str] = "Rich text"
    summary: ClassVar[str] = "HTML or Markdown, shown without anything that could act."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="format",
            label="Written in",
            control="one_of",
            default="html",
            choices=(("html", "HTML"), ("markdown", "Markdown")),
        ),
    )
    is_rendered: ClassVar[bool] = True

    @classmethod
    def read_own(cls, read: Reader) -> dict[str, Any]:
        return {"format": read.one_of("format", FORMATS, default="html")}

    def own_definition(self) -> dict[str, Any]:
        return {"format": self.format} if self.format != "html" else {}

    def validate(self, value: Any) -> str:
        return check_text(value)

    def example(self) -> str:
        if self.format == "markdown":
            return "## Opening hours\n\nWe are open **every day** but Monday."
        return "<h2>Opening hours</h2><p>We are open <strong>every day</strong> but Monday.</p>"

    def search_text(self, value: Any) -> str:
        return words_of(value) if self.format == "html" else str(value)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._silent += tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent and data.strip():
            self.parts.append(data.strip())


def words_of(html: str) -> str:
    """What a reader sees of some HTML.

    >>> words_of("<p>Hello <b>you</b><script>x()</script></p>")
    'Hello you'
    """
    parser = _Words()
    parser.feed(html)
    parser.close()
    return " ".join(parser.parts)
