"""Guidelines: numbered versions of Markdown, what changed in them, and who has read them."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.events.creation_keys import create_once
from labelplatform.roles import Capability
from projects.access import open_project
from projects.guideline.guideline_links import changes_html, guideline_html
from projects.guideline.guidelines import (
    MAX_CHARACTERS,
    acknowledge_guideline,
    baseline_of,
    current_guideline,
    find_version,
    publish_guideline,
    readers,
    touched_between,
    touched_in_words,
    versions_between,
)
from projects.models import Guideline, Membership


class TouchedField(serializers.DictField):
    """Options by question."""

    child = serializers.ListField(child=serializers.CharField(max_length=200), max_length=10_000)


class GuidelineSummarySerializer(serializers.Serializer):
    number = serializers.IntegerField()
    summary = serializers.CharField(help_text="What changed.")
    author = serializers.CharField(allow_null=True)
    published_at = serializers.DateTimeField()
    options_touched = TouchedField(help_text="What it decides anew: option values by question.")
    needs_acknowledgement = serializers.BooleanField(
        help_text="Whether people must have read it before they get another task."
    )


class GuidelineSerializer(GuidelineSummarySerializer):
    text = serializers.CharField(help_text="Markdown.")
    html = serializers.CharField(help_text="The text as sanitized HTML.")


class NewGuideline(Input):
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call publishes once.")
    text = serializers.CharField(max_length=MAX_CHARACTERS, trim_whitespace=False, help_text="Markdown.")
    summary = serializers.CharField(max_length=300, allow_blank=True, default="")
    options_touched = TouchedField(required=False, help_text="What it decides anew: option values by question.")
    needs_acknowledgement = serializers.BooleanField(
        required=False, help_text="The project's setting by default. A first version never holds anybody up."
    )
    based_on = serializers.IntegerField(
        required=False,
        min_value=0,
        help_text="The version that the text was begun from, 0 for none: 409 where another is in force by now.",
    )
    answers = serializers.ListField(
        required=False,
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=100,
        help_text="Ids of answered guideline questions that are part of this version now.",
    )


class TouchedOptionSerializer(serializers.Serializer):
    value = serializers.CharField()
    title = serializers.CharField()
    colour = serializers.IntegerField(help_text="Its number in the palette; 0 has none.")


class TouchedQuestionSerializer(serializers.Serializer):
    question = serializers.CharField()
    title = serializers.CharField()
    options = TouchedOptionSerializer(many=True)


class GuidelineChangesSerializer(serializers.Serializer):
    number = serializers.IntegerField(help_text="The later of the two versions.")
    since = serializers.IntegerField(help_text="The earlier one.")
    versions = GuidelineSummarySerializer(many=True, help_text="What was published between them, oldest first.")
    options_touched = TouchedQuestionSerializer(many=True)
    html = serializers.CharField(help_text="The later text as sanitized HTML, its changes as `ins` and `del`.")


class ChangesQuery(Input):
    since = serializers.IntegerField(
        required=False, min_value=1, help_text="Default: the newest version that the caller has read, else the first."
    )
    until = serializers.IntegerField(required=False, min_value=1, help_text="Default: the version in force.")


class AcknowledgedSerializer(serializers.Serializer):
    acknowledged_number = serializers.IntegerField(help_text="The newest version that the caller has read.")


class ReaderSerializer(serializers.Serializer):
    member_id = serializers.IntegerField()
    name = serializers.CharField()
    acknowledged_number = serializers.IntegerField(help_text="The newest version they have read; 0 for none.")


class ReadersSerializer(serializers.Serializer):
    read = ReaderSerializer(many=True)
    unread = ReaderSerializer(many=True)


class GuidelinesView(APIView):
    @extend_schema(
        operation_id="list_guidelines",
        summary="All versions, newest first, without their texts",
        parameters=[Query],
        responses=page_of(GuidelineSummarySerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        read_query(request)
        rows = Guideline.objects.filter(project_id=member.project_id).select_related("author").defer("text")
        return paginated(request, rows, _summary, ordering=("-number",))

    @extend_schema(
        operation_id="publish_guideline",
        summary="Publish the next version",
        request=NewGuideline,
        responses={201: GuidelineSerializer, 200: GuidelineSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
        values = read_body(request, NewGuideline)
        guideline, is_new = create_once(
            user=request.user,
            key=values.get("key"),
            scope=f"guideline of project {member.project_id}",
            create=lambda: publish_guideline(
                project=member.project,
                author=request.user,
                **{name: value for name, value in values.items() if name != "key"},
            ),
        )
        return Response(_guideline(member, guideline), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class GuidelineView(APIView):
    @extend_schema(operation_id="get_guideline", summary="One version", responses=GuidelineSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        member = open_project(request.user, slug)
        return Response(_guideline(member, find_version(member.project_id, number)))


class CurrentGuidelineView(APIView):
    @extend_schema(
        operation_id="get_current_guideline",
        summary="The version in force; 404 while there is none",
        responses=GuidelineSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        return Response(_guideline(member, current_guideline(member.project_id)))


class GuidelineChangesView(APIView):
    @extend_schema(
        operation_id="get_guideline_changes",
        summary="What changed from one version to another, by default since the caller last read it",
        parameters=[ChangesQuery],
        responses=GuidelineChangesSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug)
        query = read_query(request, ChangesQuery)
        latest = (
            find_version(member.project_id, query["until"])
            if "until" in query
            else current_guideline(member.project_id)
        )
        if latest is None:
            raise Http404
        earlier = find_version(member.project_id, min(query.get("since", baseline_of(member)), latest.number))
        between = (member.project_id, earlier.number, latest.number)
        return Response(
            {
                "number": latest.number,
                "since": earlier.number,
                "versions": [_summary(version) for version in versions_between(*between)],
                "options_touched": touched_in_words(member.project.schema, touched_between(*between)),
                "html": str(changes_html(member, earlier.text, latest.text).html),
            }
        )


class AcknowledgementView(APIView):
    @extend_schema(
        operation_id="acknowledge_guideline",
        summary="Say that the caller has read this version; saying it twice is saying it once",
        request=None,
        responses=AcknowledgedSerializer,
    )
    def post(self, request: Request, slug: str, number: int) -> Response:
        member = open_project(request.user, slug)
        return Response({"acknowledged_number": acknowledge_guideline(member, number)})

    @extend_schema(
        operation_id="list_guideline_readers",
        summary="Who of those who label has read this version, and who has not",
        responses=ReadersSerializer,
    )
    def get(self, request: Request, slug: str, number: int) -> Response:
        member = open_project(request.user, slug, Capability.EDIT_GUIDELINE)
        have, have_not = readers(member.project_id, find_version(member.project_id, number).number)
        return Response({"read": [_reader(one) for one in have], "unread": [_reader(one) for one in have_not]})


def _reader(member: Membership) -> dict[str, Any]:
    return {
        "member_id": member.pk,
        "name": member.user.display_name,
        "acknowledged_number": member.acknowledged_number,
    }


def _summary(guideline: Guideline) -> dict[str, Any]:
    return {
        "number": guideline.number,
        "summary": guideline.summary,
        "author": guideline.author.display_name if guideline.author else None,
        "published_at": guideline.published_at,
        "options_touched": guideline.options_touched,
        "needs_acknowledgement": guideline.needs_acknowledgement,
    }


def _guideline(member: Membership, guideline: Guideline | None) -> dict[str, Any]:
    if guideline is None:
        raise Http404
    return {**_summary(guideline), "text": guideline.text, "html": str(guideline_html(member, guideline.text).html)}
