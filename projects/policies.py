"""A project's policies: how many opinions, in which order, how it learns."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from labelplatform.events.models import record_event
from labelplatform.jobs.running import enqueue_job
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.models import Membership, Project

POLICIES = (
    "overlap",
    "overlap_percent",
    "fills",
    "task_order",
    "lease_minutes",
    "learns",
    "strategy",
    "retrain_after",
    "retrain_hours",
    "shows_suggestions",
    "holdout_percent",
    "holdout_target",
    "review_policy",
    "review_percent",
    "review_newcomer_percent",
    "review_newcomer_answers",
    "review_confidence_percent",
    "review_options",
    "review_levels",
    "review_reasons",
    "reviewers_see_assigned_only",
    "requires_acknowledgement",
    "is_sensitive",
    "content_warning",
    "exposure_limit",
    "break_after_minutes",
    "shows_ranking",
    "pay_per_hour",
    "pay_currency",
)
DESCRIBED = ("name", "description", "state")
# Nobody's business but of those who see the project's figures.
_OF_MONEY = ("pay_per_hour", "pay_currency")

# Selection strategies that a project may choose; models_app implements each under the same name.
STRATEGIES = {
    "kmeans_margin": "Where the model is torn, spread over different kinds of tasks",
    "typical_first": "Typical tasks first, then where the model is torn",
    "margin": "Where the model is torn between two answers",
    "cluster_margin": "Where the model is torn, rare kinds of tasks first",
    "least_confidence": "Where the model's best guess is weakest",
    "entropy": "Where the model hesitates between the most answers",
    "badge": "Tasks that would change the model in many directions",
    "committee": "Where several models disagree",
    "density": "Where the model is torn and many tasks are alike",
    "k_center": "Tasks most unlike all that are labeled",
    "random": "At random",
}


def policies_of(project: Project) -> dict[str, Any]:
    return {name: getattr(project, name) for name in POLICIES}


def policies_seen_by(member: Membership) -> dict[str, Any]:
    """Those that the member may know: what an hour costs is for those who see the overview."""
    policies = policies_of(member.project)
    hidden = () if member.may(Capability.VIEW_DASHBOARD) else _OF_MONEY
    return {name: value for name, value in policies.items() if name not in hidden}


def apply_policies(project: Project, changes: dict[str, Any], *, allowed: tuple[str, ...] = POLICIES) -> None:
    """Set policies on an unsaved or locked project; raises ``Refusal`` naming each wrong one. Does not save."""
    errors = [
        {"path": name, "message": f"There is no such setting; there are: {', '.join(allowed)}."}
        for name in changes
        if name not in allowed
    ]
    if not errors:
        for name, value in changes.items():
            setattr(project, name, value)
        try:
            project.clean_fields(exclude={field.name for field in project._meta.fields} - {"slug", *changes})
        except ValidationError as error:
            errors = [{"path": name, "message": " ".join(messages)} for name, messages in error.message_dict.items()]
    errors += _review_errors(project)
    if project.strategy not in STRATEGIES:
        message = f"There is no strategy “{project.strategy}”; there are: {', '.join(STRATEGIES)}."
        errors.append({"path": "strategy", "message": message})
    if errors:
        raise Refusal("Some settings are not right.", errors=errors)


def _review_errors(project: Project) -> list[dict[str, str]]:
    errors = []
    for name, fewest, most in (("review_options", 0, 500), ("review_reasons", 1, 9)):
        value = getattr(project, name)
        is_list = isinstance(value, list) and all(isinstance(one, str) and 0 < len(one) <= 80 for one in value)
        if not is_list or not fewest <= len(value) <= most:
            message = f"Send a list of {fewest} to {most} texts of 80 characters at most."
            errors.append({"path": name, "message": message})
    return errors


@transaction.atomic
def change_project(member: Membership, changes: dict[str, Any]) -> Project:
    """Change name, description, state or policies. Another overlap re-opens or closes tasks in a job."""
    project = Project.objects.select_for_update().get(pk=member.project_id)
    names = (*DESCRIBED, *POLICIES)
    before = {name: getattr(project, name) for name in names}
    apply_policies(project, changes, allowed=names)
    after = {name: getattr(project, name) for name in names}
    changed = [name for name in names if before[name] != after[name]]
    if not changed:
        return project
    project.save(update_fields=changed)
    record_event(
        actor=member.user,
        verb="changed",
        object=project,
        project_id=project.pk,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    if not {"overlap", "overlap_percent", "fills"}.isdisjoint(changed):
        enqueue_job(
            "restage_tasks",
            project_id=project.pk,
            params={"project_id": project.pk},
            requested_by=member.user,
            exclusive_key=f"restage:{project.pk}",
            once_key=f"restage:{project.pk}",
        )
    return project
