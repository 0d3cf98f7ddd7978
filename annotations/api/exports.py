"""Exports: start one, follow it, fetch the file."""

from typing import Any

import msgspec
from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.exporting.exports import (
    exports_of,
    file_name,
    file_size,
    open_export,
    open_export_file,
    params_of,
    start_export,
)
from annotations.exporting.labeled_tasks import Filter
from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.downloads import file_download
from labelplatform.jobs.models import Job
from labelplatform.roles import Capability
from projects.access import open_project
from projects.api.jobs import JobSerializer

_FORMATS = ("csv", "jsonl")


class ExportFilter(Input):
    tasks = serializers.ChoiceField(
        ["labeled", "all"], default="labeled", help_text="Only tasks with a final label, or all."
    )
    question = serializers.CharField(max_length=40, default="", help_text="Only tasks with a label for this question.")
    value = serializers.CharField(
        max_length=2000, default="", help_text="Only tasks whose label is this or holds it; needs `question`."
    )


class NewExport(Input):
    format = serializers.ChoiceField(_FORMATS)
    filter = ExportFilter(required=False)
    spreadsheet_safe = serializers.BooleanField(
        default=False, help_text="CSV only: an apostrophe before cells that a spreadsheet would run as a formula."
    )
    schema = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        default=0,
        help_text="The schema version whose words labels are in, as far as there is a way to them; 0: that in force.",
    )
    with_authors = serializers.BooleanField(
        default=False,
        help_text="`answered_by`: the e-mail address of the person whose answer became the labels, where it was one's. "
        "Only for those who may manage members.",
    )
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")


class ExportSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    format = serializers.ChoiceField(_FORMATS)
    filter = ExportFilter()
    spreadsheet_safe = serializers.BooleanField()
    schema = serializers.IntegerField(help_text="0: that in force.")
    with_authors = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    tasks = serializers.IntegerField(allow_null=True, help_text="How many are in the file; null before it is complete.")
    file = serializers.URLField(allow_null=True, help_text="Where to fetch it; null before, and once it is removed.")
    job = JobSerializer()


class StartedExportSerializer(serializers.Serializer):
    job = JobSerializer()
    export = ExportSerializer()


class ExportsView(APIView):
    @extend_schema(
        operation_id="list_exports",
        summary="The project's exports, newest first",
        parameters=[Query],
        responses=page_of(ExportSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.EXPORT_LABELS)
        read_query(request)
        return paginated(request, exports_of(member.project_id), lambda job: _export_as_json(request, job))

    @extend_schema(
        operation_id="export_labels",
        summary="Write tasks with their final labels into a file",
        request=NewExport,
        responses={202: StartedExportSerializer, 200: StartedExportSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.EXPORT_LABELS)
        values = read_body(request, NewExport)
        job, is_new = start_export(
            member,
            format_name=values["format"],
            chosen=Filter(**values.get("filter", {})),
            spreadsheet_safe=values["spreadsheet_safe"],
            schema=values["schema"],
            with_authors=values["with_authors"],
            key=values.get("key"),
        )
        body = {"job": JobSerializer(job).data, "export": _export_as_json(request, job)}
        return Response(body, status=status.HTTP_202_ACCEPTED if is_new else status.HTTP_200_OK)


class ExportView(APIView):
    @extend_schema(operation_id="get_export", summary="One export and how far it is", responses=ExportSerializer)
    def get(self, request: Request, export_id: int) -> Response:
        job, _ = open_export(request.user, export_id)
        return Response(_export_as_json(request, job))


class ExportFileView(APIView):
    @extend_schema(
        operation_id="download_export",
        summary="The file; 409 before it is complete, 410 after it was removed",
        responses={
            (200, "text/csv"): OpenApiTypes.BINARY,
            (200, "application/jsonl"): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, export_id: int) -> FileResponse:
        job, member = open_export(request.user, export_id)
        return file_download(open_export_file(job), name=file_name(job, member.project))


def _export_as_json(request: Request, job: Job) -> dict[str, Any]:
    params = params_of(job)
    address = request.build_absolute_uri(reverse("api:export-file", args=[job.pk]))
    return {
        "id": job.pk,
        "format": params.format,
        "filter": msgspec.to_builtins(params.filter),
        "spreadsheet_safe": params.spreadsheet_safe,
        "schema": params.schema,
        "with_authors": params.with_authors,
        "created_at": job.created_at,
        "tasks": job.result.get("tasks"),
        "file": address if file_size(job) is not None else None,
        "job": JobSerializer(job).data,
    }
