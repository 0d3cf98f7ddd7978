"""What every act on many tasks takes and answers: which tasks, and what came of it."""

from typing import Any

from rest_framework import serializers, status
from rest_framework.response import Response

from labelplatform.api import Input
from labelplatform.jobs.models import Job
from labelplatform.refusals import Refusal
from projects.api.jobs import JobSerializer
from projects.browsing.bulk_acts import SKIPPED_BECAUSE, Selection, Tally

ID: dict[str, Any] = {"min_value": 1, "max_value": 2**63 - 1}


class TaskChoice(Input):
    """Which tasks: exactly one of the two."""

    task_ids = serializers.ListField(child=serializers.IntegerField(**ID), required=False, allow_empty=False)
    filter = serializers.DictField(
        child=serializers.CharField(max_length=500),
        required=False,
        help_text='As in the Data page\'s address: `{"stage": "annotate", "search": "goal"}`; `{}` means all tasks.',
    )


class PersonShareSerializer(serializers.Serializer):
    user_id = serializers.IntegerField()
    tasks = serializers.IntegerField()


class PassedOverSerializer(serializers.Serializer):
    reason = serializers.ChoiceField(list(SKIPPED_BECAUSE.items()))
    tasks = serializers.IntegerField()


class BulkOutcomeSerializer(serializers.Serializer):
    """What came of it; with many tasks a job does it, and the counts stay empty."""

    tasks = serializers.IntegerField(help_text="How many were changed.")
    people = PersonShareSerializer(many=True)
    skipped = PassedOverSerializer(many=True)
    job = JobSerializer(allow_null=True)


BULK = {200: BulkOutcomeSerializer, 202: BulkOutcomeSerializer}


def read_selection(values: dict[str, Any], everything: Any = None) -> Selection:
    """Take what says which tasks out of the values."""
    ids, filters = values.pop("task_ids", None), values.pop("filter", None)
    if ids is None and filters is None and everything is not None:
        return Selection(None, everything())
    if (ids is None) == (filters is None):
        message = "Send either task_ids or a filter; an empty filter means all tasks."
        raise Refusal(message, errors=[{"path": "task_ids", "message": message}])
    return Selection(None if ids is None else tuple(ids), filters or {})


def bulk_answer(outcome: Tally | Job) -> Response:
    """What came of it: 200, or 202 where a job does it."""
    job = outcome if isinstance(outcome, Job) else None
    tally = Tally() if isinstance(outcome, Job) else outcome
    body = {
        "tasks": tally.changed,
        "people": [{"user_id": pk, "tasks": count} for pk, count in sorted(tally.given.items())],
        "skipped": [{"reason": reason, "tasks": count} for reason, count in tally.skipped.items()],
        "job": JobSerializer(job).data if job else None,
    }
    return Response(body, status=status.HTTP_202_ACCEPTED if job else status.HTTP_200_OK)
