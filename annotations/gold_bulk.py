"""Use many tasks that are done as gold: their final labels become the known answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms

from annotations.gold import MAX_EXPLANATION, checked_explanation, fits, obstacles, write_gold
from annotations.models import FinalLabel
from labelplatform.accounts.models import User
from labelplatform.bulk_rows import one_of
from labelplatform.jobs.models import Job
from labelplatform.roles import Capability
from projects.browsing.bulk_acts import Selection, Tally, carry_out
from projects.browsing.data_acts import DataAct
from projects.models import Lane, Membership, Project, Stage, Task, TaskContent


@dataclass(frozen=True)
class UseAsGold:
    """The same ``explanation`` for all of them; each can be changed on its task's page."""

    explanation: str = ""
    author_id: int | None = None

    job_kind: ClassVar[str] = "make_gold"
    verb: ClassVar[str] = "used as gold"

    def as_json(self) -> dict[str, Any]:
        return {"explanation": self.explanation, "author_id": self.author_id}

    def apply(self, project: Project, tasks: Sequence[Task], tally: Tally) -> None:
        """Each task that is done, by answers that can still be given, and in nobody's hands."""
        fresh = [task for task in tasks if task.lane != Lane.GOLD]
        tally.skip("same", len(tasks) - len(fresh))
        done = [task for task in fresh if task.stage == Stage.DONE]
        labels = _labels(done)
        labeled = [task for task in done if task.pk in labels]
        tally.skip("unfinished", len(fresh) - len(labeled))
        hindered = obstacles(labeled)
        for obstacle in hindered.values():
            tally.skip(obstacle)
        free = [task.pk for task in labeled if task.pk not in hindered]
        data = dict(TaskContent.objects.filter(one_of("pk", free)).values_list("pk", "data"))
        values = {pk: labels[pk] for pk in free if fits(project.schema, labels[pk], data[pk])}
        tally.skip("unfit", len(free) - len(values))
        tally.change(task for task in labeled if task.pk in values)
        if values:
            write_gold(project, values, self.explanation, User.objects.filter(pk=self.author_id or 0).first())

    def finish(self, project: Project, tally: Tally) -> None:
        pass

    def check(self, tally: Tally) -> None:
        pass


def use_as_gold(member: Membership, selection: Selection, *, explanation: str = "") -> Tally | Job:
    """Copy the final labels of tasks that are done into known answers; many are changed by a job."""
    return carry_out(member, UseAsGold(checked_explanation(explanation), member.user_id), selection)


def read_use_as_gold(project: Project, act: Mapping[str, Any], asked_by: Any) -> UseAsGold:
    return UseAsGold(act["explanation"], act["author_id"])


def _labels(tasks: Sequence[Task]) -> dict[int, dict[str, Any]]:
    """Final labels by task and question."""
    labels: dict[int, dict[str, Any]] = {}
    rows = FinalLabel.objects.filter(one_of("task_id", [task.pk for task in tasks])).order_by("pk")
    for task_id, question, value in rows.values_list("task_id", "question", "value"):
        labels.setdefault(task_id, {})[question] = value
    return labels


class GoldForm(forms.Form):
    explanation = forms.CharField(
        label="Why the answers are right",
        max_length=MAX_EXPLANATION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The same words for all of them; people read them when they were wrong. Each can be changed on its "
        "task's page.",
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


USE_AS_GOLD = DataAct(
    "Use as gold",
    "Their final labels become known answers: the queue leaves these tasks alone, no model learns from them, and a "
    "quiz can ask them.",
    "Use as gold",
    GoldForm,
    lambda member, selection, form: use_as_gold(member, selection, explanation=form.cleaned_data["explanation"]),
    Capability.CURATE_TASKS,
)
