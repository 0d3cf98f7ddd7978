"""The tasks most like one task: looked up by a job, kept for ten minutes."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, read_body
from labelplatform.roles import Capability
from models_app.alike.similar_tasks import SimilarTasks, search_similar, similar_tasks
from projects.access import open_task
from projects.api.jobs import JobSerializer


class SimilarTaskSerializer(serializers.Serializer):
    task = serializers.IntegerField()
    external_id = serializers.CharField()
    text = serializers.CharField(help_text="How its visible fields begin.")
    alike = serializers.FloatField(help_text="The cosine of the encoded tasks: 1 is the same words.")
    final_labels = serializers.DictField(help_text="By question; without known answers that the caller may be asked.")


class SimilarTasksSerializer(serializers.Serializer):
    job = JobSerializer(allow_null=True, help_text="The search; null while nobody has asked for one lately.")
    similar = SimilarTaskSerializer(many=True, help_text="The most alike first; empty until the job is done.")


class SimilarTasksView(APIView):
    @extend_schema(
        operation_id="list_similar_tasks",
        summary="What the search of the last ten minutes found, the most alike first",
        responses=SimilarTasksSerializer,
    )
    def get(self, request: Request, task_id: int) -> Response:
        task, member = open_task(request.user, task_id, Capability.VIEW_DATA)
        return Response(_as_json(similar_tasks(member, task)))

    @extend_schema(
        operation_id="search_similar_tasks",
        summary="Look up the tasks most like this one; a search of the last ten minutes is the answer again",
        request=Input,
        responses={202: SimilarTasksSerializer},
    )
    def post(self, request: Request, task_id: int) -> Response:
        task, member = open_task(request.user, task_id, Capability.VIEW_DATA)
        read_body(request, Input)
        search_similar(member, task)
        return Response(_as_json(similar_tasks(member, task)), status=status.HTTP_202_ACCEPTED)


def _as_json(found: SimilarTasks) -> dict[str, Any]:
    return {
        "job": JobSerializer(found.job).data if found.job else None,
        "similar": [
            {
                "task": one.task_id,
                "external_id": one.external_id,
                "text": one.text,
                "alike": one.alike,
                "final_labels": one.final_labels,
            }
            for one in found.tasks
        ],
    }
