"""Roles by the groups of the sign-on provider: a table that site admins edit, applied at each single sign-on.

A membership that was given by hand is never taken away nor lowered. One that groups gave follows the groups, also over
changes made to it by hand: it changes with them and goes with them, back to what there was before. The last admin of a
project or of the site always stays.
"""

import logging
from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.db import IntegrityError, transaction

from labelplatform.accounts.models import User
from labelplatform.accounts.people import set_site_admin
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import CAPABILITIES, Role
from projects.membership.people import end_membership, lock_members, set_role
from projects.models import GroupGrant, GroupRole, Membership, Project

logger = logging.getLogger(__name__)


@transaction.atomic
def add_group_role(*, group: str, project: Project | None, role: str, actor: User) -> GroupRole:
    """Say what a group gives: a role in a project, or without a project being a site admin. Raises ``Refusal``.

    It takes effect when somebody of the group signs in the next time.
    """
    group = group.strip().lstrip("/")
    if not group:
        raise _refused("group", "Name a group as the sign-on provider calls it.")
    if project is not None and role not in Role.values:
        raise _refused("role", f"Say which role the group has in {project}: {', '.join(Role.values)}.")
    if project is None and role:
        raise _refused("role", "A site admin has no role: choose a project too, or no role.")
    try:
        with transaction.atomic():
            row = GroupRole.objects.create(group=group, project=project, role=role)
    except IntegrityError as error:
        raise Conflict(f"“{group}” stands in this table for the same already; remove that line first.") from error
    record_event(actor=actor, verb="gave a role to a group", object=row, after={"group": group, "role": role})
    return row


@transaction.atomic
def remove_group_role(row: GroupRole, *, actor: User) -> None:
    """A group gives this no more. Who has it by the group alone loses it at their next sign-in."""
    record_event(actor=actor, verb="took a role from a group", object=row, before={"group": row.group})
    row.delete()


@transaction.atomic
def apply_group_roles(user: User, groups: Iterable[str]) -> None:
    """Give a person what the table says of their groups, and take what groups gave before and give no more."""
    # two sign-ins of one person at once wait for each other
    user = User.objects.select_for_update().get(pk=user.pk)
    rows = list(GroupRole.objects.filter(group__in=list(groups)).select_related("project"))
    _follow_site_admin(user, [row.group for row in rows if row.project_id is None])
    wanted: dict[Project, list[GroupRole]] = {}
    for row in rows:
        if row.project is not None:
            wanted.setdefault(row.project, []).append(row)
    grants = {
        grant.membership.project: grant
        for grant in GroupGrant.objects.filter(user=user).select_related("membership__project", "membership__user")
        if grant.membership is not None
    }
    # in one order, so that two people who sign in at once cannot wait in a ring
    for project in sorted(wanted.keys() | grants.keys(), key=attrgetter("pk")):
        lock_members(project)
        if project in wanted:
            _grant(user, project, wanted[project], grants.get(project))
        else:
            _take_back(grants[project])


def _grant(user: User, project: Project, rows: list[GroupRole], grant: GroupGrant | None) -> None:
    role = max((row.role for row in rows), key=Role.values.index)
    because = {"groups": sorted(row.group for row in rows)}
    member = Membership.objects.select_related("project").filter(project=project, user=user).first()
    if member is None:
        member = Membership.objects.create(project=project, user=user, role=role)
        record_event(actor=None, verb="added", object=member, after={"email": user.email, "role": role, **because})
        GroupGrant.objects.create(user=user, project=project, membership=member, role=role)
    elif grant is None:
        # by hand: only ever raised, and only to a role that holds all that they have
        if CAPABILITIES[member.role] < CAPABILITIES[role]:
            before = member.role
            set_role(member, role, actor=None, after=because)
            GroupGrant.objects.create(user=user, project=project, membership=member, role=role, role_before=before)
    elif grant.role_before and not CAPABILITIES[grant.role_before] < CAPABILITIES[role]:
        _take_back(grant)  # by hand they had been given as much
    elif member.role != role and _may_be_done(lambda: set_role(member, role, actor=None, after=because)):
        grant.role = role
        grant.save(update_fields=["role"])


def _take_back(grant: GroupGrant) -> None:
    """A suspended member stays one: removed and given anew, they would come back unsuspended."""
    member = grant.membership
    if member is None or member.suspended:
        return
    because: dict[str, Any] = {"groups": []}
    if grant.role_before:
        if _may_be_done(lambda: set_role(member, grant.role_before, actor=None, after=because)):
            grant.delete()
    else:
        _may_be_done(lambda: end_membership(member, actor=None, before=because))


def _follow_site_admin(user: User, groups: list[str]) -> None:
    grant = GroupGrant.objects.filter(user=user, project=None).first()
    if groups and not user.is_superuser:
        set_site_admin(user, is_site_admin=True, actor=None, after={"groups": sorted(groups)})
        if grant is None:
            GroupGrant.objects.create(user=user, project=None)
    if grant is None or groups:
        return
    if not user.is_superuser or _may_be_done(lambda: set_site_admin(user, is_site_admin=False, actor=None)):
        grant.delete()


def _may_be_done(change: Any) -> bool:
    """Do it, unless it would take the last admin; the sign-in goes on all the same."""
    try:
        change()
    except Conflict as refusal:
        logger.warning("A role that groups gave stays although they are gone: %s", refusal.detail)
        return False
    return True


def _refused(path: str, message: str) -> Refusal:
    return Refusal(message, errors=[{"path": path, "message": message}])
