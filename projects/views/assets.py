"""Media files: those of the guideline, and those that tasks show, whole, small, page by page or as a waveform."""

from collections.abc import Callable
from typing import BinaryIO

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from labelplatform.downloads import media_response
from labelplatform.media_pages import PICTURE_TYPE, open_picture, open_words
from labelplatform.media_types import PICTURES, SOUNDS
from labelplatform.ranges import with_ranges
from labelplatform.uploads import open_media, open_part
from projects.access import open_asset, open_shown_file
from projects.models import Asset


@require_safe
@login_required
def asset(request: HttpRequest, slug: str, content_hash: str) -> HttpResponseBase:
    """One content for good under this address, so a browser may keep it; asked again, access is checked again."""
    found, _ = open_asset(request.user, slug, content_hash)
    return _kept(request, f'"{found.content_hash}"', lambda: _media(open_media(found.stored_name), found))


@require_safe
@login_required
def task_file(request: HttpRequest, slug: str, task_id: int, content_hash: str) -> HttpResponseBase:
    """What a task shows, as it is kept, to who is shown the task; a PDF is shown by its pages alone."""
    found = open_shown_file(request.user, slug, task_id, content_hash)
    if found.media_type not in PICTURES | SOUNDS:
        raise Http404
    etag = f'"{found.content_hash}"'
    return _kept(request, etag, lambda: with_ranges(request, _media(open_media(found.stored_name), found), etag=etag))


@require_safe
@login_required
def task_waveform(request: HttpRequest, slug: str, task_id: int, content_hash: str) -> HttpResponseBase:
    """How a sound looks, as numbers for the element that draws it; see ``media_readers/sound.py``."""
    found = open_shown_file(request.user, slug, task_id, content_hash)
    return _kept(
        request,
        f'"{found.content_hash}-waveform"',
        lambda: FileResponse(open_part(found.stored_name, "waveform.json"), content_type="application/json"),
    )


@require_safe
@login_required
def task_picture_small(request: HttpRequest, slug: str, task_id: int, content_hash: str) -> HttpResponseBase:
    """A small copy of a picture, for lists."""
    found = open_shown_file(request.user, slug, task_id, content_hash)
    return _kept(
        request,
        f'"{found.content_hash}-small"',
        lambda: media_response(
            open_part(found.stored_name, "small.webp"), media_type=PICTURE_TYPE, name=f"{found.content_hash[:12]}-small"
        ),
    )


@require_safe
@login_required
def task_page_picture(
    request: HttpRequest, slug: str, task_id: int, content_hash: str, number: int
) -> HttpResponseBase:
    """A page of a PDF as a picture, to who is shown the task; it is drawn when first asked for."""
    found = open_shown_file(request.user, slug, task_id, content_hash)
    return _kept(
        request,
        f'"{found.content_hash}-{number}"',
        lambda: media_response(
            open_picture(found.stored_name, number), media_type=PICTURE_TYPE, name=f"{found.content_hash[:12]}-{number}"
        ),
    )


@require_safe
@login_required
def task_page_words(request: HttpRequest, slug: str, task_id: int, content_hash: str, number: int) -> HttpResponseBase:
    """Where the words of a page stand."""
    found = open_shown_file(request.user, slug, task_id, content_hash)
    return _kept(
        request,
        f'"{found.content_hash}-{number}-words"',
        lambda: FileResponse(open_words(found.stored_name, number), content_type="application/json"),
    )


def _media(file: BinaryIO, found: Asset) -> FileResponse:
    return media_response(file, media_type=found.media_type, name=found.content_hash[:12])


def _kept(request: HttpRequest, etag: str, open_file: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = open_file()
        except FileNotFoundError:
            raise Http404 from None
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
