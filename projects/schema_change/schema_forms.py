"""The schema in a form: one JSON value, edited by the schema editor where there is JavaScript, as text where not."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from projects.schema import SchemaProblems, parse_schema
from projects.schema.describing import describe_language

COLOUR_NAMES = (
    *("Red", "Orange", "Amber", "Yellow", "Lime", "Green", "Teal", "Cyan"),
    *("Sky", "Blue", "Indigo", "Violet", "Magenta", "Pink", "Brown", "Slate"),
)


class SchemaForm(forms.Form):
    """``problems`` are what is wrong with the schema that was sent, each with its place."""

    schema = forms.CharField(
        label="Schema as JSON",
        widget=forms.Textarea(attrs={"class": "code", "rows": 24, "spellcheck": "false"}),
        help_text="Fields, questions and options as the API takes them.",
    )

    def __init__(self, data: Any = None, *, definition: dict[str, Any]) -> None:
        super().__init__(data, initial={"schema": json.dumps(definition, indent=2, ensure_ascii=False)})
        self.problems: list[dict[str, str]] = []

    def clean_schema(self) -> Any:
        try:
            definition = json.loads(self.cleaned_data["schema"])
        except json.JSONDecodeError as error:
            raise ValidationError(f"Line {error.lineno}, column {error.colno}: {error.msg}.") from error
        except RecursionError as error:
            raise ValidationError("It is nested too deeply.") from error
        try:
            parse_schema(definition)
        except SchemaProblems as error:
            self.problems = error.as_errors()
            sentences = [f"{path}: {message}" if path else message for path, message in error.problems]
            raise ValidationError(sentences) from error
        return definition

    @property
    def definition(self) -> Any:
        """The schema as entered; call after it was found right."""
        return self.cleaned_data["schema"]

    def editor(self, *, data: dict[str, Any] | None = None, checked_by: str) -> dict[str, Any]:
        """What the schema editor needs beside the text: the language, what was wrong, and ``data`` of a task to show.

        ``checked_by`` is the address that judges what is being typed.
        """
        return {
            "language": describe_language(),
            "colours": COLOUR_NAMES,
            "problems": self.problems,
            "data": data or {},
            "check": checked_by,
        }
