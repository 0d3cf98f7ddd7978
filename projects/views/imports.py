"""The import pages: bring a file, look at it, start, follow, and see what was rejected."""

import uuid
from typing import Any

import msgspec
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labelplatform import uploads
from labelplatform.downloads import stream_download
from labelplatform.jobs.running import cancel_job
from labelplatform.media_types import endings_of, titles_of
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import may_cancel, open_project
from projects.import_forms import ConflictForm, LabelsForm, LookForm, columns_of, read_wishes, shown_rows, wishes_of
from projects.importing.document_runs import come_as_documents, keep_document_run
from projects.importing.label_columns import holds_answers
from projects.importing.labels import USUAL
from projects.importing.preview import Preview, Wishes
from projects.importing.refusals import FileRefused
from projects.importing.rejections import rejected_rows_as_csv
from projects.importing.runs import drop_run, keep_file, preview_run, start_run
from projects.models import ImportFormat, ImportRun, Membership
from projects.navigation import tasks_url
from projects.schema import Schema
from projects.views.document_imports import documents_page, start_documents
from projects.views.project_page import render_project_page

_RUNS_ON_A_PAGE = 20
_REJECTIONS_ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Past imports and the way to a new one; POST brings a file and leads to its preview."""
    member = open_project(request.user, slug, Capability.IMPORT_TASKS)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            run = _keep(member, uploads.uploaded_files(request))
        except Refusal as error:
            refusal = error
        else:
            return redirect("projects:import-detail", slug, run.pk)
    runs = ImportRun.objects.filter(project=member.project).select_related("job", "created_by").order_by("-id")
    context = {
        "page": Paginator(runs, _RUNS_ON_A_PAGE).get_page(request.GET.get("page")),
        "refusal": refusal,
        "max_bytes": settings.MAX_UPLOAD_BYTES,
        "text_field": member.project.schema.fields[0].name,
        **_files_taken(member.project.schema),
    }
    status = refusal.status_code if refusal else 200
    return render_project_page(
        request, member, "projects/import_list.html", context, tab="data", title="Import tasks", status=status
    )


@require_safe
@login_required
def import_detail(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """The preview of an import that has not been started, or how far a started one is."""
    member, run = _open_run(request, slug, import_id)
    if run.job is not None:
        return _run_page(request, member, run)
    if run.format == ImportFormat.FILES:
        return documents_page(request, member, run)
    return _preview_page(request, member, run, preview_run(run, wishes_of(run.options, run.format)))


@require_POST
@login_required
def import_start(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """Start the import as the form says; with ``look``, or with labels that were not on the page before, only look at
    the file again in that way."""
    member, run = _open_run(request, slug, import_id)
    if run.job is not None:
        return redirect("projects:import-detail", slug, run.pk)
    if run.format == ImportFormat.FILES:
        return start_documents(request, member, run)
    wishes = read_wishes(request.POST)
    try:
        has_new_labels = "labels" not in request.POST and holds_answers((wishes.mapping or {}).values())
        if "look" in request.POST or has_new_labels:  # how they are kept is still to be chosen
            return _preview_page(request, member, run, _look_again(request, run, wishes))
        start_run(member, run, wishes=wishes, on_conflict=request.POST.get("on_conflict", ""))
    except Refusal as refusal:
        return _preview_page(request, member, run, _preview_after(refusal, run, wishes), refusal)
    return redirect("projects:import-detail", slug, run.pk)


@require_POST
@login_required
def import_cancel(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """End a running import at its next step, or forget one that was not started."""
    member, run = _open_run(request, slug, import_id)
    if run.job is None:
        drop_run(run)
        messages.success(request, f"{run} was not imported, and its file is gone.")
        return redirect("projects:import-list", slug)
    if not may_cancel(member, run.job):
        raise PermissionDenied("Only who started this import, or a manager, may cancel it.")
    cancel_job(run.job, actor=request.user)
    messages.success(request, "The import stops at its next step. What is in stays in.")
    return redirect("projects:import-detail", slug, run.pk)


@require_safe
@login_required
def import_rejections(request: HttpRequest, slug: str, import_id: int) -> StreamingHttpResponse:
    """The rejected rows as a file."""
    _, run = _open_run(request, slug, import_id)
    return stream_download(rejected_rows_as_csv(run), name=f"import-{run.pk}-rejected.csv")


def _keep(member: Membership, files: list[UploadedFile]) -> ImportRun:
    """Keep what was brought, by what is in it, until it is looked at and started."""
    if come_as_documents(member, files):
        return keep_document_run(member, files)
    if len(files) > 1:
        raise FileRefused("Several files at once can only be PDFs, pictures or sounds. Import others one by one.")
    name, wishes = uploads.shown_name(files[0]), Wishes(guesses_labels=True)
    return keep_file(member, stored=uploads.store_upload(files[0]), name=name, wishes=wishes, key=uuid.uuid4())


def _files_taken(schema: Schema) -> dict[str, Any]:
    """Which files can become a task each, if any."""
    media = {name for field in schema.media_fields for name in field.media}
    return {
        "documents": titles_of(media) if media else "",
        "endings": ",".join([*endings_of(media), *sorted(media)]),
        "begins_with_documents": bool(schema.fields[0].media),
    }


def _open_run(request: HttpRequest, slug: str, import_id: int) -> tuple[Membership, ImportRun]:
    member = open_project(request.user, slug, Capability.IMPORT_TASKS)
    runs = ImportRun.objects.filter(project_id=member.project_id).select_related("job", "created_by")
    run = runs.filter(pk=import_id).first()
    if run is None:
        raise Http404
    run.project = member.project
    return member, run


def _look_again(request: HttpRequest, run: ImportRun, wishes: Wishes) -> Preview:
    """Read the file in another way; when that gives it other columns, what was said about the old ones is void."""
    preview = preview_run(run, wishes)
    if set(request.POST.getlist("column")) == set(preview.columns):
        return preview
    return preview_run(run, msgspec.structs.replace(wishes, mapping=None, labels=""))


def _preview_after(refusal: Refusal, run: ImportRun, wishes: Wishes) -> Preview:
    """What to show beside a refusal: the file as it was to be read, or, when that is what fails, as it was detected."""
    if any(error["path"] in {"mapping", "on_conflict"} for error in refusal.errors):
        return preview_run(run, wishes)
    return preview_run(run, wishes_of(run.options, run.format))


def _preview_page(
    request: HttpRequest, member: Membership, run: ImportRun, preview: Preview, refusal: Refusal | None = None
) -> HttpResponse:
    conflict_form = ConflictForm(initial={"on_conflict": request.POST.get("on_conflict", run.on_conflict)})
    context = {
        "run": run,
        "preview": preview,
        "look_form": LookForm(preview),
        "conflict_form": conflict_form,
        "columns": columns_of(preview, member.project.schema),
        "labels_form": LabelsForm(member, initial={"labels": request.POST.get("labels") or preview.labels or USUAL}),
        "rows": shown_rows(preview, member.project.schema),
        "n_labeled": sum(bool(row.answers) for row in preview.rows),
        "n_problems": sum(bool(row.problem) for row in preview.rows),
        "problem": str(refusal) if refusal else preview.mapping_problem,
    }
    status = refusal.status_code if refusal else 200
    return render_project_page(
        request, member, "projects/import_preview.html", context, tab="data", title=f"Import {run}", status=status
    )


def _run_page(request: HttpRequest, member: Membership, run: ImportRun) -> HttpResponse:
    job = run.job
    assert job is not None, "This page is of started imports."
    is_fragment = bool(request.htmx) and not request.htmx.history_restore_request  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "run": run,
        "job": job,
        "may_cancel": not job.is_over and may_cancel(member, job),
        "tasks_url": tasks_url(member, **{"import": run.pk}),
    }
    if is_fragment:
        template = "projects/_import_progress.html"
    else:
        template = "projects/import_run.html"
        context["page"] = Paginator(run.rejections.order_by("id"), _REJECTIONS_ON_A_PAGE).get_page(
            request.GET.get("page")
        )
    response = render_project_page(request, member, template, context, tab="data", title=str(run).capitalize())
    if is_fragment and job.is_over:
        response["HX-Refresh"] = "true"  # the rejected rows are complete now
    patch_vary_headers(response, ["HX-Request"])
    return response
