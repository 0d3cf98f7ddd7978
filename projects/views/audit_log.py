"""The audit log of a project, and files of it."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from labelplatform.downloads import file_download
from labelplatform.events.models import Event
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.history.audit_export import (
    KEPT_FOR,
    audit_exports_of,
    file_name,
    find_audit_export,
    is_ready,
    open_audit_file,
    params_of,
    start_audit_export,
)
from projects.history.audit_log import (
    EventFilter,
    EventPage,
    Place,
    object_types_in_log,
    page_of_events,
    people_in_log,
    verbs_in_log,
)
from projects.history.audit_words import act_of, changes_of
from projects.history.event_objects import object_urls
from projects.models import Membership
from projects.views.project_page import render_project_page

_SHOWN_EXPORTS = 5


class FilterForm(forms.Form):
    """What to look for. Where a value makes no sense it is said, and the log is shown without it."""

    person = forms.ChoiceField(required=False)
    verb = forms.ChoiceField(label="Act", required=False)
    object_type = forms.ChoiceField(label="What", required=False)
    name = forms.CharField(label="Name", required=False, max_length=200)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Any, *, project_id: int) -> None:
        super().__init__(data, auto_id="log-%s")
        people = [(str(user.pk), user.display_name) for user in people_in_log(project_id)]
        verbs = verbs_in_log(project_id, also=str(data.get("verb", ""))[:40])
        kinds = object_types_in_log(project_id, also=str(data.get("object_type", ""))[:40])
        _choose(self.fields["person"], [("", "Everybody"), *people])
        _choose(self.fields["verb"], [("", "Any act"), *((verb, verb) for verb in verbs)])
        _choose(self.fields["object_type"], [("", "Anything"), *kinds])

    def wanted(self) -> EventFilter:
        self.is_valid()
        values: dict[str, Any] = self.cleaned_data
        person = values.get("person")
        return EventFilter(
            person=int(person) if person else None,
            verb=values.get("verb", ""),
            object_type=values.get("object_type", ""),
            name=values.get("name", "").replace("\x00", ""),
            since=_bounded(values.get("since")),
            until=_bounded(values.get("until")),
        )


def _choose(field: Any, choices: list[tuple[str, str]]) -> None:
    field.choices = choices


def _bounded(day: date | None) -> date | None:
    return day if day and day.year > 1 else None


@require_safe
@login_required
def audit_log(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
    form = FilterForm(request.GET, project_id=member.project_id)
    wanted = form.wanted()
    page = page_of_events(member.project_id, wanted, before=_place(request, "before"), after=_place(request, "after"))
    given = {name: value for name, value in form.cleaned_data.items() if value}
    context = {
        "form": form,
        "is_narrowed": bool(given),
        "given": [(name, str(value)) for name, value in given.items()],
        "rows": event_rows(member, page.events),
        "gave_up": page.gave_up,
        "links": _links(request.path, page, {name: str(value) for name, value in given.items()}),
        "exports": [_export(job, slug) for job in audit_exports_of(member.project_id)[:_SHOWN_EXPORTS]],
        "kept_days": KEPT_FOR.days,
        "people_url": reverse("projects:people", args=[slug]),
    }
    return render_project_page(request, member, "projects/audit_log.html", context, tab="people", title="Audit log")


@require_POST
@login_required
def audit_export_start(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
    form = FilterForm(request.POST, project_id=member.project_id)
    try:
        start_audit_export(member, format_name=request.POST.get("format", ""), wanted=form.wanted())
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    given = {name: str(value) for name, value in form.cleaned_data.items() if value}
    url = reverse("projects:audit-log", args=[slug])
    return redirect(f"{url}?{urlencode(given)}#files" if given else f"{url}#files")


@require_safe
@login_required
def audit_export_file(request: HttpRequest, slug: str, audit_export_id: int) -> FileResponse:
    member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
    job = find_audit_export(member, audit_export_id)
    return file_download(open_audit_file(job), name=file_name(job, member.project))


def event_rows(member: Membership, events: list[Event]) -> list[dict[str, Any]]:
    """Events as the log's table shows them."""
    urls = object_urls(member, events)
    return [
        {
            "event": event,
            "what": act_of(event),
            "url": urls.get(event.pk, ""),
            "changes": changes_of(event.before, event.after),
            "undone": hasattr(event, "undone_by"),
        }
        for event in events
    ]


def _place(request: HttpRequest, name: str) -> Place | None:
    """Where the page begins; an address that makes no sense begins with the newest."""
    try:
        return Place.parse(request.GET.get(name, ""))
    except ValueError:
        return None


def _links(path: str, page: EventPage, given: dict[str, str]) -> dict[str, str]:
    links = {"newest": f"{path}?{urlencode(given)}" if given else path}
    if page.newer is not None:
        links["newer"] = f"{path}?{urlencode({**given, 'after': page.newer})}"
    if page.older is not None:
        links["older"] = f"{path}?{urlencode({**given, 'before': page.older})}"
    return links


def _export(job: Any, slug: str) -> dict[str, Any]:
    url = reverse("projects:audit-export-file", args=[slug, job.pk]) if is_ready(job) else ""
    return {"job": job, "format": params_of(job).format, "url": url}
