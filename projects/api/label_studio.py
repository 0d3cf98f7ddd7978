"""A labeling configuration of Label Studio as a schema."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, read_body
from labelplatform.refusals import Refusal
from projects.label_studio import ConfigurationProblem, convert_configuration


class ConfigurationToConvert(Input):
    configuration = serializers.CharField(
        allow_blank=True, trim_whitespace=False, help_text="The XML of a labeling interface, from `<View>` on."
    )


class NoteSerializer(serializers.Serializer):
    line = serializers.IntegerField(help_text="Where it stands first in the XML.")
    tag = serializers.CharField()
    name = serializers.CharField(help_text="The tag's name or value; empty where it has none.")
    message = serializers.CharField()
    is_lost = serializers.BooleanField(help_text="Left out; false: taken over in another form.")
    times = serializers.IntegerField(help_text="How often the same holds.")


class ConvertedSerializer(serializers.Serializer):
    schema = serializers.DictField(help_text="As a project is created with.")
    notes = NoteSerializer(many=True, help_text="All that does not map, or not just so.")


class FromLabelStudioView(APIView):
    @extend_schema(
        operation_id="convert_label_studio_configuration",
        summary="Turn a labeling configuration of Label Studio into a schema; keeps nothing",
        request=ConfigurationToConvert,
        responses=ConvertedSerializer,
    )
    def post(self, request: Request) -> Response:
        text = read_body(request, ConfigurationToConvert)["configuration"]
        try:
            converted = convert_configuration(text)
        except ConfigurationProblem as error:
            problem = {"path": "configuration", "message": error.message}
            raise Refusal("The configuration cannot be taken over.", errors=[problem]) from error
        return Response({"schema": converted.schema, "notes": [note.definition() for note in converted.notes]})
