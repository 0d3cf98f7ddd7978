"""What tests of auto-accept share: a project whose model is sure of what it has learned, proven on a holdout."""

from typing import Any

from models_app.acceptance.policies import change_policy
from models_app.acceptance.watching import consider_acceptance
from models_app.models import PrelabelPolicy
from projects.models import Lane, Membership, Project, Task
from tests.factories import make_member, make_user
from tests.models_app.learning import label, make_learning_project, run_jobs, train


def make_sure_project(n_waiting: int = 60, **fields: Any) -> tuple[Project, list[Task]]:
    """A project with a model that is right about all of 150 holdout tasks; returns the tasks that wait, too."""
    project, tasks = make_learning_project(150 + 90 + n_waiting, n_holdout=150, **fields)
    label(tasks[:240])
    train(project)
    return project, tasks[240:]


def manager_of(project: Project) -> Membership:
    return make_member(project, "manager", make_user("ada"))


def accept(member: Membership, **changes: Any) -> PrelabelPolicy:
    """Turn auto-accept on and let workers do what follows."""
    policy = change_policy(member, "topic", {"accepts": True, "audit_percent": 10, **changes})
    consider_acceptance(member.project_id)  # as it is called when the change is committed
    work(member.project)
    policy.refresh_from_db()
    return policy


def work(project: Project) -> None:
    """What a worker would find to do about acceptance."""
    run_jobs("accept_answers")
    run_jobs("withdraw_answers")
    run_jobs("recheck_accepted")


def in_lane(project: Project, lane: Lane) -> list[Task]:
    return list(Task.objects.filter(project=project, lane=lane).select_related("content").order_by("pk"))
