"""Who is in a project: change what members may do and take on, hand the project over, let people go.

What they did stays. How people come in is in ``invitations.py``.
"""

import math
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from labelplatform.accounts.people import Place
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability, Role
from projects.access import may_grant
from projects.assignment.taking_back import return_all_assigned
from projects.membership.member_skills import needed_skills, read_skills
from projects.models import Assignment, AssignmentStatus, Membership, Project, Purpose
from projects.queueing.releasing import NOT_ASSIGNED, release_leases
from projects.queueing.staging import restage_tasks
from projects.queueing.task_locks import lock_tasks

# What those who manage members set, besides role and suspension.
MEMBER_SETTINGS = ("skills", "capacity", "open_limit", "daily_limit", "review_level")
CHANGEABLE = ("role", "suspended", *MEMBER_SETTINGS)
# In somebody's hands or meant for them, and what is neither any more.
_WAITING = (AssignmentStatus.WORKING, AssignmentStatus.ASSIGNED)
_OVER = (AssignmentStatus.SUBMITTED, AssignmentStatus.SKIPPED, AssignmentStatus.EXPIRED)


@transaction.atomic
def change_member(member: Membership, other: Membership, **changes: Any) -> Membership:
    """Change another member's role, suspend them or let them back, set what they can and take on.

    ``changes`` are named as in ``CHANGEABLE``. Who is suspended gives their leases back; the last admin stays one.
    Raises ``Refusal`` naming each value that is wrong; nothing is changed then.
    """
    lock_people(member)
    other = Membership.objects.select_related("user", "project").get(pk=other.pk)
    before = {name: getattr(other, name) for name in CHANGEABLE}
    check_grant(member, other.role)
    if "role" in changes:
        check_grant(member, changes["role"])
    _apply(other, changes)
    if before["role"] == Role.ADMIN and not before["suspended"] and (other.role != Role.ADMIN or other.suspended):
        _keep_an_admin(other)
    changed = [name for name in CHANGEABLE if getattr(other, name) != before[name]]
    if not changed:
        return other
    other.save(update_fields=changed)
    if other.suspended:
        _release_all(other)
    _return_what_is_out_of_reach(other, member.user)
    record_event(
        actor=member.user,
        verb="changed",
        object=other,
        before={name: before[name] for name in changed},
        after={name: getattr(other, name) for name in changed},
    )
    return other


def _apply(other: Membership, changes: dict[str, Any]) -> None:
    errors = [
        {"path": name, "message": f"This cannot be set; there are: {', '.join(CHANGEABLE)}."}
        for name in changes
        if name not in CHANGEABLE
    ]
    if not errors:
        for name, value in changes.items():
            setattr(other, name, read_skills(value) if name == "skills" else value)
        try:
            other.clean_fields(exclude={field.name for field in other._meta.fields} - {*changes})
            if not math.isfinite(other.capacity):
                raise ValidationError({"capacity": "Send a number from 0 to 100."})
        except ValidationError as error:
            errors = [{"path": name, "message": " ".join(texts)} for name, texts in error.message_dict.items()]
    if errors:
        raise Refusal("Some values are not right.", errors=errors)


@transaction.atomic
def opt_out(member: Membership, skills: Any) -> Membership:
    """Let a member be spared the tasks that need certain skills, of those that the project's tasks need.

    This is the person's own business: it is recorded in no log and counted in no figure.
    """
    chosen = read_skills(skills, path="opted_out")
    known = needed_skills(member.project)
    wrong = [skill for skill in chosen if skill not in known]
    if wrong:
        there_are = f"there are: {', '.join(known)}" if known else "they need none"
        raise refused("opted_out", f"No task of this project needs “{wrong[0]}”; {there_are}.")
    if not Membership.objects.filter(pk=member.pk).update(opted_out=chosen):
        raise Refusal("Only members have settings of their own, and you are none of this project.")
    member.opted_out = chosen
    return member


@transaction.atomic
def hand_over(member: Membership, other: Membership, *, leave: bool = False) -> Membership:
    """Make another member an admin and step back, in one act: to manager, or out of the project.

    Returns the new admin. Raises ``Refusal`` where the other cannot be one: suspended, closed, or oneself.
    """
    lock_people(member)
    mine = Membership.objects.select_related("user", "project").filter(pk=member.pk).first()
    if mine is None or mine.role != Role.ADMIN:
        raise Refusal("Only an admin who is a member can hand a project over. Change the other person's role instead.")
    heir = Membership.objects.select_related("user", "project").get(pk=other.pk)
    name = heir.user.display_name
    if heir.pk == mine.pk:
        raise Refusal("Hand the project over to somebody else: you are its admin already.")
    if heir.suspended:
        raise Refusal(f"{name} is suspended. Let them back in first.")
    if not heir.user.is_active:
        raise Refusal(f"The account of {name} is closed. A site admin has to open it first.")
    before = {"role": heir.role}
    heir.role = Role.ADMIN
    heir.save(update_fields=["role"])
    if leave:
        _release_all(mine)
        return_all_assigned(mine, actor=member.user)
        mine.delete()
    else:
        mine.role = Role.MANAGER
        mine.save(update_fields=["role"])
    after = {"role": heir.role, "former_admin": member.user.email, "left": leave}
    record_event(actor=member.user, verb="handed over to", object=heir, before=before, after=after)
    return heir


@transaction.atomic
def remove_member(member: Membership, other: Membership) -> None:
    """End a membership. Answers, comments and events stay; leases and assigned tasks go back to the queue."""
    lock_people(member)
    if member.user_id != other.user_id:
        check_grant(member, other.role)
    end_membership(other, actor=member.user)


@transaction.atomic
def end_membership(other: Membership, *, actor: Any, before: dict[str, Any] | None = None) -> None:
    """Like ``remove_member``, where no member does it. The last admin stays: raises ``Conflict``."""
    lock_members(other.project)
    if other.role == Role.ADMIN and not other.suspended:
        _keep_an_admin(other)
    _release_all(other)
    return_all_assigned(other, actor=actor)
    record_event(actor=actor, verb="removed", object=other, before={"role": other.role, **(before or {})})
    other.delete()


@transaction.atomic
def set_role(other: Membership, role: str, *, actor: Any, after: dict[str, Any] | None = None) -> None:
    """Like ``change_member``, where no member does it. The last admin stays: raises ``Conflict``."""
    lock_members(other.project)
    if other.role == Role.ADMIN and role != Role.ADMIN and not other.suspended:
        _keep_an_admin(other)
    before = {"role": other.role}
    other.role = role
    other.save(update_fields=["role"])
    _return_what_is_out_of_reach(other, actor)
    record_event(actor=actor, verb="changed", object=other, before=before, after={"role": role, **(after or {})})


@transaction.atomic
def return_work_of_closed(user: Any, *, actor: Any) -> None:
    """What somebody whose account was closed holds, or was given, goes back to the queue in every project.

    They stay members, and find their answers and drafts when the account is opened again. Each project's log tells it.
    """
    waiting = Assignment.objects.filter(user=user).exclude(status__in=_OVER)
    concerned = Q(memberships__user=user) | Q(pk__in=waiting.values("project_id"))
    for project in Project.objects.filter(concerned).distinct().order_by("pk"):
        other = Membership(project=project, user=user)
        _release_all(other)
        return_all_assigned(other, actor=actor)
        record_event(actor=actor, verb="closed", object=user, project_id=project.pk)


def projects_left_without_admin(user: Any) -> list[str]:
    """Why a person's account cannot be closed: the projects of which they are the last admin.

    Called inside the transaction that closes it. The projects stay locked, so that nobody removes another admin
    meanwhile.
    """
    administered = Project.objects.filter(memberships__in=Membership.objects.admins().filter(user=user))
    locked = list(Project.objects.select_for_update().filter(pk__in=administered.values("pk")).order_by("pk"))
    others = Membership.objects.admins().filter(project__in=locked).exclude(user=user)
    safe = set(others.values_list("project_id", flat=True))
    return [
        f"“{project.name}” would be left without an admin. Make another member its admin first, on its People page."
        for project in locked
        if project.pk not in safe
    ]


def projects_of(user_ids: list[int]) -> dict[int, list[Place]]:
    """In which projects these people are, by user id, for the site's admins; one query."""
    places: dict[int, list[Place]] = {}
    rows = Membership.objects.filter(user__in=user_ids).select_related("project").order_by("project__name")
    for row in rows:
        url = reverse("projects:member", args=[row.project.slug, row.pk])
        note = "suspended" if row.suspended else ""
        places.setdefault(row.user_id, []).append(Place(row.project.name, url, row.role, note))
    return places


def lock_members(project: Project) -> None:
    """Let changes to who is in a project wait for each other, so that two cannot remove the last two admins."""
    Project.objects.select_for_update().get(pk=project.pk)


def lock_people(member: Membership) -> None:
    """What ``lock_members`` does, for a member who acts.

    ``member`` then has the role that they have now: who has just lost one cannot use it any more.
    """
    lock_members(member.project)
    if member.pk is None or member.user.is_superuser:
        return
    now = Membership.objects.filter(pk=member.pk).values_list("role", "suspended").first()
    if now is None:
        raise PermissionDenied("You are no longer a member of this project.")
    member.role, member.suspended = now


def check_grant(member: Membership, role: Any) -> None:
    """Raises ``Refusal`` unless the member may give and take this role."""
    if role not in Role.values:
        raise refused("role", f"There is no role “{role}”; there are: {', '.join(Role.values)}.")
    if not may_grant(member, role):
        raise refused("role", f"As {member.role} you cannot give or take the role “{role}”.")


def refused(path: str, message: str) -> Refusal:
    return Refusal(message, errors=[{"path": path, "message": message}])


def _keep_an_admin(other: Membership) -> None:
    if not Membership.objects.admins().filter(project_id=other.project_id).exclude(pk=other.pk).exists():
        raise Conflict("This is the project's last admin. Make somebody else an admin first.")


def _return_what_is_out_of_reach(other: Membership, actor: Any) -> None:
    """Who cannot label or review any more, suspended or by role, has nothing of it waiting for them alone."""
    if not other.may(Capability.ANNOTATE):
        return_all_assigned(other, actor=actor)
    if not other.may(Capability.REVIEW):
        _return_reviews(other)


def _release_all(other: Membership) -> None:
    """Give back what they hold. What a reviewer returned to them waits for that reviewer again, who can settle it."""
    own = Assignment.objects.filter(user_id=other.user_id, project_id=other.project_id)
    release_leases(other, own.leased().values_list("task_id", flat=True))
    returned = own.filter(status=AssignmentStatus.RETURNED)
    ids = list(returned.values_list("task_id", flat=True))
    if lock_tasks(ids):
        returned.update(status=AssignmentStatus.SUBMITTED, lease_expires_at=None)
        restage_tasks(ids)
    _return_reviews(other)


def _return_reviews(other: Membership) -> None:
    """Let others review what waits for this member alone, and what they sent back once its author has mended it."""
    reviews = Assignment.objects.filter(user_id=other.user_id, project_id=other.project_id, purpose=Purpose.REVIEW)
    reviews = reviews.filter(status__in=_WAITING)
    if lock_tasks(reviews.values_list("task_id", flat=True)):
        reviews.update(status=AssignmentStatus.EXPIRED, lease_expires_at=None, **NOT_ASSIGNED)
