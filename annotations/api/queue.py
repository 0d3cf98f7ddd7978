"""The queue: next task, history, releasing, taking back what was skipped."""

from functools import partial
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotations.api import documentation
from annotations.api.work import work_as_json
from annotations.models import Annotation, AnnotationStatus
from annotations.progress import progress_of
from annotations.work import workbench
from labelplatform.api import Query, paginated, read_query, require_object
from labelplatform.api_schema import page_of
from labelplatform.refusals import Refusal
from labelplatform.roles import Capability
from projects.access import open_project
from projects.models import Membership
from projects.queueing.releasing import release_leases, return_skipped_tasks
from projects.shown_data import shown_data


def read_task_ids(data: dict[str, Any], name: str) -> list[int]:
    ids = data.get(name, [])
    if not isinstance(ids, list) or not all(type(pk) is int and 0 < pk < 2**63 for pk in ids):
        raise Refusal("Task ids are numbers in a list.", errors=[{"path": name, "message": "Send a list of ids."}])
    return ids[:100]


class NextTaskView(APIView):
    @extend_schema(
        operation_id="claim_next_task",
        summary="Lease the caller's next task, or say why there is none",
        request=documentation.NextCallSerializer,
        responses=documentation.WorkSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        holding = read_task_ids(require_object(request.data), "holding")
        work = workbench.next_work(member, holding)
        return Response(work_as_json(member, work, with_draft=True))


class ReleaseView(APIView):
    @extend_schema(
        operation_id="release_tasks",
        summary="Give back tasks the caller holds and will not work on now",
        request=documentation.ReleaseCallSerializer,
        responses={204: None},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        release_leases(member, read_task_ids(require_object(request.data), "task_ids"))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReturnSkippedView(APIView):
    @extend_schema(
        operation_id="return_skipped_tasks",
        summary="Put the tasks the caller skipped back into their queue",
        request=None,
        responses=documentation.ReturnedSerializer,
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        return Response({"returned": return_skipped_tasks(member)})


class ProgressView(APIView):
    @extend_schema(
        operation_id="get_progress",
        summary="How many tasks are done, of how many, and how many the caller answered today",
        responses=documentation.ProgressSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(progress_of(open_project(request.user, slug)))


class HistoryView(APIView):
    @extend_schema(
        operation_id="list_own_answers",
        summary="The caller's own submitted answers, newest first",
        parameters=[Query],
        responses=page_of(documentation.HistorySerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        read_query(request)
        own = Annotation.objects.filter(
            project_id=member.project_id, author_id=member.user_id, status=AnnotationStatus.SUBMITTED
        ).select_related("task__content")
        return paginated(request, own, partial(_history_row, member), ordering=("-submitted_at", "-id"), page_size=20)


def _history_row(member: Membership, annotation: Annotation) -> dict[str, Any]:
    return {
        "annotation_id": annotation.pk,
        "task_id": annotation.task_id,
        "external_id": annotation.task.external_id,
        "data": shown_data(member, annotation.task.content.data, task_id=annotation.task_id),
        "answers": annotation.answers,
        "version": annotation.version,
        "submitted_at": annotation.submitted_at,
    }
