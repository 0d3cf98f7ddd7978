"""What a task waits for next: one pure rule for every operation and for ``check_queue``."""

from dataclasses import dataclass, replace
from typing import Protocol, Self

from projects.queueing.lanes import share_of


class OverlapPolicy(Protocol):
    """What a project says about how many people answer a task."""

    overlap: int
    overlap_percent: int
    seed: int


class TaskNeeds(Protocol):
    """What a task says about it itself; an ``overlap`` of 0 leaves it to the project."""

    @property
    def external_id(self) -> str: ...

    @property
    def overlap(self) -> int: ...


@dataclass(frozen=True)
class TaskFacts:
    """What has happened to a task: counts of its assignments to annotate and to review, and whether it was taken out.

    ``assigned`` wait for the person a manager gave them to, ``returned`` went back from a reviewer to their authors.
    ``review_levels`` reviews are wanted one after the other, ``reviewed`` of them are done. The answer to a ``gold``
    task is known, and an ``accepted`` one was answered by a model: neither waits for anybody. But what a person says
    about an accepted task counts, and is all that counts.
    """

    assigned: int = 0
    leased: int = 0
    submitted: int = 0
    returned: int = 0
    reviewed: int = 0
    review_levels: int = 0
    gold: bool = False
    accepted: bool = False
    excluded: bool = False

    @property
    def needs_nobody(self) -> bool:
        """Whether the task is done without people."""
        return self.gold or (self.accepted and not self.held and not self.submitted)

    @property
    def held(self) -> int:
        """How many people have the task in hand, each of whom takes a slot."""
        return self.assigned + self.leased + self.returned

    def with_levels(self, review_levels: int) -> Self:
        return replace(self, review_levels=review_levels)


@dataclass(frozen=True)
class NextStage:
    """``level`` is the review that a task in review waits for, 0 elsewhere."""

    stage: str
    open_slots: int
    level: int = 0


def overlap_of(task: TaskNeeds, project: OverlapPolicy) -> int:
    """How many people must answer the task: its own overlap, else the project's on the share of tasks it holds for.

    Which tasks those are a hash decides, so that a larger share keeps all of a smaller one.
    """
    if task.overlap:
        return task.overlap
    if project.overlap_percent >= 100 or project.overlap == 1:
        return project.overlap
    return project.overlap if share_of(project.seed, task.external_id, "overlap") * 100 < project.overlap_percent else 1


def next_stage(facts: TaskFacts, overlap: int) -> NextStage:
    """The stage a task is in, to how many more people it may be given, and which review it waits for.

    >>> next_stage(TaskFacts(leased=1, submitted=0), overlap=2)
    NextStage(stage='annotate', open_slots=1, level=0)
    >>> next_stage(TaskFacts(submitted=2), overlap=2)
    NextStage(stage='done', open_slots=0, level=0)
    >>> next_stage(TaskFacts(submitted=1, reviewed=1, review_levels=2), overlap=1)
    NextStage(stage='review', open_slots=0, level=2)
    >>> next_stage(TaskFacts(submitted=1, returned=1), overlap=2)
    NextStage(stage='annotate', open_slots=0, level=0)
    >>> next_stage(TaskFacts(gold=True), overlap=2)
    NextStage(stage='done', open_slots=0, level=0)
    >>> next_stage(TaskFacts(accepted=True), overlap=2)
    NextStage(stage='done', open_slots=0, level=0)
    >>> next_stage(TaskFacts(accepted=True, submitted=1), overlap=2)
    NextStage(stage='annotate', open_slots=1, level=0)
    """
    if facts.excluded:
        return NextStage("excluded", 0)
    if facts.needs_nobody:
        return NextStage("done", 0)
    if facts.submitted < overlap or facts.returned:
        return NextStage("annotate", max(0, overlap - facts.held - facts.submitted))
    if facts.reviewed < facts.review_levels:
        return NextStage("review", 0, level=facts.reviewed + 1)
    return NextStage("done", 0)
