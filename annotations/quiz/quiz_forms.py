"""What the page that sets up a quiz asks for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from annotations.models import Quiz
from annotations.quiz.quizzes import DEFAULTS
from projects.models import Task

MAX_SHOWN = 200
ALL, CHOSEN = "all", "chosen"


class QuizForm(forms.Form):
    size = forms.IntegerField(
        label="Tasks in each attempt",
        min_value=1,
        max_value=100,
        help_text="Drawn by chance; what a person was asked before comes last.",
    )
    pass_percent = forms.IntegerField(
        label="Pass mark in percent",
        min_value=1,
        max_value=100,
        help_text="So many of the tasks must be right. A task is right when all its questions are.",
    )
    attempts = forms.IntegerField(
        label="Attempts",
        min_value=1,
        max_value=20,
        help_text="For each person; you can give somebody one more.",
    )
    pool = forms.ChoiceField(
        label="Drawn from",
        choices=[(ALL, "all gold tasks, also those made later"), (CHOSEN, "only the tasks ticked here")],
        widget=forms.RadioSelect,
    )
    tasks = forms.TypedMultipleChoiceField(
        label="Gold tasks", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, sent: QueryDict | None, *, quiz: Quiz | None, gold: Sequence[Task]) -> None:
        chosen = list(quiz.tasks.values_list("pk", flat=True)) if quiz else []
        values = {name: getattr(quiz, name) for name in DEFAULTS} if quiz else DEFAULTS
        super().__init__(sent, initial={**values, "pool": CHOSEN if chosen else ALL, "tasks": chosen})
        ticked = {*map(str, chosen), *(sent.getlist("tasks") if sent else [])}
        first = [task for place, task in enumerate(gold) if place < MAX_SHOWN or str(task.pk) in ticked]
        self.fields["tasks"].choices = [  # type: ignore[attr-defined]
            (task.pk, f"{task.external_id}: {' '.join(task.content.search_text.split())[:90]}") for task in first
        ]
        self.is_cut = len(first) < len(gold)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("pool") == CHOSEN and not values.get("tasks"):
            self.add_error("tasks", "Tick the tasks to draw from, or draw from all.")
        return values

    def settings(self) -> dict[str, Any]:
        """What ``set_up_quiz`` takes."""
        values = self.cleaned_data
        tasks = values["tasks"] if values["pool"] == CHOSEN else []
        return {**{name: values[name] for name in DEFAULTS}, "tasks": tasks}
