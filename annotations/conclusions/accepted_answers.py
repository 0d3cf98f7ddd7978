"""Answers accepted from a model in place of people: read, written, and withdrawn. A person's answer always wins.

They hold as long as the questions that they answer offer the same to choose from: a new title or a renamed option
changes nothing, another option does, for the model has never seen it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction

from annotations.conclusions.consensus import Conclusion
from annotations.models import AcceptedAnswer, LabelMethod
from labelplatform.bulk_rows import one_of
from labelplatform.jobs.running import JobRun
from projects.models import Lane, Project, SchemaVersion, Task
from projects.queueing.lanes import rank_at_import
from projects.queueing.restaging import restage_and_follow_up
from projects.queueing.task_locks import lock_tasks
from projects.schema import Question, Schema
from projects.schema_change.schema_history import SchemaHistory

_BATCH = 500


def accepted_answers(tasks: Iterable[Task]) -> dict[int, dict[str, Conclusion]]:
    """What was accepted for those of a project's tasks that wait for nobody, by task and question; in the words of the
    schema in force. Two queries, or none."""
    accepted = [task for task in tasks if task.lane == Lane.ACCEPTED]
    found: dict[int, dict[str, Conclusion]] = {task.pk: {} for task in accepted}
    if not found:
        return found
    words = CurrentWords(accepted[0].project_id)
    rows = AcceptedAnswer.objects.filter(one_of("task_id", list(found)), is_audited=False).order_by("pk")
    for task_id, question, value, confidence, version in rows.values_list(
        "task_id", "question", "value", "confidence", "schema_version_id"
    ):
        said = words.of(version, question, value)
        if said is not None:
            name, current = said
            found[task_id][name] = Conclusion(current, LabelMethod.AUTO_ACCEPT.value, confidence)
    return {pk: answers if words.is_complete(answers) else {} for pk, answers in found.items()}


class CurrentWords:
    """Accepted answers as the schema in force says them, where it still asks the same."""

    def __init__(self, project_id: int) -> None:
        project = Project.objects.select_related("schema_version").get(pk=project_id)
        self._current = project.current_schema_version
        self._history = SchemaHistory(project_id)
        self._holds: dict[tuple[int, str], bool] = {}
        self._schemas: dict[int, Schema] = {self._current.pk: self._current.schema}

    def of(self, version_id: int, question: str, value: Any) -> tuple[str, Any] | None:
        """The question's name and the value now; None where the question has become another one."""
        if version_id == self._current.pk:
            return question, value
        key = version_id, question
        if key not in self._holds:
            self._holds[key] = self._is_the_same(version_id, question)
        if not self._holds[key]:
            return None
        mapping = self._history.mapping(version_id, self._current.pk)
        name = mapping.question(question)
        return name, mapping.apply({question: value})[name]

    def is_complete(self, answers: Mapping[str, Conclusion]) -> bool:
        """Whether they answer everything that has to be."""
        return answers_all(self._current.schema, {name: one.value for name, one in answers.items()})

    def _is_the_same(self, version_id: int, question: str) -> bool:
        if version_id not in self._schemas:
            self._schemas[version_id] = SchemaVersion.objects.get(pk=version_id).schema
        old = self._schemas[version_id].questions_by_name.get(question)
        mapping = self._history.mapping(version_id, self._current.pk)
        if old is None:
            return False
        new = self._current.schema.questions_by_name.get(mapping.question(question))
        if new is None or (new.kind, new.on) != (old.kind, old.on):
            return False
        was, now = _choices(old), set(_choices(new))
        if new.kind == "choice":  # its options may have other names now, but none may have become one with another
            was = [mapping.apply({question: value}).get(new.name) for value in was]
        return len(was) == len(now) and set(was) == now


def _choices(question: Question) -> list[Any]:
    return list(getattr(question, "open_values", ()))


def answers_all(schema: Schema, answers: Mapping[str, Any]) -> bool:
    """Whether everything that a person would have to answer is among the answers; what is optional may be missing."""
    known = schema.questions_by_name
    asked = (one for one in schema.questions if one.when is None or one.when.holds(known, answers))
    return bool(answers) and all(one.name in answers for one in asked if one.required)


def write_accepted(rows: Sequence[AcceptedAnswer]) -> None:
    """Keep accepted answers of locked, untouched tasks, and move these: out of the queue, or into the audit."""
    AcceptedAnswer.objects.bulk_create(rows)
    audited = {row.task_id for row in rows if row.is_audited}
    accepted = {row.task_id for row in rows} - audited
    Task.objects.filter(one_of("pk", sorted(audited))).update(lane=Lane.AUDIT)
    Task.objects.filter(one_of("pk", sorted(accepted))).update(lane=Lane.ACCEPTED)
    if rows:
        restage_and_follow_up(rows[0].project_id, sorted(accepted))


def withdraw_accepted(project: Project, task_ids: Iterable[int]) -> int:
    """Forget accepted answers of these tasks, which go back to where they waited before; returns how many went.

    Call it inside a transaction. What people have said about them meanwhile stays and counts.
    """
    tasks = [task for task in lock_tasks(task_ids).values() if task.project_id == project.pk]
    ids = [task.pk for task in tasks]
    AcceptedAnswer.objects.filter(one_of("task_id", ids)).delete()
    moved = [task for task in tasks if task.lane in {Lane.ACCEPTED, Lane.AUDIT}]
    for task in moved:
        task.lane, task.rank = Lane.BASE, rank_at_import(project, task)
    Task.objects.bulk_update(moved, ["lane", "rank"])
    if moved:
        restage_and_follow_up(project.pk, [task.pk for task in moved])
    return len(moved)


def recheck_accepted(run: JobRun) -> None:
    """Job kind: after a change of the schema, put accepted answers into its words, or withdraw them; in slices."""
    project = Project.objects.select_related("schema_version").get(pk=run.job.project_id or 0)
    older = AcceptedAnswer.objects.filter(project=project).exclude(schema_version=project.current_schema_version)
    while not run.time_is_up():
        last, withdrawn = run.cursor.get("last_id", 0), run.cursor.get("withdrawn", 0)
        tasks = older.filter(task__gt=last).order_by("task_id").values_list("task_id", flat=True).distinct()
        ids = list(tasks[:_BATCH])
        if not ids:
            run.finish(
                message=f"{withdrawn:,} tasks wait for people again." if withdrawn else "All of them still hold."
            )
            return
        with transaction.atomic():
            withdrawn += _recheck(project, ids)
            run.advance(cursor={"last_id": ids[-1], "withdrawn": withdrawn}, done=run.job.done + len(ids))


def _recheck(project: Project, ids: Sequence[int]) -> int:
    lock_tasks(ids)
    words = CurrentWords(project.pk)
    rows = list(AcceptedAnswer.objects.filter(one_of("task_id", ids)).order_by("pk"))
    said: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        now = words.of(row.schema_version_id, row.question, row.value)
        if now is not None:
            row.question, row.value = now
            row.schema_version = project.current_schema_version
            said[row.task_id][row.question] = row.value
    kept = {pk for pk in ids if answers_all(project.schema, said[pk])}
    AcceptedAnswer.objects.bulk_update(
        [row for row in rows if row.task_id in kept], ["question", "value", "schema_version"]
    )
    restage_and_follow_up(project.pk, sorted(kept))
    return withdraw_accepted(project, [pk for pk in ids if pk not in kept])
