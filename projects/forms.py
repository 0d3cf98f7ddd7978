"""What the pages of a project ask for."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.password_validation import validate_password

from labelplatform.refusals import Refusal
from labelplatform.roles import GRANTABLE, Role
from projects.membership.member_skills import read_skills
from projects.models import Membership, Project, ProjectState
from projects.policies import STRATEGIES
from projects.schema import Schema

ROLE_MEANINGS = {
    Role.VIEWER: "sees figures, data and models",
    Role.ANNOTATOR: "labels",
    Role.REVIEWER: "labels, and sees figures, data and models",
    Role.MANAGER: "runs the project: imports, guideline, people, models",
    Role.ADMIN: "all of that, and the settings",
}


def show_refusal(form: forms.BaseForm, refusal: Refusal) -> None:
    """Put what an operation refused beside the field it is about, or above the form."""
    if not refusal.errors:
        form.add_error(None, refusal.detail)
    for error in refusal.errors:
        form.add_error(error["path"] if error["path"] in form.fields else None, error["message"])


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


class NameForm(forms.ModelForm):
    class Meta:
        model = Project
        fields: ClassVar = ["name", "description"]
        widgets: ClassVar = {"description": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar = {
            "name": "What people call it: “Voice assistant”.",
            "description": "What the labels are for, in a sentence or two.",
        }


class NewProjectForm(NameForm):
    guideline = forms.CharField(
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="How to decide, in Markdown, with examples for each option. People see it beside every text.",
    )

    with_samples = forms.BooleanField(
        required=False,
        initial=True,
        label="With sample tasks",
        help_text="A dozen written for this template, to try it at once. They can be removed on Data: their ids begin "
        "with “sample-”.",
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if name.strip().lower() == "new":
            raise forms.ValidationError("Choose another name: this one is an address of the site itself.")
        return name


class OpinionsForm(forms.ModelForm):
    class Meta:
        model = Project
        fields: ClassVar = ["overlap", "overlap_percent", "fills", "task_order", "lease_minutes"]
        labels: ClassVar = {
            "overlap": "People who answer each task",
            "overlap_percent": "Percent of tasks that so many people answer",
            "fills": "With several people a task, first",
            "task_order": "Order of tasks",
            "lease_minutes": "Minutes a person may hold a task",
        }
        help_texts: ClassVar = {
            "overlap": "1 is fastest. With 2 or more you see how far people agree, and the majority decides. "
            "A change reopens or closes tasks that are not done. Default: 1.",
            "overlap_percent": "One person answers each of the others: with two people a task, 10 tell how far people "
            "agree for a tenth more work. Default: 100.",
            "fills": "Finishing gives final labels early; beginning shows early what there is. Default: finish.",
            "task_order": "For tasks that the model does not ask for first. Random gives fair figures early. "
            "Default: random.",
            "lease_minutes": "After that it goes to somebody else; a late answer is still kept. Default: 30.",
        }


class ReviewForm(forms.ModelForm):
    review_options = forms.CharField(
        required=False,
        label="Options that are always reviewed",
        help_text="Their values, separated by commas: rare or costly ones. Default: none.",
    )
    review_reasons = forms.CharField(
        label="Reasons for returning or fixing an answer",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, up to nine: reviewers choose them by number.",
    )

    class Meta:
        model = Project
        fields: ClassVar = [
            "review_policy",
            "review_percent",
            "review_newcomer_percent",
            "review_newcomer_answers",
            "review_confidence_percent",
            "review_options",
            "review_levels",
            "review_reasons",
            "reviewers_see_assigned_only",
        ]
        labels: ClassVar = {
            "review_policy": "What is reviewed",
            "review_percent": "Percent of answers, for a random share",
            "review_newcomer_percent": "Percent of a newcomer's answers",
            "review_newcomer_answers": "Answers after which nobody is a newcomer",
            "review_confidence_percent": "Reviewed when the model gives an answer less than this percent",
            "review_levels": "Levels of review",
            "reviewers_see_assigned_only": "Reviewers see only what is assigned to them",
        }
        help_texts: ClassVar = {
            "review_policy": "Reviewed tasks count as done, and are learned from, after the review. Changes hold for "
            "answers from now on. Default: nothing.",
            "review_percent": "Drawn by chance for each person. Default: 10.",
            "review_newcomer_percent": "So that misunderstandings show early. Default: 50.",
            "review_newcomer_answers": "Default: 50.",
            "review_confidence_percent": "Answers given without a suggestion are not doubted. Default: 50.",
            "review_levels": "With 2, an expert looks again at what the first reviewer decided. Default: 1.",
            "reviewers_see_assigned_only": "For experts from outside: no Data, no figures, no queue. Default: no.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["review_options"] = ", ".join(self.instance.review_options)
        self.initial["review_reasons"] = "\n".join(self.instance.review_reasons)

    def clean_review_options(self) -> list[str]:
        wanted = [value.strip() for value in self.cleaned_data["review_options"].split(",") if value.strip()]
        known = {
            option["value"]
            for question in self.instance.schema.definition()["questions"]
            for option in question.get("options", [])
        }
        unknown = [value for value in wanted if value not in known]
        if unknown:
            raise forms.ValidationError(f"There is no option “{unknown[0]}”; there are: {', '.join(sorted(known))}.")
        return wanted

    def clean_review_reasons(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["review_reasons"].splitlines() if line.strip()]
        if not 1 <= len(lines) <= 9 or max(map(len, lines)) > 80:
            raise forms.ValidationError("Write one to nine reasons, each of 80 characters at most.")
        return list(dict.fromkeys(lines))


class LearningForm(forms.ModelForm):
    strategy = forms.ChoiceField(
        label="Which tasks the model asks for",
        choices=list(STRATEGIES.items()),
        help_text="The default needs the fewest labels on most texts.",
    )

    class Meta:
        model = Project
        fields: ClassVar = ["learns", "retrain_after", "retrain_hours", "strategy", "shows_suggestions"]
        labels: ClassVar = {
            "learns": "Learn from the labels",
            "retrain_after": "New labels before the next training",
            "retrain_hours": "Hours after which one new label is enough",
            "shows_suggestions": "Show the model's suggestions to people",
        }
        help_texts: ClassVar = {
            "learns": "Models are trained by themselves as labels come in. Default: yes.",
            "retrain_after": "New or changed ones. 0 lets the platform decide: often at first, more rarely later. "
            "After a new guideline five are enough. Default: 0.",
            "retrain_hours": "So that a model does not grow old where labels come slowly. Empty: five new labels after "
            "five minutes. Default: empty.",
            "shows_suggestions": "Faster, and it sways people a little. Never shown on holdout tasks. Default: yes.",
        }


class MeasuringForm(forms.ModelForm):
    class Meta:
        model = Project
        fields: ClassVar = ["holdout_percent", "holdout_target"]
        labels: ClassVar = {
            "holdout_percent": "Percent of each import set aside",
            "holdout_target": "Holdout labels wanted",
        }
        help_texts: ClassVar = {
            "holdout_percent": "Set aside by chance, never trained on: it alone says how good a model is. "
            "Changes count for later imports. Default: 5.",
            "holdout_target": "About one task in ten comes from the holdout until so many are labeled. 200 give about "
            "± 5 points. Default: 200.",
        }


class PayForm(forms.ModelForm):
    class Meta:
        model = Project
        fields: ClassVar = ["pay_per_hour", "pay_currency"]
        labels: ClassVar = {"pay_per_hour": "An hour of labeling costs", "pay_currency": "Currency"}
        help_texts: ClassVar = {
            "pay_per_hour": "With all that comes with it. The Models page then says what more labels would cost. "
            "Empty: hours only. Default: empty.",
            "pay_currency": "Three letters: EUR, USD, GBP. Default: EUR.",
        }

    def clean_pay_currency(self) -> str:
        return str(self.cleaned_data["pay_currency"]).upper()


class ReadingForm(forms.ModelForm):
    class Meta:
        model = Project
        fields: ClassVar = ["requires_acknowledgement"]
        labels: ClassVar = {"requires_acknowledgement": "People must read a new version before they get another task"}
        help_texts: ClassVar = {
            "requires_acknowledgement": "They see what changed and say that they have read it; what they hold they can "
            "finish. Whoever publishes can decide otherwise for a version. Default: yes.",
        }


class CareForm(forms.ModelForm):
    class Meta:
        model = Project
        fields: ClassVar = ["is_sensitive", "content_warning", "exposure_limit", "break_after_minutes", "shows_ranking"]
        labels: ClassVar = {
            "is_sensitive": "Hard to look at: violence, hate, abuse, grief",
            "content_warning": "What people are warned of",
            "exposure_limit": "At most so many answers a person and day",
            "break_after_minutes": "Remind of a break after so many minutes of work",
            "shows_ranking": "Show people a ranking",
        }
        help_texts: ClassVar = {
            "is_sensitive": "People are warned before the first task, and each one stays covered until a key shows it. "
            "Default: no.",
            "content_warning": "In a sentence: “Messages with threats and insults.” Empty: a general warning.",
            "exposure_limit": "After that the queue says that it is enough for today. Empty: no limit. Default: empty.",
            "break_after_minutes": "A quiet line that a key puts away; 5 minutes at least. Empty: never. "
            "Default: empty.",
            "shows_ranking": "On My part: who answered how much this week. Otherwise people are compared with nobody. "
            "Default: no.",
        }


class StateForm(forms.ModelForm):
    state = forms.ChoiceField(
        choices=[
            (ProjectState.DRAFT, "Draft: being set up, nobody can label"),
            (ProjectState.ACTIVE, "Active: people can label"),
            (ProjectState.PAUSED, "Paused: nobody can label, everything else works"),
            (ProjectState.ARCHIVED, "Archived: done, out of the way, nothing is deleted"),
        ],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Project
        fields: ClassVar = ["state"]


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
