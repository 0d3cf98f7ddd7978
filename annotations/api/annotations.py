"""Answers: submit, draft, undo, skip; and comments on a task."""

import math
from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api import documentation
from annotations.api.work import work_as_json
from annotations.models import Comment
from annotations.schema_change.outdated_answers import OutdatedAnswers
from annotations.talk.comments import (
    add_comment,
    comment_as_json,
    may_settle,
    open_comment,
    reopen_comment,
    resolve_comment,
)
from annotations.talk.mentions import suggest_people
from annotations.work import workbench
from annotations.work.late_answers import AnsweredAlready, keep_outdated, keep_refused
from annotations.work.retracting import MAX_REASON, open_annotation, restore_annotation, retract_annotation
from annotations.work.submissions import Submission, annotation_as_json
from labelplatform.api import Input, Query, holds_nul, paginated, read_body, read_key, read_query, require_object
from labelplatform.api_schema import page_of
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_task


class Retraction(Input):
    reason = serializers.CharField(max_length=MAX_REASON, allow_blank=True, default="", help_text="Why, for the log.")


class MentionQuery(Input):
    begun = serializers.CharField(max_length=80, allow_blank=True, default="", help_text="What stands after the @.")


class AnnotationsView(APIView):
    @extend_schema(
        operation_id="submit_annotation",
        summary="Submit answers about a task, or keep them as a draft",
        description="409 where the caller's other answers are newer: `annotation` holds those, what was sent is kept.",
        request=documentation.SubmitCallSerializer,
        responses={201: documentation.SubmittedSerializer, 200: documentation.SubmittedSerializer},
    )
    def post(self, request: Request, task_id: int) -> Response:
        data = require_object(request.data)
        submission = _read_submission(data)
        if not _flag(data, "submit", default=True):
            draft = workbench.save_draft(request.user, task_id, submission)
            return Response({"annotation": annotation_as_json(draft), "next": None})
        wants_next = _flag(data, "next", default=False)
        try:
            annotation, is_new, work, member = workbench.submit_annotation(
                request.user, task_id, submission, then_next=wants_next
            )
        except AnsweredAlready as conflict:
            keep_refused(conflict)
            raise
        except OutdatedAnswers as conflict:
            keep_outdated(request.user, task_id, conflict)
            raise
        body = {
            "annotation": annotation_as_json(annotation),
            "next": work_as_json(member, work) if wants_next else None,
        }
        return Response(body, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class UndoView(APIView):
    @extend_schema(
        operation_id="undo_annotation",
        summary="Take one's own answers back; the task is leased to the caller again, with them as a draft",
        request=None,
        responses=documentation.UndoneSerializer,
    )
    def post(self, request: Request, annotation_id: int) -> Response:
        annotation, work, member = workbench.undo_annotation(request.user, annotation_id)
        body = work_as_json(member, work)
        body["draft"] = {
            "answers": annotation.answers,
            "version": annotation.version,
            "annotation_id": annotation.pk,
        }
        return Response({"work": body})


class RetractAnnotationView(APIView):
    @extend_schema(
        operation_id="retract_annotation",
        summary="Take somebody's answers out of what counts; the task's place opens again",
        request=Retraction,
        responses=documentation.AnnotationSerializer,
    )
    def post(self, request: Request, annotation_id: int) -> Response:
        member = open_annotation(request.user, annotation_id, Capability.CURATE_TASKS)
        reason = read_body(request, Retraction)["reason"]
        return Response(annotation_as_json(retract_annotation(member, annotation_id, reason=reason)))


class RestoreAnnotationView(APIView):
    @extend_schema(
        operation_id="restore_annotation",
        summary="Let retracted answers count again; 409 where a newer answer stands in their place",
        request=None,
        responses=documentation.AnnotationSerializer,
    )
    def post(self, request: Request, annotation_id: int) -> Response:
        member = open_annotation(request.user, annotation_id, Capability.CURATE_TASKS)
        return Response(annotation_as_json(restore_annotation(member, annotation_id)))


class SkipView(APIView):
    @extend_schema(
        operation_id="skip_task",
        summary="Put a task aside with a reason; others may still get it",
        request=documentation.SkipCallSerializer,
        responses=documentation.SkippedSerializer,
    )
    def post(self, request: Request, task_id: int) -> Response:
        data = require_object(request.data)
        reason = data.get("reason", "")
        if not isinstance(reason, str) or holds_nul(reason):
            raise Refusal("The reason is text.", errors=[{"path": "reason", "message": "Send text without NUL."}])
        wants_next = _flag(data, "next", default=False)
        work, member = workbench.skip_task(request.user, task_id, reason=reason.strip(), then_next=wants_next)
        return Response({"next": work_as_json(member, work) if wants_next else None})


class CommentsView(APIView):
    @extend_schema(
        operation_id="list_comments",
        summary="What was said about a task, oldest first",
        parameters=[Query],
        responses=page_of(documentation.CommentSerializer),
    )
    def get(self, request: Request, task_id: int) -> Response:
        task, _ = open_task(request.user, task_id)
        read_query(request)
        comments = Comment.objects.filter(task=task).select_related("author")
        return paginated(request, comments, comment_as_json, ordering=("id",), page_size=200)

    @extend_schema(
        operation_id="add_comment",
        summary="Say something about a task; a flag asks a manager to look",
        request=documentation.NewCommentSerializer,
        responses={201: documentation.CommentSerializer, 200: documentation.CommentSerializer},
    )
    def post(self, request: Request, task_id: int) -> Response:
        task, member = open_task(request.user, task_id)
        data = require_object(request.data)
        comment, is_new = add_comment(
            member,
            task,
            key=read_key(data.get("key")),
            kind=data.get("kind", "comment"),
            text=data.get("text", ""),
            parent=data.get("parent"),
            place=data.get("place"),
        )
        return Response(comment_as_json(comment), status=201 if is_new else 200)


class ResolveCommentView(APIView):
    @extend_schema(
        operation_id="resolve_comment",
        summary="Settle a comment or flag: its author may, and who browses the project's data",
        request=None,
        responses=documentation.CommentSerializer,
    )
    def post(self, request: Request, comment_id: int) -> Response:
        comment, member = open_comment(request.user, comment_id)
        if not may_settle(member, comment):
            raise PermissionDenied("Only its author, and who browses the project's data, can settle a thread.")
        return Response(comment_as_json(resolve_comment(member, comment)))


class ReopenCommentView(APIView):
    @extend_schema(
        operation_id="reopen_comment",
        summary="Take back that a comment or flag is settled: for those who may settle it",
        request=None,
        responses=documentation.CommentSerializer,
    )
    def post(self, request: Request, comment_id: int) -> Response:
        comment, member = open_comment(request.user, comment_id)
        if not may_settle(member, comment):
            raise PermissionDenied("Only its author, and who browses the project's data, can reopen a thread.")
        return Response(comment_as_json(reopen_comment(member, comment)))


class MentionableView(APIView):
    @extend_schema(
        operation_id="list_mentionable_people",
        summary="Who may be called by @ on a task: members who may see it, by the beginning of a name",
        parameters=[MentionQuery],
        responses=documentation.MentionableSerializer,
    )
    def get(self, request: Request, task_id: int) -> Response:
        task, _ = open_task(request.user, task_id)
        begun = read_query(request, MentionQuery)["begun"]
        people = suggest_people(task, begun)
        return Response(
            {"people": [{"id": one.user.pk, "name": one.user.display_name, "handle": one.handle} for one in people]}
        )


def _read_submission(data: dict[str, Any]) -> Submission:
    answers = data.get("answers")
    if not isinstance(answers, dict):
        raise Refusal("The answers are missing.", errors=[{"path": "answers", "message": "Send an object."}])
    if holds_nul(answers):
        raise Refusal("The answers hold a NUL character.", errors=[{"path": "answers", "message": "Remove it."}])
    seconds = data.get("active_seconds", 0.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not math.isfinite(seconds):
        raise Refusal("The time is a number.", errors=[{"path": "active_seconds", "message": "Send seconds."}])
    return Submission(
        key=read_key(data.get("key")),
        answers=answers,
        version=_number(data, "version"),
        schema_number=_number(data, "schema_number"),
        guideline_number=_number(data, "guideline_number"),
        active_seconds=float(seconds),
    )


def _number(data: dict[str, Any], name: str) -> int:
    value = data.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
        raise Refusal(f"{name} is a whole number.", errors=[{"path": name, "message": "Send a whole number."}])
    return value


def _flag(data: dict[str, Any], name: str, *, default: bool) -> bool:
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise Refusal(f"{name} is true or false.", errors=[{"path": name, "message": "Send true or false."}])
    return value
