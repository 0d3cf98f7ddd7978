"""The caller's own API tokens.

A token cannot make another token: whoever finds one must not be able to outlive its expiry or its revocation.
"""

from typing import Any

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.accounts.authentication import caller
from labelplatform.accounts.models import ApiToken
from labelplatform.accounts.tokens import create_api_token, revoke_api_token
from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.events.creation_keys import create_once


class TokenSerializer(serializers.ModelSerializer):
    hint = serializers.CharField(help_text="The token's last four characters.")

    class Meta:
        model = ApiToken
        fields = ("id", "name", "hint", "created_at", "expires_at", "last_used_at")


class NewTokenSerializer(TokenSerializer):
    token = serializers.CharField(allow_null=True, help_text="Shown this once; null when the call is a repetition.")

    class Meta:
        model = ApiToken
        fields = (*TokenSerializer.Meta.fields, "token")


class NewToken(Input):
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call makes no second token.")
    name = serializers.CharField(max_length=80)
    expires_at = serializers.DateTimeField(required=False, allow_null=True, default=None)

    def validate_expires_at(self, value: Any) -> Any:
        if value is not None and value <= timezone.now():
            raise serializers.ValidationError("This moment is past; a token that has expired is of no use.")
        return value


class TokensView(APIView):
    @extend_schema(
        operation_id="list_tokens",
        summary="One's own tokens, newest first",
        parameters=[Query],
        responses=page_of(TokenSerializer),
    )
    def get(self, request: Request) -> Response:
        read_query(request)
        return paginated(request, caller(request).api_tokens.all(), lambda token: TokenSerializer(token).data)

    @extend_schema(
        operation_id="create_token",
        summary="Make a token (only when signed in by session)",
        request=NewToken,
        responses={201: NewTokenSerializer, 200: NewTokenSerializer},
    )
    def post(self, request: Request) -> Response:
        if isinstance(request.auth, ApiToken):
            raise PermissionDenied("A token cannot make tokens. Sign in on the site and make one there.")
        values = read_body(request, NewToken)
        if is_reauthentication_required(request._request, app=""):
            raise PermissionDenied("Confirm your password first, at /accounts/reauthenticate/, then make the token.")
        secret = ""

        def create() -> ApiToken:
            nonlocal secret
            row, secret = create_api_token(user=caller(request), name=values["name"], expires_at=values["expires_at"])
            return row

        row, is_new = create_once(user=request.user, key=values.get("key"), scope="token", create=create)
        body = {**TokenSerializer(row).data, "token": secret or None}
        return Response(body, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class TokenView(APIView):
    @extend_schema(operation_id="delete_token", summary="Revoke a token, for good", responses={204: None})
    def delete(self, request: Request, token_id: int) -> Response:
        token = caller(request).api_tokens.filter(pk=token_id).first()
        if token is None:
            raise Http404
        revoke_api_token(token)
        return Response(status=status.HTTP_204_NO_CONTENT)
