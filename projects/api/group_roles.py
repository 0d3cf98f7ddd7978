"""Which groups of the sign-on provider give which roles; for site admins."""

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.accounts.authentication import caller
from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import ProblemSerializer, page_of
from labelplatform.events.creation_keys import create_once
from labelplatform.roles import Role
from projects.access import open_group_roles
from projects.membership.group_roles import add_group_role, remove_group_role
from projects.models import GroupRole, Project

_FOR_SITE_ADMINS = OpenApiResponse(ProblemSerializer, "For site admins only.")


class GroupRoleSerializer(serializers.ModelSerializer):
    project = serializers.SlugField(
        source="project.slug", default=None, allow_null=True, help_text="Null: the group makes site admins."
    )

    class Meta:
        model = GroupRole
        fields = ("id", "group", "project", "role", "created_at")


class NewGroupRole(Input):
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")
    group = serializers.CharField(max_length=200, help_text="As the sign-on provider calls it.")
    project = serializers.SlugField(
        max_length=60, allow_null=True, required=False, default=None, help_text="Without one: site admin."
    )
    role = serializers.ChoiceField(Role.choices, required=False, allow_blank=True, default="")

    def validate_project(self, slug: str | None) -> Project | None:
        if slug is None:
            return None
        project = Project.objects.filter(slug=slug).first()
        if project is None:
            raise serializers.ValidationError(f"There is no project “{slug}”.")
        return project


class GroupRolesView(APIView):
    @extend_schema(
        operation_id="list_group_roles",
        summary="What groups of the sign-on provider give",
        parameters=[Query],
        responses={200: page_of(GroupRoleSerializer), 404: _FOR_SITE_ADMINS},
    )
    def get(self, request: Request) -> Response:
        rows = open_group_roles(request.user)
        read_query(request)
        return paginated(request, rows, lambda row: GroupRoleSerializer(row).data)

    @extend_schema(
        operation_id="add_group_role",
        summary="Give a group a role in a project, or make its people site admins",
        request=NewGroupRole,
        responses={201: GroupRoleSerializer, 200: GroupRoleSerializer, 404: _FOR_SITE_ADMINS},
    )
    def post(self, request: Request) -> Response:
        open_group_roles(request.user)
        values = read_body(request, NewGroupRole)
        key, user = values.pop("key", None), caller(request)
        row, is_new = create_once(
            user=user, key=key, scope="group role", create=lambda: add_group_role(**values, actor=user)
        )
        made = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(GroupRoleSerializer(row).data, status=made)


class GroupRoleView(APIView):
    @extend_schema(operation_id="remove_group_role", summary="Take a role from a group", responses={204: None})
    def delete(self, request: Request, group_role_id: int) -> Response:
        row = get_object_or_404(open_group_roles(request.user), pk=group_role_id)
        remove_group_role(row, actor=caller(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
