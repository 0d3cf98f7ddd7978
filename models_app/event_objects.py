"""What this app's events are about (projects/event_objects.py)."""

from collections.abc import Mapping, Sequence

from django.urls import reverse

from labelplatform.roles import Capability
from models_app.models import ModelVersion
from projects.event_objects import EventObject
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


MODELVERSION = EventObject("model", _model_urls)
