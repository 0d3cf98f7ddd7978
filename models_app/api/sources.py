"""Predictions from elsewhere: send them, follow what became of them, measure a source, choose which one suggests."""

from typing import cast

from django.http import QueryDict
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform import uploads
from labelplatform.api import Input, JSONParser, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from models_app.access import open_run, open_source
from models_app.api.source_rows import (
    Asking,
    ChangedSource,
    Choice,
    NewSource,
    PredictionRejectionSerializer,
    PredictionRunSerializer,
    PredictionsBody,
    PredictionsFile,
    PredictionsToStore,
    SourceSerializer,
    StartedMeasuringSerializer,
    StartedRunSerializer,
    SuggestionChoiceSerializer,
    run_as_json,
    source_as_json,
)
from models_app.models import PredictionRun, PredictionSource
from models_app.sources.asking import ask
from models_app.sources.asking_again import AskAgain, set_ask_again
from models_app.sources.choosing import BUILTIN, choose_source
from models_app.sources.creation import remove_source
from models_app.sources.jobs import request_measuring
from models_app.sources.receiving import receive_file, receive_list
from models_app.sources.setting_up import change_source, set_up_source
from projects.access import open_project
from projects.api.jobs import JobSerializer
from projects.models import Membership


class PredictionsView(APIView):
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(
        operation_id="list_prediction_runs",
        summary="What brought predictions in, newest first",
        parameters=[Query],
        responses=page_of(PredictionRunSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        read_query(request)
        runs = PredictionRun.objects.filter(project=member.project_id).select_related("source", "job")
        return paginated(request, runs, run_as_json)

    @extend_schema(
        operation_id="store_predictions",
        summary="Store predictions of a source, sent in the body or as a file",
        request={"multipart/form-data": PredictionsFile, "application/json": PredictionsToStore},
        responses={202: StartedRunSerializer, 200: StartedRunSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        if (request.content_type or "").startswith("multipart/"):
            run, is_new = _receive_form(member, request)
        else:
            values = read_body(request, PredictionsBody)
            run, is_new = receive_list(
                member, source_name=values["source"], predictions=values["predictions"], key=values.get("key")
            )
        return started(run, is_new=is_new)


class PredictionRunView(APIView):
    @extend_schema(
        operation_id="get_prediction_run",
        summary="One run and how far it is",
        responses=PredictionRunSerializer,
    )
    def get(self, request: Request, slug: str, run_id: int) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        return Response(run_as_json(open_run(member, run_id)))


class PredictionRejectionsView(APIView):
    @extend_schema(
        operation_id="list_prediction_rejections",
        summary="Rows that became no predictions, each with the reason",
        parameters=[Query],
        responses=page_of(PredictionRejectionSerializer),
    )
    def get(self, request: Request, slug: str, run_id: int) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        run = open_run(member, run_id)
        read_query(request)
        rows = run.rejections.all()
        return paginated(request, rows, lambda row: PredictionRejectionSerializer(row).data, ordering=("id",))


class SourcesView(APIView):
    @extend_schema(
        operation_id="list_prediction_sources",
        summary="Sources of predictions, each with its figures on the holdout",
        parameters=[Query],
        responses=page_of(SourceSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        read_query(request)
        return paginated(request, PredictionSource.objects.of_project(member.project_id), source_as_json)

    @extend_schema(
        operation_id="set_up_prediction_source",
        summary="Set up a model server, a language model or labeling functions",
        request=NewSource,
        responses={201: SourceSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        source = set_up_source(member, **read_body(request, NewSource))
        return Response(source_as_json(source), status=status.HTTP_201_CREATED)


class SourceView(APIView):
    @extend_schema(operation_id="get_prediction_source", summary="One source", responses=SourceSerializer)
    def get(self, request: Request, slug: str, source_id: int) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        return Response(source_as_json(open_source(member, source_id)))

    @extend_schema(
        operation_id="change_prediction_source",
        summary="Change what a source is asked by, and when by itself; what is not named stays as it is",
        request=ChangedSource,
        responses=SourceSerializer,
    )
    def patch(self, request: Request, slug: str, source_id: int) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        source = open_source(member, source_id)
        values = read_body(request, ChangedSource)
        if "ask_again" in values:
            source = set_ask_again(member, source, AskAgain(**values["ask_again"]))
        if "options" in values or "secret" in values:
            options = values.get("options", source.options)
            source = change_source(member, source, options=options, secret=values.get("secret"))
        return Response(source_as_json(source))

    @extend_schema(
        operation_id="remove_prediction_source",
        summary="Forget a source with all that it predicted",
        request=None,
        responses={204: OpenApiResponse()},
    )
    def delete(self, request: Request, slug: str, source_id: int) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        source = open_source(member, source_id)
        read_body(request, Input)
        remove_source(member, source)
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeasuringsView(APIView):
    @extend_schema(
        operation_id="measure_prediction_source",
        summary="Compare a source with people on the holdout, now",
        request=Input,
        responses={202: StartedMeasuringSerializer},
    )
    def post(self, request: Request, slug: str, source_id: int) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        source = open_source(member, source_id)
        read_body(request, Input)
        job = request_measuring(source, request.user)
        return Response({"job": JobSerializer(job).data}, status=status.HTTP_202_ACCEPTED)


class AskingsView(APIView):
    @extend_schema(
        operation_id="ask_prediction_source",
        summary="Ask a source about the holdout and the tasks that people get next, or about all",
        request=Asking,
        responses={202: StartedRunSerializer},
    )
    def post(self, request: Request, slug: str, source_id: int) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        source = open_source(member, source_id)
        values = read_body(request, Asking)
        return started(ask(member, source, limit=values.get("limit")))


class SuggestionsView(APIView):
    @extend_schema(
        operation_id="list_suggestion_choices",
        summary="Which source suggests answers, by question",
        responses=SuggestionChoiceSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        chosen = dict(
            member.project.suggestion_choices.filter(source__isnull=False).values_list("question", "source__name")
        )
        names = [question.name for question in member.project.schema.questions]
        return Response([{"question": name, "source": chosen.get(name, BUILTIN)} for name in names])

    @extend_schema(
        operation_id="choose_suggestions",
        summary="Choose which source suggests answers to a question",
        request=Choice,
        responses=SuggestionChoiceSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        values = read_body(request, Choice)
        source = None
        if values["source"] != BUILTIN:
            source = PredictionSource.objects.of_project(member.project_id).filter(name=values["source"]).first()
            if source is None:
                raise serializers.ValidationError({"source": "There is no source of this name here."})
        choice = choose_source(member, values["question"], source)
        return Response({"question": choice.question, "source": source.name if source else BUILTIN})


def started(run: PredictionRun, *, is_new: bool = True) -> Response:
    body = {"job": JobSerializer(run.job).data if run.job else None, "run": run_as_json(run)}
    return Response(body, status=status.HTTP_202_ACCEPTED if is_new else status.HTTP_200_OK)


def _receive_form(member: Membership, request: Request) -> tuple[PredictionRun, bool]:
    file = uploads.uploaded_file(request)
    form = PredictionsFile(data=cast(QueryDict, request.data).dict())
    form.fields["file"].allow_empty_file = True  # type: ignore[attr-defined]
    form.is_valid(raise_exception=True)
    values = form.validated_data
    name = uploads.shown_name(file)
    stored = uploads.store_upload(file)
    return receive_file(member, source_name=values["source"], stored=stored, name=name, key=values.get("key"))
