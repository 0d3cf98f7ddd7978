"""Where a model and people differ, and what two versions answer differently, task by task."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Query, paginated_list, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from models_app.api.models import EstimateSerializer, ModelSerializer, measured, model_as_json, open_model
from models_app.models import ModelVersion
from models_app.versions.predictions_file import AnsweredTask
from models_app.versions.scores import SCORES
from models_app.versions.unseen import Difference, Disagreement, compare, disagreements, excerpts, external_ids

_ANSWER = "An answer to the question, in the form the schema gives it."
_NEARER = {(True, False): "first", (False, True): "second"}


class ModelAnswerSerializer(serializers.Serializer):
    answer = serializers.JSONField(help_text=_ANSWER)
    confidence = serializers.FloatField()


class DisagreementSerializer(serializers.Serializer):
    task = serializers.IntegerField()
    external_id = serializers.CharField()
    text = serializers.CharField(help_text="How its visible fields begin.")
    final_label = serializers.JSONField(help_text="What people concluded, as it is now.")
    model = ModelAnswerSerializer(help_text="What the version says, which was not fitted on this label.")
    distance = serializers.FloatField(help_text="How far apart both are: from 0, the same, to 1.")
    is_holdout = serializers.BooleanField(
        help_text="True: rather an error of the model. False: a label that models learn from, rather a slip of people."
    )


class ComparedTaskSerializer(serializers.Serializer):
    task = serializers.IntegerField()
    external_id = serializers.CharField()
    text = serializers.CharField(help_text="How its visible fields begin.")
    final_label = serializers.JSONField(help_text="What people concluded, as it is now.")
    first = ModelAnswerSerializer()
    second = ModelAnswerSerializer()
    nearer = serializers.ChoiceField(
        ["first", "second", "neither"], help_text="Which of the two comes nearer to the final label."
    )


class ComparedScoreSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="accuracy, macro_f1, span_f1, mean_error, ...")
    first = EstimateSerializer(allow_null=True, help_text="Null where it was not measured.")
    second = EstimateSerializer(allow_null=True)


class ComparisonSerializer(serializers.Serializer):
    first = ModelSerializer()
    second = ModelSerializer()
    scores = ComparedScoreSerializer(
        many=True, help_text="Side by side, each on the holdout labels there were when the version was trained."
    )
    both = serializers.IntegerField(
        help_text="Holdout tasks that both were measured on; the figures below are of them."
    )
    different = serializers.IntegerField(
        help_text="How many of them the two answer differently: `.../tasks/` has them."
    )
    first_nearer = serializers.IntegerField(help_text="On how many of these the first comes nearer to people.")
    second_nearer = serializers.IntegerField()
    p_value = serializers.FloatField(
        allow_null=True,
        help_text="Paired, exact, two-sided sign test (McNemar's where answers are right or wrong): how likely so "
        "uneven a result is if both are equally good. Null while `both` is too small to tell.",
    )


class DisagreementQuery(Query):
    where = serializers.ChoiceField(
        ["holdout", "learned"], required=False, help_text="Only holdout tasks, or only those that models learn from."
    )


class DisagreementsView(APIView):
    @extend_schema(
        operation_id="list_disagreements",
        summary="Tasks that a version answers otherwise than people concluded, the surest first",
        description="Only tasks that it was not fitted on: the holdout's, and others out of fold. Empty where the "
        "version's file has been cleaned up.",
        parameters=[DisagreementQuery],
        responses=page_of(DisagreementSerializer),
    )
    def get(self, request: Request, model_id: int) -> Response:
        version = open_model(request.user, model_id, Capability.VIEW_MODELS)
        query = read_query(request, DisagreementQuery)
        found = disagreements(version)
        if "where" in query:
            found = [one for one in found if one.is_holdout == (query["where"] == "holdout")]

        def as_json(page: Sequence[Disagreement]) -> list[dict[str, Any]]:
            return [
                {
                    **named,
                    "final_label": one.theirs,
                    "model": _answer(one.answer),
                    "distance": one.distance,
                    "is_holdout": one.is_holdout,
                }
                for one, named in zip(page, _named(version, page), strict=True)
            ]

        return paginated_list(request, query, found, as_json)


class ComparisonView(APIView):
    @extend_schema(
        operation_id="compare_models",
        summary="Two versions for one question side by side, with a paired test",
        responses=ComparisonSerializer,
    )
    def get(self, request: Request, model_id: int, other_model_id: int) -> Response:
        first, second = _open_both(request.user, model_id, other_model_id)
        compared = compare(first, second)
        return Response(
            {
                "first": model_as_json(first),
                "second": model_as_json(second),
                "scores": _scores(first, second),
                "both": compared.n_both,
                "different": len(compared.differences),
                "first_nearer": compared.n_first_nearer,
                "second_nearer": compared.n_second_nearer,
                "p_value": compared.p_value,
            }
        )


class ComparedTasksView(APIView):
    @extend_schema(
        operation_id="list_compared_tasks",
        summary="Holdout tasks that two versions answer differently",
        parameters=[Query],
        responses=page_of(ComparedTaskSerializer),
    )
    def get(self, request: Request, model_id: int, other_model_id: int) -> Response:
        first, second = _open_both(request.user, model_id, other_model_id)
        query = read_query(request)

        def as_json(page: Sequence[Difference]) -> list[dict[str, Any]]:
            return [
                {
                    **named,
                    "final_label": one.theirs,
                    "first": _answer(one.first),
                    "second": _answer(one.second),
                    "nearer": _NEARER.get((one.first_is_nearer, one.second_is_nearer), "neither"),
                }
                for one, named in zip(page, _named(first, page), strict=True)
            ]

        return paginated_list(request, query, compare(first, second).differences, as_json)


def _open_both(user: Any, model_id: int, other_model_id: int) -> tuple[ModelVersion, ModelVersion]:
    """Two versions for the same question of one project; else 404."""
    first = open_model(user, model_id, Capability.VIEW_MODELS)
    second = open_model(user, other_model_id, Capability.VIEW_MODELS)
    if (first.project_id, first.question) != (second.project_id, second.question):
        raise Http404
    return first, second


def _scores(first: ModelVersion, second: ModelVersion) -> list[dict[str, Any]]:
    """What either was measured by, the score that stands for all first."""
    one, other = (version.metrics.get("holdout", {}) for version in (first, second))
    names = dict.fromkeys([other.get("main", "accuracy"), *SCORES])
    return [
        {"name": name, "first": measured(one.get(name)), "second": measured(other.get(name))}
        for name in names
        if name in one or name in other
    ]


def _named(version: ModelVersion, page: Sequence[Disagreement | Difference]) -> list[dict[str, Any]]:
    ids = [one.task_id for one in page]
    texts, names = excerpts(version, ids), external_ids(version, ids)
    return [{"task": pk, "external_id": names.get(pk, ""), "text": texts.get(pk, "")} for pk in ids]


def _answer(answered: AnsweredTask) -> dict[str, Any]:
    return {"answer": answered.value, "confidence": answered.confidence}
