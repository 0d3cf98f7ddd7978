"""The caller's own keys on the workbench."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.work.own_keys import choose_keys, own_keys
from labelplatform.api import Input, read_body
from projects.access import open_project

_ACTIONS = (
    "By action, such as `skip`: a character, a named key such as `Enter`, or either after `Shift+`. For all projects."
)
_OPTIONS = "By question, or `spans.question` for one about a span: the keys of its options. For this project."


class OwnKeysInput(Input):
    actions = serializers.DictField(required=False, default=dict, help_text=_ACTIONS)
    options = serializers.DictField(required=False, default=dict, help_text=_OPTIONS)


class OwnKeysSerializer(serializers.Serializer):
    actions = serializers.DictField(child=serializers.CharField(), help_text=_ACTIONS)
    options = serializers.DictField(child=serializers.DictField(child=serializers.CharField()), help_text=_OPTIONS)


class OwnKeysView(APIView):
    @extend_schema(
        operation_id="get_own_keys",
        summary="The keys that the caller has chosen; all others are the usual ones",
        responses=OwnKeysSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(own_keys(open_project(request.user, slug)))

    @extend_schema(
        operation_id="choose_own_keys",
        summary="Choose keys in place of those chosen before; what is left out has its usual key again",
        request=OwnKeysInput,
        responses=OwnKeysSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        values = read_body(request, OwnKeysInput)
        return Response(choose_keys(member, actions=values["actions"], options=values["options"]))
