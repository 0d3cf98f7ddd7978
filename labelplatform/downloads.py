"""Files that are sent: under names of ours, and never something a browser would open as a page of ours."""

from collections.abc import Iterable
from typing import BinaryIO

from django.http import FileResponse, StreamingHttpResponse

from labelplatform.media_types import MEDIA_TYPES, PICTURES, SOUNDS

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "zip": "application/zip",
}


def stream_download(pieces: Iterable[bytes], *, name: str) -> StreamingHttpResponse:
    """Send what is made while it is sent."""
    response = StreamingHttpResponse(pieces, content_type=_content_type(name))
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def file_download(file: BinaryIO, *, name: str) -> FileResponse:
    """Send a file from disk and close it."""
    return FileResponse(file, as_attachment=True, filename=name, content_type=_content_type(name))


def media_response(file: BinaryIO, *, media_type: str, name: str) -> FileResponse:
    """Show a picture, play a sound, or send another media file, and close it. Whatever it holds, opened by itself it
    may run and load nothing."""
    kind = MEDIA_TYPES[media_type]
    is_shown = media_type in PICTURES | SOUNDS
    response = FileResponse(file, as_attachment=not is_shown, filename=f"{name}.{kind.suffix}", content_type=kind.name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _content_type(name: str) -> str:
    return CONTENT_TYPES[name.rsplit(".", 1)[-1]]
