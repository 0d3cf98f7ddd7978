"""Long work that somebody waits for: how far it is, and ending it."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Query, paginated, read_query
from labelplatform.api_schema import page_of
from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import cancel_job
from labelplatform.roles import Capability
from projects.access import open_job, open_job_to_cancel, open_project


class JobSerializer(serializers.ModelSerializer):
    class Meta:
        model = Job
        fields = (
            *("id", "kind", "state", "done", "total", "message", "error"),
            *("cancel_requested", "created_at", "started_at", "finished_at"),
        )


class JobQuery(Query):
    state = serializers.ChoiceField(JobState.choices, required=False)
    kind = serializers.CharField(max_length=40, required=False)


class ProjectJobsView(APIView):
    @extend_schema(
        operation_id="list_jobs",
        summary="The project's jobs, newest first",
        parameters=[JobQuery],
        responses=page_of(JobSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.VIEW_DASHBOARD)
        query = read_query(request, JobQuery)
        wanted = {name: query[name] for name in ("state", "kind") if name in query}
        jobs = Job.objects.for_project(member.project_id).filter(**wanted)
        return paginated(request, jobs, lambda job: JobSerializer(job).data)


class JobView(APIView):
    @extend_schema(operation_id="get_job", summary="How far a job is", responses=JobSerializer)
    def get(self, request: Request, job_id: int) -> Response:
        return Response(JobSerializer(open_job(request.user, job_id)).data)


class CancelJobView(APIView):
    @extend_schema(
        operation_id="cancel_job",
        summary="End a job: a waiting one at once, a running one at its next step; one that is over stays as it is",
        request=None,
        responses=JobSerializer,
    )
    def post(self, request: Request, job_id: int) -> Response:
        job = open_job_to_cancel(request.user, job_id)
        cancel_job(job, actor=request.user)
        return Response(JobSerializer(job).data)
