"""Two projects with one of everything in each, and everybody who may knock at their doors.

``World.ours`` and ``World.eves`` name their objects by the words that addresses use (``task_id``, ``slug``, ...).
A new kind of object in an address needs one line in ``_objects``.
"""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from django.utils.http import int_to_base36

from annotations.conclusions.accepted_answers import write_accepted
from annotations.exporting.exports import start_export
from annotations.exporting.labeled_tasks import Filter
from annotations.gold import make_gold
from annotations.models import AcceptedAnswer, QuizAttempt
from annotations.quiz.quiz_attempts import answer_task, start_attempt
from annotations.quiz.quizzes import set_up_quiz
from annotations.talk.comments import add_comment
from annotations.work import workbench
from annotations.work.retracting import retract_annotation
from labelplatform.accounts.models import User
from labelplatform.accounts.tokens import create_api_token
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import run_job
from labelplatform.notifications.models import Notification
from labelplatform.roles import Role
from models_app.models import AcceptanceRun, EncodingVocabulary, ModelVersion
from models_app.sources.receiving import receive_list
from projects.assignment.assigning import assign_tasks
from projects.browsing.bulk_acts import Selection
from projects.guideline.guideline_questions import ask_question
from projects.guideline.guidelines import publish_guideline
from projects.history.audit_export import start_audit_export
from projects.history.audit_log import EventFilter
from projects.importing.runs import import_rows
from projects.membership.invitations import invite_member
from projects.models import Assignment, GroupRole, Invitation, Membership, Project, Task
from projects.queueing.staging import restage_tasks
from tests.factories import (
    TOPIC_SCHEMA,
    make_asset,
    make_member,
    make_project,
    make_security_key,
    make_tasks,
    make_user,
)
from tests.pdfs import make_pdf_task
from tests.pictures import make_image_task, make_picture
from tests.signed_in import sign_in_just_now
from tests.sounds import make_audio_task, make_sound, make_tone

ROLES = tuple(Role.values)
# besides the roles: who comes without, from elsewhere, or by another door
STRANGERS = ("anonymous", "outsider", "suspended", "closed", "site_admin")
TOKENS = ("token", "expired_token")  # of the admin
SUBJECTS = (*STRANGERS, *ROLES, *TOKENS)

MISSING = {
    "slug": "no-such-project",
    "secret": "no-such-secret",
    "provider_id": "none",
    "uidb36": "zzz",
    "key": "no-such-key",
    "kind": "no-such-kind",
    "content_hash": "no-such-hash",
}
PAPER = {"name": "paper", "kind": "pdf", "required": False}
PHOTO = {"name": "photo", "kind": "image", "required": False}
CLIP = {"name": "clip", "kind": "audio", "required": False}
SCHEMA = {**TOPIC_SCHEMA, "fields": [*cast("list[Any]", TOPIC_SCHEMA["fields"]), PAPER, PHOTO, CLIP]}
MISSING_NUMBER = 999_999_999
CANARY = "canary-7f3a9c"  # stands in all that is eve's and in nothing else


@dataclass
class World:
    users: dict[str, User]
    ours: dict[str, Any] = field(default_factory=dict)
    eves: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    # one site for all of them: each would load all middleware anew for its one call
    site: Any = field(default_factory=lambda: Client().handler)

    def client(self, subject: str) -> Client:
        """A new browser or program of this subject, in a session of theirs."""
        headers = {"Authorization": f"Bearer {self.tokens[subject]}"} if subject in self.tokens else None
        client = Client(headers=headers, raise_request_exception=False)
        client.handler = self.site
        if subject in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[subject]
        return client

    def sign_in(self, subject: str) -> None:
        client = Client()
        sign_in_just_now(client, self.users[subject])
        self.sessions[subject] = client.cookies[settings.SESSION_COOKIE_NAME].value


def make_world() -> World:
    users = {role: make_user(role) for role in ROLES}
    users |= {name: make_user(name) for name in ("outsider", "suspended", "closed")}
    users["site_admin"] = make_user("site_admin", is_superuser=True)
    project = make_project("Ours", overlap=3, schema=SCHEMA)
    for role in ROLES:
        make_member(project, role, users[role])
    make_member(project, "annotator", users["suspended"], suspended=True)
    make_member(project, "admin", users["closed"])
    hers = make_project(f"Eve's {CANARY}", slug=CANARY, overlap=3, schema=SCHEMA)
    make_member(hers, "admin", users["outsider"])
    world = World(users)
    for subject in users:
        world.sign_in(subject)
    TOTP.activate(users["annotator"], generate_totp_secret())
    RecoveryCodes.activate(users["annotator"]).mark_as_viewed()
    world.ours = _objects(project, users["admin"], users["annotator"], word="sport")
    world.eves = _objects(hers, users["outsider"], users["outsider"], word=CANARY)
    _, world.tokens["token"] = create_api_token(user=users["admin"], name="works")
    past = timezone.now() - timedelta(days=1)
    _, world.tokens["expired_token"] = create_api_token(user=users["admin"], name="is past", expires_at=past)
    User.objects.filter(pk=users["closed"].pk).update(is_active=False)
    return world


def _objects(project: Project, manager: User, annotator: User, *, word: str) -> dict[str, Any]:
    """One of everything, named as addresses name it; ``word`` stands in every text."""
    manages = Membership.objects.get(project=project, user=manager)
    annotates = Membership.objects.get(project=project, user=annotator)
    texts = [f"{word} {number}" for number in range(5)]
    answered, held, retracted, given, *_ = tasks = make_tasks(project, texts=texts)
    annotation = _answer(annotates, answered)
    _hold(annotates, held)
    taken_out = retract_annotation(manages, _answer(annotates, retracted).pk, reason=word)
    assign_tasks(manages, Selection((given.pk,)), to=[annotates.pk])
    publish_guideline(project=project, author=manager, text=f"# About {word}", summary=word)
    (gold,) = make_tasks(project, texts=[f"gold {word}"])
    make_gold(manages, gold.pk, {"topic": "sports"}, f"Because of {word}.")
    quiz = set_up_quiz(manages, size=1, attempts=1)
    failed = make_member(project, "annotator", make_user(f"failed {word}", email=f"failed@{word}.example.com"))
    QuizAttempt.objects.create(quiz=quiz, user=failed.user, number=1, total=1, finished_at=timezone.now())
    attempt, _ = start_attempt(Membership.objects.get(pk=annotates.pk))
    answer_task(annotator, attempt.pk, gold.pk, {"topic": "sports"})
    invitation, secret = invite_member(manages, email=f"new-{project.slug}@example.com", role="annotator")
    assert isinstance(invitation, Invitation)
    token, _ = create_api_token(user=annotator, name=f"for {word}")
    other = make_member(project, "viewer", make_user(f"target of {word}", email=f"target@{word}.example.com"))
    elsewhere = UserSession.objects.create(user=annotator, ip="192.0.2.1", session_key=f"elsewhere-{project.slug}")
    sign_in = SocialAccount.objects.create(user=annotator, provider="sso", uid=word)
    job = Job.objects.create(kind="restage_tasks", project_id=project.pk, requested_by=manager, message=word)
    imported, _ = import_rows(manages, tasks=[{"data": {"text": f"imported {word}"}}, {"data": {"text": ""}}])
    export, _ = start_export(manages, format_name="csv", chosen=Filter())
    log, _ = start_audit_export(manages, format_name="csv", wanted=EventFilter())
    for done in (imported.job, export, log):
        assert done is not None
        run_job(done.pk)
    question, _ = ask_question(annotates, text=f"What of {word}?", key=uuid.uuid4(), task_id=answered.pk)
    comment, _ = add_comment(annotates, answered, key=uuid.uuid4(), kind="comment", text=f"Is this {word}?")
    picture = make_asset(project, words=word)
    shows = make_pdf_task(project, word, field="paper", data={"text": f"a paper on {word}"})
    _hold(annotates, shows)
    pictured = make_image_task(project, make_picture(size=(len(word) + 9, 20)), text=f"a photo of {word}")
    _hold(annotates, pictured)
    played = make_audio_task(project, make_sound(make_tone(100 * len(word))), text=f"a sound of {word}")
    _hold(annotates, played)
    told = Notification.objects.create(
        user=annotator, project_id=project.pk, kind="mention", text=word, path="/", object_id=answered.pk
    )
    predicted, _ = receive_list(
        manages,
        source_name=f"by-{word}",
        predictions=[{"task": answered.pk, "value": "music"}, {"task": 1, "value": word}],
    )
    run_job(predicted.job_id or 0)
    return {
        "slug": project.slug,
        "run_id": predicted.pk,
        "acceptance_id": _accepted(project, word).pk,
        "kind": "functions",
        "source_id": predicted.source_id,
        "task_id": held.pk,
        "answered_task_id": answered.pk,
        "unseen_task_id": tasks[-1].pk,
        "gold_task_id": gold.pk,
        "attempt_id": attempt.pk,
        "failed_id": failed.pk,
        "annotation_id": annotation.pk,
        "assignment_id": Assignment.objects.get(task=given).pk,
        "annotates_id": annotates.pk,
        "manages_id": manages.pk,
        "retracted_annotation_id": taken_out.pk,
        "comment_id": comment.pk,
        "question_id": question.pk,
        "content_hash": picture.content_hash,
        "pdf_task_id": shows.pk,
        "pdf_hash": shows.content.data["paper"]["asset"],
        "image_task_id": pictured.pk,
        "image_hash": pictured.content.data["photo"]["asset"],
        "audio_task_id": played.pk,
        "audio_hash": played.content.data["clip"]["asset"],
        "job_id": job.pk,
        "import_id": imported.pk,
        "export_id": export.pk,
        "audit_export_id": log.pk,
        "notification_id": told.pk,
        "model_id": (model := _retired_model(project)).pk,
        "other_model_id": _later_model(model).pk,
        "member_id": other.pk,
        "invitation_id": invitation.pk,
        "secret": secret,
        "number": 1,
        "other": 1,
        "token_id": token.pk,
        "user_id": annotator.pk,
        "session_id": elsewhere.pk,
        "sign_in_id": sign_in.pk,
        "provider_id": "sso",
        "pk": make_security_key(other.user if annotator == manager else annotator, f"key of {word}").pk,
        "group_role_id": GroupRole.objects.create(group=f"group of {word}", project=project, role="viewer").pk,
        "uidb36": int_to_base36(annotator.pk),
        "key": EmailAwarePasswordResetTokenGenerator().make_token(annotator),
    }


def _accepted(project: Project, word: str) -> AcceptanceRun:
    """A run of auto-accept with the one task that it accepted."""
    (task,) = make_tasks(project, texts=[f"accepted {word}"])
    run = AcceptanceRun.objects.create(project=project, sources={"topic": word}, audit_share=0.05, n_accepted=1)
    answer = AcceptedAnswer(
        task=task,
        project=project,
        question="topic",
        value="music",
        confidence=0.99,
        source=word,
        run_id=run.pk,
        schema_version=project.current_schema_version,
    )
    write_accepted([answer])
    return run


def _retired_model(project: Project) -> ModelVersion:
    vocabulary = EncodingVocabulary.objects.create(
        project=project, field="text", number=1, file_name="vocabulary", n_documents=4
    )
    return ModelVersion.objects.create(
        project=project,
        question="topic",
        number=1,
        state="retired",
        learner="logistic",
        encoder="tfidf",
        strategy="margin",
        schema_version=project.current_schema_version,
        vocabulary=vocabulary,
        trained_on=20,
        artifact_file="model.npz",
    )


def _later_model(model: ModelVersion) -> ModelVersion:
    model = ModelVersion.objects.get(pk=model.pk)
    model.pk, model.number = None, model.number + 1
    model.save()
    return model


def _answer(member: Membership, task: Task) -> Any:
    _hold(member, task)
    submission = workbench.Submission(key=uuid.uuid4(), answers={"topic": "sports"})
    return workbench.submit_annotation(member.user, task.pk, submission)[0]


def _hold(member: Membership, task: Task) -> None:
    expires_at = timezone.now() + timedelta(hours=1)
    Assignment.objects.create(task=task, project=task.project, user=member.user, lease_expires_at=expires_at)
    restage_tasks([task.pk])


def fingerprint() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, but for what reading may note: sessions and when something was last used."""
    unlisted = {"last_used_at"}
    return {
        model._meta.label: sorted(
            model._default_manager.values_list(
                *(column.attname for column in model._meta.concrete_fields if column.attname not in unlisted)
            ),
            key=repr,
        )
        for model in apps.get_models()
        if model not in {Session, UserSession}
    }
