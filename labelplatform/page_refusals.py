"""Pages that an operation refuses and no view expected: a page that says why, with the right status."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from labelplatform.refusals import Refusal


class PageRefusals:
    """Middleware. The API turns refusals into JSON by itself (labelplatform.api) before they get here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        context = {"title": error.title, "detail": error.detail, "errors": error.errors, "back": request.path}
        return render(request, "refusal.html", context, status=error.status_code)
