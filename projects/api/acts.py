"""The caller's own recent acts in a project, and undoing them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, read_body, read_query
from labelplatform.api_schema import page_of
from projects.access import open_project
from projects.history.recent_acts import Act, recent_acts, undo_act


class ActSerializer(serializers.Serializer):
    act = serializers.CharField(help_text="What to send to undo it: `event-12`, `answer-5`, `skip-7`.")
    at = serializers.DateTimeField()
    what = serializers.CharField()
    name = serializers.CharField()
    url = serializers.CharField(help_text="The object's page; empty where it has none for the caller.")
    is_undo = serializers.BooleanField()
    can_undo = serializers.BooleanField()
    why_not = serializers.CharField(help_text="Empty where it can be undone.")


class UndoInput(Input):
    act = serializers.CharField(max_length=40)


class UndoneActSerializer(serializers.Serializer):
    undone = serializers.CharField(help_text="The act that was taken back.")


class ActsView(APIView):
    @extend_schema(
        operation_id="list_own_acts",
        summary="The caller's last fifty acts in the project, newest first, each with whether it can be undone",
        description="There is one page: `next` and `previous` are always null.",
        responses=page_of(ActSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        read_query(request, Input)
        return Response({"next": None, "previous": None, "results": [_act(act) for act in recent_acts(member)]})


class UndoActView(APIView):
    @extend_schema(
        operation_id="undo_own_act",
        summary="Take back one of the caller's own acts; 409 says why it cannot be",
        request=UndoInput,
        responses=UndoneActSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        key = read_body(request, UndoInput)["act"]
        undo_act(member, key)
        return Response({"undone": key})


def _act(act: Act) -> dict[str, Any]:
    return {
        "act": act.key,
        "at": act.at,
        "what": act.what,
        "name": act.name,
        "url": act.url,
        "is_undo": act.is_undo,
        "can_undo": not act.why_not,
        "why_not": act.why_not,
    }
