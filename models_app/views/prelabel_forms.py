"""What a manager sets about pre-labels: for a question as a whole, and for single options."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from models_app.acceptance.policies import OPTION_FIELDS
from models_app.acceptance.targets import TARGETS, why_not_acceptable
from projects.schema.questions.question import Question

_MOST_OPTIONS = 60
_STEPS = (30, 40, 50, 60, 70, 80, 85, 90, 95, 97, 98, 99)
_ASKED = {"show_from": "Suggest from", "preselect_from": "Choose already from", "accept_from": "Accept from"}


class AcceptForm(forms.Form):
    """Whether answers are accepted, and what they promise."""

    target_percent = forms.TypedChoiceField(
        label="At least so many of them must be right",
        coerce=int,
        choices=[(percent, f"{percent} %") for percent in TARGETS],
        help_text="Proven on the holdout: the lower end of the 95 % interval must lie above it.",
    )
    audit_percent = forms.IntegerField(
        label="Share that people check, in percent",
        min_value=1,
        max_value=100,
        help_text="Drawn at random, answered without seeing what the model says.",
    )


class ShowForm(forms.Form):
    """Which suggestions people see, and which are chosen already."""

    show_from = forms.IntegerField(
        label="Suggest from this confidence on, in percent",
        min_value=0,
        max_value=100,
        help_text="0 suggests always.",
    )
    preselect_from = forms.IntegerField(
        label="Choose already from this confidence on, in percent",
        required=False,
        min_value=0,
        max_value=100,
        help_text="Then Enter alone accepts. Empty: never. It is fast, and it makes people follow: watch the audit.",
    )


class OptionsForm(forms.Form):
    """For each option a row of choices: as for all, from a confidence on, or never."""

    def __init__(self, question: Question, options: Mapping[str, Any], data: MultiValueDict[str, Any] | None = None):
        super().__init__(data)
        self._titles: dict[str, str] = {value: _titles_of(question)[value] for value in _values_of(question)}
        for place, (value, title) in enumerate(self._titles.items()):
            for name in OPTION_FIELDS:
                own = options.get(value, {})
                said = f"{title}: {_ASKED[name].lower()}"
                self.fields[f"{name}_{place}"] = forms.ChoiceField(
                    label=said,
                    widget=forms.Select(attrs={"aria-label": said}),  # the table has no room for labels
                    required=False,
                    choices=_choices(name, own),
                    initial=_as_choice(own[name]) if name in own else "",
                )

    @property
    def heads(self) -> list[str]:
        return list(_ASKED.values())

    @property
    def rows(self) -> Iterator[tuple[str, list[tuple[str, forms.BoundField]]]]:
        """Each option's title, and under which head stands which choice."""
        for place, title in enumerate(self._titles.values()):
            yield title, [(_ASKED[name], self[f"{name}_{place}"]) for name in OPTION_FIELDS]

    @property
    def options(self) -> dict[str, dict[str, float | None]]:
        """As a policy holds them, once they are valid."""
        found: dict[str, dict[str, float | None]] = {}
        for place, value in enumerate(self._titles):
            said = {name: self.cleaned_data[f"{name}_{place}"] for name in OPTION_FIELDS}
            own = {name: None if one == "never" else float(one) / 100 for name, one in said.items() if one}
            if own:
                found[value] = own
        return found

    @property
    def is_used(self) -> bool:
        return any(field.initial for field in self.fields.values())


def has_own_thresholds(question: Question) -> bool:
    """Whether an answer is one of a few options, so that each can have thresholds of its own."""
    is_one_of = not why_not_acceptable(question) and not question.holds_several
    return is_one_of and 0 < len(_values_of(question)) <= _MOST_OPTIONS


def _values_of(question: Question) -> tuple[str, ...]:
    return getattr(question, "open_values", ())


def _titles_of(question: Question) -> Mapping[str, str]:
    titles: Mapping[str, str] = getattr(question, "titles", {})
    return titles


def _choices(name: str, own: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The steps, and what is set now even where it is none of them."""
    steps = {*map(str, _STEPS)} | ({_as_choice(own[name])} if name in own else set())
    numbers = sorted((float(one), one) for one in steps if one != "never")
    never = [] if name == "show_from" else [("never", "never")]
    return [("", "as for all"), *((one, f"{one} %") for _, one in numbers), *never]


def _as_choice(share: float | None) -> str:
    return "never" if share is None else f"{100 * share:g}"
