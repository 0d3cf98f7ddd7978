"""What models add to a project's overview: how good the one at work is, and whether more labels still help."""

from labelplatform.certainty import FEWEST_HOLDOUT_LABELS
from models_app.models import ModelVersion
from models_app.rounds.learnable import learnable_questions
from models_app.versions.model_pages import curve_of, version_lines
from projects.models import Membership
from projects.navigation import tab_url
from projects.panels import Panel, Place


def model_panel(member: Membership) -> Panel | None:
    """The models at work with their holdout score; nothing while there is none."""
    serving = ModelVersion.objects.serving().filter(project=member.project_id).order_by("question")
    lines = version_lines(member.project, list(serving))
    if not lines:
        return None
    context = {"lines": lines, "fewest_holdout": FEWEST_HOLDOUT_LABELS, "models_url": tab_url(member, "models")}
    return Panel(Place.HOW_GOOD, "models_app/_how_good.html", context)


def learning_panel(member: Membership) -> Panel | None:
    """The learning curve of each question that has one."""
    curves = [
        (question.name, curve)
        for question in learnable_questions(member.project)
        if (curve := curve_of(member.project, question.name)) is not None
    ]
    if not curves:
        return None
    return Panel(Place.BELOW, "models_app/_learning.html", {"curves": curves, "models_url": tab_url(member, "models")})
