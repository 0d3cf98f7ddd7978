"""What every API answer has in common: JSON, errors, pages of a list."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db.models import QuerySet
from django.http import Http404, JsonResponse
from rest_framework import exceptions, serializers, status
from rest_framework.pagination import CursorPagination as DrfCursorPagination
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.utils.urls import replace_query_param

from labelplatform.refusals import Refusal

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_DEPTH = 60
_LONGEST_PLACE = 12


def _encode_other(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, str):  # a kind of text, e.g. safe HTML, which str() gives back as it is
        return str.__str__(value)
    return str(value)


_encoder = msgspec.json.Encoder(enc_hook=_encode_other)


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else _encoder.encode(data)


class JSONParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(MAX_BODY_BYTES + 1)
        if len(body) > MAX_BODY_BYTES:
            raise PayloadTooLarge
        try:
            data = msgspec.json.decode(body) if body else {}
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise exceptions.ParseError(f"The body is not valid JSON: {error}.") from error
        # fewer brackets than the limit cannot nest deeper, which spares looking at what ordinary calls send
        if body.count(b"[") + body.count(b"{") > MAX_DEPTH and _is_deeper_than(data, MAX_DEPTH):
            raise exceptions.ParseError(f"The body nests deeper than {MAX_DEPTH} levels.")
        return data


def _is_deeper_than(data: Any, limit: int) -> bool:
    level = [data]
    for _ in range(limit):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return any(isinstance(value, dict | list) for value in level)


def holds_nul(data: Any) -> bool:
    """Whether any text in a JSON value holds a NUL character, which no database column takes."""
    if isinstance(data, str):
        return "\x00" in data
    if isinstance(data, dict):
        return any(holds_nul(name) or holds_nul(value) for name, value in data.items())
    return isinstance(data, list) and any(holds_nul(value) for value in data)


class PayloadTooLarge(exceptions.APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = f"A JSON body may have {MAX_BODY_BYTES // 1024 // 1024} MB at most; upload a file instead."


class CursorPagination(DrfCursorPagination):
    """``{"next", "previous", "results"}``; ``page_size`` up to 200."""

    page_size_query_param = "page_size"
    max_page_size = 200
    page_size = 50
    ordering: str | list[str] | tuple[str, ...] = "-id"

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any] | None:
        try:
            return super().paginate_queryset(queryset, request, view)
        except (exceptions.NotFound, ValueError, OverflowError, DjangoValidationError) as error:
            raise exceptions.ParseError("This cursor is none of ours; start again without one.") from error


def paginated(
    request: Request,
    rows: QuerySet[Any],
    as_json: Callable[[Any], Any],
    *,
    ordering: tuple[str, ...] = ("-id",),
    page_size: int = CursorPagination.page_size,
) -> Response:
    """One page of ``rows``; the first name of ``ordering`` should be (nearly) unique."""
    pages = CursorPagination()
    pages.ordering, pages.page_size = ordering, page_size
    return pages.get_paginated_response([as_json(row) for row in pages.paginate_queryset(rows, request) or []])


def paginated_list(
    request: Request, query: Mapping[str, Any], rows: Sequence[Any], as_json: Callable[[Sequence[Any]], list[Any]]
) -> Response:
    """One page of what was worked out in an order of its own, by the values of a ``Query``; the cursor is the place
    it starts at."""
    size, cursor = query.get("page_size", CursorPagination.page_size), query.get("cursor", "0")
    if not cursor.isdecimal() or len(cursor) > _LONGEST_PLACE:
        raise exceptions.ParseError("This cursor is none of ours; start again without one.")
    start = int(cursor)

    def link(place: int) -> str:
        return replace_query_param(request.build_absolute_uri(), "cursor", place)

    return Response(
        {
            "next": link(start + size) if start + size < len(rows) else None,
            "previous": link(max(0, start - size)) if start else None,
            "results": as_json(rows[start : start + size]),
        }
    )


class Input(serializers.Serializer):
    """What a call sends. A name that is not known is refused: a typing error must not pass for "no change"."""

    def to_internal_value(self, data: Any) -> Any:
        values = super().to_internal_value(data)
        unknown = sorted(str(name) for name in data if name not in self.fields)
        if unknown:
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                dict.fromkeys(unknown, f"There is no such value here; there are: {known}.")
            )
        return values


class Query(Input):
    """The query string of a list."""

    cursor = serializers.CharField(required=False, help_text="Where a page starts: taken from `next` or `previous`.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=CursorPagination.max_page_size)


def read_body(request: Request, form: type[Input], *, partial: bool = False) -> dict[str, Any]:
    """The body's values; raises ``ValidationError`` (422) naming each that is wrong."""
    return _checked(form(data=require_object(request.data), partial=partial))


def read_query(request: Request, form: type[Input] = Query) -> dict[str, Any]:
    """The query string's values; raises ``ValidationError`` (422) naming each that is wrong."""
    return _checked(form(data=request.query_params.dict()))


def _checked(form: Input) -> dict[str, Any]:
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def require_object(data: Any) -> dict[str, Any]:
    """The body as a JSON object, else 400."""
    if not isinstance(data, Mapping):
        raise exceptions.ParseError("The body must be a JSON object.")
    return dict(data)


def read_key(value: Any) -> uuid.UUID:
    """A client-made key: any UUID, as text."""
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise Refusal(
            "A client-made key is needed, so that a repeated call has one effect.",
            errors=[{"path": "key", "message": "Send a UUID made by the client."}],
        ) from error


_TITLES = {
    400: "The request could not be read.",
    401: "Sign in first.",
    403: "Your role does not allow this.",
    404: "There is no such thing here.",
    405: "This address does not take that method.",
    413: "That is too large.",
    415: "This media type is not understood.",
    429: "Too many requests.",
    500: "Something broke on our side.",
}


def exception_handler(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn refusals and framework errors into ``{"type", "title", "detail", "errors"}`` with the right status."""
    if isinstance(error, Refusal):
        return problem(error.status_code, error.title, error.detail, error.errors, error.extra)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied(str(error) or None)
    if not isinstance(error, exceptions.APIException):
        return None
    code = error.status_code
    if isinstance(error, exceptions.ValidationError):
        code = status.HTTP_422_UNPROCESSABLE_ENTITY
        errors = list(_flatten(error.detail))
        detail = errors[0]["message"] if len(errors) == 1 else f"{len(errors)} values need a change."
        return problem(code, "Some values are not right.", detail, errors)
    response = problem(code, _TITLES.get(code, "This did not work."), str(error.detail))
    if header := getattr(error, "auth_header", None):
        response["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response["Retry-After"] = str(int(wait))
    return response


def problem(
    code: int, title: str, detail: str, errors: list[dict[str, str]] | None = None, extra: dict[str, Any] | None = None
) -> Response:
    body = {"type": f"/problems/{code}", "title": title, "detail": detail, "errors": errors or [], **(extra or {})}
    return Response(body, status=code)


def plain_problem(code: int, detail: str) -> JsonResponse:
    """A problem where no API view answers: an address that is none, a broken request, a fault of ours."""
    body = {"type": f"/problems/{code}", "title": _TITLES[code], "detail": detail, "errors": []}
    return JsonResponse(body, status=code)


def _flatten(detail: Any, path: str = "") -> Any:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            inside = path if name == api_settings.NON_FIELD_ERRORS_KEY else f"{path}.{name}".lstrip(".")
            yield from _flatten(inner, inside)
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, Mapping | list)
            yield from _flatten(inner, f"{path}.{position}" if nested else path)
    else:
        yield {"path": path, "message": str(detail)}
