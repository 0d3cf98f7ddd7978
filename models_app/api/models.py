"""Model versions: how good they are, training on demand, and putting one to work."""

from dataclasses import asdict
from typing import Any

from django.http import FileResponse, Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.downloads import file_download
from labelplatform.roles import Capability
from models_app.models import ModelState, ModelVersion
from models_app.rounds.effort import effort_of
from models_app.rounds.training_outlook import start_training
from models_app.versions.downloading import download_model, download_name
from models_app.versions.promoting import promote_model
from projects.access import open_project, open_project_by_id
from projects.api.jobs import JobSerializer


class EstimateSerializer(serializers.Serializer):
    """A share with its 95 % interval and the number of tasks behind it."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()


class ModelSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    question = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(ModelState.choices)
    reason = serializers.CharField(help_text="Why it serves or does not.")
    schema_number = serializers.IntegerField()
    learner = serializers.CharField()
    encoder = serializers.CharField()
    strategy = serializers.CharField(help_text="How the tasks it learned from were chosen.")
    trained_on = serializers.IntegerField(help_text="How many final labels it learned from.")
    score_name = serializers.CharField(help_text="What `score` is: accuracy, micro_f1, span_f1, agreement, ...")
    score = EstimateSerializer(allow_null=True, help_text="On the holdout; null while it has no labels.")
    accuracy = EstimateSerializer(allow_null=True, help_text="The same where one answer of several is learned.")
    predicted = serializers.IntegerField(help_text="For how many tasks its predictions are at hand.")
    can_be_promoted = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    promoted_at = serializers.DateTimeField(allow_null=True)


class RangeSerializer(serializers.Serializer):
    """A value with its 95 % interval."""

    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()


class ForecastSerializer(serializers.Serializer):
    extra = serializers.IntegerField(help_text="So many more labels.")
    gain = RangeSerializer(allow_null=True, help_text="Of the main score; 0.01 is a point.")
    because = serializers.CharField(help_text="Why there is no gain to tell.")
    seconds = RangeSerializer(allow_null=True, help_text="People's active time without review, as measured lately.")
    timed = serializers.IntegerField(help_text="Answers that the time rests on.")
    cost = RangeSerializer(allow_null=True, help_text="By what an hour of labeling costs; null where that is not set.")
    currency = serializers.CharField()
    may_stop = serializers.BooleanField(help_text="A hint, no promise.")
    stop_reason = serializers.CharField()


class ModelDetailSerializer(ModelSerializer):
    project = serializers.SlugField()
    fingerprint = serializers.CharField(help_text="Names exactly which final labels it learned from.")
    parameters = serializers.DictField()
    forecast = ForecastSerializer(allow_null=True, help_text="What more labels would give and take.")
    metrics = serializers.DictField(
        help_text="`holdout` (`main` names the score that stands for all, `score` is its value; where options are told "
        "apart, option_scores and confusion follow `options`, numbers in parameters.options), `slices` (the main score "
        "by what is known of holdout tasks, the worst first; `is_worse` where an interval widened for all "
        "`n_compared` lies below the `whole`; `because` where there is no score), `out_of_fold`, "
        "`labels_by_option`, `p_value`."
    )


class ModelQuery(Query):
    question = serializers.CharField(max_length=40, required=False)
    state = serializers.ChoiceField(ModelState.choices, required=False)


class StartedTrainingSerializer(serializers.Serializer):
    job = JobSerializer()


class ModelsView(APIView):
    @extend_schema(
        operation_id="list_models",
        summary="The project's model versions, newest first",
        parameters=[ModelQuery],
        responses=page_of(ModelSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        query = read_query(request, ModelQuery)
        wanted = {name: query[name] for name in ("question", "state") if name in query}
        versions = ModelVersion.objects.filter(project_id=member.project_id, **wanted).select_related("schema_version")
        return paginated(request, versions, model_as_json)


class ModelView(APIView):
    @extend_schema(
        operation_id="get_model", summary="One version with all its figures", responses=ModelDetailSerializer
    )
    def get(self, request: Request, model_id: int) -> Response:
        version = open_model(request.user, model_id, Capability.VIEW_MODELS)
        return Response(model_detail_as_json(version))


class PromoteModelView(APIView):
    @extend_schema(
        operation_id="promote_model",
        summary="Put a version to work; an older one to roll back",
        request=None,
        responses=ModelDetailSerializer,
    )
    def post(self, request: Request, model_id: int) -> Response:
        version = open_model(request.user, model_id, Capability.TRAIN_MODELS)
        promote_model(version, request.user)
        return Response(model_detail_as_json(open_model(request.user, model_id, Capability.TRAIN_MODELS)))


class DownloadModelView(APIView):
    @extend_schema(
        operation_id="download_model",
        summary="A version as a ZIP file with a script that runs it outside; it is recorded who took it along",
        description="409 where its kind of question does not run outside, or its file has been cleaned up.",
        request=Input,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def post(self, request: Request, model_id: int) -> FileResponse:
        version = open_model(request.user, model_id, Capability.VIEW_MODELS)
        read_body(request, Input)
        return file_download(download_model(version, request.user), name=download_name(version))


class TrainingsView(APIView):
    @extend_schema(
        operation_id="start_training",
        summary="Train now; while a training waits to start, that one is the answer",
        request=Input,
        responses={202: StartedTrainingSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        read_body(request, Input)
        job = start_training(member.project, request.user)
        return Response({"job": JobSerializer(job).data}, status=status.HTTP_202_ACCEPTED)


def open_model(user: Any, model_id: int, capability: Capability) -> ModelVersion:
    """A version of a project that the user may see; else 404, or 403 where their role does not reach."""
    version = ModelVersion.objects.select_related("schema_version", "project").filter(pk=model_id).first()
    if version is None:
        raise Http404
    open_project_by_id(user, version.project_id, capability)
    return version


def model_as_json(version: ModelVersion) -> dict[str, Any]:
    holdout = version.metrics.get("holdout", {})
    return {
        "id": version.pk,
        "question": version.question,
        "number": version.number,
        "state": version.state,
        "reason": version.reason,
        "schema_number": version.schema_version.number,
        "learner": version.learner,
        "encoder": version.encoder,
        "strategy": version.strategy,
        "trained_on": version.trained_on,
        "score_name": holdout.get("main", "accuracy"),
        "score": measured(holdout.get("score")),
        "accuracy": measured(holdout.get("accuracy")),
        "predicted": version.n_predicted,
        "can_be_promoted": version.can_be_promoted,
        "created_at": version.created_at,
        "promoted_at": version.promoted_at,
    }


def measured(figure: dict[str, Any] | None) -> dict[str, Any] | None:
    """A figure as metrics keep it; None where no task stands behind it."""
    return figure if figure and figure["n"] else None


def _forecast(version: ModelVersion) -> dict[str, Any] | None:
    found = version.metrics.get("prospects")
    if not found:
        return None
    forecast, stop = found["forecast"], found["stop"]
    effort = effort_of(version.project, forecast["extra"])
    gain = {"value": forecast["gain"], "low": forecast["low"], "high": forecast["high"]}
    return {
        "extra": forecast["extra"],
        "gain": None if forecast["gain"] is None else gain,
        "because": forecast["reason"],
        "seconds": asdict(effort.seconds) if effort.seconds else None,
        "timed": effort.n_timed,
        "cost": asdict(effort.cost) if effort.cost else None,
        "currency": effort.currency,
        "may_stop": stop["is_given"],
        "stop_reason": stop["reason"],
    }


def model_detail_as_json(version: ModelVersion) -> dict[str, Any]:
    return {
        **model_as_json(version),
        "project": version.project.slug,
        "fingerprint": version.fingerprint,
        "parameters": version.parameters,
        "forecast": _forecast(version),
        "metrics": version.metrics,
    }
