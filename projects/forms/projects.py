"""What a project is called, and in which state it is."""

from typing import ClassVar

from django import forms

from projects.models import Project, ProjectState


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
