"""Sources of predictions: all of them side by side, one closely, what brought predictions in, and who suggests."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from labelplatform import uploads
from labelplatform.jobs.models import Job
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from models_app.access import open_run, open_source
from models_app.models import PredictionRun, PredictionSource, SourceKind
from models_app.sources.asking import MOST_CHOSEN, ask
from models_app.sources.asking_again import MOST_HOURS, AskAgain, set_ask_again
from models_app.sources.choosing import choose_source
from models_app.sources.creation import remove_source
from models_app.sources.function_votes import try_functions
from models_app.sources.functions import read_functions
from models_app.sources.jobs import request_measuring
from models_app.sources.pages import score_of, sources_by_question
from models_app.sources.receiving import receive_file
from models_app.sources.setting_up import FIELDS, change_source, check_options, known_names, set_up_source
from models_app.sources.source_forms import (
    FUNCTION_KINDS,
    function_rows,
    inputs_of,
    options_of,
    options_to_write,
    voted_questions,
    whole_number,
)
from projects.access import open_project
from projects.models import Membership
from projects.views.project_page import render_project_page

_RUNS_ON_A_PAGE = 20
_REJECTIONS_ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def source_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every source with its score; POST brings a file of predictions and leads to its run."""
    capability = Capability.TRAIN_MODELS if request.method == "POST" else Capability.VIEW_MODELS
    member = open_project(request.user, slug, capability)
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            run = _receive(member, request)
        except Refusal as error:
            refusal = error
        else:
            return redirect("models_app:run-detail", slug, run.pk)
    sources = list(PredictionSource.objects.of_project(member.project_id))
    context = {
        "sources": sources,
        "by_question": sources_by_question(member.project, sources),
        "refusal": refusal,
        "wanted_name": request.POST.get("source", ""),
        "may_change": member.may(Capability.TRAIN_MODELS),
        "max_bytes": settings.MAX_UPLOAD_BYTES,
        "question": member.project.schema.questions[0],
    }
    status = refusal.status_code if refusal else 200
    return render_project_page(
        request, member, "models_app/source_list.html", context, tab="models", title="Sources", status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def source_new(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """The form of a source that is asked; POST sets it up."""
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    if kind not in {*FIELDS, SourceKind.FUNCTIONS}:
        raise Http404
    options: dict[str, Any] = {}
    refusal: Refusal | None = None
    if request.method == "POST":
        options = options_of(kind, request.POST)
        name = request.POST.get("name", "").strip()
        try:
            source = set_up_source(member, kind=kind, name=name, options=options, secret=request.POST.get("secret", ""))
        except Refusal as error:
            refusal = error
        else:
            return redirect("models_app:source-detail", slug, source.pk)
    context = {
        "kind": kind,
        "title": SourceKind(kind).label,
        "wanted_name": request.POST.get("name", ""),
        "refusal": refusal,
        "action": reverse("models_app:source-new", args=[slug, kind]),
        **_form_context(member, kind, options, refusal),
    }
    status = refusal.status_code if refusal else 200
    return render_project_page(
        request, member, "models_app/source_new.html", context, tab="models", title="New source", status=status
    )


@require_POST
@login_required
def source_trial(request: HttpRequest, slug: str) -> HttpResponse:
    """How labeling functions do, while they are written; keeps nothing."""
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    options = options_of(SourceKind.FUNCTIONS, request.POST)
    context: dict[str, Any] = {"project": member.project}
    try:
        checked = check_options(member.project, SourceKind.FUNCTIONS, options, own_name=request.POST.get("name", ""))
        functions = read_functions(checked, member.project.schema, known_sources=known_names(member.project))
        question = member.project.schema.questions_by_name[checked["question"]]
        context["trial"] = try_functions(member.project, question, functions)
    except Refusal as refusal:
        context["refusal"] = refusal
    return render(request, "models_app/_trial.html", context)


@require_POST
@login_required
def source_change(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    source = open_source(member, source_id)
    options = {} if source.kind == SourceKind.UPLOAD else options_of(source.kind, request.POST)
    try:
        change_source(member, source, options=options, secret=request.POST.get("secret") or None)
    except Refusal as refusal:
        places = [f"{error['path'].removeprefix('options.')}: {error['message']}" for error in refusal.errors]
        messages.error(request, " ".join(places) or refusal.detail)
    else:
        messages.success(request, f"“{source}” is changed.")
    return redirect("models_app:source-detail", slug, source_id)


@require_POST
@login_required
def source_ask(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    source = open_source(member, source_id)
    wanted = request.POST.get("limit", "").strip()
    if wanted and not (wanted.isascii() and wanted.isdecimal() and 0 < int(wanted[:9]) <= MOST_CHOSEN):
        messages.error(request, f"Say how many tasks: a number from 1 to {MOST_CHOSEN:,}, or nothing for all.")
        return redirect("models_app:source-detail", slug, source_id)
    try:
        run = ask(member, source, limit=int(wanted) if wanted else None)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
        return redirect("models_app:source-detail", slug, source_id)
    return redirect("models_app:run-detail", slug, run.pk)


@require_POST
@login_required
def source_again(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    """When the source is asked by itself."""
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    source = open_source(member, source_id)
    hours, tasks = (request.POST.get(name, "").strip() for name in ("every_hours", "most_tasks"))
    wanted = AskAgain(
        after_import="after_import" in request.POST,
        every_hours=whole_number(hours) if hours else None,
        most_tasks=whole_number(tasks),
    )
    try:
        set_ask_again(member, source, wanted)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, f"When “{source}” is asked again is changed.")
    return redirect("models_app:source-detail", slug, source_id)


@require_safe
@login_required
def source_detail(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    source = open_source(member, source_id)
    runs = PredictionRun.objects.filter(source=source).select_related("job", "created_by").order_by("-pk")
    chosen = set(source.chosen_for.values_list("question", flat=True))
    scores = [
        (question, score_of(source, question, is_chosen=question.name in chosen))
        for question in member.project.schema.questions
        if question.name in source.measures
    ]
    context = {
        "source": source,
        "scores": scores,
        "page": Paginator(runs, _RUNS_ON_A_PAGE).get_page(request.GET.get("page")),
        "job": _job_at_work(source),
        "may_change": member.may(Capability.TRAIN_MODELS),
        "most_chosen": MOST_CHOSEN,
        "most_hours": MOST_HOURS,
        "action": reverse("models_app:source-change", args=[slug, source.pk]),
        **({} if source.kind == SourceKind.UPLOAD else _form_context(member, source.kind, source.options, None)),
    }
    return render_project_page(
        request, member, "models_app/source_detail.html", context, tab="models", title=source.name
    )


@require_safe
@login_required
def run_detail(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """How far a run is, and each row that it refused."""
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    run = open_run(member, run_id)
    rejections = run.rejections.order_by("pk")
    context = {
        "run": run,
        "job": run.job,
        "page": Paginator(rejections, _REJECTIONS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    template = "models_app/_run_progress.html" if request.headers.get("HX-Request") else "models_app/run_detail.html"
    return render_project_page(request, member, template, context, tab="models", title=str(run))


@require_POST
@login_required
def source_choose(request: HttpRequest, slug: str) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    wanted = request.POST.get("source", "")
    if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 19):
        raise Http404
    source = open_source(member, int(wanted)) if wanted else None
    try:
        choice = choose_source(member, request.POST.get("question", ""), source)
    except Refusal as refusal:
        messages.error(request, refusal.detail)
    else:
        who = f"“{source}”" if source else "The project's own model"
        messages.success(request, f"{who} suggests answers to “{choice.question}” from now on.")
    return redirect("models_app:source-list", slug)


@require_POST
@login_required
def source_measure(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    request_measuring(open_source(member, source_id), request.user)
    return redirect("models_app:source-detail", slug, source_id)


@require_POST
@login_required
def source_remove(request: HttpRequest, slug: str, source_id: int) -> HttpResponse:
    member = open_project(request.user, slug, Capability.TRAIN_MODELS)
    source = open_source(member, source_id)
    remove_source(member, source)
    messages.success(request, f"“{source.name}” is gone, with all that it predicted.")
    return redirect("models_app:source-list", slug)


def _form_context(member: Membership, kind: str, options: dict[str, Any], refusal: Refusal | None) -> dict[str, Any]:
    errors = refusal.errors if refusal else []
    if kind != SourceKind.FUNCTIONS:
        return {"inputs": inputs_of(member.project, kind, options, errors), "has_secret": True}
    questions = voted_questions(member.project)
    return {
        "rows": function_rows(options.get("functions"), errors),
        "function_kinds": FUNCTION_KINDS,
        "voted_questions": questions,
        "options_to_write": options_to_write(questions),
        "asked_question": options.get("question"),
        "known_names": known_names(member.project),
    }


def _receive(member: Membership, request: HttpRequest) -> PredictionRun:
    file = uploads.uploaded_file(request)
    name, stored = uploads.shown_name(file), uploads.store_upload(file)
    run, _ = receive_file(member, source_name=request.POST.get("source", "").strip(), stored=stored, name=name)
    return run


def _job_at_work(source: PredictionSource) -> Any:
    """The job that predicts, stores or measures for this source now."""
    keys = [f"predictions:{source.pk}", f"measure-source:{source.pk}"]
    return (
        Job.objects.active()
        .filter(project_id=source.project_id, exclusive_key__in=keys)
        .order_by("-state", "pk")
        .first()
    )
