"""Answers given to what was asked before: brought into the words of the schema in force, or kept beside it."""

from typing import Any

from annotations.work.submissions import Submission
from labelplatform.refusals import Conflict, Refusal
from projects.models import Project, SchemaVersion
from projects.schema import Schema, SchemaProblems
from projects.schema_change.schema_history import SchemaHistory


class OutdatedAnswers(Conflict):
    """Answers to what was asked before, which cannot be said in today's words; see ``keep_outdated``.

    ``usable`` are those of them that still fit.
    """

    def __init__(
        self, submission: Submission, version_id: int, usable: dict[str, Any], errors: list[dict[str, str]]
    ) -> None:
        super().__init__(
            "What is asked has changed since you opened this task. What you sent is kept; open it again to answer.",
            errors=errors,
        )
        self.submission = submission
        self.version_id = version_id
        self.usable = usable


class OutdatedFix(Conflict):
    """A reviewer's fix of what was asked before, which cannot be said in today's words; see ``keep_outdated_fix``."""

    def __init__(self, version_id: int, errors: list[dict[str, str]]) -> None:
        super().__init__(
            "What is asked has changed since you opened this task. Your fix is kept; look at the task again to decide.",
            errors=errors,
        )
        self.version_id = version_id


def older_version(project: Project, number: int) -> SchemaVersion | None:
    """The schema version that was on screen, where it is not the one in force; an unknown number is taken for that."""
    if not 0 < number < project.current_schema_version.number:
        return None
    return SchemaVersion.objects.filter(project=project, number=number).first()


def in_current_words(
    project: Project, submission: Submission, older: SchemaVersion, data: dict[str, Any], *, partial: bool
) -> dict[str, Any]:
    """Answers to what was asked before, as they are stored now; raises ``OutdatedAnswers`` where they fit no more.

    Of a draft (``partial``) what does not fit is left out.
    """
    answers = submission.answers
    try:
        answers = older.schema.validate_answers(answers, data, partial=True)
    except SchemaProblems:
        pass  # they do not even fit what they were given to: what is asked now decides
    else:
        mapping = SchemaHistory(project.pk).mapping(older.pk, project.current_schema_version.pk)
        answers = mapping.apply(answers)
    try:
        return project.schema.validate_answers(answers, data, partial=partial)
    except SchemaProblems as error:
        usable = _usable(project.schema, answers, data)
        if partial:
            return usable
        raise OutdatedAnswers(submission, older.pk, usable, error.as_errors()) from error


def fix_in_current_words(
    project: Project, fix: dict[str, Any], merged: dict[str, Any], older: SchemaVersion, data: dict[str, Any]
) -> dict[str, Any]:
    """What holds after a fix of what was asked before: the ``merged`` answers, which speak today's words, with those
    that the reviewer has changed. Raises ``OutdatedFix`` where they fit no more, ``Refusal`` where they never did."""
    mapping = SchemaHistory(project.pk).mapping(older.pk, project.current_schema_version.pk)
    seen = mapping.reversed().apply(merged)  # a relation in the fix may name spans that it leaves as they are
    try:
        mapped = mapping.apply(older.schema.validate_answers(older.schema.with_answers(seen, fix), data, partial=True))
    except SchemaProblems as error:
        raise Refusal("The answers do not fit what was asked.", errors=error.as_errors()) from error
    changed = {mapping.question(name) for name in fix}
    answers = project.schema.with_answers(merged, {name: mapped[name] for name in mapped if name in changed})
    try:
        return project.schema.validate_answers(answers, data)
    except SchemaProblems as error:
        raise OutdatedFix(older.pk, error.as_errors()) from error


def _usable(schema: Schema, answers: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Those of the answers that fit, in the order of the questions, each in the light of those before it."""
    usable: dict[str, Any] = {}
    for name in (name for name in schema.questions_by_name if name in answers):
        try:
            schema.validate_answers({**usable, name: answers[name]}, data, partial=True)
        except SchemaProblems:
            continue
        usable[name] = answers[name]
    return usable
