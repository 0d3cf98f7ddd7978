"""The models of a project, one of them closely, training now, and putting another to work."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from labelplatform.certainty import FEWEST_HOLDOUT_LABELS
from labelplatform.downloads import file_download
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.models import ModelVersion, PredictionSource
from models_app.rounds.learnable import learnable_questions, unlearnable_questions
from models_app.rounds.training_outlook import Outlook, failed_training, outlooks, start_training, training_job
from models_app.selection.explanations import strategy_words
from models_app.sources.pages import sources_by_question
from models_app.strategy.strategy_facts import batch_line, batch_lines
from models_app.versions.downloading import download_model, download_name, why_not_downloadable
from models_app.versions.model_pages import (
    MeasuredVersion,
    curve_of,
    encoder_words,
    made_of,
    model_url,
    prospects_of,
    reasons_in_words,
    version_lines,
    what_changed,
)
from models_app.versions.promoting import promote_model
from models_app.versions.slice_pages import slices_of
from projects.access import open_project
from projects.models import Membership
from projects.navigation import tab_url
from projects.views.project_page import render_project_page

VERSIONS_ON_A_PAGE = 25
_SHOWN_BATCHES = 6


@require_safe
@login_required
def model_list(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    project = member.project
    found = outlooks(project)
    outlook = _chosen(request, found)
    context = _status_context(member, outlook) | {"encoder": encoder_words(project)}
    context["not_learned"] = unlearnable_questions(project)
    if outlook is not None:
        versions = ModelVersion.objects.of_question(project.pk, outlook.question)
        page = Paginator(versions, VERSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
        lines = version_lines(project, list(page))
        active = ModelVersion.objects.active().filter(project=project, question=outlook.question).first()
        context |= {
            "names_given": next(
                (one.names_given for one in learnable_questions(project) if one.name == outlook.question), ""
            ),
            "page": page,
            "keep": urlencode({"question": outlook.question}),
            "lines": lines,
            "serving": version_lines(project, [active])[0] if active else None,
            "curve": curve_of(project, outlook.question),
            "prospects": prospects_of(project, outlook.question),
            "curve_of": lines[0].score.title.lower() if lines else "",
            "batches": batch_lines(project.pk, outlook.question, _SHOWN_BATCHES),
            "questions": [(one.question, one.question == outlook.question) for one in found],
        }
    context |= _other_sources(member, outlook.question if outlook else project.schema.questions[0].name)
    return render_project_page(request, member, "models_app/model_list.html", context, tab="models", title="Models")


@require_safe
@login_required
def model_status(request: HttpRequest, slug: str) -> HttpResponse:
    """What changes while nobody presses anything: the running round. A new version reloads the page around it."""
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    context = _status_context(member, _chosen(request, outlooks(member.project)))
    if request.GET.get("seen", "") != str(context["newest"]):
        return HttpResponseClientRefresh()
    return render(request, "models_app/_model_status.html", {**context, "project": member.project, "member": member})


@require_POST
@login_required
def training_start(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    try:
        start_training(member.project, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("models_app:model-list", slug)


@require_safe
@login_required
def model_detail(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    version = _open_version(request, member, number)
    others = ModelVersion.objects.of_question(member.project_id, version.question)
    former = others.filter(number__lt=number).first()
    later = others.filter(number__gt=number).order_by("number").first()
    context = {
        "version": version,
        "measured": MeasuredVersion(version),
        "what_changed": what_changed(version, former),
        "former_url": model_url(member.project, version.question, former.number) if former else "",
        "compare_url": _compare_url(member, former, version) if former else "",
        "later_url": model_url(member.project, version.question, later.number) if later else "",
        "question_title": _question_title(version),
        "is_of_this_schema": version.schema_version_id == member.project.schema_version_id,
        "may_promote": _may_promote(member, version),
        "batches": [batch_line(run) for run in version.selection_runs.order_by("-pk")[:_SHOWN_BATCHES]],
        "strategy": strategy_words(version.strategy).title.lower(),
        "made_of": made_of(version),
        "reasons": reasons_in_words(version),
        "slices": slices_of(version),
        "data_url": tab_url(member, "data"),
        "why_not_downloadable": why_not_downloadable(version),
        "holdout_url": f"{tab_url(member, 'data')}?lane=holdout&stage=done" if tab_url(member, "data") else "",
    }
    title = f"Model {version.number}"
    return render_project_page(request, member, "models_app/model_detail.html", context, tab="models", title=title)


@require_POST
@login_required
def model_promote(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    version = _open_version(request, member, number)
    try:
        promote_model(version, request.user)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"Model {version.number} is at work. Its predictions are being brought up to date.")
    return redirect(model_url(member.project, version.question, version.number))


@require_POST
@login_required
def model_download(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Send the version as a ZIP file; by POST, for it is recorded who took it along."""
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    version = _open_version(request, member, number)
    try:
        return file_download(download_model(version, request.user), name=download_name(version))
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect(model_url(member.project, version.question, version.number))


def _other_sources(member: Membership, question: str) -> dict[str, Any]:
    sources = list(PredictionSource.objects.of_project(member.project_id))
    found = sources_by_question(member.project, sources) if sources else []
    asked = next((one for one in found if one.question.name == question), None)
    return {"asked": asked, "may_change": member.may(Capability.TRAIN_MODELS)}


def _chosen(request: HttpRequest, found: list[Outlook]) -> Outlook | None:
    """The question in the address, else the first one."""
    wanted = request.GET.get("question")
    if wanted is None:
        return found[0] if found else None
    outlook = next((one for one in found if one.question == wanted), None)
    if outlook is None:
        raise Http404
    return outlook


def _status_context(member: Membership, outlook: Outlook | None) -> dict[str, Any]:
    newest = None
    if outlook is not None:
        newest = ModelVersion.objects.of_question(member.project_id, outlook.question).first()
    return {
        "outlook": outlook,
        "job": training_job(member.project_id),
        "failure": failed_training(member.project_id),
        "may_train": member.may(Capability.TRAIN_MODELS),
        "newest": newest.pk if newest else 0,
        "status_url": reverse("models_app:model-status", args=[member.project.slug]),
        "data_url": tab_url(member, "data"),
        "label_url": tab_url(member, "label"),
        "fewest_holdout": FEWEST_HOLDOUT_LABELS,
    }


def _open_version(request: HttpRequest, member: Membership, number: int) -> ModelVersion:
    """A version by number, of the question in the address or the schema's first; older questions keep theirs."""
    question = request.GET.get("question", member.project.schema.questions[0].name)
    versions = ModelVersion.objects.of_question(member.project_id, question)
    version = versions.select_related("project", "schema_version", "promoted_by").filter(number=number).first()
    if version is None:
        raise Http404
    return version


def _compare_url(member: Membership, former: ModelVersion, version: ModelVersion) -> str:
    address = reverse("models_app:model-compare", args=[member.project.slug, former.number, version.number])
    return f"{address}?question={version.question}"


def _may_promote(member: Membership, version: ModelVersion) -> bool:
    is_current = version.schema_version_id == member.project.schema_version_id
    return member.may(Capability.TRAIN_MODELS) and is_current and version.can_be_promoted


def _question_title(version: ModelVersion) -> str:
    question = version.schema_version.schema.questions_by_name.get(version.question)
    return question.title if question else version.question
