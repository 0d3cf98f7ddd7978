"""Final labels: what the project concludes, question by question."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.conclusions.shown_labels import shown_labels, shown_rows_of_value
from annotations.models import FinalLabel, LabelMethod
from labelplatform.api import Query, paginated, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from projects.access import open_project


class FinalLabelSerializer(serializers.Serializer):
    task_id = serializers.IntegerField()
    external_id = serializers.CharField()
    question = serializers.CharField()
    value = serializers.JSONField()
    method = serializers.ChoiceField(LabelMethod.choices)
    confidence = serializers.FloatField(help_text="The share of opinions behind it, 0 to 1.")
    recorded_at = serializers.DateTimeField()


class FinalLabelQuery(Query):
    question = serializers.CharField(max_length=40, required=False)
    value = serializers.CharField(
        max_length=2000,
        required=False,
        help_text="What the label is, or one of the values that it holds. Needs `question`.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if "value" in values and "question" not in values:
            raise serializers.ValidationError({"question": "Say of which question this is the value."})
        return values


class FinalLabelsView(APIView):
    @extend_schema(
        operation_id="list_final_labels",
        summary="Final labels in the order of their tasks",
        description="Known answers of gold tasks are left out for those whom a quiz could ask them.",
        parameters=[FinalLabelQuery],
        responses=page_of(FinalLabelSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_DATA)
        query = read_query(request, FinalLabelQuery)
        labels = shown_labels(member).select_related("task")
        if "question" in query:
            labels = labels.filter(question=query["question"])
        if "value" in query:
            rows, column, content = shown_rows_of_value(member, query["question"], query["value"])
            labels = labels.filter(task__in=rows.filter(**{column: content}).values("task"))
        return paginated(request, labels, _label, ordering=("task_id", "id"))


def _label(label: FinalLabel) -> dict[str, Any]:
    return {
        "task_id": label.task_id,
        "external_id": label.task.external_id,
        "question": label.question,
        "value": label.value,
        "method": label.method,
        "confidence": label.confidence,
        "recorded_at": label.recorded_at,
    }
