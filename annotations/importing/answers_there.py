"""What has been said already about tasks for which an import brings answers."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from annotations.conclusions.concluding import known_answers, say_in_current_words
from annotations.models import Annotation, AnnotationStatus, FinalLabel
from labelplatform.bulk_rows import one_of
from projects.importing.labels import LabeledRow
from projects.models import Assignment, AssignmentStatus, Lane, Project, Purpose, Stage
from projects.queueing.task_locks import lock_tasks

_HELD = frozenset({AssignmentStatus.ASSIGNED, AssignmentStatus.WORKING, AssignmentStatus.RETURNED})


class AnswersThere:
    """What has been said already about those of a batch's tasks that are there; they are locked."""

    def __init__(self, project: Project, task_ids: Iterable[int]) -> None:
        self._tasks = lock_tasks(task_ids)
        ids = list(self._tasks)
        self._answers: defaultdict[int, dict[int, Annotation]] = defaultdict(dict)
        self._held: set[tuple[int, int]] = set()
        self._concluded: defaultdict[int, dict[str, Any]] = defaultdict(dict)
        self._reviewed: set[int] = set()
        if not ids:
            return
        annotations = list(Annotation.objects.filter(one_of("task_id", ids), round=1))
        say_in_current_words(project, annotations)
        for annotation in annotations:
            self._answers[annotation.task_id][annotation.author_id] = annotation
        for row in Assignment.objects.filter(one_of("task_id", ids)).only("task_id", "user_id", "purpose", "status"):
            if row.purpose == Purpose.REVIEW and row.status == AssignmentStatus.SUBMITTED:
                self._reviewed.add(row.task_id)
            elif row.purpose == Purpose.ANNOTATE and row.status in _HELD:
                self._held.add((row.task_id, row.user_id))
        labels = FinalLabel.objects.filter(one_of("task_id", ids), schema_version=project.schema_version)
        for task_id, question, value in labels.values_list("task_id", "question", "value"):
            self._concluded[task_id][question] = value
        for task_id, answers in known_answers(self._tasks.values()).items():
            self._concluded[task_id] = answers

    def knows(self, row: LabeledRow) -> bool:
        """Whether the task has just this answer: of the same person, or, where the row names nobody, of anybody."""
        if row.task_id not in self._tasks:
            return False
        given = self._submitted(row.task_id)
        if row.is_named:
            return row.author_id in given and given[row.author_id].answers == row.answers
        return row.answers == self._concluded.get(row.task_id) or any(
            annotation.answers == row.answers for annotation in given.values()
        )

    def why_not(self, row: LabeledRow) -> str:
        """Why another answer cannot be added to a task; empty where it can."""
        if row.task_id not in self._tasks:
            return ""
        task = self._tasks[row.task_id]
        if task.stage == Stage.EXCLUDED:
            return "This task was removed from the project: bring it back first."
        if task.lane == Lane.GOLD:
            return "Other answers are known for this task; they stay. Change them on its page."
        if task.stage == Stage.REVIEW or task.pk in self._reviewed:
            return "A reviewer decides, or has decided, about this task, so its answers are locked."
        if (task.pk, row.author_id) in self._held:
            return "The same person has this task in hand: wait for the answer, or take the task back first."
        if row.author_id in self._answers[task.pk]:
            return "The same person has answered this task in another way; what is there stays."
        if not row.is_named and self._submitted(task.pk):
            return "This task has other answers already; they stay. To add an opinion, say in a column whose it is."
        return ""

    def _submitted(self, task_id: int) -> dict[int, Annotation]:
        rows = self._answers[task_id].items()
        return {author: row for author, row in rows if row.status == AnnotationStatus.SUBMITTED}
