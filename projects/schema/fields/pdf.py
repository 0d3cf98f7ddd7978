"""Pages of a PDF with their text layer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.fields.field import Field, check_text
from projects.schema.problems import Problem, SchemaProblems, shown

_CONTENT_HASH = re.compile(r"[0-9a-f]{64}")
_PARTS = {"asset", "name", "pages", "text"}
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
        if not isinstance(value, Mapping) or not value.keys() >= _PARTS:
            raise SchemaProblems([Problem("", f"{shown(value)} is no PDF of this project: import the file itself.")])
        problems: list[Problem] = []
        if not isinstance(value["asset"], str) or not _CONTENT_HASH.fullmatch(value["asset"]):
            problems.append(Problem("asset", f"{shown(value['asset'])} is no hash of a file."))
        if not isinstance(value["pages"], list) or not value["pages"]:
            problems.append(Problem("pages", "At least one page is needed."))
        stored = {"asset": value["asset"], "pages": value["pages"]}
        for name in ("name", "text"):
            try:
                stored[name] = check_text(value[name], may_be_empty=True)
            except SchemaProblems as error:
                problems += [problem.below(name) for problem in error.problems]
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
