"""What the Data page's bulk acts ask for."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone

from labelplatform.roles import Capability, roles_with
from projects.assignment.assigning import How
from projects.browsing.bulk_acts import Selection
from projects.browsing.data_page import filters_for
from projects.models import Membership
from projects.queueing.skills import MAX_CHARACTERS
from projects.queueing.task_needs import MAX_OVERLAP

_MOST_NAMED = 1_000


class AssignForm(forms.Form):
    to = forms.MultipleChoiceField(label="Who gets them", widget=forms.CheckboxSelectMultiple)
    moved_from = forms.ChoiceField(
        label="Only what this person has now",
        required=False,
        help_text="Moves their assigned tasks to the others; what they have begun stays theirs.",
    )
    how = forms.ChoiceField(label="How they are shared out", choices=How.choices, initial=How.EVEN)
    due_on = forms.DateField(
        label="Due",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="At the end of this day, UTC. What is due first comes first.",
    )
    priority = forms.TypedChoiceField(
        choices=[("", "Normal"), ("1", "High: first of what is due together"), ("-1", "Low")],
        coerce=int,
        empty_value=None,
        required=False,
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Membership.objects.active().filter(
            project_id=member.project_id, role__in=roles_with(Capability.ANNOTATE)
        )
        self.people = list(people.select_related("user").order_by("user__name", "user__email"))
        named = [(str(person.pk), person.user.display_name) for person in self.people]
        self.fields["to"].choices = named  # type: ignore[attr-defined]
        self.fields["moved_from"].choices = [("", "Everything chosen"), *named]  # type: ignore[attr-defined]

    def clean_due_on(self) -> Any:
        due_on = self.cleaned_data["due_on"]
        if due_on and due_on < timezone.now().date():
            raise forms.ValidationError("The due date is in the past: choose a later one.")
        return due_on

    def terms(self) -> dict[str, Any]:
        """What ``assign_tasks`` takes."""
        values = self.cleaned_data
        end = time(23, 59, 59)
        due_on = values["due_on"]
        return {
            "to": [int(pk) for pk in values["to"]],
            "how": values["how"],
            "due_at": datetime.combine(due_on, end, tzinfo=timezone.get_default_timezone()) if due_on else None,
            "priority": values["priority"],
            "moved_from": int(values["moved_from"]) if values["moved_from"] else None,
        }


class TakeBackForm(forms.Form):
    of = forms.ChoiceField(label="From", required=False)

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Membership.objects.filter(project_id=member.project_id).select_related("user").order_by("user__name")
        named = [(str(person.pk), person.user.display_name) for person in people]
        self.fields["of"].choices = [("", "Everybody"), *named]  # type: ignore[attr-defined]


class SkillForm(forms.Form):
    skill = forms.CharField(
        label="Skill that the tasks need",
        max_length=MAX_CHARACTERS,
        required=False,
        widget=forms.TextInput(attrs={"list": "known-skills", "autocomplete": "off"}),
        help_text="A word such as german, or several joined by +, as in german+law. Only members who have all of them "
        "are asked. Empty: everybody is.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = member.project.skills_needed


class NothingToAsk(forms.Form):
    """Of acts that need no particulars."""

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class OverlapForm(forms.Form):
    overlap = forms.IntegerField(
        label="People who answer each of them",
        min_value=0,
        max_value=MAX_OVERLAP,
        help_text="0 leaves it to the project's settings. Tasks reopen or close as needed; answers stay.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


def read_selection(member: Membership, parameters: QueryDict) -> Selection:
    """The tasks that were ticked, or, where "all" was, those that pass the filters beside it."""
    if parameters.get("all"):
        return Selection(None, read_filters(member, parameters))
    ids = [int(text) for text in parameters.getlist("task") if text.isascii() and text.isdigit() and len(text) < 19]
    return Selection(tuple(dict.fromkeys(ids))[:_MOST_NAMED])


def read_filters(member: Membership, parameters: Mapping[str, str]) -> dict[str, str]:
    return {name: parameters[name] for name in filters_for(member) if parameters.get(name)}
