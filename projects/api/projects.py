"""Projects: list, create, read, change; their schema."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.events.creation_keys import create_once
from labelplatform.roles import CAPABILITIES, Capability, Role
from projects.access import open_project
from projects.creation import create_project
from projects.guideline.guidelines import MAX_CHARACTERS
from projects.models import Membership, Project, ProjectState
from projects.policies import POLICIES, STRATEGIES, change_project, policies_seen_by
from projects.schema_change.schema_changes import change_schema


class PoliciesSerializer(Input, serializers.ModelSerializer):
    strategy = serializers.ChoiceField(choices=list(STRATEGIES.items()), required=False)

    class Meta:
        model = Project
        fields = POLICIES
        extra_kwargs = {name: {"required": False} for name in POLICIES}  # noqa: RUF012 - as DRF reads it


class ProjectSummarySerializer(serializers.Serializer):
    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    state = serializers.ChoiceField(ProjectState.choices)
    role = serializers.ChoiceField(Role.choices, help_text="The caller's own.")
    created_at = serializers.DateTimeField()


class SchemaSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="Grows with every change.")
    definition = serializers.DictField(help_text='`{"fields": [...], "questions": [...]}`')
    answers = serializers.DictField(help_text="What answers must look like, as JSON Schema by question.")


class ProjectSerializer(ProjectSummarySerializer):
    capabilities = serializers.ListField(child=serializers.ChoiceField(Capability.choices))
    policies = PoliciesSerializer()
    schema = SchemaSerializer()
    guideline_number = serializers.IntegerField(help_text="The guideline in force; 0 while there is none.")


class NewProject(Input):
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call makes no second one.")
    slug = serializers.SlugField(max_length=60, required=False, help_text="Made from the name where it is missing.")
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")
    schema = serializers.DictField(help_text='`{"fields": [...], "questions": [...]}`')
    policies = PoliciesSerializer(required=False)
    guideline = serializers.CharField(max_length=MAX_CHARACTERS, allow_blank=True, default="", help_text="Markdown.")


class ProjectChange(Input):
    name = serializers.CharField(max_length=120, required=False)
    description = serializers.CharField(max_length=4000, allow_blank=True, required=False)
    state = serializers.ChoiceField(ProjectState.choices, required=False)
    policies = PoliciesSerializer(required=False)


class ProjectQuery(Query):
    state = serializers.ChoiceField(ProjectState.choices, required=False)


class SchemaChange(Input):
    definition = serializers.DictField(help_text='`{"fields": [...], "questions": [...]}`')


class ProjectsView(APIView):
    @extend_schema(
        operation_id="list_projects",
        summary="Projects the caller is a member of, newest first",
        parameters=[ProjectQuery],
        responses=page_of(ProjectSummarySerializer),
    )
    def get(self, request: Request) -> Response:
        query = read_query(request, ProjectQuery)
        projects = Project.objects.visible_to(request.user).with_role_of(request.user)
        if "state" in query:
            projects = projects.filter(state=query["state"])
        return paginated(request, projects, lambda project: _summary(project, project.own_role))

    @extend_schema(
        operation_id="create_project",
        summary="Create a project and become its admin",
        request=NewProject,
        responses={201: ProjectSerializer, 200: ProjectSerializer},
    )
    def post(self, request: Request) -> Response:
        values = read_body(request, NewProject)
        key = values.pop("key", None)
        project, is_new = create_once(
            user=request.user, key=key, scope="project", create=lambda: create_project(author=request.user, **values)
        )
        member = open_project(request.user, project.slug)
        return Response(_project(member), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class ProjectView(APIView):
    @extend_schema(operation_id="get_project", summary="A project with all its settings", responses=ProjectSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_project(open_project(request.user, slug)))

    @extend_schema(
        operation_id="change_project",
        summary="Change name, description, state or policies",
        request=ProjectChange,
        responses=ProjectSerializer,
    )
    def patch(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CONFIGURE)
        changes = read_body(request, ProjectChange, partial=True)
        policies = changes.pop("policies", {})
        change_project(member, {**changes, **policies})
        return Response(_project(open_project(request.user, slug)))


class SchemaView(APIView):
    @extend_schema(operation_id="get_schema", summary="What the project shows and asks", responses=SchemaSerializer)
    def get(self, request: Request, slug: str) -> Response:
        return Response(_schema(open_project(request.user, slug).project))

    @extend_schema(
        operation_id="change_schema",
        summary="Change what the project shows and asks; refused (409) where it would orphan tasks or answers",
        request=SchemaChange,
        responses=SchemaSerializer,
    )
    def put(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.CONFIGURE)
        change_schema(member, read_body(request, SchemaChange)["definition"])
        return Response(_schema(open_project(request.user, slug).project))


def _summary(project: Project, role: str) -> dict[str, Any]:
    return {
        "slug": project.slug,
        "name": project.name,
        "description": project.description,
        "state": project.state,
        "role": role,
        "created_at": project.created_at,
    }


def _project(member: Membership) -> dict[str, Any]:
    project = member.project
    return {
        **_summary(project, member.role),
        "capabilities": sorted(CAPABILITIES[member.role]),
        "policies": policies_seen_by(member),
        "schema": _schema(project),
        "guideline_number": project.guideline_number,
    }


def _schema(project: Project) -> dict[str, Any]:
    return {
        "number": project.schema_version.number if project.schema_version else 0,
        "definition": project.schema.definition(),
        "answers": {question.name: question.json_schema() for question in project.schema.questions},
    }
