"""The API: one address space, each app routes its own resources."""

from django.urls import include, path

from labelplatform.accounts.api.docs import ApiDocsView, OpenApiView

app_name = "api"

urlpatterns = [
    path("schema/", OpenApiView.as_view(), name="schema"),
    path("docs/", ApiDocsView.as_view(), name="docs"),
    path("", include("labelplatform.accounts.api.urls")),
    path("", include("labelplatform.notifications.api_urls")),
    path("", include("projects.api.urls")),
    path("", include("annotations.api.urls")),
    path("", include("models_app.api.urls")),
]
