from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from labelplatform.accounts.models import User
from labelplatform.refusals import Refusal
from projects.forms.people import AcceptForm
from projects.forms.refused import show_refusal
from projects.membership.invitations import InvitationOver, accept_invitation, open_invitation
from projects.navigation import project_home


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """Join a project by link. Who has no account yet makes one here; who has one signs in first."""
    try:
        invited = open_invitation(secret)
    except InvitationOver as refusal:
        return render(request, "projects/invitation_over.html", {"refusal": refusal}, status=refusal.status_code)
    user = request.user if request.user.is_authenticated else None
    has_account = User.objects.filter(email=invited.email).exists()
    form = AcceptForm(
        request.POST if request.method == "POST" and user is None else None, initial={"name": invited.name}
    )
    if request.method == "POST" and (user is not None or form.is_valid()):
        given = {} if user is not None else form.cleaned_data
        try:
            member = accept_invitation(secret, user=user, **given)
        except Refusal as refusal:
            show_refusal(form, refusal) if user is None else None
            return _page(request, invited, form, has_account, refusal.detail, status=refusal.status_code)
        if user is None:
            login(request, member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
        return redirect(project_home(member))
    return _page(request, invited, form, has_account, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, invited: object, form: AcceptForm, has_account: bool, refusal: str = "", *, status: int
) -> HttpResponse:
    context = {"invitation": invited, "form": form, "has_account": has_account, "refusal": refusal}
    return render(request, "projects/invitation.html", context, status=status)
