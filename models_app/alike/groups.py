"""Groups of alike tasks as pages, the Data page's filter and the API see them.

Light: the web process imports this, and ``grouping`` does the work.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Sum

from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Refusal
from models_app.alike.group_files import GroupFile
from models_app.encoded.array_files import DamagedFile
from models_app.models import EncodingShard, EncodingVocabulary, TaskGrouping
from models_app.versions import storage
from projects.browsing.data_page import Choice, DataFilter, Mark
from projects.browsing.task_ids import COUNT_LIMIT, Place
from projects.models import Membership, Project, Task, TaskContent
from projects.shown_data import task_picture, visible_data

KIND = "group_tasks"
SHOWN_EXAMPLES = 3
_SHOWN_CHARACTERS = 160


@dataclass(frozen=True)
class LabelsOfGroup:
    """How a question was answered in a group: the values that were given most, and to how many of its tasks."""

    question: str
    title: str
    n_labeled: int
    values: list[tuple[Mark, int]]

    @property
    def main_share(self) -> float:
        """How much of what is labeled has the value that was given most."""
        return min(1.0, self.values[0][1] / self.n_labeled) if self.values and self.n_labeled else 0.0


class Example(NamedTuple):
    """A typical task: how its text begins, and the address of its picture, "" where it has none."""

    task_id: int
    text: str
    picture: str


@dataclass(frozen=True)
class Group:
    """``name`` is what the Data page's filter calls it: it is another one once the tasks are grouped anew."""

    number: int
    name: str
    words: list[str]
    size: int
    labels: list[LabelsOfGroup]
    examples: list[Example]

    @property
    def title(self) -> str:
        return ", ".join(self.words) or f"Group {self.number}"

    @property
    def n_labeled(self) -> int:
        return max((one.n_labeled for one in self.labels), default=0)


def grouping_of(project_id: int) -> TaskGrouping | None:
    return TaskGrouping.objects.filter(project=project_id).first()


def groups_of(member: Membership, grouping: TaskGrouping, numbers: Sequence[int]) -> list[Group]:
    """The groups of these numbers, with examples as the member may see them."""
    chosen = [(number, grouping.groups[number - 1]) for number in numbers]
    wanted = [task_id for _, group in chosen for task_id in group["examples"]]
    contents = TaskContent.objects.filter(task_id__in=wanted, project=member.project_id)
    examples = {
        task_id: Example(task_id, _text(member, data), task_picture(member, task_id, data))
        for task_id, data in contents.values_list("task_id", "data")
    }
    return [
        Group(
            number=number,
            name=f"{grouping.number}.{number}",
            words=list(group["words"]),
            size=group["size"],
            labels=_labels(member.project, group),
            examples=[examples[pk] for pk in group["examples"] if pk in examples][:SHOWN_EXAMPLES],
        )
        for number, group in chosen
    ]


def running_job(project_id: int) -> Job | None:
    """The grouping that waits or runs."""
    return Job.objects.for_project(project_id).active().filter(kind=KIND).first()


def failed_job(project_id: int) -> Job | None:
    """The last grouping, where it came to nothing."""
    last = Job.objects.for_project(project_id).filter(kind=KIND).first()
    return last if last is not None and last.state in {JobState.FAILED, JobState.CANCELLED} else None


@transaction.atomic
def start_grouping(member: Membership) -> Job:
    """Group the project's tasks anew; one that waits already is the answer. Raises ``Refusal``."""
    if not EncodingVocabulary.objects.filter(project=member.project_id).exists():
        raise Refusal("No task of this project is encoded, so none can be compared. Its Models page says what is.")
    job = _enqueue(member.project_id, fresh=True, requested_by=member.user)
    if not job.started_at and job.requested_by_id == member.user_id:
        record_event(actor=member.user, verb="started", object=job)
    return job


def consider_groups(project_id: int) -> None:
    """Let tasks that came since join their groups, where a project has groups."""
    grouping = grouping_of(project_id)
    if grouping is None:
        return
    encoded = EncodingShard.objects.of_field(project_id, grouping.field).aggregate(n=Sum("n_predictable"))["n"] or 0
    if encoded != grouping.n_tasks:
        _enqueue(project_id, fresh=False)


def group_filters(member: Membership) -> list[DataFilter]:
    """Groups by their telling words; none before somebody has had the tasks grouped."""
    grouping = grouping_of(member.project_id)
    if grouping is None:
        return []

    def find(name: str) -> "GroupIds | None":
        number, _, group = name.partition(".")
        is_known = group.isascii() and group.isdigit() and 0 < int(group[:9]) <= len(grouping.groups)
        if not is_known or number != str(grouping.number):
            return None
        try:
            return GroupIds(GroupFile(storage.path_of(member.project_id, grouping.file_name)), int(group))
        except (OSError, DamagedFile):
            return None

    choices = [
        Choice(f"{grouping.number}.{place}", f"{place}: {', '.join(group['words']) or 'other words'}")
        for place, group in enumerate(grouping.groups, 1)
    ]
    return [DataFilter("group", "Group", find, choices)]


class GroupIds:
    """The tasks of one group, or of one part that a model was measured on, that are still there, walked by id."""

    is_walkable = True

    def __init__(self, file: GroupFile, group: int) -> None:
        self._file, self._group = file, group

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        found: list[Place] = []
        while len(found) < limit:
            ids = self._file.ids(
                self._group, start=start, inclusive=inclusive, descending=descending, limit=limit - len(found)
            )
            if not ids:
                break
            there = set(Task.objects.filter(pk__in=ids).values_list("pk", flat=True))
            found += [Place(pk, pk) for pk in ids if pk in there]
            start, inclusive = ids[-1], False
        return found

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        return {task_id for task_id in task_ids if self._file.has(self._group, task_id)}

    def count(self) -> int:
        return min(self._size, COUNT_LIMIT + 1)

    @cached_property
    def _size(self) -> int:
        return len(self._file.members[self._group - 1])


def _enqueue(project_id: int, *, fresh: bool, requested_by: Any = None) -> Job:
    return enqueue_job(
        KIND,
        project_id=project_id,
        params={"fresh": fresh},
        requested_by=requested_by,
        exclusive_key=f"groups:{project_id}",
        once_key=f"groups:{project_id}:{'anew' if fresh else 'join'}",
    )


def _text(member: Membership, data: dict[str, Any]) -> str:
    return member.project.schema.search_text(visible_data(member, data))[:_SHOWN_CHARACTERS]


def _labels(project: Project, group: dict[str, Any]) -> list[LabelsOfGroup]:
    found = []
    for question in project.schema.questions:
        n_labeled = group.get("labeled", {}).get(question.name, 0)
        if not n_labeled:
            continue
        titles = getattr(question, "titles", {})
        colours = {option.value: option.colour for option in getattr(question, "options", ())}
        values = group.get("labels", {}).get(question.name, [])
        marks = [(Mark(titles.get(value, value), colour=colours.get(value, 0)), count) for value, count in values]
        found.append(LabelsOfGroup(question.name, question.title, n_labeled, marks))
    return found
