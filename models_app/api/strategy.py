"""The query strategy: what is asked next and why, and whether it pays."""

from dataclasses import asdict
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Query, read_query
from labelplatform.roles import Capability
from models_app.rounds.learnable import learnable_questions
from models_app.selection.explanations import StrategyWords
from models_app.strategy.strategy_facts import AskedTask, BatchLine, StrategyFacts, strategy_choices, strategy_facts
from projects.access import open_project


class StrategyWordsSerializer(serializers.Serializer):
    name = serializers.CharField(help_text="As in the project's policies.")
    title = serializers.CharField()
    help = serializers.CharField()
    good = serializers.CharField(help_text="What it is good at.")
    bad = serializers.CharField(help_text="What it is bad at.")


class LikelyAnswerSerializer(serializers.Serializer):
    value = serializers.JSONField()
    title = serializers.CharField()
    confidence = serializers.FloatField()


class SelectedTaskSerializer(serializers.Serializer):
    task = serializers.IntegerField()
    external_id = serializers.CharField()
    text = serializers.CharField(help_text="How it begins.")
    answers = LikelyAnswerSerializer(many=True, help_text="By the model at work, likeliest first.")
    margin = serializers.FloatField(allow_null=True, help_text="How far the two likeliest answers are apart.")
    is_random = serializers.BooleanField()
    why = serializers.CharField(help_text="Why it is asked for, in a sentence.")


class BatchSerializer(serializers.Serializer):
    strategy = serializers.CharField()
    model = serializers.IntegerField(allow_null=True, help_text="The model's number; null before there was one.")
    n_tasks = serializers.IntegerField()
    n_random = serializers.IntegerField()
    mean_margin = serializers.FloatField(allow_null=True)
    mean_margin_of_pool = serializers.FloatField(allow_null=True)
    created_at = serializers.DateTimeField()


class AdvantageSerializer(serializers.Serializer):
    """Models that learned from as many labels of chosen and of random tasks, compared on the holdout."""

    because = serializers.CharField(help_text="Why it is not decidable yet; then there is no value.", required=False)
    n_random = serializers.IntegerField(required=False, help_text="Labels of random tasks, while there are too few.")
    n_chosen = serializers.IntegerField(required=False, help_text="Labels of chosen tasks, while there are too few.")
    n_labels = serializers.IntegerField(required=False, help_text="How many labels either learned from.")
    n_holdout = serializers.IntegerField(required=False)
    chosen = serializers.FloatField(required=False, help_text="Right on the holdout after chosen tasks.")
    random = serializers.FloatField(required=False, help_text="The same after random ones.")
    value = serializers.FloatField(required=False, help_text="The difference.")
    low = serializers.FloatField(required=False, help_text="The 95 % interval's lower end.")
    high = serializers.FloatField(required=False)


class StrategySerializer(StrategyWordsSerializer):
    question = serializers.CharField()
    next_tasks = SelectedTaskSerializer(many=True, help_text="The first of the selected lane, in the queue's order.")
    nothing_because = serializers.CharField(help_text="Why no task is asked for, where none is.")
    advantage = AdvantageSerializer()
    batches = BatchSerializer(many=True, help_text="The latest first.")
    choices = StrategyWordsSerializer(many=True)


class StrategyQuery(Query):
    question = serializers.CharField(max_length=40, required=False, help_text="The first that can be learned.")


class StrategyView(APIView):
    @extend_schema(
        operation_id="get_strategy",
        summary="What is asked next and why, and how much it gains over random",
        parameters=[StrategyQuery],
        responses=StrategySerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        names = [question.name for question in learnable_questions(member.project)]
        name = read_query(request, StrategyQuery).get("question", names[0] if names else "")
        if name and name not in names:
            raise Http404
        return Response(_as_json(strategy_facts(member, name)))


def _as_json(facts: StrategyFacts) -> dict[str, Any]:
    return {
        **_words(facts.strategy, facts.words),
        "question": facts.question,
        "next_tasks": [_task(task) for task in facts.next_tasks],
        "nothing_because": facts.nothing_because,
        "advantage": {name: value for name, value in facts.advantage.items() if name in AdvantageSerializer().fields},
        "batches": [_batch(batch) for batch in facts.batches],
        "choices": [_words(name, words) for name, words in strategy_choices()],
    }


def _words(name: str, words: StrategyWords) -> dict[str, str]:
    return {"name": name, **asdict(words)}


def _task(task: AskedTask) -> dict[str, Any]:
    return {
        "task": task.task_id,
        "external_id": task.external_id,
        "text": task.text,
        "answers": [
            {"value": answer.value, "title": answer.title, "confidence": answer.confidence} for answer in task.answers
        ],
        "margin": task.margin,
        "is_random": task.is_random,
        "why": task.why,
    }


def _batch(batch: BatchLine) -> dict[str, Any]:
    return {
        "strategy": batch.strategy,
        "model": batch.model_number,
        "n_tasks": batch.n_tasks,
        "n_random": batch.n_random,
        "mean_margin": batch.margin,
        "mean_margin_of_pool": batch.pool_margin,
        "created_at": batch.created_at,
    }
