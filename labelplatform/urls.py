"""All addresses of the site; each app routes its own part."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("labelplatform.accounts.urls")),
    path("api/v1/", include("labelplatform.api_urls")),
    path("", include("labelplatform.notifications.urls")),
    path("", include("models_app.urls")),
    path("", include("annotations.urls")),
    path("", include("projects.urls")),
]

handler400 = "labelplatform.error_answers.bad_request"
handler403 = "labelplatform.error_answers.permission_denied"
handler404 = "labelplatform.error_answers.not_found"
handler429 = "labelplatform.error_answers.too_many_requests"
handler500 = "labelplatform.error_answers.server_error"
