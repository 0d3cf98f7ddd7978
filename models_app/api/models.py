"""Model versions: how good they are, training on demand, and putting one to work."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from models_app.models import ModelState, ModelVersion
from models_app.promoting import promote_model
from models_app.training_outlook import start_training
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
    accuracy = EstimateSerializer(allow_null=True, help_text="On the holdout; null while it has no labels.")
    predicted = serializers.IntegerField(help_text="For how many tasks its predictions are at hand.")
    can_be_promoted = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    promoted_at = serializers.DateTimeField(allow_null=True)


class ModelDetailSerializer(ModelSerializer):
    project = serializers.SlugField()
    fingerprint = serializers.CharField(help_text="Names exactly which final labels it learned from.")
    parameters = serializers.DictField()
    metrics = serializers.DictField(
        help_text="`holdout` (accuracy, macro_f1; option_scores and confusion follow `options`, numbers that count in "
        "parameters.options), `out_of_fold`, `labels_by_option`, `temperature`, `p_value`."
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
    accuracy = version.metrics.get("holdout", {}).get("accuracy")
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
        "accuracy": accuracy if accuracy and accuracy["n"] else None,
        "predicted": version.n_predicted,
        "can_be_promoted": version.can_be_promoted,
        "created_at": version.created_at,
        "promoted_at": version.promoted_at,
    }


def model_detail_as_json(version: ModelVersion) -> dict[str, Any]:
    return {
        **model_as_json(version),
        "project": version.project.slug,
        "fingerprint": version.fingerprint,
        "parameters": version.parameters,
        "metrics": version.metrics,
    }
