"""Who is in a project, by which way they came, and who is asked to come."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from labelplatform.roles import BROWSING, Capability, Role, may
from projects import querysets
from projects.models.project import Project


class Membership(models.Model):
    """A person's role in a project, and where they are in its queue.

    ``queue_rank`` and ``queue_task`` are the cursor in the base lane: everything before it they have seen.
    ``skills`` are words that tasks may need (a language, a field), ``opted_out`` those of tasks they are spared.
    ``acknowledged_number`` is the newest guideline version they have said to have read, ``quiz_passed_number`` the
    newest one whose quiz they have passed.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)
    suspended = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)
    queue_rank = models.FloatField(default=-1.0)
    queue_task = models.BigIntegerField(default=0)
    skills = models.JSONField(default=list, blank=True)
    opted_out = models.JSONField(default=list, blank=True)
    capacity = models.FloatField(default=1.0, validators=[MinValueValidator(0.0), MaxValueValidator(100.0)])
    open_limit = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    daily_limit = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    review_level = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(2)])
    acknowledged_number = models.PositiveIntegerField(default=0)
    quiz_passed_number = models.PositiveIntegerField(default=0)

    objects = querysets.MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    def may(self, capability: Capability) -> bool:
        if self.suspended or not may(self.role, capability):
            return False
        return capability not in BROWSING or not self.sees_assigned_only

    @property
    def sees_assigned_only(self) -> bool:
        """Whether this is an expert who sees what is assigned to them and nothing else."""
        return self.role == Role.REVIEWER and self.project.reviewers_see_assigned_only


class GroupRole(models.Model):
    """Who is in this group at the sign-on provider has this role in the project; without a project: is a site admin."""

    group = models.CharField(max_length=200)
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="group_roles")
    role = models.CharField(max_length=10, choices=Role, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["group", "id"]
        constraints = [
            models.UniqueConstraint(fields=["group", "project"], name="group_role_once"),
            models.UniqueConstraint(
                fields=["group"], condition=models.Q(project=None), name="group_role_site_admin_once"
            ),
            models.CheckConstraint(
                condition=models.Q(project=None, role="") | models.Q(project__isnull=False, role__in=Role.values),
                name="group_role_in_project",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}: {self.role} in {self.project}" if self.project else f"{self.group}: site admin"


class GroupGrant(models.Model):
    """What a person has only because of their groups: a membership, or without a project being a site admin.

    ``role_before`` is the role that they had been given by hand; it comes back when the groups are gone.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="group_grants")
    project = models.ForeignKey(Project, models.CASCADE, null=True, related_name="+")
    membership = models.OneToOneField(Membership, models.CASCADE, null=True, related_name="group_grant")
    role = models.CharField(max_length=10, choices=Role, blank=True)
    role_before = models.CharField(max_length=10, choices=Role, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(project=None), name="group_grant_site_admin"),
            models.CheckConstraint(
                condition=models.Q(project=None, membership=None, role="")
                | models.Q(project__isnull=False, membership__isnull=False, role__in=Role.values),
                name="group_grant_of_membership",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role or 'site admin'}"


class Invitation(models.Model):
    """A single-use link that makes the holder of an e-mail address a member; only its hash is kept.

    ``name`` and ``skills`` are what the person gets when they come. ``mailed_at`` says when the link was sent by
    e-mail, ``mail_problem`` why it could not be.
    """

    project = models.ForeignKey(Project, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True, default="")
    role = models.CharField(max_length=10, choices=Role)
    skills = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    mail_problem = models.CharField(max_length=200, blank=True, default="")

    objects = querysets.InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "email"], condition=models.Q(accepted_at=None), name="invitation_one_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"
