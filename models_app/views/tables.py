"""What words mean: the site's semantic tables for its admins, and which of them a project reads its texts by."""

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.meanings import image_model, standard_model
from models_app.meanings.semantic_tables import (
    BUILD,
    choose_encoder,
    request_table,
    running_build,
    use_automatically,
)
from models_app.models import SemanticTable
from projects.access import open_project


@require_GET
@login_required
def table_list(request: HttpRequest) -> HttpResponse:
    _site_admin_only(request)
    last = Job.objects.filter(kind=BUILD, finished_at__isnull=False).order_by("-pk").first()
    context = {
        "page_title": "Word meanings",
        "tables": SemanticTable.objects.order_by("created_at"),
        "is_allowed": settings.SEMANTIC_TABLE,
        "job": running_build(),
        "failure": last if last is not None and last.error else None,
        "standard": standard_model.PACKAGE,
        "models_folder": settings.DATA_DIR / "models",
        "has_torch": find_spec("torch") is not None,
        "torch": standard_model.TORCH,
        "image_model": image_model.model_path(),
        "has_image_model": image_model.model_path().is_file(),
        "has_onnxruntime": image_model.has_library(),
        "onnxruntime": image_model.INSTALLED_AS,
    }
    return render(request, "models_app/table_list.html", context)


@require_POST
@login_required
def table_change(request: HttpRequest) -> HttpResponse:
    """What the pressed button says: build one, keep a whole model, end that, or say which one is used."""
    _site_admin_only(request)
    act = request.POST.get("act", "")
    source = request.POST.get("source", "").strip()
    acts: dict[str, Callable[[], Any]] = {
        "build": partial(request_table, source=source, requested_by=request.user),
        "keep": partial(request_table, source=source, reads_sentences=True, requested_by=request.user),
        "use": partial(use_automatically, request.POST.get("table", ""), actor=request.user),
        "cancel": partial(_cancel_build, request.user),
    }
    if act not in acts:
        raise Http404
    try:
        acts[act]()
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    return redirect("models_app:table-list")


@require_POST
@login_required
def encoder_choose(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    try:
        choose_encoder(member.project, request.POST.get("encoder", ""), actor=request.user)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(
            request, "The texts are read in that way from the next encoding on, which begins within a minute."
        )
    return redirect("models_app:model-list", slug)


def _cancel_build(user: Any) -> None:
    job = running_build()
    if job is not None:
        cancel_job(job, actor=user)


def _site_admin_only(request: HttpRequest) -> None:
    if not request.user.is_superuser:
        raise Http404
