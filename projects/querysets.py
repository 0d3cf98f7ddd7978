"""Every query about projects that is worth a name. Nothing here writes."""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from labelplatform.roles import BROWSING, Capability, Role, roles_with

if TYPE_CHECKING:
    from labelplatform.accounts.models import User


class ProjectQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | Any") -> "ProjectQuerySet":
        """Projects of which ``user`` is an active member; all of them for a site admin."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        return self.filter(memberships__user=user, memberships__suspended=False)

    def where_may(self, user: "User | Any", capability: Capability) -> "ProjectQuerySet":
        """Projects in which ``user`` has the capability."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        roles = roles_with(capability)
        members = models.Q(memberships__user=user, memberships__suspended=False, memberships__role__in=roles)
        if capability in BROWSING:
            members &= ~models.Q(memberships__role=Role.REVIEWER) | models.Q(reviewers_see_assigned_only=False)
        return self.filter(members)

    def with_role_of(self, user: "User | Any") -> "ProjectQuerySet":
        """Adds ``own_role``: the role in which ``user`` acts, which for a site admin is always admin."""
        if user.is_superuser:
            return self.annotate(own_role=models.Value("admin"))
        own = self.model.memberships.rel.related_model.objects.filter(project=models.OuterRef("pk"), user=user)
        return self.annotate(own_role=models.Subquery(own.values("role")[:1]))


class MembershipQuerySet(models.QuerySet[Any]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(suspended=False, user__is_active=True)

    def admins(self) -> "MembershipQuerySet":
        return self.active().filter(role="admin")

    def named_like(self, text: str) -> "MembershipQuerySet":
        """Members whose name or address holds the text; all of them for none."""
        if not text:
            return self
        return self.filter(models.Q(user__name__icontains=text) | models.Q(user__email__icontains=text))


class InvitationQuerySet(models.QuerySet[Any]):
    def waiting(self) -> "InvitationQuerySet":
        """Not accepted and not expired."""
        return self.filter(accepted_at=None, expires_at__gt=timezone.now())


class TaskQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | Any") -> "TaskQuerySet":
        """Tasks ``user`` may open: all of a project for those who browse its data, else those they hold or answered."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        assignments = apps.get_model("projects", "Assignment").objects
        memberships = apps.get_model("projects", "Membership").objects
        # one sub-query per membership: conditions spread over joins could be met by two different members
        mine = memberships.filter(project=models.OuterRef("project"), user=user, suspended=False)
        browsing = mine.filter(role__in=roles_with(Capability.VIEW_DATA))
        browsed = models.Exists(browsing.exclude(role=Role.REVIEWER, project__reviewers_see_assigned_only=True))
        held = models.Exists(assignments.filter(task=models.OuterRef("pk"), user=user).exclude(status="expired"))
        return self.filter(models.Exists(mine)).filter(models.Q(browsed) | models.Q(held))

    def untouched(self, project: Any) -> "TaskQuerySet":
        """The project's tasks that nobody holds, and nobody has answered."""
        assignments = apps.get_model("projects", "Assignment").objects
        touched = assignments.filter(
            task=models.OuterRef("pk"),
            purpose="annotate",
            round=1,
            status__in=("assigned", "working", "returned", "submitted"),
        )
        # where the overlap is the project's own, the slots alone tell it for nearly all
        all_open = models.Q(overlap=0, open_slots__gte=project.overlap)
        return self.filter(all_open | ~models.Exists(touched), project=project, stage="annotate", open_slots__gt=0)


class AssignmentQuerySet(models.QuerySet[Any]):
    def leased(self) -> "AssignmentQuerySet":
        """Leases that have not been given back; an expired one counts until it is taken over."""
        return self.filter(status="working")

    def waiting(self) -> "AssignmentQuerySet":
        """Given to a person by a manager and not begun, of tasks that still want answers."""
        return self.filter(status="assigned", task__stage="annotate")

    def count_by_user(self, project_id: int, user_ids: "list[int]", status: str) -> dict[int, int]:
        """How many tasks each of these people has in this state; asks the index of that state alone."""
        rows = self.filter(project_id=project_id, user_id__in=user_ids, status=status).order_by()
        return dict(rows.values_list("user_id").annotate(count=models.Count("pk")))

    def expired(self) -> "AssignmentQuerySet":
        return self.filter(status="working", lease_expires_at__lt=timezone.now())
