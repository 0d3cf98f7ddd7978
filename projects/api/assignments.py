"""Assignments: give tasks to people, move them, take them back; and what tasks need."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.roles import Capability
from projects.access import open_assignment, open_project
from projects.api.bulk import BULK, ID, TaskChoice, bulk_answer, read_selection
from projects.assignment.assigning import MAX_PRIORITY, How, assign_tasks, change_assignment
from projects.assignment.taking_back import take_back_assignment, take_back_tasks
from projects.models import Assignment, AssignmentSource, AssignmentStatus, Membership, Purpose
from projects.queueing.queue_order import put_in_order
from projects.queueing.skills import MAX_CHARACTERS
from projects.queueing.task_needs import MAX_OVERLAP, set_needs


class Terms(Input):
    due_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Not in the past.")
    priority = serializers.IntegerField(
        required=False, min_value=-MAX_PRIORITY, max_value=MAX_PRIORITY, help_text="Higher first, of equal due dates."
    )


class _Sharing(TaskChoice, Terms):
    to = serializers.ListField(child=serializers.IntegerField(**ID), allow_empty=False, help_text="Ids of members.")
    how = serializers.ChoiceField(How.choices, default=How.EVEN)


class NewAssignments(_Sharing):
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")


class AssignmentMove(_Sharing):
    moved_from = serializers.IntegerField(**ID, help_text="The member whose assigned tasks are moved.")


class TakingBack(TaskChoice):
    member = serializers.IntegerField(**ID, required=False, help_text="Only what is assigned to this member.")


class AssignmentChange(Terms):
    to = serializers.IntegerField(**ID, required=False, help_text="The member who gets the task instead.")


class TaskNeedsChange(TaskChoice):
    skill = serializers.CharField(
        max_length=MAX_CHARACTERS, required=False, allow_blank=True, help_text="Several joined by `+`; empty for none."
    )
    overlap = serializers.IntegerField(
        required=False, min_value=0, max_value=MAX_OVERLAP, help_text="0 leaves it to the project."
    )


class TaskOrderChange(TaskChoice):
    first = serializers.BooleanField(help_text="True: before all others; false: back where they stood by themselves.")


class ManagedAssignmentSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    task_id = serializers.IntegerField()
    external_id = serializers.CharField()
    user_id = serializers.IntegerField()
    user = serializers.CharField()
    status = serializers.ChoiceField(AssignmentStatus.choices)
    due_at = serializers.DateTimeField(allow_null=True)
    is_overdue = serializers.BooleanField()
    priority = serializers.IntegerField()
    assigned_by = serializers.CharField(allow_null=True)
    started_at = serializers.DateTimeField(help_text="When it was assigned, or begun.")


class AssignmentQuery(Query):
    user = serializers.IntegerField(**ID, required=False, help_text="A user's id.")
    task = serializers.IntegerField(**ID, required=False)
    status = serializers.ChoiceField(AssignmentStatus.choices, required=False)
    overdue = serializers.BooleanField(required=False)


class AssignmentsView(APIView):
    @extend_schema(
        operation_id="list_assignments",
        summary="What managers have assigned, newest first",
        parameters=[AssignmentQuery],
        responses=page_of(ManagedAssignmentSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_query(request, AssignmentQuery)
        rows = Assignment.objects.filter(
            project_id=member.project_id, purpose=Purpose.ANNOTATE, source=AssignmentSource.MANAGER
        )
        columns = {"user": "user_id", "task": "task_id", "status": "status"}
        rows = rows.filter(**{column: values[name] for name, column in columns.items() if name in values})
        if values.get("overdue"):
            rows = rows.filter(status=AssignmentStatus.ASSIGNED, due_at__lt=timezone.now())
        return paginated(request, rows.select_related("task", "user", "assigned_by"), _as_json)

    @extend_schema(
        operation_id="assign_tasks",
        summary="Give tasks to members; many in a job (202)",
        request=NewAssignments,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_body(request, NewAssignments)
        return bulk_answer(assign_tasks(member, read_selection(values), **values))


class MoveAssignmentsView(APIView):
    @extend_schema(
        operation_id="move_assignments",
        summary="Move a member's assigned tasks to others; without tasks all of them. Due dates stay unless given",
        request=AssignmentMove,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_body(request, AssignmentMove)
        selection = read_selection(values, everything=lambda: _assigned_to(member, values["moved_from"]))
        return bulk_answer(assign_tasks(member, selection, **values))


class TakeBackView(APIView):
    @extend_schema(
        operation_id="take_back_assignments",
        summary="Return assigned tasks that are not begun to the queue",
        request=TakingBack,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_body(request, TakingBack)
        return bulk_answer(take_back_tasks(member, read_selection(values), of=values.get("member")))


class AssignmentView(APIView):
    @extend_schema(operation_id="get_assignment", summary="One assignment", responses=ManagedAssignmentSerializer)
    def get(self, request: Request, slug: str, assignment_id: int) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        return Response(_as_json(open_assignment(member, assignment_id)))

    @extend_schema(
        operation_id="change_assignment",
        summary="Give an assigned task to another member, or change its due date and priority",
        request=AssignmentChange,
        responses=ManagedAssignmentSerializer,
    )
    def patch(self, request: Request, slug: str, assignment_id: int) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_body(request, AssignmentChange)
        changed = change_assignment(member, assignment_id, **values)
        return Response(_as_json(open_assignment(member, changed.pk)))

    @extend_schema(
        operation_id="take_back_assignment", summary="Return an assigned task to the queue", responses={204: None}
    )
    def delete(self, request: Request, slug: str, assignment_id: int) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        take_back_assignment(member, assignment_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class TaskNeedsView(APIView):
    @extend_schema(
        operation_id="set_task_needs",
        summary="Say which skill tasks need, and how many people must answer them; many in a job (202)",
        request=TaskNeedsChange,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_body(request, TaskNeedsChange)
        return bulk_answer(set_needs(member, read_selection(values), **values))


class TaskOrderView(APIView):
    @extend_schema(
        operation_id="order_tasks",
        summary="Put tasks before all others that the queue has, or back where they stood; many in a job (202)",
        request=TaskOrderChange,
        responses=BULK,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ASSIGN_TASKS)
        values = read_body(request, TaskOrderChange)
        return bulk_answer(put_in_order(member, read_selection(values), **values))


def _assigned_to(member: Membership, member_id: int) -> dict[str, str]:
    other = Membership.objects.filter(project_id=member.project_id, pk=member_id).first()
    return {"assigned": str(other.user_id) if other else "0"}


def _as_json(row: Assignment) -> dict[str, Any]:
    is_waiting = row.status == AssignmentStatus.ASSIGNED
    return {
        "id": row.pk,
        "task_id": row.task_id,
        "external_id": row.task.external_id,
        "user_id": row.user_id,
        "user": row.user.display_name,
        "status": row.status,
        "due_at": row.due_at,
        "is_overdue": bool(is_waiting and row.due_at and row.due_at < timezone.now()),
        "priority": row.priority,
        "assigned_by": row.assigned_by.display_name if row.assigned_by else None,
        "started_at": row.started_at,
    }
