"""The import pages of media files: what came, and start."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from labelplatform.refusals import Refusal
from projects.import_forms import DocumentsForm
from projects.importing.document_runs import fitting_fields, packed_documents, start_document_run
from projects.models import ImportRun, Membership
from projects.views.project_page import render_project_page

_SHOWN = 200


def documents_page(
    request: HttpRequest, member: Membership, run: ImportRun, refusal: Refusal | None = None
) -> HttpResponse:
    """The files of an import that has not been started, as the tasks they would become."""
    documents = packed_documents(run)
    fields = fitting_fields(member.project.schema, documents)
    context = {
        "run": run,
        "documents": documents[:_SHOWN],
        "n_documents": len(documents),
        "form": DocumentsForm(fields, initial={"on_conflict": request.POST.get("on_conflict", run.on_conflict)}),
        "problem": str(refusal) if refusal else "",
    }
    status = refusal.status_code if refusal else 200
    return render_project_page(
        request, member, "projects/import_documents.html", context, tab="data", title=f"Import {run}", status=status
    )


def start_documents(request: HttpRequest, member: Membership, run: ImportRun) -> HttpResponse:
    """Start the import as the form says."""
    field, on_conflict = request.POST.get("field", ""), request.POST.get("on_conflict", "")
    try:
        start_document_run(member, run, field=field, on_conflict=on_conflict)
    except Refusal as refusal:
        return documents_page(request, member, run, refusal)
    return redirect("projects:import-detail", member.project.slug, run.pk)
