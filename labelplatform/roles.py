"""Who may do what: the one table from a member's role to their capabilities in a project."""

from django.db import models


class Role(models.TextChoices):
    VIEWER = "viewer"
    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMIN = "admin"


class Capability(models.TextChoices):
    """One thing a member may do; the label finishes the sentence "You may not ..."."""

    VIEW_PROJECT = "view_project", "open this project"
    ANNOTATE = "annotate", "label tasks in this project"
    VIEW_DASHBOARD = "view_dashboard", "see this project's overview"
    VIEW_DATA = "view_data", "browse this project's tasks and answers"
    VIEW_MODELS = "view_models", "see this project's models"
    EXPORT_LABELS = "export_labels", "export final labels"
    REVIEW = "review", "review answers"
    MANAGE_WORK = "manage_work", "assign, reopen or take out tasks"
    IMPORT_TASKS = "import_tasks", "import tasks"
    ASSIGN_TASKS = "assign_tasks", "assign tasks to people, and say what tasks need"
    EDIT_GUIDELINE = "edit_guideline", "publish guidelines"
    TRAIN_MODELS = "train_models", "train, promote or roll back models"
    CURATE_TASKS = "curate_tasks", "take tasks out of this project or retract answers"
    VIEW_AUDIT_LOG = "view_audit_log", "read this project's audit log"
    MANAGE_MEMBERS = "manage_members", "invite or change members"
    CONFIGURE = "configure", "change this project's settings"
    HAND_OVER = "hand_over", "hand this project over to another admin"


_EVERYONE = {Capability.VIEW_PROJECT}
_WATCH = {Capability.VIEW_DASHBOARD, Capability.VIEW_DATA, Capability.VIEW_MODELS}
_MANAGE = {
    *_EVERYONE,
    *_WATCH,
    Capability.ANNOTATE,
    Capability.REVIEW,
    Capability.EXPORT_LABELS,
    Capability.MANAGE_WORK,
    Capability.IMPORT_TASKS,
    Capability.ASSIGN_TASKS,
    Capability.EDIT_GUIDELINE,
    Capability.TRAIN_MODELS,
    Capability.CURATE_TASKS,
    Capability.VIEW_AUDIT_LOG,
    Capability.MANAGE_MEMBERS,
}

CAPABILITIES: dict[str, frozenset[Capability]] = {
    Role.VIEWER: frozenset({*_EVERYONE, *_WATCH, Capability.EXPORT_LABELS}),
    Role.ANNOTATOR: frozenset({*_EVERYONE, Capability.ANNOTATE}),
    Role.REVIEWER: frozenset({*_EVERYONE, *_WATCH, Capability.ANNOTATE, Capability.REVIEW}),
    Role.MANAGER: frozenset(_MANAGE),
    Role.ADMIN: frozenset({*_MANAGE, Capability.CONFIGURE, Capability.HAND_OVER}),
}

# What reviewers may not do in projects whose experts see only what is assigned to them.
BROWSING = frozenset({*_WATCH, Capability.EXPORT_LABELS})

# A manager may invite and change everybody but admins: nobody hands out more than they hold.
GRANTABLE: dict[str, frozenset[str]] = {
    Role.MANAGER: frozenset({Role.VIEWER, Role.ANNOTATOR, Role.REVIEWER, Role.MANAGER}),
    Role.ADMIN: frozenset(Role.values),
}


def may(role: str, capability: Capability) -> bool:
    """Tell whether members with this role have the capability; an unknown role has none."""
    return capability in CAPABILITIES.get(role, frozenset())


def roles_with(capability: Capability) -> list[str]:
    return [role for role, capabilities in CAPABILITIES.items() if capability in capabilities]
