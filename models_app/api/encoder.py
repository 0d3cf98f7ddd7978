"""How a project's texts are read: by words, by what words mean, or sentence by sentence."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, read_body
from labelplatform.roles import Capability
from models_app.meanings.semantic_tables import choose_encoder
from models_app.versions.model_pages import encoder_words
from projects.access import open_project
from projects.models import Project


class EncoderChoiceSerializer(serializers.Serializer):
    encoder = serializers.CharField(help_text="What to send to choose it.")
    title = serializers.CharField()


class EncoderSerializer(serializers.Serializer):
    encoder = serializers.CharField(help_text="What is chosen: automatic, words, or the number of a table or model.")
    now = serializers.CharField(help_text="How texts are read at present, in words; empty before they are.")
    choices = EncoderChoiceSerializer(many=True)


class EncoderInput(Input):
    encoder = serializers.CharField(max_length=20)


class EncoderView(APIView):
    @extend_schema(operation_id="get_encoder", summary="How the project's texts are read", responses=EncoderSerializer)
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        return Response(_as_json(member.project))

    @extend_schema(
        operation_id="choose_encoder",
        summary="Read texts in another way, from the next encoding on",
        description="It begins within a minute. Full sentences take milliseconds each; until all are read the former "
        "way goes on.",
        request=EncoderInput,
        responses=EncoderSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        values = read_body(request, EncoderInput)
        choose_encoder(member.project, values["encoder"], actor=request.user)
        return Response(_as_json(member.project))


def _as_json(project: Project) -> dict[str, Any]:
    words = encoder_words(project)
    choices = [{"encoder": value, "title": title} for value, title in words["choices"]]
    return {"encoder": words["chosen"], "now": words["now"], "choices": choices}
