"""Members, invitations and roles."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password

from labelplatform.refusals import Refusal
from labelplatform.roles import GRANTABLE, Role
from projects.membership.member_skills import read_skills
from projects.models import Membership, Project

ROLE_MEANINGS = {
    Role.VIEWER: "sees figures, data and models",
    Role.ANNOTATOR: "labels",
    Role.REVIEWER: "labels, and sees figures, data and models",
    Role.MANAGER: "runs the project: imports, guideline, people, models",
    Role.ADMIN: "all of that, and the settings",
}


class GroupRoleForm(forms.Form):
    """The choice of what a group gives: a role in a project, or being a site admin."""

    group = forms.CharField(max_length=200, help_text="As the sign-on provider calls it: “labelers”.")
    project = forms.ModelChoiceField(
        Project.objects.order_by("name"), required=False, empty_label="no project: the whole site"
    )
    role = forms.ChoiceField(
        label="Role",
        required=False,
        choices=[("", "Site admin"), *((role, f"{role}: {meaning}") for role, meaning in ROLE_MEANINGS.items())],
        help_text="In the project. Site admin goes without a project.",
    )


class InviteForm(forms.Form):
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(initial=Role.ANNOTATOR)
    by_mail = forms.BooleanField(
        label="Send the link by e-mail", required=False, help_text="Otherwise you pass it on yourself."
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = grantable_roles(member)  # type: ignore[attr-defined]


class InvitePeopleForm(forms.Form):
    people = forms.CharField(
        label="People",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 10, "class": "code", "autocomplete": "off", "spellcheck": "false"}),
        help_text="One a line, or parted by commas: an address, “Name <address>”, or “address, role, skills”.",
    )
    role = forms.ChoiceField(
        label="Role", initial=Role.ANNOTATOR, help_text="For those whose line does not say another."
    )
    by_mail = forms.BooleanField(
        label="Send the links by e-mail", required=False, help_text="Otherwise you pass them on yourself."
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = grantable_roles(member)  # type: ignore[attr-defined]


class MemberForm(forms.ModelForm):
    skills = forms.CharField(
        required=False,
        max_length=2500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-skills"}),
        help_text="Words with commas between them: languages, fields, trainings. Tasks that need one find them by it.",
    )

    class Meta:
        model = Membership
        fields: ClassVar = ["skills", "capacity", "open_limit", "daily_limit", "review_level"]
        labels: ClassVar = {
            "capacity": "Share of the work",
            "open_limit": "At most so many tasks in hand",
            "daily_limit": "At most so many answers a day",
            "review_level": "May review up to level",
        }
        help_texts: ClassVar = {
            "capacity": "When tasks are shared out: 1 is a full share, 0.5 half of one, 0 none. Default: 1.",
            "open_limit": "Empty: no limit of their own.",
            "daily_limit": "Empty: no limit of their own.",
            "review_level": "Counts for reviewers where the project reviews in two levels. Default: 1.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["skills"] = ", ".join(self.instance.skills)

    def clean_skills(self) -> list[str]:
        try:
            return read_skills(self.cleaned_data["skills"])
        except Refusal as refusal:
            raise forms.ValidationError(refusal.detail) from refusal

    def _post_clean(self) -> None:
        """Leave the membership as it is: the operation changes it, on its own locked row."""


class OptOutForm(forms.Form):
    opted_out = forms.MultipleChoiceField(
        label="Spare me tasks that need", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, skills: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opted_out"].choices = [(skill, skill) for skill in skills]  # type: ignore[attr-defined]


class AcceptForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        min_length=8,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters; a short sentence is good.",
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


def grantable_roles(member: Membership) -> list[tuple[str, str]]:
    """The roles this member may hand out, with what each means."""
    grantable = GRANTABLE.get(member.role, frozenset())
    return [(role, f"{role}: {meaning}") for role, meaning in ROLE_MEANINGS.items() if role in grantable]
