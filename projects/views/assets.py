"""Media files, served to those who may open their project."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from labelplatform.downloads import media_response
from labelplatform.uploads import open_media
from projects.access import open_asset


@require_safe
@login_required
def asset(request: HttpRequest, slug: str, content_hash: str) -> HttpResponseBase:
    """One content for good under this address, so a browser may keep it; asked again, access is checked again."""
    found, _ = open_asset(request.user, slug, content_hash)
    etag = f'"{found.content_hash}"'
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            file = open_media(found.stored_name)
        except FileNotFoundError:
            raise Http404 from None
        response = media_response(file, media_type=found.media_type, name=found.content_hash[:12])
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
