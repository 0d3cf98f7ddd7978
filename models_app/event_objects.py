"""What this app's events are about (projects/history/event_objects.py)."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from labelplatform.roles import Capability
from models_app.models import ModelVersion, PredictionSource, PrelabelPolicy
from projects.history.event_objects import EventObject
from projects.models import Membership


def _model_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.VIEW_MODELS):
        return {}
    versions = ModelVersion.objects.filter(project_id=member.project_id, pk__in=ids)
    return {
        version.pk: f"{reverse('models_app:model-detail', args=[member.project.slug, version.number])}"
        f"?question={version.question}"
        for version in versions.only("number", "question")
    }


def _source_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.VIEW_MODELS):
        return {}
    sources = PredictionSource.objects.filter(project_id=member.project_id, pk__in=ids).values_list("pk", flat=True)
    return {pk: reverse("models_app:source-detail", args=[member.project.slug, pk]) for pk in sources}


def _choice_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.VIEW_MODELS):
        return {}
    return dict.fromkeys(ids, reverse("models_app:source-list", args=[member.project.slug]))


def _policy_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.VIEW_MODELS):
        return {}
    policies = PrelabelPolicy.objects.filter(project_id=member.project_id, pk__in=ids).values_list("pk", "question")
    address = reverse("models_app:prelabels", args=[member.project.slug])
    return {pk: f"{address}?question={question}" for pk, question in policies}


def _run_urls(member: Membership, ids: Sequence[int]) -> Mapping[int, str]:
    if not member.may(Capability.VIEW_MODELS):
        return {}
    return dict.fromkeys(ids, f"{reverse('models_app:prelabels', args=[member.project.slug])}#runs")


MODELVERSION = EventObject("model", _model_urls)
PREDICTIONSOURCE = EventObject("source of predictions", _source_urls)
SUGGESTIONCHOICE = EventObject("for the question", _choice_urls)
PRELABELPOLICY = EventObject("what becomes of answers to", _policy_urls)
ACCEPTANCERUN = EventObject("auto-accept", _run_urls)
