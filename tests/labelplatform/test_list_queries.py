"""A list asks the database as often for forty rows as for ten."""

import uuid
from array import array
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.models import Annotation, AnnotationRevision, Comment, FinalLabel, Quiz, QuizAttempt, Review
from labelplatform.accounts.models import ApiToken
from labelplatform.described_api import described_api
from labelplatform.events.models import record_event
from labelplatform.jobs.models import Job
from labelplatform.notifications.models import Notification
from models_app.models import ModelVersion, PredictionRejection, PredictionRun, PredictionSource
from models_app.versions import storage
from models_app.versions.predictions_file import AnsweredTask, write_answers
from projects.models import (
    Asset,
    Assignment,
    GroupRole,
    GuidelineQuestion,
    ImportRejection,
    ImportRun,
    Invitation,
    Project,
    SchemaVersion,
    Task,
)
from tests.conftest import ApiClient
from tests.factories import make_guideline, make_member, make_project, make_task, make_tasks, make_user
from tests.labelplatform.access_world import World, make_world
from tests.labelplatform.test_access_matrix import ROUTES
from tests.labelplatform.test_api_schema import operations, path_of

pytestmark = pytest.mark.django_db


def add_projects(world: World, project: Project) -> None:
    make_member(make_project(), "admin", world.users["admin"])


def add_tokens(world: World, project: Project) -> None:
    ApiToken.objects.create(user=world.users["admin"], name="one more", digest=uuid.uuid4().hex, hint="abcd")


def add_reviews(world: World, project: Project) -> None:
    Review.objects.create(
        project=project,
        task=make_task(project),
        reviewer=make_user(),
        key=uuid.uuid4(),
        decision="accept",
        schema_version=project.current_schema_version,
    )


def add_attempts(world: World, project: Project) -> None:
    quiz, user = Quiz.objects.get(project=project), world.users["admin"]
    number = QuizAttempt.objects.filter(quiz=quiz, user=user).count() + 1
    QuizAttempt.objects.create(quiz=quiz, user=user, number=number, finished_at=timezone.now(), total=1)


def add_group_roles(world: World, project: Project) -> None:
    GroupRole.objects.create(group=uuid.uuid4().hex, project=make_project(), role="viewer")


def add_members(world: World, project: Project) -> None:
    make_member(project, "annotator")


def add_invitations(world: World, project: Project) -> None:
    Invitation.objects.create(
        project=project,
        email=f"{uuid.uuid4()}@example.com",
        role="viewer",
        digest=uuid.uuid4().hex,
        invited_by=make_user(),
        expires_at=timezone.now() + timedelta(days=1),
    )


def add_guidelines(world: World, project: Project) -> None:
    make_guideline(project, number=project.guidelines.count() + 1, author=make_user())


def add_schema_changes(world: World, project: Project) -> None:
    SchemaVersion.objects.create(
        project=project,
        number=project.schema_versions.count() + 1,
        definition=project.schema.definition(),
        operations=[{"kind": "retire_option", "question": "topic", "option": "sports"}],
        author=make_user(),
    )


def add_assets(world: World, project: Project) -> None:
    name = uuid.uuid4().hex * 2
    Asset.objects.create(
        project=project, content_hash=name, stored_name=name, media_type="image/png", size=1, created_by=make_user()
    )


def add_questions(world: World, project: Project) -> None:
    asked = {"key": uuid.uuid4(), "text": "And this?", "answer": "It is.", "answered_by": make_user()}
    GuidelineQuestion.objects.create(project=project, author=make_user(), task=make_task(project), **asked)


def add_imports(world: World, project: Project) -> None:
    job = Job.objects.create(kind="import_tasks", project_id=project.pk, requested_by=make_user())
    ImportRun.objects.create(project=project, created_by=make_user(), stored_name="x", format="csv", job=job)


def add_rejections(world: World, project: Project) -> None:
    ImportRejection.objects.create(import_run_id=world.ours["import_id"], line=7, reason="is empty", row="")


def add_jobs(world: World, project: Project) -> None:
    Job.objects.create(kind="restage_tasks", project_id=project.pk, requested_by=make_user())


def add_exports(world: World, project: Project) -> None:
    state = {"state": "done", "result": {"rows": 3}, "params": Job.objects.get(pk=world.ours["export_id"]).params}
    Job.objects.create(kind="export_labels", project_id=project.pk, requested_by=make_user(), **state)


def add_answers(world: World, project: Project) -> None:
    task = make_task(project, rank=0.5)
    answer_of(make_user(), task)
    answer_of(world.users["admin"], task)


def answer_of(user: Any, task: Task) -> Annotation:
    version = task.project.current_schema_version
    given = {"answers": {"topic": "music"}, "schema_version": version, "submitted_at": timezone.now()}
    annotation = Annotation.objects.create(
        task=task, project=task.project, author=user, key=uuid.uuid4(), status="submitted", **given
    )
    AnnotationRevision.objects.create(
        annotation=annotation, kind="changed", key=uuid.uuid4(), version=1, schema_version=version
    )
    Assignment.objects.create(task=task, project=task.project, user=user, status="submitted")
    made = {"value": "music", "value_text": "music", "method": "single", "confidence": 1.0, "schema_version": version}
    FinalLabel.objects.get_or_create(task=task, project=task.project, question="topic", defaults=made)
    return annotation


def add_story(world: World, project: Project) -> None:
    task = Task.objects.get(pk=world.ours["task_id"])
    person = make_user()
    answer_of(person, task)
    Comment.objects.create(task=task, project=project, author=person, key=uuid.uuid4(), text="Hm.")
    record_event(actor=person, verb="moved", object=task)


def add_assigned(world: World, project: Project) -> None:
    (task,) = make_tasks(project, 1)
    given = {"status": "assigned", "source": "manager", "assigned_by": make_user()}
    Assignment.objects.create(task=task, project=project, user=make_user(), **given)


def add_models(world: World, project: Project) -> None:
    model = ModelVersion.objects.get(pk=world.ours["model_id"])
    model.pk, model.number = None, ModelVersion.objects.latest("number").number + 1
    model.save()


def add_differences(world: World, project: Project) -> None:
    """A holdout task that both models answer, otherwise than people and each other."""
    task = make_task(project, lane="holdout")
    version = project.current_schema_version
    FinalLabel.objects.create(
        task=task,
        project=project,
        question="topic",
        value="sports",
        method="single",
        confidence=1,
        schema_version=version,
    )
    ids = list(Task.objects.filter(project=project, lane="holdout").order_by("pk").values_list("pk", flat=True))
    for name, value in (("model_id", "politics"), ("other_model_id", "music")):
        file_name = storage.new_name("unseen")
        answers = [AnsweredTask(value, 0.5)] * len(ids)
        write_answers(storage.path_of(project.pk, file_name), {}, array("q", ids), answers)
        ModelVersion.objects.filter(pk=world.ours[name]).update(unseen_file=file_name)


def add_sources(world: World, project: Project) -> None:
    source = PredictionSource.objects.create(project=project, name=uuid.uuid4().hex, kind="upload")
    job = Job.objects.create(kind="store_predictions", project_id=project.pk)
    PredictionRun.objects.create(project=project, source=source, created_by=make_user(), job=job)


def add_runs(world: World, project: Project) -> None:
    job = Job.objects.create(kind="store_predictions", project_id=project.pk)
    source = PredictionSource.objects.get(pk=world.ours["source_id"])
    PredictionRun.objects.create(project=project, source=source, created_by=make_user(), job=job)


def add_refused(world: World, project: Project) -> None:
    PredictionRejection.objects.create(run_id=world.ours["run_id"], line=7, reason="is none", row="")


def add_events(world: World, project: Project) -> None:
    for task in make_tasks(project, 1):
        record_event(actor=make_user(), verb="removed", object=task, before={"stage": "done"})


def add_acts(world: World, project: Project) -> None:
    task = make_task(project)
    record_event(actor=world.users["admin"], verb="removed", object=task, before={"stage": "done"})
    answer_of(world.users["admin"], task)


def add_audit_exports(world: World, project: Project) -> None:
    params = Job.objects.get(pk=world.ours["audit_export_id"]).params
    Job.objects.create(
        kind="export_audit_log", project_id=project.pk, requested_by=make_user(), state="done", params=params
    )


def add_notifications(world: World, project: Project) -> None:
    Notification.objects.create(
        user=world.users["admin"],
        project_id=project.pk,
        kind="mention",
        text="x",
        path="/",
        object_id=make_task(project).pk,
    )


FILLED: dict[str, Callable[[World, Project], object]] = {
    "api:token-list": add_tokens,
    "api:group-role-list": add_group_roles,
    "api:project-list": add_projects,
    "api:member-list": add_members,
    "api:invitation-list": add_invitations,
    "api:guideline-list": add_guidelines,
    "api:review-list": add_reviews,
    "api:quiz-attempt-list": add_attempts,
    "api:schema-change-list": add_schema_changes,
    "api:guideline-question-list": add_questions,
    "api:asset-list": add_assets,
    "api:import-list": add_imports,
    "api:import-rejections": add_rejections,
    "api:project-job-list": add_jobs,
    "api:export-list": add_exports,
    "api:assignment-list": add_assigned,
    "api:task-list": lambda world, project: make_tasks(project, 1),
    "api:task-detail": add_story,
    "api:task-comments": add_story,
    "api:final-label-list": add_answers,
    "api:queue-history": add_answers,
    "api:model-list": add_models,
    "api:disagreement-list": add_differences,
    "api:model-compare-tasks": add_differences,
    "api:prediction-list": add_runs,
    "api:prediction-rejections": add_refused,
    "api:source-list": add_sources,
    "api:event-list": add_events,
    "api:act-list": add_acts,
    "api:audit-export-list": add_audit_exports,
    "api:notification-list": add_notifications,
}


@pytest.mark.parametrize("route", FILLED)
def test_forty_rows_cost_no_more_queries_than_ten(route: str) -> None:
    world = make_world()
    project = Project.objects.get(slug=world.ours["slug"])
    path = reverse(route, kwargs={name: world.ours[name] for name in ROUTES[route]})
    client = ApiClient(world.users["site_admin" if route == "api:group-role-list" else "admin"])
    client.get(path)
    counts = []
    for wanted in (10, 30):
        for _ in range(wanted):
            FILLED[route](world, project)
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(path, {"page_size": 200} if route not in {"api:task-detail", "api:act-list"} else {})
        assert answer.status_code == 200
        counts.append(len(asked))
    assert len(max((value for value in answer.json().values() if isinstance(value, list)), key=len)) >= 40
    assert counts[1] <= counts[0]


def test_every_list_of_the_api_is_counted() -> None:
    schema = described_api()
    listed = set()
    for path, method, operation in operations(schema):
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        if method == "get" and content.get("schema", {}).get("$ref", "").endswith("Page"):
            listed.add(path)
    assert listed <= {path_of(route) for route in FILLED}
