"""Choose how a project asks for tasks."""

from django.db import transaction

from models_app.models import EncodingVocabulary
from models_app.rounds.learnable import learnable_questions
from models_app.rounds.triggers import request_training
from projects.models import Membership, Project
from projects.policies import change_project


@transaction.atomic
def choose_strategy(member: Membership, strategy: str) -> Project:
    """Change the project's strategy, and have the next batch chosen by it; ``Refusal`` where there is no such one."""
    before = member.project.strategy
    project = change_project(member, {"strategy": strategy})
    can_choose = project.learns and EncodingVocabulary.objects.filter(project=project).exists()
    if project.strategy != before and can_choose and learnable_questions(project):
        request_training(project.pk, fit=False, requested_by=member.user)
    return project
