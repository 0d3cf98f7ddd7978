"""What auto-accept wants somebody to look at on a project's overview."""

from django.urls import reverse

from labelplatform.roles import Capability
from models_app.models import PrelabelPolicy
from projects.models import Membership
from projects.panels import Attention


def paused_acceptance(member: Membership) -> list[Attention]:
    """Questions whose auto-accept has paused itself."""
    if not member.may(Capability.VIEW_MODELS):
        return []
    paused = PrelabelPolicy.objects.filter(project=member.project_id, accepts=True).exclude(paused_because="")
    address = reverse("models_app:prelabels", args=[member.project.slug])
    return [
        Attention(
            f"Auto-accept of “{policy.question}” has paused. {policy.paused_because}",
            f"{address}?question={policy.question}",
            "bad",
        )
        for policy in paused
    ]
