"""The API's documentation: the OpenAPI file and the page that shows it."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.views.generic import TemplateView
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.views import SpectacularAPIView

from labelplatform.described_api import DescribedOnce


class OpenApiView(SpectacularAPIView):
    renderer_classes = [OpenApiJsonRenderer]  # noqa: RUF012 - as DRF reads it
    generator_class = DescribedOnce


class ApiDocsView(LoginRequiredMixin, TemplateView):
    template_name = "accounts/api_docs.html"
    extra_context = {"page_title": "API"}  # noqa: RUF012 - as Django reads it
