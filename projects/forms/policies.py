"""How a project works: its settings, one form for each panel of the page."""

from typing import Any, ClassVar

from django import forms

from projects.models import Project
from projects.policies import STRATEGIES


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
