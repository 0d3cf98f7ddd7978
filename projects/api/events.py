"""The project's audit log, and files of it."""

from typing import Any

from django.http import FileResponse
from django.urls import reverse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.downloads import file_download
from labelplatform.events.models import Event
from labelplatform.jobs.models import Job
from labelplatform.roles import Capability
from projects.access import open_project
from projects.api.jobs import JobSerializer
from projects.history.audit_export import (
    FORMATS,
    audit_exports_of,
    file_name,
    find_audit_export,
    is_ready,
    open_audit_file,
    params_of,
    start_audit_export,
)
from projects.history.audit_log import PAGE_SIZE, EventFilter, Place, page_of_events
from projects.history.event_objects import object_urls


class EventSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    actor = serializers.CharField(allow_null=True, help_text="Null for what the site did by itself.")
    actor_id = serializers.IntegerField(allow_null=True)
    verb = serializers.CharField()
    object_type = serializers.CharField()
    object_id = serializers.IntegerField(allow_null=True)
    object_name = serializers.CharField()
    url = serializers.CharField(help_text="The object's page; empty where it has none for the caller.")
    before = serializers.DictField()
    after = serializers.DictField()
    undoes = serializers.IntegerField(allow_null=True, help_text="The event that this one takes back.")
    undone_by = serializers.IntegerField(allow_null=True, help_text="The event that took this one back.")


class EventFilterInput(Input):
    person = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="The user who did it, by number."
    )
    verb = serializers.CharField(max_length=40, required=False, help_text="The kind of act: changed, invited, ...")
    object_type = serializers.CharField(max_length=40, required=False, help_text="project, task, membership, ...")
    name = serializers.CharField(max_length=200, required=False, help_text="Part of the object's name.")
    since = serializers.DateField(required=False, help_text="The first day, in UTC.")
    until = serializers.DateField(required=False, help_text="The last day, in UTC.")

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        if "since" in values and "until" in values and values["since"] > values["until"]:
            raise serializers.ValidationError({"until": "The last day is before the first."})
        return values


class EventQuery(Query, EventFilterInput):
    pass


class NewAuditExport(Input):
    format = serializers.ChoiceField(FORMATS)
    filter = EventFilterInput(required=False)
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")


class AuditExportSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    format = serializers.ChoiceField(FORMATS)
    created_at = serializers.DateTimeField()
    events = serializers.IntegerField(allow_null=True, help_text="How many are in the file; null before it is complete")
    file = serializers.URLField(allow_null=True, help_text="Where to fetch it; null before, and once it is removed.")
    job = JobSerializer()


class EventsView(APIView):
    @extend_schema(
        operation_id="list_events",
        summary="What was done in the project, newest first",
        description="A page may hold fewer events than asked for, or none, while `next` names another: kinds and "
        "names are looked for among ten thousand events in one call.",
        parameters=[EventQuery],
        responses=page_of(EventSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
        values = read_query(request, EventQuery)
        size = values.pop("page_size", PAGE_SIZE)
        place = _read_cursor(values.pop("cursor", ""))
        page = page_of_events(member.project_id, EventFilter(**values), size=size, **place)
        urls = object_urls(member, page.events)
        return Response(
            {
                "next": _address(request, "before", page.older),
                "previous": _address(request, "after", page.newer),
                "results": [_event(event, urls.get(event.pk, "")) for event in page.events],
            }
        )


class AuditExportsView(APIView):
    @extend_schema(
        operation_id="list_audit_exports",
        summary="Files of the audit log, newest first",
        parameters=[Query],
        responses=page_of(AuditExportSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
        read_query(request)
        return paginated(request, audit_exports_of(member.project_id), lambda job: _export(request, slug, job))

    @extend_schema(
        operation_id="export_audit_log",
        summary="Write the audit log, or the part that the filter leaves, into a file",
        description="In CSV, text that a spreadsheet would run as a formula gets an apostrophe before it; "
        "JSON Lines hold everything as it is.",
        request=NewAuditExport,
        responses={202: AuditExportSerializer, 200: AuditExportSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
        values = read_body(request, NewAuditExport)
        job, is_new = start_audit_export(
            member,
            format_name=values["format"],
            wanted=EventFilter(**values.get("filter", {})),
            key=values.get("key"),
        )
        code = status.HTTP_202_ACCEPTED if is_new else status.HTTP_200_OK
        return Response(_export(request, slug, job), status=code)


class AuditExportFileView(APIView):
    @extend_schema(
        operation_id="download_audit_export",
        summary="The file; 409 before it is complete, 410 after it was removed",
        responses={(200, "text/csv"): OpenApiTypes.BINARY, (200, "application/jsonl"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, audit_export_id: int) -> FileResponse:
        member = open_project(request.user, slug, Capability.VIEW_AUDIT_LOG)
        job = find_audit_export(member, audit_export_id)
        return file_download(open_audit_file(job), name=file_name(job, member.project))


def _read_cursor(cursor: str) -> dict[str, Place]:
    """A place in the log: ``before-1767225600000000-17`` or ``after-...``."""
    if not cursor:
        return {}
    direction, _, text = cursor.partition("-")
    try:
        if direction not in {"before", "after"}:
            raise ValueError(direction)
        return {direction: Place.parse(text)}
    except ValueError as error:
        raise exceptions.ParseError("This cursor is none of ours; start again without one.") from error


def _address(request: Request, direction: str, place: Place | None) -> str | None:
    if place is None:
        return None
    return replace_query_param(request.build_absolute_uri(), "cursor", f"{direction}-{place}")


def _event(event: Event, url: str) -> dict[str, Any]:
    undone_by = getattr(event, "undone_by", None)
    return {
        "id": event.pk,
        "at": event.at,
        "actor": event.actor.display_name if event.actor else None,
        "actor_id": event.actor_id,
        "verb": event.verb,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_name": event.object_name,
        "url": url,
        "before": event.before,
        "after": event.after,
        "undoes": event.undoes_id,
        "undone_by": undone_by.pk if undone_by else None,
    }


def _export(request: Request, slug: str, job: Job) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("api:audit-export-file", args=[slug, job.pk]))
    return {
        "id": job.pk,
        "format": params_of(job).format,
        "created_at": job.created_at,
        "events": job.result.get("events"),
        "file": address if is_ready(job) else None,
        "job": JobSerializer(job).data,
    }
