"""A new version of the guideline, and which options it decides anew."""

from collections.abc import Sequence
from typing import Any

from django import forms

from projects.schema import Schema


def options_of(question: Any) -> Sequence[Any]:
    """The options of a question, of kinds that have none an empty list."""
    return getattr(question, "options", ())


class GuidelineForm(forms.Form):
    text = forms.CharField(
        label="Guideline",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "class": "code"}),
        help_text=(
            "Markdown: # and ## for headings, - for lists, > for quotes. - ✓ and - ✗ begin examples. "
            "A picture can be pasted or dropped into the text."
        ),
    )
    summary = forms.CharField(
        label="What changed",
        max_length=300,
        help_text="One sentence that people read before they go on: “Balance questions are Banking, not Credit cards.”",
    )
    touched = forms.MultipleChoiceField(
        label="Which options does it decide anew?",
        required=False,
        help_text="You are shown the earlier answers with these options. None: the rules are the same, only clearer.",
    )
    needs_acknowledgement = forms.BooleanField(
        label="People must read it before they get another task",
        required=False,
        help_text="They see what changed and say “I have read it”. Leave it out for a typing error.",
    )
    based_on = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    answers = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, schema: Schema, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._questions = [(question, options) for question in schema.questions if (options := options_of(question))]
        self.fields["touched"].choices = [  # type: ignore[attr-defined]
            (f"{question.name}:{option.value}", option.title)
            for question, options in self._questions
            for option in options
        ]

    def touched_groups(self) -> list[dict[str, Any]]:
        """The options of each question, as boxes to tick."""
        chosen = set(self["touched"].value() or ())
        return [
            {
                "title": question.title,
                "options": [
                    {
                        "name": f"{question.name}:{option.value}",
                        "title": option.title,
                        "colour": option.colour,
                        "is_chosen": f"{question.name}:{option.value}" in chosen,
                    }
                    for option in options
                    if not option.retired
                ],
            }
            for question, options in self._questions
        ]

    def options_touched(self) -> dict[str, list[str]]:
        touched: dict[str, list[str]] = {}
        for chosen in self.cleaned_data["touched"]:
            name, _, value = chosen.partition(":")
            touched.setdefault(name, []).append(value)
        return touched

    def clean_answers(self) -> list[int]:
        """Ids of guideline questions, as the page that began with them passes them on."""
        given: str = self.cleaned_data["answers"]
        return [int(part) for part in given.split(",") if part.isascii() and part.isdigit() and len(part) < 19]
