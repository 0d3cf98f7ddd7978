"""Schema changes that take the answers along: plan, look at what they touch, put in force, take back."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.jobs.models import Job
from labelplatform.roles import Capability
from projects.access import open_project
from projects.api.jobs import JobSerializer
from projects.models import SchemaVersion
from projects.schema.operations import OPERATIONS
from projects.schema_change.schema_changes import change_with_answers, read_plan, revert_change
from projects.schema_change.schema_counts import preview_plan

_OPERATIONS = f"Each is an object whose `kind` is one of: {', '.join(OPERATIONS)}."


class SchemaPlan(Input):
    operations = serializers.ListField(child=serializers.DictField(), help_text=_OPERATIONS)


class SchemaPlanInForce(SchemaPlan):
    number = serializers.IntegerField(
        required=False, min_value=1, help_text="The schema version it was planned on: 409 where another is in force."
    )


class TouchedSerializer(serializers.Serializer):
    what = serializers.CharField(help_text="answers, tasks, final labels, models to train anew")
    count = serializers.IntegerField()


class SchemaPlanPreviewSerializer(serializers.Serializer):
    in_words = serializers.ListField(child=serializers.CharField())
    definition = serializers.DictField(help_text="The schema as it would be.")
    touched = TouchedSerializer(many=True, allow_null=True, help_text="Null while a job counts: ask again.")
    job = JobSerializer(allow_null=True, help_text="Counts, where there are many tasks.")


class SchemaVersionSerializer(serializers.Serializer):
    number = serializers.IntegerField()
    operations = serializers.ListField(child=serializers.DictField(), help_text="Empty for an ordinary change.")
    reverts = serializers.IntegerField(allow_null=True, help_text="The number of the version that it takes back.")
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class SchemaChangedSerializer(serializers.Serializer):
    version = SchemaVersionSerializer()
    job = JobSerializer(help_text="Rewrites what was said before.")


class SchemaChangesView(APIView):
    @extend_schema(
        operation_id="list_schema_versions",
        summary="The schema's versions with what led to them, newest first",
        parameters=[Query],
        responses=page_of(SchemaVersionSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        read_query(request)
        rows = SchemaVersion.objects.filter(project_id=member.project_id).select_related("author", "reverts")
        return paginated(request, rows.defer("definition"), _version, ordering=("-number",))

    @extend_schema(
        operation_id="change_schema_with_answers",
        summary="Rename, merge, retire or split options, rename or add questions, and take the answers along",
        request=SchemaPlanInForce,
        responses={202: SchemaChangedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CONFIGURE)
        values = read_body(request, SchemaPlanInForce)
        return _changed(*change_with_answers(member, values["operations"], number=values.get("number")))


class SchemaChangePreviewView(APIView):
    @extend_schema(
        operation_id="preview_schema_change",
        summary="What such a change would lead to and touch; writes nothing",
        request=SchemaPlan,
        responses=SchemaPlanPreviewSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CONFIGURE)
        plan = read_plan(member.project, read_body(request, SchemaPlan)["operations"])
        preview = preview_plan(member, plan)
        counts = preview.touched
        return Response(
            {
                "in_words": plan.in_words,
                "definition": plan.schema.definition(),
                "touched": None if counts is None else [{"what": one.what, "count": one.count} for one in counts],
                "job": JobSerializer(preview.job).data if preview.job else None,
            }
        )


class SchemaChangeRevertView(APIView):
    @extend_schema(
        operation_id="revert_schema_change",
        summary="Take the operations of the newest such version back; answers from before say again what they said",
        request=None,
        responses={202: SchemaChangedSerializer},
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        member = open_project(request.user, slug, Capability.CONFIGURE)
        read_body(request, Input)
        return _changed(*revert_change(member, number))


def _changed(version: SchemaVersion, job: Job) -> Response:
    body = {"version": _version(version), "job": JobSerializer(job).data}
    return Response(body, status=status.HTTP_202_ACCEPTED)


def _version(row: SchemaVersion) -> dict[str, Any]:
    return {
        "number": row.number,
        "operations": row.operations,
        "reverts": row.reverts.number if row.reverts else None,
        "author": row.author.display_name if row.author else None,
        "created_at": row.created_at,
    }
