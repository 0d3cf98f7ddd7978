"""The page of one's notifications, and how one wants to hear of what."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labelplatform.notifications.kinds import notification_kinds, only_visible
from labelplatform.notifications.models import Delivery
from labelplatform.notifications.preferences import choose_deliveries, deliveries_of
from labelplatform.notifications.reading import mark_all_read, mark_read, notifications_of
from labelplatform.refusals import Refusal

PAGE_SIZE = 30


@require_safe
@login_required
def notification_list(request: HttpRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    rows = notifications_of(request.user)
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    else:
        before = ""
    found = list(rows[: PAGE_SIZE + 1])
    shown = only_visible(found[:PAGE_SIZE])
    context = {
        "page_title": "Notifications",
        "rows": shown,
        "older": found[PAGE_SIZE - 1].pk if len(found) > PAGE_SIZE else None,
        "is_first_page": not before,
        "newest": shown[0].pk if shown else 0,
        "has_unread": any(row.read_at is None for row in shown),
    }
    return render(request, "notifications/notification_list.html", context)


@require_POST
@login_required
def open_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark it as read and go to what it is about."""
    row = mark_read(request.user, notification_id)
    if row is None:
        raise Http404
    return redirect(row.path)


@require_POST
@login_required
def read_all(request: HttpRequest) -> HttpResponse:
    """What came since the page was drawn stays new."""
    newest = request.POST.get("newest", "")
    if newest.isascii() and newest.isdigit() and len(newest) < 19:
        mark_all_read(request.user, up_to=int(newest))
    return redirect("notifications:list")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if request.method == "POST":
        chosen = {name: request.POST[name] for name in notification_kinds() if name in request.POST}
        try:
            choose_deliveries(user, chosen)
        except Refusal as refusal:
            messages.error(request, f"{refusal.detail} {refusal.errors[0]['message']}")
        else:
            messages.success(request, "Saved.")
        return redirect("notifications:settings")
    chosen_now = deliveries_of(user)
    context = {
        "page_title": "Notification settings",
        "kinds": [(name, kind, chosen_now[name]) for name, kind in notification_kinds().items()],
        "deliveries": Delivery.choices,
    }
    return render(request, "notifications/settings.html", context)
