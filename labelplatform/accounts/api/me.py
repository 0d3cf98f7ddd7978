"""Who the caller is."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.accounts.authentication import caller
from labelplatform.accounts.models import User
from labelplatform.accounts.people import rename_user
from labelplatform.api import Input, read_body


class UserSerializer(serializers.ModelSerializer):
    is_site_admin = serializers.BooleanField(source="is_superuser")

    class Meta:
        model = User
        fields = ("id", "email", "name", "is_site_admin", "joined_at")


class UserChange(Input):
    name = serializers.CharField(max_length=120, allow_blank=True, required=False)


class MeView(APIView):
    @extend_schema(operation_id="get_me", summary="The signed-in user", responses=UserSerializer)
    def get(self, request: Request) -> Response:
        return Response(UserSerializer(request.user).data)

    @extend_schema(operation_id="change_me", summary="Change one's name", request=UserChange, responses=UserSerializer)
    def patch(self, request: Request) -> Response:
        user = caller(request)
        rename_user(user, read_body(request, UserChange).get("name", user.name), actor=user)
        return Response(UserSerializer(user).data)
