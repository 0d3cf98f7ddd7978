"""Which final labels a member sees: known answers are hidden from whoever may be measured by them."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from annotations.conclusions.label_values import rows_of_value
from annotations.gold import SET, TAKEN
from annotations.models import FinalLabel, LabelMethod
from labelplatform.roles import Capability
from projects.models import Lane, Membership


def may_be_measured(member: Membership) -> bool:
    """Whether a quiz could ask the member what is known: those who set known answers know them anyway."""
    return member.may(Capability.ANNOTATE) and not member.may(Capability.CURATE_TASKS)


def shown_labels(member: Membership) -> QuerySet[FinalLabel]:
    """The project's final labels that the member may look up."""
    labels = FinalLabel.objects.filter(project_id=member.project_id)
    return labels.exclude(method=LabelMethod.GOLD) if may_be_measured(member) else labels


def shown_rows_of_value(member: Membership, question: str, value: str) -> tuple[QuerySet[Any], str, str]:
    """``rows_of_value`` without those that the member may not look up."""
    rows, column, content = rows_of_value(member.project, question, value)
    return rows.exclude(task__lane=Lane.GOLD) if may_be_measured(member) else rows, column, content


def hidden_acts(member: Membership) -> Sequence[str]:
    """What a task's story does not tell the member, by verb: it would say what is known."""
    return (SET, TAKEN) if may_be_measured(member) else ()
