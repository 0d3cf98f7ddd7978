"""Imports: preview a file, start an import of a file or of tasks in the body, follow it, and get what was rejected."""

from typing import Any, cast

import msgspec
from django.http import Http404, QueryDict, StreamingHttpResponse
from drf_spectacular.utils import OpenApiTypes, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform import uploads
from labelplatform.api import Input, JSONParser, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.downloads import stream_download
from labelplatform.roles import Capability
from projects.access import open_project
from projects.api.jobs import JobSerializer
from projects.importing.document_runs import come_as_documents, import_document_files
from projects.importing.preview import Preview, Wishes, preview_file
from projects.importing.rejections import rejected_rows_as_csv
from projects.importing.runs import import_file, import_rows
from projects.importing.task_list import check_task_list
from projects.models import ImportFormat, ImportRejection, ImportRun, Membership, OnConflict

_TARGETS = (
    "`data.<field>`, `external_id`, `skill`, `overlap`, `metadata`, `metadata_object` (JSON of it) or `ignore`; "
    "`*` stands for all columns that are not named. Labels: `answers.<question>`, `answers` (an object by question), "
    "`labels` (that of an export), `answered.<question>` (not empty where an empty text is an answer), `author` (an "
    "e-mail address); such a column may be a path into objects, as in `annotation.label`"
)
_LABELS = (
    "How labels are kept: `answers` of the member whom the row names, else of who imports; `known_answers`, which make "
    "gold tasks; or `suggestions`, as predictions of a source called like the file. Where it is given, columns that "
    "look like labels are taken for such; where it is not, only a mapping makes them so, and they are answers."
)


class ImportSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(help_text="What the uploader called the file; empty for tasks sent in a body.")
    format = serializers.ChoiceField(ImportFormat.choices)
    encoding = serializers.CharField()
    delimiter = serializers.CharField()
    has_header = serializers.BooleanField()
    mapping = serializers.DictField(child=serializers.CharField(), help_text=f"By column: {_TARGETS}.")
    labels = serializers.CharField(help_text="How its labels are kept; empty where it brings none.")
    on_conflict = serializers.ChoiceField(OnConflict.choices)
    size = serializers.IntegerField(help_text="Bytes of the file as it was sent.")
    created_at = serializers.DateTimeField()
    created = serializers.IntegerField(help_text="Rows that became tasks.")
    updated = serializers.IntegerField(help_text="Rows whose data replaced that of their task.")
    unchanged = serializers.IntegerField(help_text="Rows whose task was there already, just so.")
    rejected = serializers.IntegerField(help_text="Rows that are kept with the reason why they are no tasks.")
    labeled = serializers.IntegerField(help_text="Rows whose labels are kept; those that were there count no more.")
    job = JobSerializer(allow_null=True)


class StartedImportSerializer(serializers.Serializer):
    job = JobSerializer()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "import": ImportSerializer()}  # no name that a class body could hold


class PreviewRowSerializer(serializers.Serializer):
    line = serializers.IntegerField()
    values = serializers.DictField()
    answers = serializers.DictField(help_text="Its labels as they would be kept, by question.")
    author = serializers.CharField(help_text="Who the row says gave them, if it does.")
    problem = serializers.CharField(help_text="Why the row would be rejected; empty when it would not.")


class PreviewSerializer(serializers.Serializer):
    """What was detected, and the first rows as they would be imported."""

    format = serializers.ChoiceField(ImportFormat.choices)
    encoding = serializers.CharField()
    delimiter = serializers.CharField()
    has_header = serializers.BooleanField()
    is_gzipped = serializers.BooleanField()
    columns = serializers.ListField(child=serializers.CharField())
    mapping = serializers.DictField(child=serializers.CharField())
    labels = serializers.CharField(help_text="How its labels would be kept; empty where it has none.")
    mapping_problem = serializers.CharField(help_text="Why the import could not start so; empty when it could.")
    rows = PreviewRowSerializer(many=True)


class RejectionSerializer(serializers.ModelSerializer):
    class Meta:
        model = ImportRejection
        fields = ("id", "line", "reason", "row")


class FileToPreview(Input):
    """A multipart form; what is left out is detected."""

    file = serializers.FileField(
        help_text="CSV, TSV, JSON, JSONL or plain text, as it is or gzipped; to import also PDFs or "
        "pictures, several under this name, or a ZIP of them: each becomes a task with the file's name as its ID."
    )
    format = serializers.ChoiceField(ImportFormat.choices, required=False)
    encoding = serializers.CharField(max_length=40, required=False)
    delimiter = serializers.CharField(max_length=3, required=False, trim_whitespace=False)
    has_header = serializers.BooleanField(required=False, allow_null=True, default=None)
    mapping = serializers.CharField(required=False, help_text=f"A JSON object, by column: {_TARGETS}.")
    labels = serializers.CharField(max_length=40, required=False, help_text=_LABELS)

    def validate_mapping(self, text: str) -> dict[str, Any]:
        try:
            return msgspec.json.decode(text, type=dict[str, Any])
        except (msgspec.DecodeError, RecursionError) as error:
            example = '{"body": "data.text", "id": "external_id"}'
            raise serializers.ValidationError(f"Send a JSON object such as {example}.") from error


class FileToImport(FileToPreview):
    field = serializers.CharField(
        max_length=40, default="", help_text="Which field PDFs or pictures become, where several show such files."
    )
    on_conflict = serializers.ChoiceField(
        OnConflict.choices,
        default=OnConflict.REJECT,
        help_text="What to do with a known id that comes with other data.",
    )
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")


class TaskToImport(serializers.Serializer):
    external_id = serializers.CharField(
        max_length=200, required=False, help_text="Without one, the task is known by its content."
    )
    data = serializers.DictField(help_text="By field of the schema.")  # type: ignore[assignment]  # a field
    metadata = serializers.DictField(required=False)
    answers = serializers.DictField(required=False, help_text="Labels that are there already, by question.")
    author = serializers.EmailField(
        required=False, help_text="The member who gave the answers; without one, or where this is none, who imports."
    )


class TasksToImport(Input):
    tasks = TaskToImport(many=True)
    labels = serializers.CharField(max_length=40, required=False, help_text=_LABELS)
    on_conflict = serializers.ChoiceField(OnConflict.choices, default=OnConflict.REJECT)
    key = serializers.UUIDField(required=False)


class _TasksBody(Input):
    """As ``TasksToImport``; the tasks are checked by hand, for a serializer takes a second for ten thousand."""

    tasks = serializers.JSONField()
    labels = serializers.CharField(max_length=40, default="", allow_blank=True)
    on_conflict = serializers.ChoiceField(OnConflict.choices, default=OnConflict.REJECT)
    key = serializers.UUIDField(required=False)


class ImportsView(APIView):
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(
        operation_id="list_imports",
        summary="The project's imports, newest first",
        parameters=[Query],
        responses=page_of(ImportSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.IMPORT_TASKS)
        read_query(request)
        return paginated(request, _started_runs(member), import_as_json)

    @extend_schema(
        operation_id="import_tasks",
        summary="Import a file, or tasks in the body",
        request={"multipart/form-data": FileToImport, "application/json": TasksToImport},
        responses={202: StartedImportSerializer, 200: StartedImportSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.IMPORT_TASKS)
        run, is_new = _import_form(member, request) if _is_form(request) else _import_body(member, request)
        body = {"job": JobSerializer(run.job).data if run.job else None, "import": import_as_json(run)}
        return Response(body, status=status.HTTP_202_ACCEPTED if is_new else status.HTTP_200_OK)


class ImportPreviewView(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="preview_import",
        summary="What an import of a file would do, judged by its first rows; keeps nothing",
        request={"multipart/form-data": FileToPreview},
        responses=PreviewSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.IMPORT_TASKS)
        file = uploads.uploaded_file(request)
        wishes = _wishes(_form_values(request, FileToPreview))
        preview = preview_file(
            file,  # type: ignore[arg-type]
            uploads.shown_name(file),
            member.project.schema,
            wishes,
            project_id=member.project_id,
        )
        return Response(_preview_as_json(preview))


class ImportView(APIView):
    @extend_schema(operation_id="get_import", summary="One import and how far it is", responses=ImportSerializer)
    def get(self, request: Request, slug: str, import_id: int) -> Response:
        return Response(import_as_json(_run(request, slug, import_id)))


class ImportRejectionsView(APIView):
    @extend_schema(
        operation_id="list_import_rejections",
        summary="Rows that became no tasks, in the order of the file",
        parameters=[Query],
        responses=page_of(RejectionSerializer),
    )
    def get(self, request: Request, slug: str, import_id: int) -> Response:
        run = _run(request, slug, import_id)
        read_query(request)
        return paginated(request, run.rejections.all(), lambda row: RejectionSerializer(row).data, ordering=("id",))


class ImportRejectionsFileView(APIView):
    @extend_schema(
        operation_id="download_import_rejections",
        summary="All rejected rows as CSV: line, reason, row",
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, slug: str, import_id: int) -> StreamingHttpResponse:
        run = _run(request, slug, import_id)
        return stream_download(rejected_rows_as_csv(run), name=f"import-{run.pk}-rejected.csv")


def import_as_json(run: ImportRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "name": run.original_name,
        "format": run.format,
        **{name: run.options.get(name) for name in ("encoding", "delimiter", "has_header", "mapping")},
        "labels": run.options.get("labels", ""),
        "on_conflict": run.on_conflict,
        "size": run.size,
        "created_at": run.created_at,
        "created": run.created_count,
        "updated": run.updated_count,
        "unchanged": run.unchanged_count,
        "rejected": run.rejected_count,
        "labeled": run.labeled_count,
        "job": JobSerializer(run.job).data if run.job else None,
    }


def _is_form(request: Request) -> bool:
    return (request.content_type or "").startswith("multipart/")


def _import_form(member: Membership, request: Request) -> tuple[ImportRun, bool]:
    files = uploads.uploaded_files(request)
    values = _form_values(request, FileToImport)
    if come_as_documents(member, files):
        wanted = {"field": values["field"], "on_conflict": values["on_conflict"], "key": values.get("key")}
        return import_document_files(member, files, **wanted)
    file = files[-1]
    return import_file(
        member,
        stored=uploads.store_upload(file),
        name=uploads.shown_name(file),
        wishes=_wishes(values),
        on_conflict=values["on_conflict"],
        key=values.get("key"),
    )


def _import_body(member: Membership, request: Request) -> tuple[ImportRun, bool]:
    values = read_body(request, _TasksBody)
    tasks = check_task_list(values["tasks"])
    wanted = {"on_conflict": values["on_conflict"], "labels": values["labels"], "key": values.get("key")}
    return import_rows(member, tasks=tasks, **wanted)


def _form_values(request: Request, form: type[Input]) -> dict[str, Any]:
    """The form's values; an empty file is no mistake of the form: the import says what is wrong with it."""
    fields = form(data=cast(QueryDict, request.data).dict())
    fields.fields["file"].allow_empty_file = True  # type: ignore[attr-defined]
    fields.is_valid(raise_exception=True)
    return dict(fields.validated_data)


def _wishes(values: dict[str, Any]) -> Wishes:
    names = ("format", "encoding", "delimiter", "has_header", "mapping", "labels")
    return Wishes(**{name: values[name] for name in names if values.get(name) is not None})


def _preview_as_json(preview: Preview) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(preview.detected),
        "columns": preview.columns,
        "mapping": preview.mapping.as_json(),
        "labels": preview.labels,
        "mapping_problem": preview.mapping_problem,
        "rows": msgspec.to_builtins(preview.rows),
    }


def _started_runs(member: Membership) -> Any:
    return ImportRun.objects.filter(project_id=member.project_id, job__isnull=False).select_related("job")


def _run(request: Request, slug: str, import_id: int) -> ImportRun:
    member = open_project(request.user, slug, Capability.IMPORT_TASKS)
    run = _started_runs(member).filter(pk=import_id).first()
    if run is None:
        raise Http404
    return run
