"""Questions about the guideline: asked by those who label, answered by those who write it."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from projects.access import open_project
from projects.guideline.guideline_questions import (
    MAX_CHARACTERS,
    answer_question,
    ask_question,
    open_question,
    questions_for,
)
from projects.models import GuidelineQuestion, Membership


class GuidelineQuestionSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    text = serializers.CharField()
    author = serializers.CharField(help_text="Empty for who may not answer and did not ask.")
    task_id = serializers.IntegerField(allow_null=True, help_text="The task it came up with, for who may browse tasks.")
    asked_at = serializers.DateTimeField()
    answer = serializers.CharField(help_text="Markdown; empty while there is none.")
    answered_by = serializers.CharField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    guideline_number = serializers.IntegerField(allow_null=True, help_text="The version that the answer is part of.")


class NewQuestion(Input):
    key = serializers.UUIDField(help_text="Made by the client: a repeated call asks once.")
    text = serializers.CharField(max_length=MAX_CHARACTERS)
    task_id = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=2**63 - 1)


class NewAnswer(Input):
    answer = serializers.CharField(max_length=MAX_CHARACTERS)


class QuestionsQuery(Query):
    open = serializers.BooleanField(required=False, help_text="true: only those without an answer; false: the others.")


class GuidelineQuestionsView(APIView):
    @extend_schema(
        operation_id="list_guideline_questions",
        summary="Questions about the guideline, newest first; without an answer only to their authors and managers",
        parameters=[QuestionsQuery],
        responses=page_of(GuidelineQuestionSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        query = read_query(request, QuestionsQuery)
        rows: QuerySet[Any] = questions_for(member)
        if "open" in query:
            rows = rows.filter(answer="") if query["open"] else rows.exclude(answer="")
        return paginated(request, rows, lambda question: _as_json(member, question))

    @extend_schema(
        operation_id="ask_guideline_question",
        summary="Ask something that the guideline leaves open",
        request=NewQuestion,
        responses={201: GuidelineQuestionSerializer, 200: GuidelineQuestionSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        question, is_new = ask_question(member, **read_body(request, NewQuestion))
        return Response(_as_json(member, question), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class GuidelineQuestionView(APIView):
    @extend_schema(operation_id="get_guideline_question", summary="One question", responses=GuidelineQuestionSerializer)
    def get(self, request: Request, slug: str, question_id: int) -> Response:
        member = open_project(request.user, slug)
        return Response(_as_json(member, open_question(member, question_id)))

    @extend_schema(
        operation_id="answer_guideline_question",
        summary="Answer a question, or answer it better",
        request=NewAnswer,
        responses=GuidelineQuestionSerializer,
    )
    def patch(self, request: Request, slug: str, question_id: int) -> Response:
        member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
        question = open_question(member, question_id)
        answer_question(member, question, read_body(request, NewAnswer)["answer"])
        return Response(_as_json(member, open_question(member, question_id)))


def _as_json(member: Membership, question: GuidelineQuestion) -> dict[str, Any]:
    knows_who = member.may(Capability.EDIT_GUIDELINE) or question.author_id == member.user_id
    knows_task = member.may(Capability.VIEW_DATA) or question.author_id == member.user_id
    return {
        "id": question.pk,
        "text": question.text,
        "author": question.author.display_name if knows_who else "",
        "task_id": question.task_id if knows_task else None,
        "asked_at": question.asked_at,
        "answer": question.answer,
        "answered_by": question.answered_by.display_name if question.answered_by else None,
        "answered_at": question.answered_at,
        "guideline_number": question.guideline.number if question.guideline else None,
    }
