"""Media files of a project: taken in, found again, and deleted while nothing shows them."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from labelplatform import uploads
from labelplatform.events.models import record_event
from labelplatform.media_types import MEDIA_TYPES
from labelplatform.refusals import Conflict
from projects.models import Asset, Guideline, GuidelineQuestion, Membership, Project

ACCEPTED = frozenset(MEDIA_TYPES)
# A file may come long before the tasks or the guideline that show it.
_UNUSED_FOR = timedelta(days=7)


class InUse(Conflict):
    """Something that people read shows the asset."""


def add_asset(
    project: Project, file: File, *, by: Any, accepted: Collection[str] = ACCEPTED, wishes: Sequence[str] = ()
) -> tuple[Asset, bool]:
    """Keep a media file; the second value tells whether it is new: the same file again is the same asset.

    ``wishes`` go to the file's reader.

    Raises ``NotTaken``, ``UploadTooLarge`` and ``MediaRefused``.
    """
    with uploads.clean_media(file, accepted=accepted, wishes=wishes) as media, transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)  # nobody deletes it meanwhile
        stored_name = uploads.keep_media(media, folder=project.pk)  # also where a known one had lost its file
        known = Asset.objects.filter(project_id=project.pk, content_hash=media.content_hash).first()
        if known is not None:
            return known, False
        asset = Asset.objects.create(
            project=project,
            content_hash=media.content_hash,
            size=media.size,
            stored_name=stored_name,
            original_name=uploads.shown_name(file),
            created_by=by,
            **media.facts._asdict(),
        )
        record_event(actor=by, verb="added", object=asset, after=_facts(asset))
        return asset, True


@transaction.atomic
def delete_asset(member: Membership, asset: Asset) -> None:
    """Forget an asset and its file. Raises ``InUse`` while a task, a version of the guideline or an answer shows it."""
    Project.objects.select_for_update().get(pk=member.project_id)  # no version with it is published meanwhile
    if places := _places(asset):
        raise InUse(f"It stands in {places}. Only what nothing shows can be deleted.")
    record_event(actor=member.user, verb="deleted", object=asset, before=_facts(asset))
    _forget(asset)


@transaction.atomic
def forget_unused_assets(project_id: int) -> None:
    """Forget files that nothing has ever shown, or nothing does any more since tasks show others or are gone."""
    Project.objects.select_for_update().get(pk=project_id)
    unused = Asset.objects.filter(project_id=project_id, task_uses=None)
    for asset in unused.filter(created_at__lt=timezone.now() - _UNUSED_FOR):
        if not guideline_places(asset):
            _forget(asset)


def _forget(asset: Asset) -> None:
    project_id = asset.project_id
    asset.delete()
    transaction.on_commit(partial(_delete_file, project_id, asset.stored_name))


@transaction.atomic
def _delete_file(project_id: int, stored_name: str) -> None:
    """Unless the same file was added again meanwhile."""
    Project.objects.select_for_update().get(pk=project_id)
    if not Asset.objects.filter(project_id=project_id, stored_name=stored_name).exists():
        uploads.delete_media(stored_name)


def _places(asset: Asset) -> str:
    """Where the asset is shown, in words; "" for nowhere."""
    if count := asset.task_uses.count():
        return f"{count:,} task{'s' if count > 1 else ''}"
    return guideline_places(asset)


def guideline_places(asset: Asset) -> str:
    """Where the guideline and its answers show the asset; "" for nowhere."""
    versions = Guideline.objects.filter(project_id=asset.project_id, text__contains=asset.content_hash)
    numbers = [str(number) for number in versions.order_by("number").values_list("number", flat=True)]
    if numbers:
        return f"version{'s' if len(numbers) > 1 else ''} {', '.join(numbers)} of the guideline"
    answers = GuidelineQuestion.objects.filter(project_id=asset.project_id, answer__contains=asset.content_hash)
    return "an answer to a question on the guideline" if answers.exists() else ""


def _facts(asset: Asset) -> dict[str, Any]:
    return {"media_type": asset.media_type, "size": asset.size, "content_hash": asset.content_hash}
