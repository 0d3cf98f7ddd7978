"""Forms for the operations of a schema change: one small form each, which gives the operation's definition."""

import json
from typing import Any, ClassVar

from django import forms

from projects.schema import Question, Schema
from projects.schema.operations import OPERATIONS
from projects.schema.option_places import options_of, questions_of
from projects.schema.questions.region_answers import RegionQuestion


class OperationForm(forms.Form):
    """``kind`` is the operation's; it has something to do only where the schema has what it is about."""

    kind: ClassVar[str]
    text: ClassVar[str]

    def __init__(self, data: Any = None, *, schema: Schema) -> None:
        super().__init__(data, prefix=self.kind)
        self._schema = schema
        self.fill(schema)

    @property
    def heading(self) -> str:
        return OPERATIONS[self.kind].label

    def fill(self, schema: Schema) -> None:
        """Give the fields their choices."""

    @property
    def is_of_use(self) -> bool:
        lists = [field.choices for field in self.fields.values() if isinstance(field, forms.ChoiceField)]
        return all(bool(choices) for choices in lists)

    def definition(self) -> dict[str, Any]:
        """The operation as entered; call after it was found valid."""
        raise NotImplementedError


class _OptionForm(OperationForm):
    """About one option of one question."""

    option = forms.ChoiceField(label="Option")
    is_retired: ClassVar[bool | None] = None

    def fill(self, schema: Schema) -> None:
        self.fields["option"].choices = _options(schema, is_retired=self.is_retired)  # type: ignore[attr-defined]

    def definition(self) -> dict[str, Any]:
        question, value = json.loads(self.cleaned_data["option"])
        return {"kind": self.kind, "question": question, "value": value}


class RenameOptionForm(_OptionForm):
    kind: ClassVar[str] = "rename_option"
    text: ClassVar[str] = "Answers that hold it hold the new value instead."

    to = forms.CharField(label="Stored as, from now on", max_length=80)
    title = forms.CharField(label="Title", max_length=120, required=False, help_text="What people read; as it is.")

    def definition(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {**super().definition(), "to": given["to"], **({"title": given["title"]} if given["title"] else {})}


class MergeOptionsForm(OperationForm):
    kind: ClassVar[str] = "merge_options"
    text: ClassVar[str] = "The former options are gone, and their answers become the other's."

    option = forms.MultipleChoiceField(label="These options", widget=forms.CheckboxSelectMultiple)
    into = forms.ChoiceField(label="become")

    def fill(self, schema: Schema) -> None:
        for name in ("option", "into"):
            self.fields[name].choices = _options(schema)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        chosen = [json.loads(one) for one in [*given.get("option", []), given.get("into") or "null"]]
        if len({one[0] for one in chosen if one}) > 1:
            raise forms.ValidationError("Options of one question can be merged, not of several.")
        return given

    def definition(self) -> dict[str, Any]:
        question, into = json.loads(self.cleaned_data["into"])
        values = [json.loads(one)[1] for one in self.cleaned_data["option"]]
        return {"kind": self.kind, "question": question, "values": values, "into": into}


class RetireOptionForm(_OptionForm):
    kind: ClassVar[str] = "retire_option"
    text: ClassVar[str] = "It cannot be chosen any more; old answers keep it."
    is_retired: ClassVar[bool | None] = False


class ReopenOptionForm(_OptionForm):
    kind: ClassVar[str] = "reopen_option"
    text: ClassVar[str] = "It can be chosen again."
    is_retired: ClassVar[bool | None] = True


class SplitOptionForm(_OptionForm):
    kind: ClassVar[str] = "split_option"
    text: ClassVar[str] = (
        "It is retired, the new ones stand in its place, and finished tasks with it go to review, "
        "where one of the new ones is chosen."
    )
    is_retired: ClassVar[bool | None] = False

    into = forms.CharField(
        label="into",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: “title”, or “value | title”.",
        max_length=10_000,
    )

    def definition(self) -> dict[str, Any]:
        lines = [line.strip() for line in self.cleaned_data["into"].splitlines() if line.strip()]
        parts = [[part.strip() for part in line.split("|", 1)] for line in lines]
        return {**super().definition(), "into": [{"value": part[0], "title": part[-1]} for part in parts]}


class RenameQuestionForm(OperationForm):
    kind: ClassVar[str] = "rename_question"
    text: ClassVar[str] = "Its short name: the column of exports, and the key of answers in the API."

    question = forms.ChoiceField(label="Question")
    to = forms.CharField(label="Short name, from now on", max_length=40)

    def fill(self, schema: Schema) -> None:
        self.fields["question"].choices = [  # type: ignore[attr-defined]
            (question.name, f"{question.title} ({question.name})") for question in schema.questions
        ]

    def definition(self) -> dict[str, Any]:
        return {"kind": self.kind, "question": self.cleaned_data["question"], "to": self.cleaned_data["to"]}


FORMS: tuple[type[OperationForm], ...] = (
    RenameOptionForm,
    MergeOptionsForm,
    RetireOptionForm,
    ReopenOptionForm,
    SplitOptionForm,
    RenameQuestionForm,
)


def operation_forms(schema: Schema, data: Any = None) -> list[OperationForm]:
    """Those that have something to do; the one that was sent, by its kind in ``add``, is bound."""
    sent = data.get("add", "") if data is not None else ""
    forms_ = [form(data if form.kind == sent else None, schema=schema) for form in FORMS]
    return [form for form in forms_ if form.is_of_use]


def _options(schema: Schema, *, is_retired: bool | None = None) -> list[tuple[str, Any]]:
    """The options of all questions, as choices in groups."""
    groups = []
    for name, question in questions_of(schema).items():
        options = [
            (json.dumps([name, value]), f"{option['title']} ({value})")
            for value, option in options_of(schema, name).items()
            if is_retired is None or option.get("retired", False) == is_retired
        ]
        if options:
            groups.append((_title(question), options))
    return groups


def _title(question: Question | RegionQuestion) -> str:
    if isinstance(question, RegionQuestion):
        return f"{question.whole.title} › {question.asked.title}"
    return question.title
