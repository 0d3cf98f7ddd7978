"""What the site answers where no view did: JSON below /api/, a page elsewhere."""

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from labelplatform.accounts.adapter import seconds_to_wait, too_many
from labelplatform.api import plain_problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return plain_problem(400, "The request could not be read.")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return plain_problem(403, str(exception) or "Your role does not allow this.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_api(request):
        return plain_problem(404, "The API has no such address.")
    return defaults.page_not_found(request, exception)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """What django-allauth's limits end in; most pass within a minute."""
    if request.resolver_match and request.resolver_match.url_name == "account_reset_password":
        email = request.POST.get("email", "").lower()
        wait = seconds_to_wait(request, app="allauth.account", action="reset_password", key=email)
        response: HttpResponse = too_many(request, wait, at="reset")
    else:
        response = too_many(request, 60)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    if _is_api(request):
        return plain_problem(500, "It has been logged. Trying again may help; if it does not, tell a site admin.")
    return defaults.server_error(request)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
