"""Review: the reviewer's queue, decisions, reopening, and what reviewers decided."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api.documentation import EmptyReasonSerializer, KeyField, LeaseSerializer
from annotations.models import Annotation, Review, ReviewDecision
from annotations.reviewing.review import DECISIONS, Decision, decide_review, keep_outdated_fix, review_as_json
from annotations.reviewing.review_queue import ReviewWork, next_review, reason_for_no_review, release_reviews
from annotations.reviewing.review_requests import MAX_REASON, assign_reviews, reopen_task, send_to_review
from annotations.schema_change.outdated_answers import OutdatedFix
from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from projects.access import open_member, open_project, open_task
from projects.api.bulk import BULK, TaskChoice, bulk_answer, read_selection
from projects.models import Membership
from projects.shown_data import shown_data

MAX_TASKS = 1000


class TaskIdsField(serializers.ListField):
    child = serializers.IntegerField(min_value=1, max_value=2**63 - 1)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAX_TASKS, **options)


class ReviewSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    level = serializers.IntegerField()
    decision = serializers.ChoiceField(ReviewDecision.choices)
    answers = serializers.DictField(help_text="What holds after it; empty where it was returned.")
    reason = serializers.CharField()
    comment = serializers.CharField()
    place = serializers.DictField(allow_null=True)
    returned_to = serializers.ListField(child=serializers.IntegerField(), help_text="Ids of those it went back to.")
    reviewer = serializers.CharField()
    is_current = serializers.BooleanField(help_text="Whether it still counts.")
    created_at = serializers.DateTimeField()


class JudgedAnnotationSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    author = serializers.CharField()
    author_id = serializers.IntegerField()
    version = serializers.IntegerField()
    answers = serializers.DictField()
    suggestions = serializers.DictField(help_text="What models had proposed to this person.")
    guideline_number = serializers.IntegerField()
    submitted_at = serializers.DateTimeField()


class ReviewTaskSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    external_id = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]  # a field


class ReviewWorkSerializer(serializers.Serializer):
    """A task to review; without one, `task` is null and `reason` says why."""

    task = ReviewTaskSerializer(allow_null=True)
    reason = EmptyReasonSerializer(required=False)
    assignment = LeaseSerializer(required=False)
    level = serializers.IntegerField(required=False)
    annotations = JudgedAnnotationSerializer(many=True, required=False)
    merged = serializers.DictField(required=False, help_text="What all of them agree on.")
    differing = serializers.ListField(child=serializers.CharField(), required=False)
    earlier = ReviewSerializer(many=True, required=False)
    schema = serializers.DictField(required=False, help_text="The `number` of the version in force.")


class NextReviewCall(Input):
    holding = TaskIdsField(required=False, help_text="Tasks that the client holds already, so that it gets another.")


class PlaceInput(Input):
    field = serializers.CharField(max_length=40)
    start = serializers.IntegerField(min_value=0)
    end = serializers.IntegerField(min_value=1)
    text = serializers.CharField(max_length=2000, trim_whitespace=False)


class ReviewCall(Input):
    key = KeyField()
    decision = serializers.ChoiceField(DECISIONS)
    schema_number = serializers.IntegerField(
        min_value=0,
        max_value=2**31 - 1,
        default=0,
        help_text="The schema version that was on screen; 0: that in force.",
    )
    answers = serializers.DictField(required=False, help_text="Corrected answers; with `fix` only.")
    judged = serializers.DictField(
        child=serializers.IntegerField(),
        required=False,
        help_text="Versions of the annotations that were on screen, by id: newer ones refuse the decision.",
    )
    returned_to = serializers.ListField(
        child=serializers.IntegerField(), required=False, max_length=20, help_text="Ids of authors; without, all."
    )
    reason = serializers.CharField(max_length=80, allow_blank=True, default="")
    comment = serializers.CharField(max_length=5000, allow_blank=True, default="")
    place = PlaceInput(required=False, allow_null=True, help_text="Where in the item the comment belongs.")
    active_seconds = serializers.FloatField(min_value=0, default=0.0)
    next = serializers.BooleanField(default=False, help_text="Send the next task with the answer.")
    holding = TaskIdsField(required=False)


class DecidedSerializer(serializers.Serializer):
    review = ReviewSerializer()
    next = ReviewWorkSerializer(allow_null=True)


class ReopenCall(Input):
    reason = serializers.CharField(max_length=MAX_REASON)


class RequestCall(TaskChoice):
    reason = serializers.CharField(max_length=MAX_REASON)


class AssignReviewsCall(Input):
    task_ids = TaskIdsField()
    to = serializers.IntegerField(help_text="A member's id.")
    due_at = serializers.DateTimeField(required=False, allow_null=True)


class ReviewsAssignedSerializer(serializers.Serializer):
    assigned = serializers.IntegerField()
    left_out = serializers.IntegerField(help_text="Those that wait for no review of this level or are with somebody.")


class NextReviewView(APIView):
    @extend_schema(
        operation_id="claim_next_review",
        summary="Lease the caller's next task to review, or say why there is none",
        request=NextReviewCall,
        responses=ReviewWorkSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.REVIEW)
        holding = read_body(request, NextReviewCall).get("holding", [])
        return Response(_work_as_json(member, next_review(member, holding)))


class ReleaseReviewsView(APIView):
    @extend_schema(
        operation_id="release_reviews",
        summary="Give back tasks the caller has in hand to review",
        request=NextReviewCall,
        responses={204: None},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.REVIEW)
        release_reviews(member, read_body(request, NextReviewCall).get("holding", []))
        return Response(status=status.HTTP_204_NO_CONTENT)


class TaskReviewsView(APIView):
    @extend_schema(
        operation_id="decide_review",
        summary="Accept, fix or return the answers about a task that the caller has in hand",
        description="409 where somebody else decided meanwhile, the answers are newer than those judged, or a fix of "
        "what was asked before cannot be said in today's words: it is kept as a review that decides nothing.",
        request=ReviewCall,
        responses={201: DecidedSerializer, 200: DecidedSerializer},
    )
    def post(self, request: Request, task_id: int) -> Response:
        open_task(request.user, task_id, Capability.REVIEW)
        values = read_body(request, ReviewCall)
        decision = _decision(values)
        try:
            review, is_new, member = decide_review(request.user, task_id, decision)
        except OutdatedFix as conflict:
            keep_outdated_fix(request.user, task_id, decision, conflict)
            raise
        following = _work_as_json(member, next_review(member, values.get("holding", []))) if values["next"] else None
        body = {"review": review_as_json(review), "next": following}
        return Response(body, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class ReopenView(APIView):
    @extend_schema(
        operation_id="reopen_task",
        summary="Open finished work again: it is reviewed anew",
        request=ReopenCall,
        responses={204: None},
    )
    def post(self, request: Request, task_id: int) -> Response:
        task, member = open_task(request.user, task_id, Capability.MANAGE_WORK)
        reopen_task(member, task, reason=read_body(request, ReopenCall)["reason"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReviewsView(APIView):
    @extend_schema(
        operation_id="list_reviews",
        summary="What reviewers decided, newest first",
        parameters=[Query],
        responses=page_of(ReviewSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_DATA)
        read_query(request)
        rows = Review.objects.filter(project_id=member.project_id).select_related("reviewer")
        return paginated(request, rows, review_as_json)


class ReviewRequestsView(APIView):
    @extend_schema(
        operation_id="request_reviews",
        summary="Have finished tasks reviewed again; many in a job (202). Others are passed over",
        request=RequestCall,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_WORK)
        values = read_body(request, RequestCall)
        return bulk_answer(send_to_review(member, read_selection(values), reason=values["reason"]))


class ReviewAssignmentsView(APIView):
    @extend_schema(
        operation_id="assign_reviews",
        summary="Give tasks that wait for review to one reviewer",
        request=AssignReviewsCall,
        responses=ReviewsAssignedSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_WORK)
        values = read_body(request, AssignReviewsCall)
        reviewer = open_member(member, values["to"])
        given, left_out = assign_reviews(member, values["task_ids"], reviewer, due_at=values.get("due_at"))
        return Response({"assigned": given, "left_out": left_out})


def _decision(values: dict[str, Any]) -> Decision:
    return Decision(
        key=values["key"],
        decision=values["decision"],
        answers=values.get("answers", {}),
        judged={int(pk): version for pk, version in values.get("judged", {}).items() if pk.isdigit()},
        returned_to=tuple(values.get("returned_to", ())),
        reason=values["reason"],
        comment=values["comment"],
        place=values.get("place"),
        active_seconds=values["active_seconds"],
        schema_number=values["schema_number"],
    )


def _work_as_json(member: Membership, work: ReviewWork | None) -> dict[str, Any]:
    if work is None:
        return {"task": None, "reason": reason_for_no_review(member)}
    task = work.task
    return {
        "task": {
            "id": task.pk,
            "external_id": task.external_id,
            "data": shown_data(member, task.content.data, task_id=task.pk),
        },
        "assignment": {"lease_expires_at": work.lease_expires_at},
        "level": work.level,
        "annotations": [_judged(row) for row in work.annotations],
        "merged": work.merged,
        "differing": work.differing,
        "earlier": [review_as_json(review) for review in work.earlier],
        "schema": {"number": member.project.current_schema_version.number},
    }


def _judged(annotation: Annotation) -> dict[str, Any]:
    return {
        "id": annotation.pk,
        "author": annotation.author.display_name,
        "author_id": annotation.author_id,
        "version": annotation.version,
        "answers": annotation.answers,
        "suggestions": annotation.suggestions,
        "guideline_number": annotation.guideline_number,
        "submitted_at": annotation.submitted_at,
    }
