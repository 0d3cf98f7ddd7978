"""Who may call what: one line per address and method.

``row(method, route, who, ok, send)``: those named by ``who`` get ``ok``. Of the others a member gets 403, whoever is
not in the project 404, and who is not signed in 401 from the API and the sign-in page from a page. What departs from
that stands in the row: ``other`` for the remaining members, or a status by subject. ``who`` may also be one of
"signed_in" (everybody with an account), "site_admin" and "public". ``at`` replaces an object of the address.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from labelplatform.roles import Role
from tests.factories import TOPIC_SCHEMA
from tests.labelplatform.access_world import SCHEMA, SUBJECTS, TOKENS, World

ALL = "viewer annotator reviewer manager admin"
LABELERS = "annotator reviewer manager admin"
WATCHERS = "viewer reviewer manager admin"
EXPORTERS = "viewer manager admin"
REVIEWERS = "reviewer manager admin"
MANAGERS = "manager admin"
ADMINS = "admin"
OWNER = "annotator"  # of the objects that belong to one person

Send = dict[str, Any] | Callable[[World], dict[str, Any]] | None


@dataclass(frozen=True)
class Row:
    method: str
    route: str
    who: str
    ok: int
    send: Send = None
    other: int = 403
    at: dict[str, str] = field(default_factory=dict)
    exceptions: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.route}" + "".join(f" at {name}" for name in self.at.values())

    @property
    def is_api(self) -> bool:
        return self.route.startswith("api:") and self.route != "api:docs"

    @property
    def subjects(self) -> list[str]:
        """Pages know nothing of tokens."""
        return [subject for subject in SUBJECTS if self.is_api or subject not in TOKENS]

    @property
    def insider(self) -> str:
        """Somebody of ours who gets ``ok``."""
        return self.who if self.who in {"annotator", "site_admin"} else "admin"

    def path(self, ids: dict[str, Any], names: list[str]) -> str:
        return reverse(self.route, kwargs={name: ids[self.at.get(name, name)] for name in names})

    def expected(self, subject: str) -> int:
        if subject in self.exceptions:
            return self.exceptions[subject]
        if self.who == "public":
            return self.ok
        if subject in {"anonymous", "closed", "expired_token"}:
            return 401 if self.is_api else 302
        if self.who == "signed_in":
            return self.ok
        if subject == "token":
            return self.expected("admin")
        if subject == "site_admin":
            return self.ok
        if subject in {"outsider", "suspended"}:
            return 404 if self.who != "site_admin" else self.other
        return self.ok if subject in self.who.split() else self.other


ROWS: list[Row] = []


def row(
    method: str,
    route: str,
    who: str,
    ok: int = 200,
    send: Send = None,
    *,
    other: int = 403,
    at: dict[str, str] | None = None,
    **exceptions: int,
) -> None:
    unknown = exceptions.keys() - set(SUBJECTS)
    assert not unknown, f"{route}: nobody is called {unknown}"
    assert who in {"public", "signed_in", "site_admin"} or set(who.split()) <= set(Role.values), f"{route}: {who}"
    ROWS.append(Row(method, route, who, ok, send, other, at or {}, exceptions))


KEY = "6f2f62f4-4a5e-4c65-9a5e-0d8f8f0a6a51"
ANSWER = {"key": KEY, "answers": {"topic": "sports"}}
COMMENT = {"key": KEY, "text": "Hm."}
ANSWERED = {"task_id": "answered_task_id"}  # by the annotator, with the comment
UNSEEN = {"task_id": "unseen_task_id"}  # nobody has had this task
GOLD = {"task_id": "gold_task_id"}
QUIZZED = {"member_id": "annotates_id"}  # has an attempt that is not handed in


def unseen_by_form(world: World) -> dict[str, Any]:
    return {"task": world.ours["unseen_task_id"]}


def unseen(world: World) -> dict[str, Any]:
    return {"task_ids": [world.ours["unseen_task_id"]]}


# what belongs to one person is nobody else's, not even the site admin's
OWN: dict[str, Any] = {"other": 404, "outsider": 404, "suspended": 404, "site_admin": 404, "token": 404}

# --- API: accounts ----------------------------------------------------------------------------------------------------
row("GET", "api:schema", "signed_in")
row("GET", "api:docs", "signed_in")
row("GET", "api:me", "signed_in")
row("PATCH", "api:me", "signed_in", 200, {"name": "New"})
row("GET", "api:token-list", "signed_in")
row("POST", "api:token-list", "signed_in", 201, {"name": "for a script"}, token=403)
row("DELETE", "api:token-detail", OWNER, 204, **OWN)
row("GET", "api:group-role-list", "site_admin", other=404)
row(
    "POST",
    "api:group-role-list",
    "site_admin",
    201,
    lambda world: {"group": "labelers", "project": world.ours["slug"], "role": "annotator"},
    other=404,
)
row("DELETE", "api:group-role-detail", "site_admin", 204, other=404)

# --- API: reviews -----------------------------------------------------------------------------------------------------
row("GET", "api:review-list", WATCHERS)
row("POST", "api:review-next", REVIEWERS)
row("POST", "api:review-release", REVIEWERS, 204, {"holding": [1]})
row("POST", "api:review-requests", MANAGERS, 200, lambda world: {**unseen(world), "reason": "again"})
row("POST", "api:review-assign", MANAGERS, 404, {"task_ids": [1], "to": 999_999_999})
# nobody has the task in hand to review it
row("POST", "api:task-reviews", REVIEWERS, 404, {"key": KEY, "decision": "accept"})
row("POST", "api:task-reviews", REVIEWERS, 404, {"key": KEY, "decision": "accept"}, at=UNSEEN, annotator=404)
row("POST", "api:task-reopen", MANAGERS, 409, {"reason": "again"})
# --- API: gold tasks and quizzes --------------------------------------------------------------------------------------
row("PUT", "api:task-gold", MANAGERS, 200, {"answers": {"topic": "sports"}}, at=UNSEEN, annotator=404)
row("DELETE", "api:task-gold", MANAGERS, 204, at=GOLD, annotator=404)
row("POST", "api:gold-tasks", MANAGERS, 200, unseen)
row("GET", "api:quiz", LABELERS)
row("PUT", "api:quiz", MANAGERS, 200, {"size": 1, "attempts": 3})
row("DELETE", "api:quiz", MANAGERS, 204)
row("GET", "api:quiz-attempt-list", LABELERS)
row("POST", "api:quiz-attempt-list", LABELERS, 201, annotator=200)  # theirs goes on
row("GET", "api:quiz-people", MANAGERS)
row("POST", "api:quiz-grant", MANAGERS, at={"member_id": "failed_id"})
row("POST", "api:quiz-qualify", MANAGERS, at=QUIZZED)
row("GET", "api:quiz-attempt-detail", OWNER, **OWN)
row(
    "POST",
    "api:quiz-attempt-answers",
    OWNER,
    200,
    lambda world: {"task_id": world.ours["gold_task_id"], "answers": {"topic": "music"}},
    **OWN,
)
row("POST", "api:quiz-attempt-finish", OWNER, 200, **OWN)

# --- API: notifications -----------------------------------------------------------------------------------------------
row("GET", "api:notification-list", "signed_in")
row("POST", "api:notification-read-all", "signed_in")
row("GET", "api:notification-settings", "signed_in")
row("PATCH", "api:notification-settings", "signed_in", 200, {"kinds": {"mention": "email"}})
row("POST", "api:notification-read", OWNER, 200, **OWN)


# --- API: projects ----------------------------------------------------------------------------------------------------
row("GET", "api:project-list", "signed_in")
row("POST", "api:project-list", "signed_in", 201, {"name": "Another", "schema": TOPIC_SCHEMA})
row("POST", "api:schema-from-label-studio", "signed_in", 422, {"configuration": "<View/>"})
row("GET", "api:project-detail", ALL)
row("PATCH", "api:project-detail", ADMINS, 200, {"name": "Renamed"})
row("POST", "api:schema-check", "signed_in", 200, {"definition": TOPIC_SCHEMA})
row("GET", "api:project-schema", ALL)
row("PUT", "api:project-schema", ADMINS, 200, {"definition": SCHEMA})
RETIRE = {"kind": "retire_option", "question": "topic", "value": "music"}
row("GET", "api:schema-change-list", ALL)
row("POST", "api:schema-change-list", ADMINS, 202, {"operations": [RETIRE]})
row("POST", "api:schema-change-preview", ADMINS, 200, {"operations": [RETIRE]})
row("POST", "api:schema-change-revert", ADMINS, 409)
row("GET", "api:member-list", MANAGERS)
row("POST", "api:member-list", MANAGERS, 201, {"email": "zoe@example.com", "role": "annotator"})
row("GET", "api:member-detail", MANAGERS)
row("PATCH", "api:member-detail", MANAGERS, 200, {"role": "reviewer"})
row("DELETE", "api:member-detail", MANAGERS, 204)
row("GET", "api:member-work", MANAGERS)
row("POST", "api:hand-over", ADMINS, 200, {"leave": False}, site_admin=422)  # who is no member has nothing to hand over
row("POST", "api:member-invite-many", MANAGERS, 201, {"text": "zoe@example.com, viewer; kim@example.com"})
row("GET", "api:own-settings", LABELERS)
row("PATCH", "api:own-settings", LABELERS, 200, {"opted_out": []}, site_admin=422)
row("GET", "api:invitation-list", MANAGERS)
row("DELETE", "api:invitation-detail", MANAGERS, 204)
row("POST", "api:invitation-resend", MANAGERS)
row("GET", "api:guideline-list", ALL)
row("POST", "api:guideline-list", MANAGERS, 201, {"text": "# Second"})
row("GET", "api:guideline-current", ALL)
row("GET", "api:guideline-detail", ALL)
row("GET", "api:guideline-changes", ALL)
row("POST", "api:guideline-acknowledgement", ALL)
row("GET", "api:guideline-acknowledgement", MANAGERS)
row("GET", "api:asset-list", MANAGERS)
row("POST", "api:asset-list", MANAGERS, 415)  # it takes a form with a file
row("DELETE", "api:asset-detail", MANAGERS, 204)
row("GET", "api:guideline-question-list", ALL)
row("POST", "api:guideline-question-list", LABELERS, 201, {"key": KEY, "text": "And this?"})
row("GET", "api:guideline-question-detail", "annotator manager admin", other=404)  # nobody has answered it yet
row("PATCH", "api:guideline-question-detail", MANAGERS, 200, {"answer": "It is."})
row("GET", "api:import-list", MANAGERS)
row("POST", "api:import-list", MANAGERS, 202, {"tasks": [{"data": {"text": "a new text"}}]})
row("POST", "api:import-preview", MANAGERS, 415)  # it takes a form with a file
row("GET", "api:import-detail", MANAGERS)
row("GET", "api:import-rejections", MANAGERS)
row("GET", "api:import-rejections-file", MANAGERS)
row("GET", "api:assignment-list", MANAGERS)
row("POST", "api:assignment-list", MANAGERS, 200, lambda world: {**unseen(world), "to": [world.ours["annotates_id"]]})
row(
    *("POST", "api:assignment-move", MANAGERS, 200),
    lambda world: {"moved_from": world.ours["annotates_id"], "to": [world.ours["manages_id"]]},
)
row("POST", "api:assignment-take-back", MANAGERS, 200, lambda world: unseen(world))
row("GET", "api:assignment-detail", MANAGERS)
row("PATCH", "api:assignment-detail", MANAGERS, 200, {"priority": 3})
row("DELETE", "api:assignment-detail", MANAGERS, 204)
row("POST", "api:task-order", MANAGERS, 200, lambda world: {**unseen(world), "first": True})
row("POST", "api:task-needs", MANAGERS, 200, lambda world: {**unseen(world), "skill": "law"})
row("GET", "api:task-list", WATCHERS)
row("GET", "api:task-detail", ALL)
row("GET", "api:task-detail", WATCHERS, at=UNSEEN, other=404)
row("POST", "api:task-exclude", MANAGERS, 200, lambda world: {"tasks": [world.ours["task_id"]]})
row("POST", "api:task-restore", MANAGERS, 200, lambda world: {"tasks": [world.ours["task_id"]]})
row("GET", "api:event-list", MANAGERS)
row("GET", "api:audit-export-list", MANAGERS)
row("POST", "api:audit-export-list", MANAGERS, 202, {"format": "csv"})
row("GET", "api:audit-export-file", MANAGERS)
row("GET", "api:act-list", ALL)
row("POST", "api:act-undo", ALL, 404, {"act": "event-0"})  # nobody's act; tests of undo tell the rest
row("GET", "api:project-job-list", WATCHERS)
row("GET", "api:job-detail", WATCHERS)
row("POST", "api:job-cancel", MANAGERS)

# --- API: labeling ----------------------------------------------------------------------------------------------------
row("POST", "api:queue-next", LABELERS)
row("GET", "api:queue-history", LABELERS)
row("POST", "api:queue-release", LABELERS, 204, {"task_ids": []})
row("POST", "api:queue-return-skipped", LABELERS)
row("GET", "api:project-progress", ALL)
row("GET", "api:own-keys", ALL)
row("PUT", "api:own-keys", ALL, 200, {"actions": {"skip": "q"}})
row("GET", "api:final-label-list", WATCHERS)
row("POST", "api:task-annotations", LABELERS, 201, ANSWER)
row(
    "POST",
    "api:task-annotations",
    "reviewer manager admin",
    201,
    ANSWER,
    at=UNSEEN,
    annotator=404,
)
row("POST", "api:task-skip", OWNER, 200, {"reason": "unclear"}, reviewer=409, manager=409, admin=409, site_admin=409)
row("GET", "api:task-comments", ALL)
row("POST", "api:task-comments", ALL, 201, COMMENT)
row("GET", "api:task-comments", WATCHERS, at=UNSEEN, other=404)
row("POST", "api:annotation-undo", OWNER, 200, **OWN)
row("POST", "api:annotation-retract", MANAGERS, 200, {"reason": "a mistake"})
# who has no answer on the task any more does not see it
row("POST", "api:annotation-restore", MANAGERS, at={"annotation_id": "retracted_annotation_id"}, annotator=404)
row("POST", "api:comment-resolve", ALL)  # the annotator's own
row("POST", "api:comment-reopen", ALL)
row("GET", "api:task-mentionable", ALL)
row("GET", "api:task-mentionable", WATCHERS, at=UNSEEN, other=404)

row("GET", "api:export-list", EXPORTERS)
row("POST", "api:export-list", EXPORTERS, 202, {"format": "csv"})
row("GET", "api:export-detail", EXPORTERS)
row("GET", "api:export-file", EXPORTERS)

# --- API: models ------------------------------------------------------------------------------------------------------
row("GET", "api:model-list", WATCHERS)
row("GET", "api:model-detail", WATCHERS)
row("GET", "api:encoder", WATCHERS)
row("PUT", "api:encoder", MANAGERS, 200, {"encoder": "words"})
row("GET", "api:disagreement-list", WATCHERS)
row("GET", "api:model-compare", WATCHERS)
row("GET", "api:model-compare-tasks", WATCHERS)
row("POST", "api:model-promote", MANAGERS)
row("POST", "api:model-download", WATCHERS, 409)  # its file is gone
row("GET", "api:strategy-detail", WATCHERS)
row("GET", "api:group-list", WATCHERS)
row("POST", "api:group-list", MANAGERS, 202)
row("GET", "api:similar-list", WATCHERS)
row("GET", "api:similar-list", WATCHERS, at=UNSEEN, other=404)
row("POST", "api:similar-list", WATCHERS, 202)
row("GET", "api:prelabels", WATCHERS)
row("PATCH", "api:prelabels", MANAGERS, 200, {"question": "topic", "show_from": 0.4})
row("GET", "api:following", MANAGERS)
row("POST", "api:acceptance-withdraw", MANAGERS, 202)
row("POST", "api:training-list", MANAGERS, 422)  # one option has labels, and training needs two

row("GET", "api:prediction-list", WATCHERS)
row(
    "POST", "api:prediction-list", MANAGERS, 202, {"source": "gpt", "predictions": [{"external_id": "a", "value": "b"}]}
)
row("GET", "api:prediction-run", WATCHERS)
row("GET", "api:prediction-rejections", WATCHERS)
row("GET", "api:source-list", WATCHERS)
row("POST", "api:source-list", MANAGERS, 422, {"kind": "functions", "name": "x", "options": {}})
row("GET", "api:source-detail", WATCHERS)
row("PATCH", "api:source-detail", MANAGERS, 409, {"options": {}})
row("POST", "api:source-ask", MANAGERS, 409)
row("DELETE", "api:source-detail", MANAGERS, 204)
row("POST", "api:source-measure", MANAGERS, 202)
row("GET", "api:suggestion-list", WATCHERS)
row("POST", "api:suggestion-list", MANAGERS, 200, {"question": "topic", "source": "builtin"})

# --- pages: accounts --------------------------------------------------------------------------------------------------
row("GET", "account_login", "public", 302, anonymous=200, closed=200)
row("POST", "account_login", "public", 302, {"login": "x@example.com", "password": "wrong"}, anonymous=200, closed=200)
row("GET", "account_logout", "public", 200, anonymous=302, closed=302)
row("POST", "account_logout", "public", 302)
row("GET", "account_change_password", "signed_in")
row("POST", "account_change_password", "signed_in", 200, {"oldpassword": "wrong"})
row("GET", "account_reset_password", "public")
row("POST", "account_reset_password", "public", 302, {"email": "x@example.com"})
row("GET", "account_reset_password_done", "public")
row("GET", "account_reset_password_from_key", "public", 302)
row("POST", "account_reset_password_from_key", "public", 302)
row("GET", "account_reset_password_from_key_done", "public")
row("GET", "account_reauthenticate", "signed_in")
row("POST", "account_reauthenticate", "signed_in", 200, {"password": "wrong"})
row("GET", "account_inactive", "public")
row("GET", "account_signup", "public", 302, anonymous=200, closed=200)
row("POST", "account_signup", "public", 302, {"email": "x@example.com"}, anonymous=200, closed=200)
row("GET", "account_email", "public", 302)
row("POST", "account_email", "public", 302, {"action_add": "", "email": "new@example.com"})
# the annotator has an app, a key and recovery codes, nobody else has a second factor
row("GET", "mfa_index", "signed_in")
row("GET", "mfa_authenticate", "public", 302)
row("POST", "mfa_authenticate", "public", 302, {"code": "000000"})
row("GET", "mfa_reauthenticate", "signed_in", 302, annotator=200)
row("POST", "mfa_reauthenticate", "signed_in", 302, {"code": "wrong"}, annotator=200)
row("GET", "mfa_reauthenticate_webauthn", "signed_in", 302, annotator=200)
row("POST", "mfa_reauthenticate_webauthn", "signed_in", 302, {"credential": "{}"})
row("GET", "mfa_activate_totp", "signed_in", annotator=302)
row("POST", "mfa_activate_totp", "signed_in", 200, {"code": "wrong"}, annotator=302)
row("GET", "mfa_deactivate_totp", OWNER, **OWN)
row("POST", "mfa_deactivate_totp", OWNER, 302, **OWN)
row("GET", "mfa_view_recovery_codes", OWNER, **OWN)
row("GET", "mfa_download_recovery_codes", OWNER, **OWN)
row("POST", "mfa_download_recovery_codes", OWNER, 405, **OWN)
row("GET", "mfa_generate_recovery_codes", "signed_in")
row("POST", "mfa_generate_recovery_codes", "signed_in", annotator=302)
row("GET", "mfa_list_webauthn", "public", 302)
row("POST", "mfa_list_webauthn", "public", 302)
row("GET", "mfa_add_webauthn", "signed_in")
row("POST", "mfa_add_webauthn", "signed_in", 200, {"credential": "{}"})
row("GET", "mfa_edit_webauthn", OWNER, **OWN)
row("POST", "mfa_edit_webauthn", OWNER, 302, {"name": "red key"}, **OWN)
row("GET", "mfa_remove_webauthn", OWNER, **OWN)
row("POST", "mfa_remove_webauthn", OWNER, 302, **OWN)
row("GET", "openid_connect_login", "public", 404)  # none is set up here
row("GET", "openid_connect_callback", "public", 404)
row("GET", "socialaccount_login_cancelled", "public")
row("GET", "accounts:sign-ins", "signed_in")
row("POST", "accounts:sign-in-disconnect", OWNER, 302, **OWN)
row("GET", "accounts:sessions", "signed_in")
row("POST", "accounts:sessions", "signed_in", 302)
row("POST", "accounts:session-end", OWNER, 302, **OWN)
row("GET", "accounts:account", "signed_in")
row("POST", "accounts:account", "signed_in", 302, {"name": "New"})
row("POST", "accounts:theme", "public", 302, {"theme": "dark"})
row("GET", "accounts:tokens", "signed_in")
row("POST", "accounts:tokens", "signed_in", 200, {"name": "for a script"})
row("POST", "accounts:token-revoke", OWNER, 302, **OWN)
row("GET", "accounts:user-list", "site_admin", other=404)
row("POST", "accounts:user-list", "site_admin", 200, {"email": "zoe@example.com"}, other=404)
row("POST", "accounts:user-change", "site_admin", 302, {"act": "close"}, other=404)

row("GET", "notifications:list", "signed_in")
row("GET", "notifications:settings", "signed_in")
row("POST", "notifications:settings", "signed_in", 302, {"mention": "off"})
row("POST", "notifications:read-all", "signed_in", 302, {"newest": "1"})
row("POST", "notifications:open", OWNER, 302, **OWN)

# --- pages: projects --------------------------------------------------------------------------------------------------
row("GET", "projects:my-work", "signed_in")
row("GET", "projects:help", "signed_in")
row("GET", "projects:component-gallery", "site_admin", other=404)
row("GET", "projects:group-roles", "site_admin", other=404)
row("POST", "projects:group-roles", "site_admin", 302, {"group": "admins"}, other=404)
row("POST", "projects:group-role-remove", "site_admin", 302, other=404)
row("GET", "projects:invitation", "public")
row("POST", "projects:invitation", "public", 409, {}, anonymous=422, closed=422)
row("POST", "projects:guideline-preview", MANAGERS, 200, {"text": "# Hello"})
row("GET", "projects:project-list", "signed_in")
row("GET", "projects:project-create", "signed_in")
row("POST", "projects:project-create", "signed_in", 200)
row("GET", "projects:label-studio", "signed_in")
row("POST", "projects:label-studio", "signed_in", 422)
row("GET", "projects:overview", WATCHERS, annotator=302)
row("GET", "projects:job-list", WATCHERS)
row("POST", "projects:job-cancel", MANAGERS, 302)
row("GET", "projects:task-bulk", MANAGERS, 302)  # nothing is chosen
row("POST", "projects:task-bulk", MANAGERS, 302, lambda world: {"act": "take-back", **unseen_by_form(world)})
row("GET", "projects:guideline", ALL)
row("GET", "projects:guideline-version", ALL)
row("GET", "projects:guideline-edit", MANAGERS)
row("POST", "projects:guideline-edit", MANAGERS, 302, {"text": "# Second", "summary": "What changed"})
row("GET", "projects:guideline-compare", ALL)
row("POST", "projects:guideline-acknowledge", ALL, 302)
row("POST", "projects:guideline-follow-up", MANAGERS, 302)
row("POST", "projects:guideline-ask", LABELERS, 302, {"key": KEY, "text": "And this?"})
row("POST", "projects:guideline-answer", MANAGERS, 302, {"answer": "It is."})
row("GET", "projects:people", MANAGERS)
row("POST", "projects:people", MANAGERS, 200, {"email": "zoe@example.com", "role": "annotator"})
row("GET", "projects:member", MANAGERS)
row("POST", "projects:member", MANAGERS, 302, {"act": "role", "role": "reviewer"})
row("GET", "projects:people-invite", MANAGERS)
row("POST", "projects:people-invite", MANAGERS, 200, {"people": "zoe@example.com", "role": "viewer", "act": "invite"})
row("POST", "projects:invitation-resend", MANAGERS, 200)
row("GET", "projects:own-settings", LABELERS)
row("POST", "projects:own-settings", LABELERS, 302, site_admin=422)
row("POST", "projects:invitation-cancel", MANAGERS, 302)
row("GET", "projects:asset", ALL)
_PAPER = {"task_id": "pdf_task_id", "content_hash": "pdf_hash"}
row("GET", "projects:task-page-picture", ALL, at=_PAPER)
row("GET", "projects:task-page-words", ALL, at=_PAPER)
_PHOTO = {"task_id": "image_task_id", "content_hash": "image_hash"}
row("GET", "projects:task-file", ALL, at=_PHOTO)
row("GET", "projects:task-picture-small", ALL, at=_PHOTO)
row("GET", "projects:task-waveform", ALL, at={"task_id": "audio_task_id", "content_hash": "audio_hash"})
row("GET", "projects:audit-log", MANAGERS)
row("POST", "projects:audit-export-start", MANAGERS, 302, {"format": "jsonl"})
row("GET", "projects:audit-export-file", MANAGERS)
row("GET", "projects:recent-acts", ALL)
row("POST", "projects:act-undo", ALL, 404, {"act": "event-0"})
row("GET", "projects:settings", ADMINS)
row("POST", "projects:settings", ADMINS, 302, {"section": "name", "name-name": "Renamed", "name-description": ""})
row("GET", "projects:schema", ADMINS)
row("POST", "projects:schema", ADMINS, 422)
row("GET", "projects:schema-changes", ADMINS)
row("POST", "projects:schema-changes", ADMINS, 200)
row("POST", "projects:schema-change-revert", ADMINS, 302)
row("POST", "projects:schema-change-resume", ADMINS, 302)
row("GET", "projects:import-list", MANAGERS)
row("POST", "projects:import-list", MANAGERS, 422)
row("GET", "projects:import-detail", MANAGERS)
row("POST", "projects:import-start", MANAGERS, 302)
row("POST", "projects:import-cancel", MANAGERS, 302)
row("GET", "projects:import-rejections", MANAGERS)
row("GET", "annotations:export-list", EXPORTERS)
row("POST", "annotations:export-list", EXPORTERS, 302, {"format": "csv", "tasks": "labeled"})
row("GET", "annotations:export-file", EXPORTERS)
row("GET", "annotations:review", REVIEWERS)
row("GET", "annotations:label", LABELERS)
row("GET", "annotations:quiz", LABELERS)
row("POST", "annotations:quiz-start", LABELERS, 302)
row("GET", "annotations:quiz-setup", MANAGERS)
row(
    *("POST", "annotations:quiz-setup", MANAGERS, 302),
    {"size": "1", "pass_percent": "80", "attempts": "2", "pool": "all"},
)
row("POST", "annotations:quiz-member", MANAGERS, 302, {"act": "qualify"}, at=QUIZZED)
row("GET", "annotations:task-gold", MANAGERS, at=UNSEEN, annotator=404)
row("POST", "annotations:task-gold", MANAGERS, 302, {"answers": '{"topic": "sports"}'}, at=UNSEEN, annotator=404)
row("GET", "annotations:task-list", WATCHERS)
row("GET", "annotations:task-story", WATCHERS)
row("GET", "annotations:task-story", WATCHERS, at=UNSEEN, other=404)
row("GET", "annotations:task-talk", ALL, 302, annotator=200)  # who may see more is sent to the task's story
row("GET", "annotations:task-talk", WATCHERS, 302, at=UNSEEN, other=404)
row("POST", "annotations:comment-add", ALL, 302, COMMENT)
row("POST", "annotations:comment-add", WATCHERS, 302, COMMENT, at=UNSEEN, other=404)
row("POST", "annotations:comment-settle", ALL, 302, {"act": "resolve"}, at=ANSWERED)
row("POST", "annotations:task-exclude", MANAGERS, 302, {"reason": "twice here"})
row("POST", "annotations:task-reopen", MANAGERS, 302, {"reason": "Look again."})
row("POST", "annotations:annotation-retract", MANAGERS, 302, {"reason": "a mistake"}, at=ANSWERED)
row("GET", "models_app:model-list", WATCHERS)
row("GET", "models_app:model-status", WATCHERS)
row("GET", "models_app:model-detail", WATCHERS)
row("POST", "models_app:model-promote", MANAGERS, 302)
row("POST", "models_app:model-download", WATCHERS, 302)
row("POST", "models_app:training-start", MANAGERS, 302)
row("POST", "models_app:encoder-choose", MANAGERS, 302, {"encoder": "words"})
row("GET", "models_app:table-list", "site_admin", other=404)
row("POST", "models_app:table-change", "site_admin", 302, {"act": "use", "table": "none"}, other=404)
row("GET", "models_app:source-list", WATCHERS)
row("POST", "models_app:source-list", MANAGERS, 422)
row("GET", "models_app:source-new", MANAGERS)
row("POST", "models_app:source-new", MANAGERS, 422)
row("POST", "models_app:source-trial", MANAGERS)
row("POST", "models_app:source-change", MANAGERS, 302)
row("POST", "models_app:source-again", MANAGERS, 302)
row("POST", "models_app:source-ask", MANAGERS, 302)
row("GET", "models_app:source-detail", WATCHERS)
row("GET", "models_app:run-detail", WATCHERS)
row("POST", "models_app:source-choose", MANAGERS, 302, {"question": "topic"})
row("POST", "models_app:source-measure", MANAGERS, 302)
row("POST", "models_app:source-remove", MANAGERS, 302)
row("GET", "models_app:group-list", WATCHERS)
row("POST", "models_app:grouping-start", MANAGERS, 302)
row("POST", "models_app:similar-search", WATCHERS, 302)
row("POST", "models_app:similar-search", WATCHERS, 302, at=UNSEEN, other=404)
row("GET", "models_app:prelabels", WATCHERS)
row("POST", "models_app:accept-change", MANAGERS, 302, {"question": "topic", "act": "off"})
row("POST", "models_app:show-change", MANAGERS, 302, {"question": "topic", "show_from": "40"})
row("POST", "models_app:options-change", MANAGERS, 302, {"question": "topic"})
row("POST", "models_app:run-withdraw", MANAGERS, 302)
row("GET", "models_app:strategy", WATCHERS)
row("GET", "models_app:disagreement-list", WATCHERS)
row("GET", "models_app:model-compare", WATCHERS)
row("POST", "models_app:strategy-choose", ADMINS, 302, {"strategy": "margin"})
