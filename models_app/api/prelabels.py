"""What becomes of a model's answers: shown, chosen already, or accepted in place of people's."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, read_body, read_query
from labelplatform.certainty import Share
from labelplatform.roles import Capability
from models_app.acceptance.facts import GroupLine, Outlook, PrelabelFacts, RunLine, prelabel_facts
from models_app.acceptance.policies import change_policy, policy_as_json
from models_app.acceptance.withdrawing import request_withdrawal
from models_app.access import open_acceptance_run
from models_app.following import Follower, following
from projects.access import open_project
from projects.api.jobs import JobSerializer
from projects.models import Membership
from projects.schema.questions.question import Question


class ShareSerializer(serializers.Serializer):
    value = serializers.FloatField()
    low = serializers.FloatField()
    high = serializers.FloatField()
    n = serializers.IntegerField()


class OptionsOutlookSerializer(serializers.Serializer):
    title = serializers.CharField(help_text="The option, or what is said of all that have too few holdout labels.")
    threshold = serializers.FloatField(allow_null=True, help_text="Accepted from this confidence on; null: never.")
    accuracy = ShareSerializer(allow_null=True, help_text="Of the holdout tasks above the threshold.")
    n = serializers.IntegerField(help_text="Holdout tasks that the model answers so.")
    shortfall = serializers.IntegerField(help_text="How many more, all right, it takes at least; 0 with a threshold.")


class OutlookSerializer(serializers.Serializer):
    target_percent = serializers.IntegerField()
    n_tasks = serializers.IntegerField(help_text="About so many of the tasks that wait would be accepted.")
    groups = OptionsOutlookSerializer(many=True)


class AcceptanceRunSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    sources = serializers.DictField(child=serializers.CharField(), help_text="Which model, by question.")
    thresholds = serializers.JSONField()
    accepted = serializers.IntegerField()
    audited = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Of both, the tasks that have not been taken back.")
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class PolicySerializer(serializers.Serializer):
    show_from = serializers.FloatField(help_text="Suggested from this confidence on.")
    preselect_from = serializers.FloatField(allow_null=True, help_text="Chosen already from here on; null: never.")
    accepts = serializers.BooleanField(help_text="Whether sure answers are accepted without people.")
    target_percent = serializers.IntegerField(help_text="At least so many of them must be right.")
    audit_percent = serializers.IntegerField(help_text="The share that people check, unaided.")
    options = serializers.DictField(
        help_text="Own thresholds of options: show_from, preselect_from, accept_from (null: never)."
    )


class PrelabelsSerializer(PolicySerializer):
    question = serializers.CharField()
    paused_because = serializers.CharField()
    waits_for = serializers.CharField(help_text="What keeps it from accepting now; empty where nothing does.")
    never_because = serializers.CharField(help_text="Why this question can never be auto-accepted; empty where it can.")
    model = serializers.IntegerField(allow_null=True, help_text="The number of the model at work.")
    n_holdout = serializers.IntegerField(help_text="Holdout labels that the thresholds rest on.")
    n_waiting = serializers.IntegerField(help_text="Tasks without a label when the model was trained.")
    outlooks = OutlookSerializer(many=True, help_text="What each target would mean now.")
    live_accuracy = ShareSerializer(allow_null=True, help_text="How often people agree, unaided, with audited answers.")
    audits_open = serializers.IntegerField()
    accepted_tasks = serializers.IntegerField()
    runs = AcceptanceRunSerializer(many=True, help_text="The latest first.")


class FollowerSerializer(serializers.Serializer):
    user = serializers.IntegerField()
    name = serializers.CharField()
    kept = ShareSerializer(allow_null=True, help_text="Suggestions that were on screen and were left as they were.")
    expected = serializers.FloatField(allow_null=True, help_text="How sure the model was of them on average.")
    unaided = ShareSerializer(allow_null=True, help_text="Agreement with the model where it suggested nothing.")
    unaided_expected = serializers.FloatField(allow_null=True, help_text="How sure the model was there.")
    kept_seconds = serializers.FloatField(allow_null=True, help_text="Median active time when one was kept.")
    unaided_seconds = serializers.FloatField(allow_null=True)
    verdict = serializers.ChoiceField(["follows", "in_line", "not_defined"])
    because = serializers.CharField()


class PrelabelsQuery(Query):
    question = serializers.CharField(max_length=40, required=False, help_text="The first one of the schema.")


class PolicyChange(Input):
    question = serializers.CharField(max_length=40)
    show_from = serializers.FloatField(required=False)
    preselect_from = serializers.FloatField(required=False, allow_null=True)
    accepts = serializers.BooleanField(required=False)
    target_percent = serializers.IntegerField(required=False)
    audit_percent = serializers.IntegerField(required=False)
    options = serializers.DictField(required=False)


class StartedWithdrawalSerializer(serializers.Serializer):
    job = JobSerializer()


class PrelabelsView(APIView):
    @extend_schema(
        operation_id="get_prelabels",
        summary="What becomes of a model's answers to a question, and what auto-accept would do",
        parameters=[PrelabelsQuery],
        responses=PrelabelsSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_MODELS)
        first = member.project.schema.questions[0].name
        name = read_query(request, PrelabelsQuery).get("question", first)
        return Response(_as_json(prelabel_facts(member, _question(member, name))))

    @extend_schema(
        operation_id="change_prelabels",
        summary="Change what becomes of a model's answers to a question",
        request=PolicyChange,
        responses=PrelabelsSerializer,
    )
    def patch(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        changes = dict(read_body(request, PolicyChange))
        name = changes.pop("question")
        change_policy(member, name, changes)
        return Response(_as_json(prelabel_facts(member, _question(member, name))))


class FollowingView(APIView):
    @extend_schema(
        operation_id="get_following",
        summary="How far people follow suggestions, beside how far they agree with the model unaided",
        parameters=[PrelabelsQuery],
        responses=FollowerSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        first = member.project.schema.questions[0].name
        name = read_query(request, PrelabelsQuery).get("question", first)
        return Response([_follower(one) for one in following(member.project, _question(member, name))])


class WithdrawAcceptanceView(APIView):
    @extend_schema(
        operation_id="withdraw_acceptance",
        summary="Take back all that one run of auto-accept accepted, and stop accepting",
        request=Input,
        responses={202: StartedWithdrawalSerializer},
    )
    def post(self, request: Request, slug: str, acceptance_id: int) -> Response:
        member = open_project(request.user, slug, Capability.TRAIN_MODELS)
        read_body(request, Input)
        job = request_withdrawal(member, open_acceptance_run(member, acceptance_id))
        return Response({"job": JobSerializer(job).data}, status=status.HTTP_202_ACCEPTED)


def _question(member: Membership, name: str) -> Question:
    question = member.project.schema.questions_by_name.get(name)
    if question is None:
        raise Http404
    return question


def _as_json(facts: PrelabelFacts) -> dict[str, Any]:
    return {
        "question": facts.question.name,
        **policy_as_json(facts.policy),
        "paused_because": facts.policy.paused_because,
        "waits_for": facts.waits_for,
        "never_because": facts.never,
        "model": facts.version.number if facts.version else None,
        "n_holdout": facts.n_holdout,
        "n_waiting": facts.n_waiting,
        "outlooks": [_outlook(one) for one in facts.others],
        "live_accuracy": _share(facts.live),
        "audits_open": facts.n_audits_open,
        "accepted_tasks": facts.n_accepted,
        "runs": [_run(line) for line in facts.runs],
    }


def _outlook(outlook: Outlook) -> dict[str, Any]:
    groups = [_group(group) for group in outlook.groups]
    return {"target_percent": outlook.target_percent, "n_tasks": outlook.n_tasks, "groups": groups}


def _follower(one: Follower) -> dict[str, Any]:
    return {
        "user": one.user_id,
        "name": one.name,
        "kept": _share(one.kept),
        "expected": one.expected,
        "unaided": _share(one.unaided),
        "unaided_expected": one.unaided_expected,
        "kept_seconds": one.kept_seconds,
        "unaided_seconds": one.unaided_seconds,
        "verdict": one.verdict,
        "because": one.because,
    }


def _group(group: GroupLine) -> dict[str, Any]:
    return {
        "title": group.title,
        "threshold": group.threshold,
        "accuracy": _share(group.accuracy),
        "n": group.n,
        "shortfall": group.shortfall,
    }


def _share(share: Share | None) -> dict[str, Any] | None:
    return {"value": share.value, "low": share.low, "high": share.high, "n": share.n} if share else None


def _run(line: RunLine) -> dict[str, Any]:
    run = line.run
    return {
        "id": run.pk,
        "created_at": run.created_at,
        "sources": run.sources,
        "thresholds": run.thresholds,
        "accepted": run.n_accepted,
        "audited": run.n_audited,
        "left": line.n_left,
        "withdrawn_at": run.withdrawn_at,
    }
