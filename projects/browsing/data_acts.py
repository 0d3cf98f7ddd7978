"""What the Data page can do with many tasks at once, on its bulk bar and the page behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from labelplatform.jobs.models import Job
from labelplatform.roles import Capability
from projects.assignment.assigning import assign_tasks
from projects.assignment.taking_back import take_back_tasks
from projects.browsing.bulk_acts import Selection, Tally
from projects.browsing.bulk_forms import AssignForm, NothingToAsk, OverlapForm, SkillForm, TakeBackForm
from projects.models import Membership
from projects.queueing.queue_order import put_in_order
from projects.queueing.task_needs import set_needs


@dataclass(frozen=True)
class DataAct:
    """One thing that can be done with the chosen tasks; ``title``, ``text`` and ``button`` are what people read.

    ``form`` is made with ``member``, and ``do`` gets it filled in.
    """

    title: str
    text: str
    button: str
    form: Callable[..., Any]
    do: Callable[[Membership, Selection, Any], Tally | Job]
    capability: Capability = Capability.ASSIGN_TASKS


ASSIGN = DataAct(
    "Assign tasks",
    "They come before all that the queue has, and wait for nobody else.",
    "Assign",
    AssignForm,
    lambda member, selection, form: assign_tasks(member, selection, **form.terms()),
)
TAKE_BACK = DataAct(
    "Take tasks back",
    "What is assigned and not begun goes back to the queue.",
    "Take back",
    TakeBackForm,
    lambda member, selection, form: take_back_tasks(
        member, selection, of=int(form.cleaned_data["of"]) if form.cleaned_data["of"] else None
    ),
)
PUT_FIRST = DataAct(
    "Put tasks first",
    "The queue gives them before all others but assigned and selected ones. Undo it by putting them back in line.",
    "Put first",
    NothingToAsk,
    lambda member, selection, form: put_in_order(member, selection, first=True),
)
PUT_BACK = DataAct(
    "Put tasks back in line",
    "They come where they stood before somebody put them first.",
    "Put back in line",
    NothingToAsk,
    lambda member, selection, form: put_in_order(member, selection, first=False),
)
SKILL = DataAct(
    "Set the skill that tasks need",
    "Only people who have it are asked for them.",
    "Set skill",
    SkillForm,
    lambda member, selection, form: set_needs(member, selection, skill=form.cleaned_data["skill"]),
)
OVERLAP = DataAct(
    "Set how many people answer",
    "For these tasks instead of what the project's settings say.",
    "Set overlap",
    OverlapForm,
    lambda member, selection, form: set_needs(member, selection, overlap=form.cleaned_data["overlap"]),
)
