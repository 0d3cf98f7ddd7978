"""What other apps show on a project's pages without this app knowing them.

Each registry holds dotted paths; an app registers its own in ``apps.py`` when it is ready::

    overview_panels.register("learning curve", "models_app.overview.learning_curve_panel")
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from labelplatform.registry import Registry
from projects.models import Membership


class Place(StrEnum):
    """The overview answers four questions in one row, then comes what is wide. Other pages have one place only."""

    HOW_FAR = "how_far"
    HOW_GOOD = "how_good"
    WHO = "who"
    BELOW = "below"


@dataclass(frozen=True)
class Panel:
    """A piece of the overview: ``template`` is included with ``panel`` bound to ``context``."""

    place: Place
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Attention:
    """One thing that a person should look at; ``level`` is warning or bad, ``url`` leads to it."""

    text: str
    url: str = ""
    level: str = "warning"


@dataclass(frozen=True)
class OwnWork:
    """What one person did in one project; ``drafts`` are begun and not submitted."""

    today: int = 0
    week: int = 0
    week_seconds: float = 0.0
    drafts: int = 0

    @property
    def seconds_per_task(self) -> float | None:
        return self.week_seconds / self.week if self.week and self.week_seconds else None


# (member: Membership) -> Panel | None
overview_panels = Registry("overview panel")
# (member: Membership, task: Task) -> Panel | None; a part of a task's page, for those who browse the project's data
story_panels = Registry("panel of a task's story")
# (member: Membership) -> Panel | None; what stands on the Guideline page for those who publish it
guideline_panels = Registry("panel of the guideline page")
# (member: Membership) -> list[Attention]
attention_sources = Registry("source of attention")
# (user, project_ids: list[int], week_start: datetime, day_start: datetime) -> dict[int, OwnWork]
own_work_sources = Registry("source of own work")
# (project_id: int, since: datetime, user_ids: list[int]) -> dict[int, MemberWork] by user id
member_work_sources = Registry("source of members' work")
# (project_id: int, user_ids: list[int]) -> dict[int, datetime] by user id
last_work_sources = Registry("source of last activity")
# (member: Membership, user: User) -> WorkHistory
work_history_sources = Registry("source of a person's work")
# (user_id: int, project_id: int, since: datetime) -> int
answer_counts = Registry("count of a person's answers")


@dataclass(frozen=True)
class MemberWork:
    """What one member did since a moment, and when they were last seen at work."""

    count: int
    seconds: float
    last_at: datetime | None

    @property
    def seconds_per_task(self) -> float | None:
        return self.seconds / self.count if self.count and self.seconds else None


@dataclass(frozen=True)
class AgreementWithOthers:
    """How often a person answers a question as the others did, in [0, 1] with its 95 % interval.

    ``share`` is None where that is not defined; then ``why_not`` says why.
    """

    question: str
    title: str
    share: float | None = None
    low: float | None = None
    high: float | None = None
    n_tasks: int = 0
    why_not: str = ""


@dataclass(frozen=True)
class DayOfWork:
    day: date
    count: int
    seconds: float

    @property
    def seconds_per_task(self) -> float | None:
        return self.seconds / self.count if self.count and self.seconds else None


@dataclass(frozen=True)
class WorkHistory:
    """What one person did in one project: the last days, oldest first, and how far others agree with them."""

    days: list[DayOfWork]
    agreement: list[AgreementWithOthers] = field(default_factory=list)


def panels_by_place(member: Membership) -> dict[str, list[Panel]]:
    """All panels that have something to show this member, by place, in the order they were registered."""
    found: dict[str, list[Panel]] = {place.value: [] for place in Place}
    for make in overview_panels.objects():
        panel = make(member)
        if panel is not None:
            found[panel.place].append(panel)
    return found


def needs_attention(member: Membership) -> list[Attention]:
    """Everything that asks for somebody, the bad before the merely open."""
    everything = [item for find in attention_sources.objects() for item in find(member)]
    return sorted(everything, key=lambda item: item.level != "bad")


def own_work(user: Any, project_ids: Iterable[int], week_start: datetime, day_start: datetime) -> dict[int, OwnWork]:
    """What a person did, by project; the sources do not overlap."""
    work: dict[int, OwnWork] = {}
    for find in own_work_sources.objects():
        work.update(find(user, list(project_ids), week_start, day_start))
    return work


def member_work(project_id: int, since: datetime, user_ids: Iterable[int]) -> dict[int, MemberWork]:
    """What each of these people did since then, by user id."""
    work: dict[int, MemberWork] = {}
    for find in member_work_sources.objects():
        work.update(find(project_id, since, list(user_ids)))
    return work


def last_work(project_id: int, user_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these people last did something in the project, by user id."""
    found: dict[int, datetime] = {}
    for find in last_work_sources.objects():
        for user_id, at in find(project_id, list(user_ids)).items():
            found[user_id] = max(at, found.get(user_id, at))
    return found


def work_history(member: Membership, user: Any) -> WorkHistory:
    """What a person did in the member's project, day by day, and how far others agree with them."""
    found = [find(member, user) for find in work_history_sources.objects()]
    return found[0] if found else WorkHistory([])


def answers_since(user_id: int, project_id: int, since: datetime) -> int:
    """How many answers a person has given in a project since then; they count while they stand."""
    return sum(count(user_id, project_id, since) for count in answer_counts.objects())
