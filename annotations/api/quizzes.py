"""The quiz on a guideline: set it up, take it, and who has passed."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.models import Quiz, QuizAttempt
from annotations.quiz.quiz_attempts import (
    answer_task,
    attempt_as_json,
    finish_attempt,
    open_attempt,
    start_attempt,
    summary_as_json,
)
from annotations.quiz.quizzes import (
    MAX_CHOSEN,
    Standing,
    grant_attempt,
    open_quiz,
    qualify,
    set_up_quiz,
    standing_of,
    standings,
    switch_off_quiz,
)
from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from projects.access import open_member, open_project
from projects.models import Membership


class OwnStandingSerializer(serializers.Serializer):
    is_passed = serializers.BooleanField()
    attempts_left = serializers.IntegerField(help_text="How many can still be begun.")
    open_attempt = serializers.IntegerField(allow_null=True, help_text="The id of the attempt that is not handed in.")


class QuizSerializer(serializers.Serializer):
    guideline = serializers.IntegerField(help_text="The guideline version that it belongs to.")
    pass_percent = serializers.IntegerField()
    attempts = serializers.IntegerField(help_text="How many each person has.")
    size = serializers.IntegerField(help_text="How many tasks an attempt asks.")
    tasks = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="The gold tasks it is drawn from; empty for all, and for those who do not set it up.",
    )
    mine = OwnStandingSerializer(help_text="How the caller stands.")


class QuizCall(Input):
    """What is left out stays as it is; of a first quiz it is the default: 80 percent, 2 attempts, 10 tasks."""

    guideline = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="Naming the current version gives it a quiz of its own: everybody has to pass anew.",
    )
    pass_percent = serializers.IntegerField(required=False, min_value=1, max_value=100)
    attempts = serializers.IntegerField(required=False, min_value=1, max_value=20)
    size = serializers.IntegerField(required=False, min_value=1, max_value=100)
    tasks = serializers.ListField(
        required=False,
        max_length=MAX_CHOSEN,
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        help_text="Ids of gold tasks to draw from; empty draws from all.",
    )


class AttemptSummarySerializer(serializers.Serializer):
    id = serializers.IntegerField()
    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    right = serializers.IntegerField(
        allow_null=True, help_text="How many tasks were right; null until it is handed in."
    )
    total = serializers.IntegerField(allow_null=True)
    passed = serializers.BooleanField(allow_null=True)


class AskedTaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    data = serializers.DictField()  # type: ignore[assignment]  # a field
    answers = serializers.DictField(help_text="What the caller has answered so far.")
    is_right = serializers.BooleanField(allow_null=True, help_text="Null until the attempt is handed in.")
    explanation = serializers.CharField(help_text="Of what was wrong, after the attempt.")
    right_answers = serializers.DictField(
        allow_null=True, help_text="Null until the quiz is passed, or no attempt is left."
    )


class AttemptSerializer(AttemptSummarySerializer):
    tasks = AskedTaskSerializer(many=True)


class QuizAnswerCall(Input):
    task_id = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    answers = serializers.DictField(help_text="By question; may be incomplete.")


class QuizAnsweredSerializer(serializers.Serializer):
    task_id = serializers.IntegerField()
    answers = serializers.DictField()


class QuizPersonSerializer(serializers.Serializer):
    member_id = serializers.IntegerField()
    name = serializers.CharField()
    state = serializers.ChoiceField(["passed", "failed", "open"])
    is_by_hand = serializers.BooleanField(help_text="Whether a manager says that they are qualified.")
    attempts_left = serializers.IntegerField()
    attempts = AttemptSummarySerializer(many=True)


class QuizPeopleSerializer(serializers.Serializer):
    people = QuizPersonSerializer(many=True)


class QuizView(APIView):
    @extend_schema(
        operation_id="get_quiz", summary="The quiz in force; 404 while there is none", responses=QuizSerializer
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        return Response(_quiz(open_quiz(member.project), member))

    @extend_schema(
        operation_id="set_up_quiz",
        summary="Put a quiz in force, or change the one that is",
        description="422 where there are too few gold tasks: `missing` says how many, `url` where to make them.",
        request=QuizCall,
        responses=QuizSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
        return Response(_quiz(set_up_quiz(member, **read_body(request, QuizCall)), member))

    @extend_schema(
        operation_id="switch_off_quiz",
        summary="Let everybody work without it; attempts are kept",
        responses={204: None},
    )
    def delete(self, request: Request, slug: str) -> Response:
        switch_off_quiz(open_project(request.user, slug, Capability.EDIT_GUIDELINE))
        return Response(status=status.HTTP_204_NO_CONTENT)


class QuizAttemptsView(APIView):
    @extend_schema(
        operation_id="list_quiz_attempts",
        summary="The caller's own attempts at the quiz in force, newest first",
        parameters=[Query],
        responses=page_of(AttemptSummarySerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        read_query(request)
        own = QuizAttempt.objects.filter(quiz=open_quiz(member.project), user=member.user_id)
        return paginated(request, own, summary_as_json)

    @extend_schema(
        operation_id="start_quiz_attempt",
        summary="Begin an attempt; one that is open goes on (200)",
        request=None,
        responses={201: AttemptSerializer, 200: AttemptSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        attempt, is_new = start_attempt(member)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(attempt_as_json(attempt, member), status=code)


class QuizAttemptView(APIView):
    @extend_schema(
        operation_id="get_quiz_attempt", summary="One of the caller's own attempts", responses=AttemptSerializer
    )
    def get(self, request: Request, attempt_id: int) -> Response:
        return Response(attempt_as_json(*open_attempt(request.user, attempt_id)))


class QuizAnswersView(APIView):
    @extend_schema(
        operation_id="answer_quiz_task",
        summary="Keep what the caller answers to one of the tasks; it may be changed until the attempt is handed in",
        request=QuizAnswerCall,
        responses=QuizAnsweredSerializer,
    )
    def post(self, request: Request, attempt_id: int) -> Response:
        open_attempt(request.user, attempt_id)
        values = read_body(request, QuizAnswerCall)
        attempt = answer_task(request.user, attempt_id, values["task_id"], values["answers"])
        return Response({"task_id": values["task_id"], "answers": attempt.answers[str(values["task_id"])]})


class FinishQuizView(APIView):
    @extend_schema(
        operation_id="finish_quiz_attempt",
        summary="Hand an attempt in and have it judged; doing it twice is doing it once",
        request=None,
        responses=AttemptSerializer,
    )
    def post(self, request: Request, attempt_id: int) -> Response:
        finish_attempt(request.user, attempt_id)
        return Response(attempt_as_json(*open_attempt(request.user, attempt_id)))


class QuizPeopleView(APIView):
    @extend_schema(
        operation_id="list_quiz_people",
        summary="How everybody stands whom the quiz holds",
        responses=QuizPeopleSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        return Response({"people": [_person(one) for one in standings(open_quiz(member.project))]})


class GrantAttemptView(APIView):
    @extend_schema(
        operation_id="grant_quiz_attempt",
        summary="Give somebody who has none left another attempt",
        request=None,
        responses=QuizPersonSerializer,
    )
    def post(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        return Response(_person(grant_attempt(member, open_member(member, member_id))))


class QualifyView(APIView):
    @extend_schema(
        operation_id="qualify_member",
        summary="Take somebody as having passed; doing it twice is doing it once",
        request=None,
        responses=QuizPersonSerializer,
    )
    def post(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        return Response(_person(qualify(member, open_member(member, member_id))))


def _quiz(quiz: Quiz, member: Membership) -> dict[str, Any]:
    standing = standing_of(quiz, member)
    chosen = quiz.tasks.order_by("pk").values_list("pk", flat=True)
    return {
        "guideline": quiz.guideline.number,
        "pass_percent": quiz.pass_percent,
        "attempts": quiz.attempts,
        "size": quiz.size,
        "tasks": list(chosen) if member.may(Capability.EDIT_GUIDELINE) else [],
        "mine": {
            "is_passed": standing.is_passed,
            "attempts_left": standing.left,
            "open_attempt": standing.open_attempt.pk if standing.open_attempt else None,
        },
    }


def _person(standing: Standing) -> dict[str, Any]:
    return {
        "member_id": standing.member.pk,
        "name": standing.member.user.display_name,
        "state": standing.state,
        "is_by_hand": standing.is_by_hand,
        "attempts_left": standing.left,
        "attempts": [summary_as_json(attempt) for attempt in standing.attempts],
    }
