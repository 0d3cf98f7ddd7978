"""Where models and people differ, and what two versions answer differently."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from labelplatform.roles import Capability
from models_app.models import ModelVersion
from models_app.versions.model_pages import model_url, side_by_side
from models_app.versions.unseen import Disagreement, compare, disagreements, excerpts, in_words
from projects.access import open_project
from projects.history.event_objects import task_urls
from projects.models import Membership
from projects.views.project_page import render_project_page

ROWS_ON_A_PAGE = 25
_SOURCES = {"": "all", "holdout": "on the holdout", "learned": "among what it learns from"}


@require_safe
@login_required
def disagreement_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Labels that the model at work doubts, and errors of its own, the surest first."""
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    version = _serving(request, member)
    context: dict[str, Any] = {"version": version}
    if version is not None:
        found = disagreements(version)
        chosen = request.GET.get("where", "")
        if chosen in {"holdout", "learned"}:
            found = [one for one in found if one.is_holdout == (chosen == "holdout")]
        page = Paginator(found, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page,
            "keep": urlencode({"question": version.question, "where": chosen}),
            "rows": _rows(member, version, page),
            "model_url": model_url(member.project, version.question, version.number),
            "sources": [(name, title, name == chosen) for name, title in _SOURCES.items()],
        }
    return render_project_page(
        request, member, "models_app/disagreement_list.html", context, tab="models", title="Disagreements"
    )


@require_safe
@login_required
def model_compare(request: HttpRequest, slug: str, number: int, other: int) -> HttpResponse:
    """Two versions side by side, down to the holdout tasks that they answer differently."""
    member = open_project(request.user, slug, Capability.VIEW_MODELS)
    question = request.GET.get("question", member.project.schema.questions[0].name)
    first, second = (_version(member, question, wanted) for wanted in (number, other))
    asked = first.schema_version.schema.questions_by_name[question]
    compared = compare(first, second)
    page = Paginator(compared.differences, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    texts = excerpts(first, [one.task_id for one in page])
    urls = task_urls(member, [one.task_id for one in page])
    context = {
        "first": first,
        "second": second,
        "question_title": asked.title,
        "first_url": model_url(member.project, question, first.number),
        "second_url": model_url(member.project, question, second.number),
        "scores": side_by_side(first, second),
        "compared": compared,
        "page": page,
        "keep": urlencode({"question": question}),
        "rows": [
            {
                "text": texts.get(one.task_id, ""),
                "url": urls.get(one.task_id, ""),
                "theirs": in_words(asked, one.theirs),
                "first": in_words(asked, one.first.value),
                "second": in_words(asked, one.second.value),
                "difference": one,
            }
            for one in page
        ],
    }
    title = f"Models {first.number} and {second.number}"
    return render_project_page(request, member, "models_app/model_compare.html", context, tab="models", title=title)


def _rows(member: Membership, version: ModelVersion, page: Page[Disagreement]) -> list[dict[str, Any]]:
    asked = version.schema_version.schema.questions_by_name[version.question]
    ids = [one.task_id for one in page]
    texts, urls = excerpts(version, ids), task_urls(member, ids)
    return [
        {
            "text": texts.get(one.task_id, ""),
            "url": urls.get(one.task_id, ""),
            "theirs": in_words(asked, one.theirs),
            "answer": in_words(asked, one.answer.value),
            "confidence": one.answer.confidence,
            "is_holdout": one.is_holdout,
        }
        for one in page
    ]


def _serving(request: HttpRequest, member: Membership) -> ModelVersion | None:
    """The model at work for the question in the address, else for the first that has one."""
    versions = ModelVersion.objects.serving().filter(project=member.project_id)
    question = request.GET.get("question")
    if question is not None:
        versions = versions.filter(question=question)
    order = {asked.name: place for place, asked in enumerate(member.project.schema.questions)}
    found = sorted(versions.select_related("schema_version", "project"), key=lambda one: order.get(one.question, 0))
    if question is not None and question not in order:
        raise Http404
    return found[0] if found else None


def _version(member: Membership, question: str, number: int) -> ModelVersion:
    versions = ModelVersion.objects.of_question(member.project_id, question)
    version = versions.select_related("schema_version", "project").filter(number=number).first()
    if version is None or question not in version.schema_version.schema.questions_by_name:
        raise Http404
    return version
