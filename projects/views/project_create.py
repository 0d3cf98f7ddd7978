from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from labelplatform.refusals import Refusal
from projects.creation import create_project
from projects.forms.policies import LearningForm, MeasuringForm, OpinionsForm
from projects.forms.projects import NewProjectForm
from projects.forms.refused import show_refusal
from projects.models import Project
from projects.schema_change.schema_forms import SchemaForm
from projects.starters import GROUPS, all_starters
from projects.starters.beginning import begun_with
from projects.starters.outline import outline_of

_POLICY_FORMS = (OpinionsForm, LearningForm, MeasuringForm)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def project_create(request: HttpRequest) -> HttpResponse:
    starter = all_starters().get(request.GET.get("from", ""))
    if starter is None:
        return render(request, "projects/starter_list.html", {"page_title": "New project", **_gallery()})
    begins = "begin_with" in request.POST
    if begins:
        starter = begun_with(starter, request.POST["begin_with"])
    data = request.POST if request.method == "POST" and not begins else None
    form = NewProjectForm(data, initial={"guideline": starter.guideline})
    if not (starter.samples or starter.sample_files):
        del form.fields["with_samples"]
    schema_form = SchemaForm(data, definition=starter.schema)
    policy_forms = [policy_form(data, instance=Project(**starter.policies)) for policy_form in _POLICY_FORMS]
    if data is not None:
        valid = [form.is_valid(), schema_form.is_valid(), *(policies.is_valid() for policies in policy_forms)]
        if all(valid):
            try:
                project = create_project(
                    author=request.user,
                    name=form.cleaned_data["name"],
                    description=form.cleaned_data["description"],
                    schema=schema_form.definition,
                    guideline=form.cleaned_data["guideline"],
                    policies={
                        **starter.policies,
                        **{name: value for policies in policy_forms for name, value in policies.cleaned_data.items()},
                    },
                    samples=starter.tasks if form.cleaned_data.get("with_samples") else (),
                    sample_files=starter.sample_files if form.cleaned_data.get("with_samples") else None,
                )
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, _what_next(project))
                return redirect("projects:overview", project.slug)
    context = {
        "page_title": "New project",
        "starter": starter,
        "form": form,
        "schema_form": schema_form,
        "editor": schema_form.editor(data=starter.data, checked_by=reverse("api:schema-check")),
        "policy_forms": policy_forms,
    }
    return render(request, "projects/project_create.html", context, status=422 if data is not None else 200)


def _gallery() -> dict[str, Any]:
    """The starters by group with what each shows and asks, and those that stand alone."""
    shown = [(starter, outline_of(starter.schema)) for starter in all_starters().values()]
    groups = [(group, [one for one in shown if one[0].group == group]) for group in GROUPS]
    return {"groups": groups, "others": [one for one in shown if not one[0].group]}


def _what_next(project: Project) -> str:
    if project.import_runs.exists():
        return "The project is there, and its sample tasks are on their way: try them, then import your own."
    return "The project is there. Import texts next, then invite people."
