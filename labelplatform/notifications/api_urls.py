from django.urls import path

from labelplatform.notifications import api

urlpatterns = [
    path("notifications/", api.NotificationsView.as_view(), name="notification-list"),
    path("notifications/read/", api.ReadAllView.as_view(), name="notification-read-all"),
    path("notifications/settings/", api.DeliveriesView.as_view(), name="notification-settings"),
    path("notifications/<int:notification_id>/read/", api.ReadNotificationView.as_view(), name="notification-read"),
]
