"""Plain functions that make rows for tests; every default can be overridden by keyword."""

import hashlib
import io
import itertools
from copy import deepcopy
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from PIL import Image, ImageDraw

from labelplatform.accounts.models import User
from labelplatform.media_reading import MediaFacts
from labelplatform.uploads import CleanMedia, keep_media
from projects.models import Asset, Guideline, Membership, Project, SchemaVersion, Task, TaskContent
from projects.queueing.lanes import lane_and_rank

_numbers = itertools.count(1)

TOPIC_SCHEMA = {
    "fields": [{"name": "text", "kind": "text"}],
    "questions": [
        {
            "name": "topic",
            "kind": "choice",
            "title": "What is it about?",
            "on": "text",
            "options": [{"value": "sports"}, {"value": "politics"}, {"value": "music"}],
        }
    ],
}


def make_user(name: str = "", **fields: Any) -> User:
    number = next(_numbers)
    fields.setdefault("email", f"{name or 'user'}{number}@example.com")
    return User.objects.create_user(password=fields.pop("password", "correct horse"), name=name, **fields)


def make_security_key(user: User, name: str = "blue key") -> Authenticator:
    """A key as a browser would have registered it; it answers nothing."""
    number = next(_numbers).to_bytes(16, "big")
    point = {1: 2, 3: -7, -1: 1, -2: bytes(32), -3: bytes(32)}
    data = AttestedCredentialData.create(bytes(16), number, ES256(point))
    told = AuthenticatorData.create(sha256(b"localhost"), AuthenticatorData.FLAG.AT, 0, data)
    credential = {
        "id": websafe_encode(number),
        "rawId": websafe_encode(number),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(b'{"type":"webauthn.create","challenge":"","origin":"http://localhost"}'),
            "attestationObject": websafe_encode(AttestationObject.create("none", told, {})),
        },
        "clientExtensionResults": {},
    }
    return Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": name, "credential": credential}
    )


def make_project(name: str = "Topics", *, schema: dict[str, Any] | None = None, **fields: Any) -> Project:
    """A project with schema version 1; without a holdout unless a test asks for one."""
    fields.setdefault("slug", f"project-{next(_numbers)}")
    fields.setdefault("holdout_percent", 0)
    project = Project.objects.create(name=name, **fields)
    project.schema_version = SchemaVersion.objects.create(
        project=project, number=1, definition=deepcopy(schema or TOPIC_SCHEMA)
    )
    project.save(update_fields=["schema_version"])
    return project


def retire_option(project: Project, value: str) -> None:
    """The next schema version, in which nobody can answer with this option any more."""
    former = SchemaVersion.objects.filter(project=project).latest("number")
    definition = deepcopy(former.definition)
    for question in definition["questions"]:
        for option in question["options"]:
            option["retired"] = option.get("retired", False) or option["value"] == value
    version = SchemaVersion.objects.create(project=project, number=former.number + 1, definition=definition)
    Project.objects.filter(pk=project.pk).update(schema_version=version)


def make_member(project: Project, role: str, user: User | None = None, **fields: Any) -> Membership:
    return Membership.objects.create(project=project, user=user or make_user(role), role=role, **fields)


def make_guideline(project: Project, text: str = "# How to", **fields: Any) -> Guideline:
    guideline = project.guidelines.create(**{"number": 1, "text": text, **fields})
    Project.objects.filter(pk=project.pk).update(guideline_number=guideline.number)
    project.guideline_number = guideline.number
    return guideline


def make_tasks(
    project: Project,
    count: int = 1,
    *,
    texts: list[str] | None = None,
    data: list[dict[str, Any]] | None = None,
    **fields: Any,
) -> list[Task]:
    """Tasks with content, laned and ranked as an import would: of these ``texts``, or with ``data`` by field."""
    tasks = []
    texts = texts or [f"text number {next(_numbers)}" for _ in range(count)]
    for shown in data or [{"text": text} for text in texts]:
        external_id = f"t-{next(_numbers)}"
        lane, rank = lane_and_rank(project.seed, external_id, project.holdout_percent)
        task = Task.objects.create(
            **{
                "project": project,
                "external_id": external_id,
                "lane": lane,
                "rank": rank,
                "open_slots": project.overlap,
                **fields,
            }
        )
        TaskContent.objects.create(
            task=task,
            project=project,
            data=project.schema.validate_task_data(shown) if data else shown,
            content_hash=external_id,
            search_text=project.schema.search_text(shown) if data else shown["text"],
        )
        tasks.append(task)
    return tasks


def make_task(project: Project, text: str = "a text", **fields: Any) -> Task:
    return make_tasks(project, texts=[text], **fields)[0]


def make_picture(kind: str = "PNG", *, size: tuple[int, int] = (60, 40), words: str = "", **options: Any) -> bytes:
    """The bytes of a small picture; other words make another one."""
    picture = Image.new("RGB", size, "#fae78b")
    ImageDraw.Draw(picture).text((4, 4), words, fill="#00687a")
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def make_asset(project: Project, words: str = "", **fields: Any) -> Asset:
    """A kept picture with its file, as an upload would have left it."""
    content = make_picture(words=words)
    path = Path(settings.FILE_UPLOAD_TEMP_DIR) / f"picture-{next(_numbers)}"
    path.write_bytes(content)
    facts = MediaFacts("image/png", 60, 40)
    media = CleanMedia(path, hashlib.sha256(content).hexdigest(), len(content), facts)
    values = {"content_hash": media.content_hash, "size": media.size, **facts._asdict(), **fields}
    return Asset.objects.create(project=project, stored_name=keep_media(media, folder=project.pk), **values)


def make_upload(content: bytes, name: str = "till.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
