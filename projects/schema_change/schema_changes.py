"""Change what a project shows and asks, without orphaning what has been answered.

A new definition is refused where answers would mean nothing under it. Operations take the answers along: the new
version is in force at once, and a job rewrites what was said before into its words.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404

from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Conflict, Refusal
from labelplatform.registry import Registry
from projects.models import Guideline, Membership, Project, SchemaVersion, Task
from projects.schema import Schema, SchemaProblems, parse_schema
from projects.schema.mapping import AnswerMapping, read_mapping, ways_back
from projects.schema_change.schema_history import SchemaHistory
from projects.schema_change.schema_plan import ChangePlan, Values
from projects.signals import schema_changed

JOB_KIND = "rewrite_answers"

# Each veto is a function (project_id, Schema in force, Values that would be lost) -> list of reasons.
schema_vetoes = Registry("schema veto")


def change_schema(member: Membership, definition: Any) -> SchemaVersion:
    """Make a new schema version current. Raises ``Refusal`` where it is wrong and ``Conflict``, with the counts,
    where it would orphan tasks or answers."""
    schema = _parsed("schema", lambda: parse_schema(definition))
    with transaction.atomic():
        project = _lock(member)
        current = project.schema
        if schema.definition() == current.definition():
            return project.current_schema_version
        reasons = _orphaned_tasks(project, current, schema)
        reasons += _vetoed(project, current, lost_values(current, schema))
        _refuse("This change would orphan what is there.", reasons)
        return _put_in_force(member, project, schema)


def read_plan(project: Project, operations: Any) -> ChangePlan:
    """The operations for the schema in force; raises ``Refusal`` naming each that does not fit it."""
    mapping: AnswerMapping = _parsed("", lambda: read_mapping(operations, project.schema))
    return ChangePlan(project.schema, mapping)


def schema_versions_of(project: Project) -> list[SchemaVersion]:
    """The versions, newest first; ``can_be_reverted`` says of each whether its operations can be taken back now."""
    last = SchemaHistory(project.pk).last_change
    versions = list(project.schema_versions.select_related("author", "reverts").order_by("-number").defer("definition"))
    for version in versions:
        version.can_be_reverted = last is not None and version.pk == last["pk"]
    return versions


def change_with_answers(member: Membership, operations: Any, *, number: int | None = None) -> tuple[SchemaVersion, Job]:
    """Put operations in force and let a job take the answers along. ``number`` is the version they were planned on.

    Raises ``Refusal`` where they do not fit and ``Conflict`` where the schema has changed since, or where answers
    would mean nothing.
    """
    with transaction.atomic():
        project = _lock(member)
        if number is not None and number != project.current_schema_version.number:
            now = project.current_schema_version.number
            raise Conflict(f"The schema has changed since: version {now} is in force. Look at the plan again.")
        return _carry_out(member, project, operations)


def revert_change(member: Membership, number: int) -> tuple[SchemaVersion, Job]:
    """Take the operations of a version back, as a new version; answers from before say again what they said.

    Only the newest that still stands can be, for each builds on those before it. Raises ``Conflict`` otherwise, and
    ``Http404`` where there is no such version.
    """
    with transaction.atomic():
        project = _lock(member)
        history = SchemaHistory(project.pk)
        if number not in history.numbers.values():
            raise Http404
        last = history.last_change
        if last is None or last["number"] != number:
            known = f"Version {last['number']} comes first." if last else "None is left."
            raise Conflict(f"The changes of version {number} cannot be taken back now. {known}")
        version = project.schema_versions.get(pk=last["pk"])
        before = project.schema_versions.filter(number__lt=number).order_by("-number")[0]
        return _carry_out(member, project, ways_back(version.operations, before.schema), reverts=version)


def _carry_out(
    member: Membership, project: Project, operations: Any, *, reverts: SchemaVersion | None = None
) -> tuple[SchemaVersion, Job]:
    plan = read_plan(project, operations)
    _refuse("These changes would orphan answers.", _vetoed(project, plan.current, plan.values(lost=True)))
    version = _put_in_force(member, project, plan.schema, operations=plan.definitions, reverts=reverts)
    _follow(project, plan)
    return version, resume_rewriting(member, version)


def resume_rewriting(member: Membership, version: SchemaVersion) -> Job:
    """Let a job rewrite what is not in the version's words yet; what it has rewritten it knows by itself."""
    return enqueue_job(
        JOB_KIND,
        project_id=version.project_id,
        params={"schema_version": version.pk},
        requested_by=member.user,
        exclusive_key=f"{JOB_KIND}:{version.project_id}",
        once_key=f"{JOB_KIND}:{version.pk}",
    )


def _put_in_force(
    member: Membership,
    project: Project,
    schema: Schema,
    *,
    operations: Sequence[Mapping[str, Any]] = (),
    reverts: SchemaVersion | None = None,
) -> SchemaVersion:
    last = project.schema_versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = project.schema_versions.create(
        number=last + 1,
        definition=schema.definition(),
        author=member.user,
        operations=list(operations),
        reverts=reverts,
    )
    Project.objects.filter(pk=project.pk).update(schema_version=version)
    record_event(
        actor=member.user,
        verb="changed the schema of",
        object=project,
        project_id=project.pk,
        before={"number": last},
        after={"number": version.number, **({"operations": list(operations)} if operations else {})},
    )
    transaction.on_commit(lambda: schema_changed.send_robust(Project, project_id=project.pk))
    return version


def _follow(project: Project, plan: ChangePlan) -> None:
    """Let what else names options follow: the review policy, and the options that guideline versions decide anew."""
    for step in plan.mapping.steps:
        renamed = {} if "." in step.operation.question else step.operation.forward
        wanted = list(dict.fromkeys(renamed.get(value, value) for value in project.review_options))
        if wanted != project.review_options:
            project.review_options = wanted
            Project.objects.filter(pk=project.pk).update(review_options=wanted)
    for guideline in Guideline.objects.filter(project=project).exclude(options_touched={}).only("options_touched"):
        touched: dict[str, list[str]] = guideline.options_touched
        for step in plan.mapping.steps:
            touched = _touched_after(touched, step.operation)
        if touched != guideline.options_touched:
            Guideline.objects.filter(pk=guideline.pk).update(options_touched=touched)


def _touched_after(touched: dict[str, list[str]], operation: Any) -> dict[str, list[str]]:
    after: defaultdict[str, list[str]] = defaultdict(list)
    for name, values in touched.items():
        if name == operation.question:
            after[operation.renames] = list(dict.fromkeys(operation.forward.get(value, value) for value in values))
        else:
            after[name] = values
    return dict(after)


def lost_values(current: Schema, successor: Schema) -> Values:
    """By question, the values that answers may hold now and ``successor`` refuses; None when the question goes."""
    lost: Values = {}
    for question in current.questions:
        after = successor.questions_by_name.get(question.name)
        if after is None:
            lost[question.name] = None
        elif (values := question.lost_values(after)) is None or values:
            lost[question.name] = values
    return lost


def _lock(member: Membership) -> Project:
    projects = Project.objects.select_for_update(of=("self",)).select_related("schema_version")
    return projects.get(pk=member.project_id)


def _parsed(place: str, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except SchemaProblems as error:
        problems = [problem.below(place) if place else problem for problem in error.problems]
        raise Refusal("The schema is not right.", errors=[problem._asdict() for problem in problems]) from error


def _vetoed(project: Project, current: Schema, lost: Values) -> list[str]:
    if not lost:
        return []
    return [reason for veto in schema_vetoes.objects() for reason in veto(project.pk, current, lost)]


def _refuse(what: str, reasons: list[str]) -> None:
    if reasons:
        errors = [{"path": "schema", "message": reason} for reason in reasons]
        raise Conflict(f"{what} {' '.join(reasons)}", errors=errors)


def _orphaned_tasks(project: Project, current: Schema, successor: Schema) -> list[str]:
    before = {field.name: field.kind for field in current.fields}
    after = {field.name: field.kind for field in successor.fields if field.required or field.name in before}
    changed = [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)]
    if not changed:
        return []
    count = Task.objects.filter(project=project).count()
    if not count:
        return []
    names = ", ".join(sorted(changed))
    return [f"{count:,} tasks have been imported for the fields as they are; these would change: {names}."]
