from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from labelplatform.refusals import Refusal
from labelplatform.roles import CAPABILITIES, Capability
from projects.access import open_project
from projects.forms.policies import (
    CareForm,
    LearningForm,
    MeasuringForm,
    OpinionsForm,
    PayForm,
    ReadingForm,
    ReviewForm,
)
from projects.forms.projects import NameForm, StateForm
from projects.forms.refused import show_refusal
from projects.models import Membership, Project, Task
from projects.policies import change_project
from projects.schema_change.schema_changes import change_schema
from projects.schema_change.schema_forms import SchemaForm
from projects.shown_data import shown_data
from projects.views.project_page import render_project_page

# Each question of the page is a form of its own, sent under its name.
SECTIONS: dict[str, tuple[str, str, type[forms.ModelForm]]] = {
    "name": ("What is it called?", "As people see it on every page.", NameForm),
    "state": ("Is it open?", "Whether people can label now.", StateForm),
    "opinions": ("How many opinions?", "How many people answer each task, and in which order.", OpinionsForm),
    "review": ("What is reviewed?", "Which answers a second person looks at before they count.", ReviewForm),
    "reading": ("Who reads the guideline?", "What a new version asks of people who label.", ReadingForm),
    "care": ("Is it hard to look at?", "What spares the people who label.", CareForm),
    "learning": ("When do we retrain?", "When models are trained, and what they do for people.", LearningForm),
    "pay": ("What does labeling cost?", "For forecasts only: nobody is paid by it.", PayForm),
    "measuring": ("How do we know that it is good?", "The part set aside to measure every model on.", MeasuringForm),
}


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def settings(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.CONFIGURE)
    posted = request.POST.get("section", "") if request.method == "POST" else ""
    sections: list[dict[str, Any]] = []
    for name, (title, text, form_class) in SECTIONS.items():
        instance = Project.objects.get(pk=member.project_id)
        form = form_class(request.POST if name == posted else None, instance=instance, prefix=name)
        if name == posted and form.is_valid():
            try:
                change_project(member, _changes(form))
            except Refusal as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, f"Saved: {title.rstrip('?').lower()}.")
                return redirect(f"{request.path}#{name}")
        sections.append({"name": name, "title": title, "text": text, "form": form})
    context = {
        "sections": sections,
        "capabilities": _who_may_do_what(),
        "roles": list(CAPABILITIES),
        "schema": member.project.schema,
        "schema_version": member.project.schema_version,
    }
    failed = any(section["form"].errors for section in sections)
    return render_project_page(
        request,
        member,
        "projects/settings.html",
        context,
        tab="settings",
        title="Settings",
        status=422 if failed else 200,
    )


def _changes(form: forms.ModelForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in form.changed_data}


def _who_may_do_what() -> list[dict[str, Any]]:
    return [
        {
            "name": capability.label[0].upper() + capability.label[1:],
            "by_role": [(role, capability in has) for role, has in CAPABILITIES.items()],
        }
        for capability in Capability
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schema_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what is asked while the project runs; what would orphan answers is refused with the counts."""
    member = open_project(request.user, slug, Capability.CONFIGURE)
    data = request.POST if request.method == "POST" else None
    form = SchemaForm(data, definition=member.project.schema.definition())
    status = 200
    if data is not None:
        status = 422
        if form.is_valid():
            try:
                version = change_schema(member, form.definition)
            except Refusal as refusal:
                form.add_error(None, refusal.detail)
                status = refusal.status_code
            else:
                messages.success(request, f"Schema version {version.number} is in force.")
                return redirect("projects:schema", slug)
    example = _example(member)
    context = {
        "schema_form": form,
        "editor": form.editor(data=example, checked_by=reverse("api:schema-check")),
        "versions": member.project.schema_versions.select_related("author").order_by("-number"),
    }
    return render_project_page(
        request, member, "projects/schema_edit.html", context, tab="settings", title="What is asked", status=status
    )


def _example(member: Membership) -> dict[str, Any]:
    """Data of the first task, to try the questions on; what is hard to look at is not put before anybody unasked."""
    if member.project.is_sensitive:
        return {}
    task = Task.objects.filter(project=member.project).select_related("content").order_by("pk").first()
    return shown_data(member, task.content.data, task_id=task.pk) if task else {}
