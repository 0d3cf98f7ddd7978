"""How the API documents itself (OpenAPI): what is the same for every operation is written here, once."""

from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers


class ProblemPlaceSerializer(serializers.Serializer):
    path = serializers.CharField(help_text="The value that is wrong, e.g. `answers.topic`; empty for the whole body.")
    message = serializers.CharField()


class ProblemSerializer(serializers.Serializer):
    """Why a call was refused; some refusals add values of their own."""

    type = serializers.CharField()
    title = serializers.CharField()
    detail = serializers.CharField()
    errors = ProblemPlaceSerializer(many=True)  # type: ignore[assignment]  # a field, not the attribute


_PROBLEMS = {
    "400": "The request could not be read.",
    "401": "Nobody is signed in, or the token is unknown or expired.",
    "403": "Yours, but your role does not allow this.",
    "404": "Nothing of yours has this address.",
    "409": "It does not fit what has happened in the meantime.",
    "422": "Understood and refused; `errors` says which values and why.",
}


class ApiSchema(AutoSchema):
    """Adds the problems that any operation may answer with, and the heading under which it stands."""

    def get_tags(self) -> list[str]:
        """What a call is about: in ``/projects/{slug}/imports/{id}/`` imports, in ``/projects/{slug}/`` projects."""
        words = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and "{" not in part]
        return [words[1] if words[0] == "projects" and len(words) > 1 else words[0]]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        codes = {"400", "401", "422"}
        if "{" in self.path:
            codes |= {"403", "404"}
        if self.method != "GET":
            codes.add("409")
        for code in sorted(codes - bodies.keys()):
            bodies[code] = self._get_response_for_code(ProblemSerializer, code)
            bodies[code]["description"] = _PROBLEMS[code]
        return bodies


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "labelplatform.accounts.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A personal API token."}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "labelplatform.accounts.authentication.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        where = {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
        return {**where, "description": "The pages' session; calls that change something send X-CSRFToken too."}


@cache
def page_of(row: type[serializers.Serializer]) -> serializers.Serializer:
    """How a page of a list is documented: ``{"next", "previous", "results"}``."""
    link: dict[str, Any] = {"allow_null": True, "help_text": "The address of that page, or null."}
    return inline_serializer(
        f"{row.__name__.removesuffix('Serializer')}Page",
        {"next": serializers.URLField(**link), "previous": serializers.URLField(**link), "results": row(many=True)},
    )
