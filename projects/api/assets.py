"""Media files of a project: pictures for its guideline and its tasks, PDFs and sounds for its tasks."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform import uploads
from labelplatform.api import Input, Query, paginated, read_query
from labelplatform.api_schema import page_of
from labelplatform.media_types import MEDIA_TYPES
from labelplatform.roles import Capability
from projects.access import open_asset, open_project
from projects.assets import ACCEPTED, add_asset, delete_asset
from projects.models import Asset


class AssetSerializer(serializers.Serializer):
    content_hash = serializers.CharField(help_text="SHA-256 of the file as it is kept, in hex: its name from now on.")
    media_type = serializers.CharField(help_text="What it was found to be.")
    size = serializers.IntegerField(help_text="Bytes as it is kept: without place, camera, tags and comments.")
    width = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    height = serializers.IntegerField(allow_null=True, help_text="Pixels.")
    duration_seconds = serializers.FloatField(allow_null=True, help_text="Of a sound.")
    name = serializers.CharField(help_text="What the uploader called it.")
    page_count = serializers.IntegerField(allow_null=True, help_text="Of a PDF.")
    url = serializers.CharField(
        help_text="Where it is served: those of the guideline to all members, what only tasks show to who may import."
    )
    markdown = serializers.CharField(
        help_text="How a guideline shows a picture; write what it shows between the brackets. Empty for other files."
    )
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()


class FileToAdd(Input):
    """A multipart form."""

    file = serializers.FileField(
        help_text="PNG, JPEG, WebP or a still GIF, up to 20 MB and 25 megapixels; a BMP; a PDF, up to 100 MB and 2,000 "
        "pages; or WAV, FLAC, up to 200 MB, MP3 or Ogg, up to 100 MB, of an hour at most. Tasks name it by its hash. A "
        "file that nothing shows is removed after a week."
    )


class AssetsView(APIView):
    parser_classes = [MultiPartParser]
    max_upload_bytes = max(MEDIA_TYPES[name].max_bytes for name in ACCEPTED)

    @extend_schema(
        operation_id="list_assets",
        summary="The project's media files, newest first",
        parameters=[Query],
        responses=page_of(AssetSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
        read_query(request)
        assets = Asset.objects.filter(project_id=member.project_id).select_related("project", "created_by")
        return paginated(request, assets, asset_as_json)

    @extend_schema(
        operation_id="add_asset",
        summary="Add a picture, a PDF or a sound; the same file again is the same asset",
        request={"multipart/form-data": FileToAdd},
        responses={201: AssetSerializer, 200: AssetSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
        asset, is_new = add_asset(member.project, uploads.uploaded_file(request), by=member.user)
        return Response(asset_as_json(asset), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class AssetView(APIView):
    @extend_schema(
        operation_id="delete_asset",
        summary="Delete a media file that no task and no guideline version shows",
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, content_hash: str) -> HttpResponse:
        asset, member = open_asset(request.user, slug, content_hash, Capability.EDIT_GUIDELINE)
        delete_asset(member, asset)
        return Response(status=status.HTTP_204_NO_CONTENT)


def asset_as_json(asset: Asset) -> dict[str, Any]:
    facts = ("content_hash", "media_type", "size", "width", "height", "duration_seconds", "page_count", "created_at")
    return {
        **{name: getattr(asset, name) for name in facts},
        "name": asset.original_name,
        "url": asset.get_absolute_url(),
        "markdown": asset.markdown,
        "created_by": asset.created_by.display_name if asset.created_by else None,
    }
