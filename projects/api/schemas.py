"""Check a schema that is not saved yet: what is wrong with it and where, and how a task of it could look."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, read_body
from labelplatform.api_schema import ProblemPlaceSerializer
from projects.schema import SchemaProblems, parse_schema
from projects.shown_data import rendered_data


class SchemaToCheck(Input):
    definition = serializers.DictField(help_text='`{"fields": [...], "questions": [...]}`')


class CheckedSchemaSerializer(serializers.Serializer):
    problems = ProblemPlaceSerializer(many=True, help_text="Everything that is wrong; empty for a right schema.")
    definition = serializers.DictField(allow_null=True, help_text="As it would be stored; null where it is wrong.")
    example = serializers.DictField(help_text="A task's data made up, by field.")


class SchemaCheckView(APIView):
    @extend_schema(
        operation_id="check_schema",
        summary="Check a schema without saving it",
        request=SchemaToCheck,
        responses=CheckedSchemaSerializer,
    )
    def post(self, request: Request) -> Response:
        return Response(_checked(read_body(request, SchemaToCheck)["definition"]))


def _checked(definition: Any) -> dict[str, Any]:
    try:
        schema = parse_schema(definition)
    except SchemaProblems as error:
        return {"problems": error.as_errors(), "definition": None, "example": {}}
    example = rendered_data(schema, schema.example())
    return {"problems": [], "definition": schema.definition(), "example": example}
