"""Gold tasks: set, change and take away what is known to be right."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.gold import MAX_EXPLANATION, gold_of, make_gold, unmake_gold
from annotations.gold_bulk import use_as_gold
from labelplatform.api import Input, read_body
from labelplatform.roles import Capability
from projects.access import open_project, open_task
from projects.api.bulk import BULK, TaskChoice, bulk_answer, read_selection


class GoldAnswerSerializer(serializers.Serializer):
    question = serializers.CharField()
    value = serializers.JSONField()
    explanation = serializers.CharField(help_text="Why it is right; people read it when they were wrong.")
    author = serializers.CharField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class GoldTaskSerializer(serializers.Serializer):
    task_id = serializers.IntegerField()
    gold = GoldAnswerSerializer(many=True)


class _Explained(Input):
    explanation = serializers.CharField(max_length=MAX_EXPLANATION, allow_blank=True, default="")


class GoldCall(_Explained):
    answers = serializers.DictField(help_text="By question, as an annotation's.")


class GoldBulkCall(TaskChoice, _Explained):
    pass


class TaskGoldView(APIView):
    @extend_schema(
        operation_id="set_known_answer",
        summary="Make a task gold, or change its known answers; the same again changes nothing",
        description="409 where people have the task in hand or under review, or it belongs to the holdout.",
        request=GoldCall,
        responses=GoldTaskSerializer,
    )
    def put(self, request: Request, task_id: int) -> Response:
        _, member = open_task(request.user, task_id, Capability.CURATE_TASKS)
        task = make_gold(member, task_id, **read_body(request, GoldCall))
        body: dict[str, Any] = {"task_id": task.pk, "gold": gold_of(task, member)}
        return Response(body)

    @extend_schema(
        operation_id="take_known_answer",
        summary="Make a gold task an ordinary one: people's own answers say again where it is",
        responses={204: None},
    )
    def delete(self, request: Request, task_id: int) -> Response:
        _, member = open_task(request.user, task_id, Capability.CURATE_TASKS)
        unmake_gold(member, task_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class GoldTasksView(APIView):
    @extend_schema(
        operation_id="use_as_gold",
        summary="Copy the final labels of tasks that are done into known answers; many in a job (202)",
        request=GoldBulkCall,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CURATE_TASKS)
        values = read_body(request, GoldBulkCall)
        return bulk_answer(use_as_gold(member, read_selection(values), explanation=values["explanation"]))
