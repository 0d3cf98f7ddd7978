"""Pictures and sounds on their way to a model server: within the tasks, so that it need not fetch anything here."""

import base64
from collections.abc import Mapping
from typing import Any

from labelplatform.uploads import open_media, open_part
from projects.models import Asset, Project

FILES_AT_ONCE = 8
_MOST_BYTES = 8_000_000
# By kind of field: the part that goes in place of a file that is too large, with its type; "" where there is none.
_SENT = {"image": ("small.webp", "image/webp"), "audio": ("", "")}


def sends_files(project: Project) -> bool:
    return any(field.kind in _SENT for field in project.schema.fields)


def with_files(project: Project, data: Mapping[str, Any]) -> dict[str, Any]:
    """A task's data with files as ``data:`` addresses; a picture that is too large goes as the small copy for lists,
    which changes nothing for answers in percent. A sound that is too large, and what is gone, stays what it was."""
    sent = {
        field.name: _address(project, data[field.name], *_SENT[field.kind])
        for field in project.schema.fields
        if field.kind in _SENT and data.get(field.name)
    }
    return {**data, **sent}


def _address(project: Project, value: Any, small: str, small_type: str) -> Any:
    content_hash = value.get("asset") if isinstance(value, Mapping) else None
    asset = Asset.objects.filter(project=project, content_hash=content_hash).first() if content_hash else None
    if asset is None:
        return value
    name = f"{project.pk}/{asset.content_hash}"
    try:
        with open_media(name) as file:
            content, media_type = file.read(_MOST_BYTES + 1), asset.media_type
        if len(content) > _MOST_BYTES:
            if not small:
                return value
            with open_part(name, small) as file:
                content, media_type = file.read(), small_type
    except (OSError, ValueError):
        return value
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
