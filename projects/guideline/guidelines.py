"""Publish guidelines, find the current one, and know who has read which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404

from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.registry import Registry
from labelplatform.roles import Capability, roles_with
from projects.models import Guideline, GuidelineAcknowledgement, GuidelineQuestion, Membership, Project
from projects.notices import tell_about_guideline
from projects.schema import Schema

MAX_CHARACTERS = 200_000


@dataclass(frozen=True)
class OlderAnswers:
    """Submitted answers that a version decides anew: how many tasks have one (``is_capped``: at least so many), and
    the address of their list."""

    count: int
    is_capped: bool
    url: str


# What a new version means for answers given before it.
# (member: Membership, guideline: Guideline) -> OlderAnswers
older_answers = Registry("source of answers under older guidelines")
# (member: Membership, guideline: Guideline) -> Job that has those answers looked at again
guideline_follow_ups = Registry("follow-up of a guideline")


class PublishedMeanwhile(Conflict):
    """Another version was published since this one was begun; ``latest`` is the one in force."""

    def __init__(self, latest: Guideline, based_on: int) -> None:
        who = latest.author.display_name if latest.author else "somebody"
        super().__init__(
            f"Version {latest.number} was published by {who} since you began (from version {based_on}).",
            errors=[{"path": "based_on", "message": f"The version in force is {latest.number}."}],
            extra={"guideline": {"number": latest.number, "summary": latest.summary}},
        )
        self.latest = latest


def current_guideline(project_id: int) -> Guideline | None:
    """The guideline in force; None while there is none."""
    return Guideline.objects.filter(project_id=project_id).order_by("-number").first()


def find_version(project_id: int, number: int) -> Guideline:
    """One version with its author; else 404."""
    versions = Guideline.objects.filter(project_id=project_id, number=number).select_related("author")
    guideline = versions.first() if number < 2**31 else None
    if guideline is None:
        raise Http404
    return guideline


@transaction.atomic
def publish_guideline(
    *,
    project: Project,
    author: Any,
    text: str,
    summary: str = "",
    options_touched: Mapping[str, Iterable[str]] | None = None,
    needs_acknowledgement: bool | None = None,
    based_on: int | None = None,
    answers: Iterable[int] = (),
) -> Guideline:
    """Add the next numbered version.

    People must say that they have read it before they get another task, where ``needs_acknowledgement`` (by default
    the project's setting) says so; a first version holds nobody up, and its author has read it. ``based_on`` is the
    version that the text was begun from: raises ``PublishedMeanwhile`` where that is not the one in force. ``answers``
    are the guideline questions that it settles.
    """
    locked = Project.objects.select_for_update().get(pk=project.pk)  # one number, one winner
    if based_on is not None and based_on != locked.guideline_number:
        latest = Guideline.objects.select_related("author").get(project=locked, number=locked.guideline_number)
        raise PublishedMeanwhile(latest, based_on)
    touched = check_touched(locked.schema, options_touched or {})
    wanted = locked.requires_acknowledgement if needs_acknowledgement is None else needs_acknowledgement
    number = locked.guideline_number + 1
    guideline = project.guidelines.create(
        number=number,
        author=author,
        text=text,
        summary=summary,
        options_touched=touched,
        needs_acknowledgement=wanted and number > 1,
    )
    locked.guideline_number = project.guideline_number = number
    if guideline.needs_acknowledgement:
        locked.acknowledge_number = project.acknowledge_number = number
    locked.save(update_fields=["guideline_number", "acknowledge_number"])
    if author is not None:
        _note_read(guideline, author)
    settled = GuidelineQuestion.objects.filter(project=locked, pk__in=list(answers)).exclude(answer="")
    settled.update(guideline=guideline)
    after = {"number": number, "summary": summary, "options_touched": touched}
    record_event(actor=author, verb="published", object=guideline, after=after)
    tell_about_guideline(guideline)
    return guideline


def check_touched(schema: Schema, touched: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """The options touched in the schema's own order; raises ``Refusal`` naming each that is none of its options."""
    checked: dict[str, list[str]] = {}
    errors = []
    for name, values in touched.items():
        path = f"options_touched.{name}"
        question = schema.questions_by_name.get(name)
        if question is None:
            known = ", ".join(schema.questions_by_name)
            errors.append({"path": path, "message": f"“{name}” is no question; there are: {known}."})
            continue
        titles = getattr(question, "titles", {})
        wanted = list(values)
        errors += [
            {"path": f"{path}.{position}", "message": f"“{value}” is no option of “{question.title}”."}
            for position, value in enumerate(wanted)
            if value not in titles
        ]
        if chosen := [value for value in titles if value in wanted]:
            checked[name] = chosen
    if errors:
        raise Refusal("Some options are not in the schema.", errors=errors)
    return checked


@transaction.atomic
def acknowledge_guideline(member: Membership, number: int) -> int:
    """Note that the member has read a version, 404 where there is none; returns the newest they have read.

    A site admin who is no member has nothing to be held up in; that they read it is noted all the same.
    """
    guideline = find_version(member.project_id, number)
    _note_read(guideline, member.user)
    member.acknowledged_number = max(member.acknowledged_number, number)
    return member.acknowledged_number


def _note_read(guideline: Guideline, user: Any) -> None:
    GuidelineAcknowledgement.objects.get_or_create(guideline=guideline, user=user)
    own = Membership.objects.filter(project_id=guideline.project_id, user=user)
    own.filter(acknowledged_number__lt=guideline.number).update(acknowledged_number=guideline.number)


def baseline_of(member: Membership) -> int:
    """The version that a member's reading is compared with: the newest they have read, else the first, which nobody is
    asked to acknowledge."""
    return max(member.acknowledged_number, 1)


def versions_between(project_id: int, since: int, until: int) -> QuerySet[Guideline]:
    """The versions after ``since`` up to ``until``, oldest first, without their texts."""
    versions = Guideline.objects.filter(project_id=project_id, number__gt=since, number__lte=until)
    return versions.select_related("author").defer("text").order_by("number")


def touched_between(project_id: int, since: int, until: int) -> dict[str, list[str]]:
    """Every option that the versions after ``since`` touched."""
    touched: dict[str, list[str]] = {}
    for version in versions_between(project_id, since, until):
        for name, values in version.options_touched.items():
            known = touched.setdefault(name, [])
            known += [value for value in values if value not in known]
    return touched


def touched_in_words(schema: Schema, touched: Mapping[str, Iterable[str]]) -> list[dict[str, Any]]:
    """Touched options with their titles and colours, as pages and API show them; retired questions keep their names."""
    shown = []
    for name, values in touched.items():
        question = schema.questions_by_name.get(name)
        options = {option.value: option for option in getattr(question, "options", ())}
        found = [
            {"value": value, "title": options[value].title, "colour": options[value].colour}
            if value in options
            else {"value": value, "title": value, "colour": 0}
            for value in values
        ]
        shown.append({"question": name, "title": question.title if question else name, "options": found})
    return shown


def readers(project_id: int, number: int) -> tuple[list[Membership], list[Membership]]:
    """The active members who label, by whether they have read the version: those who have, and those who have not."""
    members = Membership.objects.active().filter(project_id=project_id, role__in=roles_with(Capability.ANNOTATE))
    members = members.select_related("user").order_by("user__name", "user__email")
    have = [member for member in members if member.acknowledged_number >= number]
    return have, [member for member in members if member.acknowledged_number < number]


def unread_versions(members: Iterable[Membership]) -> dict[int, list[Guideline]]:
    """Versions that each has not read, newest first, by project, in one query; a first version is not new."""
    behind = [member for member in members if member.project.guideline_number > baseline_of(member)]
    if not behind:
        return {}
    wanted = Q()
    for member in behind:
        wanted |= Q(project_id=member.project_id, number__gt=baseline_of(member))
    found: dict[int, list[Guideline]] = {}
    for version in Guideline.objects.filter(wanted).defer("text").order_by("-number"):
        found.setdefault(version.project_id, []).append(version)
    return found
