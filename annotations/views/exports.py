"""The export page: what to export, past exports, and their files."""

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from annotations.exporting.exports import (
    KEPT_FOR,
    exports_of,
    file_name,
    file_size,
    open_export,
    open_export_file,
    params_of,
    start_export,
)
from annotations.exporting.labeled_tasks import Filter
from annotations.models import FinalLabel
from labelplatform.downloads import file_download
from labelplatform.jobs.models import Job
from labelplatform.roles import Capability
from projects.access import open_project
from projects.models import Membership
from projects.views.project_page import render_project_page

_EXPORTS_ON_A_PAGE = 20
_VERSIONS_OFFERED = 100


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        choices=[("csv", "CSV: a table, a line for each task"), ("jsonl", "JSON Lines: an object for each task")],
        widget=forms.RadioSelect,
        initial="csv",
    )
    tasks = forms.ChoiceField(
        label="Which tasks",
        choices=[("labeled", "Those with a final label"), ("all", "All, labeled or not")],
        widget=forms.RadioSelect,
        initial="labeled",
    )
    spreadsheet_safe = forms.BooleanField(
        required=False,
        label="For a spreadsheet",
        help_text="CSV only: puts an apostrophe before cells that a spreadsheet would run as a formula.",
    )

    with_authors = forms.BooleanField(
        required=False,
        label="With who answered",
        help_text="The e-mail address of the person whose answer became the label, where it was one person’s.",
    )
    schema = forms.ChoiceField(
        label="In the words of",
        required=False,
        help_text="In an older version’s words, options and questions that were renamed since have their former names, "
        "as far as there is a way back.",
    )

    def __init__(self, data: Any = None, *, member: Membership) -> None:
        super().__init__(data)
        project = member.project
        if not member.may(Capability.MANAGE_MEMBERS):
            del self.fields["with_authors"]
        current = project.current_schema_version.number
        older = project.schema_versions.filter(number__lt=current).order_by("-number")[:_VERSIONS_OFFERED]
        choices = [(0, f"what is asked now, version {current}")]
        choices += [
            (one.number, f"version {one.number}, of {one.created_at:%-d %b %Y}") for one in older.defer("definition")
        ]
        self.fields["schema"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            del self.fields["schema"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("spreadsheet_safe") and values.get("format") == "jsonl":
            self.add_error("spreadsheet_safe", "Only CSV is opened by spreadsheets: choose CSV, or leave this out.")
        return values


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def export_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Past exports and a form for a new one, which becomes a job."""
    member = open_project(request.user, slug, Capability.EXPORT_LABELS)
    form = ExportForm(request.POST if request.method == "POST" else None, member=member)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        start_export(
            member,
            format_name=values["format"],
            chosen=Filter(tasks=values["tasks"]),
            spreadsheet_safe=values["spreadsheet_safe"],
            with_authors=values.get("with_authors", False),
            schema=int(values.get("schema") or 0),
        )
        return redirect("annotations:export-list", slug)
    page = Paginator(exports_of(member.project_id), _EXPORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "exports": [_export(job, member) for job in page],
        "kept_days": KEPT_FOR.days,
        "has_labels": FinalLabel.objects.filter(project=member.project).exists(),
    }
    status = 422 if form.is_bound else 200
    return render_project_page(
        request, member, "annotations/export_list.html", context, tab="data", title="Export labels", status=status
    )


@require_safe
@login_required
def export_file(request: HttpRequest, slug: str, export_id: int) -> FileResponse:
    job, member = open_export(request.user, export_id)
    if member.project.slug != slug:
        raise Http404
    return file_download(open_export_file(job), name=file_name(job, member.project))


def _export(job: Job, member: Membership) -> dict[str, Any]:
    params = params_of(job)
    size = file_size(job) if member.may(params.capability) else None
    return {
        "job": job,
        "format": params.format,
        "which": "all tasks" if params.filter.tasks == "all" else "labeled tasks",
        "of_value": params.filter.value,
        "spreadsheet_safe": params.spreadsheet_safe,
        "schema": params.schema,
        "size": size,
        "with_authors": params.with_authors,
        "is_for_others": not member.may(params.capability),
        "url": reverse("annotations:export-file", args=[member.project.slug, job.pk]) if size is not None else "",
    }
