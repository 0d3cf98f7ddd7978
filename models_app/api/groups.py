"""Groups of alike tasks, and having the tasks grouped."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, read_body, read_query
from labelplatform.roles import Capability
from models_app.alike.groups import Group, grouping_of, groups_of, running_job, start_grouping
from projects.access import open_project
from projects.api.jobs import JobSerializer


class GroupValueSerializer(serializers.Serializer):
    value = serializers.CharField(help_text="As people read it.")
    tasks = serializers.IntegerField()


class GroupLabelsSerializer(serializers.Serializer):
    question = serializers.CharField()
    labeled = serializers.IntegerField(help_text="How many tasks of the group have a final label.")
    values = GroupValueSerializer(many=True, help_text="Those that were given most.")


class GroupSerializer(serializers.Serializer):
    filter = serializers.CharField(help_text='The group as a filter of tasks: `{"filter": {"group": "1.7"}}`.')
    words = serializers.ListField(child=serializers.CharField(), help_text="What tells it from the others.")
    size = serializers.IntegerField()
    labels = GroupLabelsSerializer(many=True)
    examples = serializers.ListField(child=serializers.IntegerField(), help_text="Typical tasks by id.")


class GroupsSerializer(serializers.Serializer):
    job = JobSerializer(allow_null=True, help_text="The grouping that waits or runs.")
    updated_at = serializers.DateTimeField(allow_null=True)
    groups = GroupSerializer(many=True, help_text="At most 200; empty before the tasks were grouped.")


class StartedGroupingSerializer(serializers.Serializer):
    job = JobSerializer()


class GroupsView(APIView):
    @extend_schema(
        operation_id="list_groups", summary="The project's groups of alike tasks", responses=GroupsSerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        read_query(request, Input)
        grouping, job = grouping_of(member.project_id), running_job(member.project_id)
        groups = groups_of(member, grouping, range(1, len(grouping.groups) + 1)) if grouping else []
        body = {
            "job": JobSerializer(job).data if job else None,
            "updated_at": grouping.updated_at if grouping else None,
            "groups": [_as_json(group) for group in groups],
        }
        return Response(body)

    @extend_schema(
        operation_id="start_grouping",
        summary="Group the tasks anew; while a grouping waits to start, that one is the answer",
        request=Input,
        responses={202: StartedGroupingSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        read_body(request, Input)
        return Response({"job": JobSerializer(start_grouping(member)).data}, status=status.HTTP_202_ACCEPTED)


def _as_json(group: Group) -> dict[str, Any]:
    return {
        "filter": group.name,
        "words": group.words,
        "size": group.size,
        "labels": [
            {
                "question": one.question,
                "labeled": one.n_labeled,
                "values": [{"value": mark.text, "tasks": count} for mark, count in one.values],
            }
            for one in group.labels
        ],
        "examples": [one.task_id for one in group.examples],
    }
