"""Pages of a PDF with their text layer."""

from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.fields.asset_value import check_asset
from projects.schema.fields.field import Field, check_text
from projects.schema.problems import Problem, SchemaProblems

_EXAMPLE = "RENTAL AGREEMENT\nMade on 1 March 2026 between Ida Berg and Café Luna Ltd.\nThe rent is 940 a month."


@dataclass(frozen=True, kw_only=True)
class PdfField(Field):
    """``{"asset", "name", "pages": [{"start", "width", "height"}], "text"}``, made by the server from an uploaded PDF.

    The text stands in the task, not only in the file: offsets of answers count it, so that it must never change under
    them, however a later version of the library would read the file. Empty text: the pages are pictures.
    """

    kind: ClassVar[str] = "pdf"
    label: ClassVar[str] = "PDF pages"
    summary: ClassVar[str] = "Pages of a PDF, with the text in them to read, find and mark."
    media: ClassVar[frozenset[str]] = frozenset({"application/pdf"})

    def validate(self, value: Any) -> dict[str, Any]:
        stored, problems = check_asset(value, {"pages", "text"}, title="PDF")
        stored["pages"] = value["pages"]
        if not isinstance(value["pages"], list) or not value["pages"]:
            problems.append(Problem("pages", "At least one page is needed."))
        try:
            stored["text"] = check_text(value["text"], may_be_empty=True)
        except SchemaProblems as error:
            problems += [problem.below("text") for problem in error.problems]
        if problems:
            raise SchemaProblems(problems)
        return stored

    def example(self) -> dict[str, Any]:
        page = {"start": 0, "width": 595.0, "height": 842.0}
        return {"asset": "0" * 64, "name": "agreement.pdf", "pages": [page], "text": _EXAMPLE}

    def search_text(self, value: Any) -> str:
        return f"{value['name']}\n{value['text']}"

    def text(self, value: Any) -> str:
        return str(value["text"])
