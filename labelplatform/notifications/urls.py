from django.urls import path

from labelplatform.notifications import views

app_name = "notifications"

urlpatterns = [
    path("notifications/", views.notification_list, name="list"),
    path("notifications/read/", views.read_all, name="read-all"),
    path("notifications/settings/", views.settings, name="settings"),
    path("notifications/<int:notification_id>/open/", views.open_notification, name="open"),
]
