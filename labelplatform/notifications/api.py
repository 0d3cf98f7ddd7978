"""The caller's own notifications."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.accounts.authentication import caller
from labelplatform.api import CursorPagination, Input, Query, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.notifications.kinds import only_visible
from labelplatform.notifications.models import Delivery, Notification
from labelplatform.notifications.preferences import choose_deliveries, deliveries_of
from labelplatform.notifications.reading import mark_all_read, mark_read, notifications_of


class NotificationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Notification
        fields = ("id", "kind", "text", "path", "project_id", "object_type", "object_id", "created_at", "read_at")


class NotificationQuery(Query):
    unread = serializers.BooleanField(required=False, help_text="true: only those that have not been read.")


class ReadAllInput(Input):
    up_to = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="The newest one that was seen; later ones stay new."
    )


class ReadCountSerializer(serializers.Serializer):
    read = serializers.IntegerField(help_text="How many became read by this call.")


class DeliveriesSerializer(serializers.Serializer):
    kinds = serializers.DictField(
        child=serializers.ChoiceField(Delivery.choices), help_text="By kind of notification: mention, reply, flag, ..."
    )


class DeliveriesInput(Input):
    kinds = serializers.DictField(
        child=serializers.ChoiceField(Delivery.choices), help_text="Those that change; the rest stays."
    )


class NotificationsView(APIView):
    @extend_schema(
        operation_id="list_notifications",
        summary="What the caller was told, newest first",
        description="What they may not see any more is left out, so a page may hold fewer than asked for.",
        parameters=[NotificationQuery],
        responses=page_of(NotificationSerializer),
    )
    def get(self, request: Request) -> Response:
        rows = notifications_of(caller(request))
        if read_query(request, NotificationQuery).get("unread"):
            rows = rows.filter(read_at=None)
        pages = CursorPagination()
        pages.page_size = 50
        found: list[Any] = pages.paginate_queryset(rows, request) or []
        return pages.get_paginated_response([NotificationSerializer(row).data for row in only_visible(found)])


class ReadNotificationView(APIView):
    @extend_schema(
        operation_id="read_notification",
        summary="Mark one notification as read",
        request=None,
        responses=NotificationSerializer,
    )
    def post(self, request: Request, notification_id: int) -> Response:
        row = mark_read(caller(request), notification_id)
        if row is None:
            raise Http404
        return Response(NotificationSerializer(row).data)


class ReadAllView(APIView):
    @extend_schema(
        operation_id="read_all_notifications",
        summary="Mark all notifications as read",
        request=ReadAllInput,
        responses=ReadCountSerializer,
    )
    def post(self, request: Request) -> Response:
        values = read_body(request, ReadAllInput)
        return Response({"read": mark_all_read(caller(request), up_to=values.get("up_to"))})


class DeliveriesView(APIView):
    @extend_schema(
        operation_id="get_notification_settings",
        summary="How the caller hears of each kind: page, email, digest (once a day) or off",
        responses=DeliveriesSerializer,
    )
    def get(self, request: Request) -> Response:
        return Response({"kinds": deliveries_of(caller(request))})

    @extend_schema(
        operation_id="change_notification_settings",
        summary="Change how the caller hears of some kinds",
        request=DeliveriesInput,
        responses=DeliveriesSerializer,
    )
    def patch(self, request: Request) -> Response:
        kinds = read_body(request, DeliveriesInput)["kinds"]
        return Response({"kinds": choose_deliveries(caller(request), kinds)})
