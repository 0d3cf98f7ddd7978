"""The two ends of single sign-on; between them the person is at the provider."""

from collections.abc import Callable
from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

# The provider cannot be reached, or what answers at its address is none.
_UNREADABLE = (RequestException, KeyError, TypeError, ValueError)


@never_cache
@require_safe
def sign_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider. By a link: a form's redirect to another host is refused by our own security policy.

    It only ever signs in. Connecting another account to one's own happens nowhere, so nobody can be tricked into it.
    """
    provider = _provider(request, provider_id)
    if request.user.is_authenticated:
        return redirect(get_next_redirect_url(request) or "/")
    try:
        answer: HttpResponse = provider.redirect(request, process="login", next_url=get_next_redirect_url(request))
    except _UNREADABLE:
        return _unreachable(request)
    return answer


class _CarefulAdapter(OpenIDConnectOAuth2Adapter):
    """What is no answer of a provider is its fault and said so, instead of breaking here."""

    def get_access_token_data(self, *args: Any, **kwargs: Any) -> Any:
        return _understood(super().get_access_token_data, *args, **kwargs)

    def parse_token(self, data: Any) -> Any:
        return _understood(super().parse_token, data)

    def complete_login(self, *args: Any, **kwargs: Any) -> Any:
        return _understood(super().complete_login, *args, **kwargs)


def _understood(step: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return step(*args, **kwargs)
    except (KeyError, ValueError, TypeError, AttributeError, ImproperlyConfigured) as error:
        raise ProviderException(f"{type(error).__name__}: {error}") from error


@never_cache
@require_safe
def signed_on(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider sends the person back to."""
    _provider(request, provider_id)
    adapter = _CarefulAdapter(request, provider_id)
    try:
        adapter.openid_config["token_endpoint"]
    except _UNREADABLE:
        return _unreachable(request)
    answer: HttpResponse = OAuth2CallbackView.adapter_view(adapter)(request)
    return answer


@require_safe
def cancelled(request: HttpRequest) -> HttpResponse:
    """The person has stopped at the provider."""
    return render(request, "socialaccount/login_cancelled.html", {"page_title": "Not signed in"})


def _provider(request: HttpRequest, provider_id: str) -> Any:
    try:
        return get_adapter().get_provider(request, provider_id)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error


def _unreachable(request: HttpRequest) -> HttpResponse:
    return render(request, "socialaccount/unreachable.html", {"page_title": "Not signed in"}, status=503)
