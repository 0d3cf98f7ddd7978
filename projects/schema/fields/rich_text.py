"""HTML or Markdown to read, shown without anything that could act."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar

from labelplatform.html_flow import html_flow
from labelplatform.markdown_reading import markdown_as_html
from projects.schema.fields.field import Field, check_text
from projects.schema.fields.rich_document import Document, read_document
from projects.schema.reading import Reader
from projects.schema.settings import Setting

FORMATS = ("html", "markdown")


@dataclass(frozen=True, kw_only=True)
class RichTextField(Field):
    """Stored as it came; it is sanitized each time it is shown.

    Offsets of answers count the text of ``rich_document``, whatever the language it is written in.
    """

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
    text_version: ClassVar[int] = 2  # the first had the tags in it

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
        return self.text(value)

    def text(self, value: Any) -> str:
        return self.document(value).text

    def document(self, value: str) -> Document:
        """The same in one text and the elements around its pieces."""
        return _document(self.format, value)

    def as_html(self, value: str) -> tuple[str, str]:
        """HTML that is still to be cut down to what is safe; and why the value is not laid out but shown as it was
        written, else ""."""
        return _HTML[self.format](value)


# The HTML of a value, and why it is not laid out, if it is not.
_HTML: dict[str, Callable[[str], tuple[str, str]]] = {
    "html": lambda value: (value, ""),
    "markdown": markdown_as_html,
}


@lru_cache(maxsize=16)
def _document(written_in: str, value: str) -> Document:
    """Kept for those who ask for the same again: each check of an answer does."""
    html, not_laid_out = _HTML[written_in](value)
    return replace(read_document(html_flow(html)), not_laid_out=not_laid_out)
