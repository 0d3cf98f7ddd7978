"""One's own account, and for site admins everybody's."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labelplatform.accounts.forms import ProfileForm, TokenForm, UserForm
from labelplatform.accounts.models import User
from labelplatform.accounts.people import (
    add_user,
    places_of,
    rename_user,
    reset_password,
    set_site_admin,
    set_user_open,
)
from labelplatform.accounts.second_factor import people_with_second_factor, remove_second_factor
from labelplatform.accounts.sessions import end_session, end_sessions, sessions_of
from labelplatform.accounts.single_sign_on import HAS_SIGN_ON, disconnect, disconnect_all
from labelplatform.accounts.tokens import create_api_token, revoke_api_token
from labelplatform.refusals import Refusal

THEMES = ("auto", "light", "dark")
_YEAR = 365 * 24 * 3600
_PAGE_SIZE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        rename_user(user, form.cleaned_data["name"], actor=user)
        messages.success(request, "Saved.")
        return redirect("accounts:account")
    context = {"page_title": "Account", "form": form}
    return render(request, "accounts/account.html", context, status=422 if form.errors else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Keep the chosen theme in a cookie: the server draws the next page in it, without a flash of the other."""
    chosen = request.POST.get("theme", "auto")
    goal = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()}):
        goal = "/"
    wants_page = request.headers.get("X-Requested-With") != "fetch"
    response: HttpResponse = redirect(goal) if wants_page else JsonResponse({"theme": chosen})
    if chosen in THEMES:
        response.set_cookie("theme", chosen, max_age=_YEAR, samesite="Lax", secure=request.is_secure())
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required(allow_get=True)
def tokens(request: HttpRequest) -> HttpResponse:
    """Personal API tokens; a new one is shown in the answer to the POST that made it, and never again."""
    user: Any = request.user
    form = TokenForm(request.POST if request.method == "POST" else None)
    secret = ""
    if request.method == "POST" and form.is_valid():
        _, secret = create_api_token(user=user, name=form.cleaned_data["name"], expires_at=form.expires_at)
    context = {
        "page_title": "API tokens",
        "form": TokenForm() if secret else form,
        "secret": secret,
        "tokens": user.api_tokens.all(),
    }
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@require_POST
@login_required
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user: Any = request.user
    token = get_object_or_404(user.api_tokens, pk=token_id)
    revoke_api_token(token)
    messages.success(request, f"“{token.name}” no longer works.")
    return redirect("accounts:tokens")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where one is signed in; a POST signs out everywhere else."""
    user: Any = request.user
    key = request.session.session_key
    if request.method == "POST":
        count = end_sessions(user, except_key=key)
        messages.success(request, "You are signed out everywhere else." if count else "You were signed in only here.")
        return redirect("accounts:sessions")
    context = {"page_title": "Where you are signed in", "sessions": sessions_of(user, key)}
    return render(request, "accounts/sessions.html", context)


@require_POST
@login_required
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    user: Any = request.user
    end_session(user, session_id, current_key=request.session.session_key)
    messages.success(request, "That session is over.")
    return redirect("accounts:sessions")


@require_safe
@login_required
def sign_ins(request: HttpRequest) -> HttpResponse:
    """By which accounts elsewhere one may sign in here."""
    user: Any = request.user
    context = {
        "page_title": "Connected sign-ins",
        "connected": user.socialaccount_set.order_by("date_joined"),
        "has_password": user.has_usable_password(),
        "provider_name": settings.OIDC_NAME if settings.SOCIALACCOUNT_PROVIDERS else "",
    }
    return render(request, "accounts/sign_ins.html", context)


@require_POST
@login_required
def sign_in_disconnect(request: HttpRequest, sign_in_id: int) -> HttpResponse:
    user: Any = request.user
    sign_in = get_object_or_404(user.socialaccount_set, pk=sign_in_id)
    raise_if_reauthentication_required(request, app="")
    try:
        disconnect(user, sign_in, actor=user)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, "Disconnected. You sign in by e-mail and password from now on.")
    return redirect("accounts:sign-ins")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def user_list(request: HttpRequest) -> HttpResponse:
    """Everybody on the site; a POST makes a user."""
    _site_admin_only(request)
    form = UserForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = add_user(**form.cleaned_data, actor=request.user)
        except Refusal as refusal:
            for error in refusal.errors:
                form.add_error(error["path"], error["message"])
        else:
            return _people_page(request, UserForm(), shown_for=user, password=password)
    return _people_page(request, form, status=422 if form.errors else 200)


@never_cache
@require_POST
@login_required
def user_change(request: HttpRequest, user_id: int) -> HttpResponse:
    """What the pressed button says: a new one-time password, or one of ``_ACTS``."""
    _site_admin_only(request)
    user = get_object_or_404(User, pk=user_id)
    act = request.POST.get("act", "")
    if act == "password":
        return _people_page(request, UserForm(), shown_for=user, password=reset_password(user, actor=request.user))
    if act not in _ACTS:
        raise Http404
    do, said = _ACTS[act]
    try:
        do(user, actor=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, said.format(email=user.email))
    return redirect("projects:project-list" if user.pk == request.user.pk else "accounts:user-list")


_ACTS: dict[str, tuple[Callable[..., Any], str]] = {
    "open": (partial(set_user_open, is_open=True), "The account of {email} is open."),
    "close": (partial(set_user_open, is_open=False), "The account of {email} is closed."),
    "site-admin": (
        partial(set_site_admin, is_site_admin=True),
        "{email} is a site admin now: every project and every account is open to them.",
    ),
    "no-site-admin": (partial(set_site_admin, is_site_admin=False), "{email} is no site admin any more."),
    "sign-out": (end_sessions, "{email} is signed out everywhere."),
    "second-factor": (remove_second_factor, "{email} has no second factor any more and can set up a new one."),
    "disconnect": (disconnect_all, "The account of {email} is not connected to single sign-on any more."),
}


def _people_page(
    request: HttpRequest, form: UserForm, *, shown_for: User | None = None, password: str = "", status: int = 200
) -> HttpResponse:
    search = request.GET.get("search", "").replace("\x00", "").strip()[:200]
    users = User.objects.order_by("-is_active", "name", "email")
    if search:
        users = users.filter(Q(email__icontains=search) | Q(name__icontains=search))
    page = Paginator(users.annotate(signs_on=HAS_SIGN_ON), _PAGE_SIZE).get_page(request.GET.get("page"))
    shown = list(page)
    ids = [user.pk for user in shown]
    places = places_of(ids)
    context = {
        "page_title": "People",
        "form": form,
        "shown_for": shown_for,
        "password": password,
        "page": page,
        "with_second_factor": people_with_second_factor(ids),
        "rows": [(user, places.get(user.pk, [])) for user in shown],
        "search": search,
    }
    return render(request, "accounts/user_list.html", context, status=status)


def _site_admin_only(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise Http404
