"""Who is in a project, what they may do, can and take on, and what they have done."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.events.creation_keys import create_once
from labelplatform.roles import Capability, Role
from projects.access import open_project
from projects.api.invitations import NewInvitationSerializer, SkillsField, invitation_as_json
from projects.membership.invitations import invite_member, mail_invitations
from projects.membership.member_skills import needed_skills
from projects.membership.people import change_member, hand_over, opt_out, remove_member
from projects.membership.workload import work_of
from projects.models import Invitation, Membership


class MemberSerializer(serializers.ModelSerializer):
    email = serializers.EmailField(source="user.email")
    name = serializers.CharField(source="user.name")

    class Meta:
        model = Membership
        fields = (
            *("id", "email", "name", "role", "suspended", "joined_at"),
            *("skills", "capacity", "open_limit", "daily_limit", "review_level"),
        )


class InvitedSerializer(serializers.Serializer):
    """One of the two is null: a known address is a member at once, another is invited."""

    member = MemberSerializer(allow_null=True)
    invitation = NewInvitationSerializer(allow_null=True)


class NewMember(Input):
    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(Role.choices)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True, help_text="For an invitation.")
    skills = SkillsField(required=False)
    by_mail = serializers.BooleanField(default=False, help_text="Send the invitation's link by e-mail, too.")


class MemberChange(Input, serializers.ModelSerializer):
    role = serializers.ChoiceField(Role.choices, required=False)
    suspended = serializers.BooleanField(required=False)
    skills = SkillsField(required=False, help_text="Words that tasks may need: languages, fields, trainings.")

    class Meta:
        model = Membership
        fields = ("role", "suspended", "skills", "capacity", "open_limit", "daily_limit", "review_level")
        extra_kwargs = {  # noqa: RUF012 - as DRF reads it
            "capacity": {"help_text": "Share of the work when tasks are shared out: 1 is a full share, 0 none."},
            "open_limit": {"help_text": "At most so many tasks in hand; null: no limit of their own."},
            "daily_limit": {"help_text": "At most so many answers a day; null: no limit of their own."},
            "review_level": {"help_text": "The highest level at which they may review."},
        }


class HandOver(Input):
    leave = serializers.BooleanField(default=False, help_text="Leave the project instead of becoming its manager.")


class DayOfWorkSerializer(serializers.Serializer):
    day = serializers.DateField()
    count = serializers.IntegerField()
    seconds = serializers.FloatField(help_text="Active time.")


class AgreementWithOthersSerializer(serializers.Serializer):
    question = serializers.CharField()
    share = serializers.FloatField(allow_null=True, help_text="Null where it is not defined.")
    low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval.")
    high = serializers.FloatField(allow_null=True)
    n_tasks = serializers.IntegerField()
    why_not = serializers.CharField(help_text="Why it is not defined, else empty.")


class MemberWorkSerializer(serializers.Serializer):
    held = serializers.IntegerField(help_text="Tasks on their screen now.")
    assigned = serializers.IntegerField(help_text="Tasks that wait for them alone.")
    last_at = serializers.DateTimeField(allow_null=True, help_text="When they last answered.")
    days = DayOfWorkSerializer(many=True, help_text="Oldest first.")
    agreement = AgreementWithOthersSerializer(many=True)


class OwnSettingsSerializer(serializers.Serializer):
    skills = serializers.ListField(child=serializers.CharField())
    needed_skills = serializers.ListField(child=serializers.CharField(), help_text="What tasks of the project need.")
    opted_out = serializers.ListField(child=serializers.CharField())


class OwnSettings(Input):
    opted_out = SkillsField(help_text="Be spared the tasks that need one of these. Nobody else is told.")


class MembersView(APIView):
    @extend_schema(
        operation_id="list_members",
        summary="Members, also suspended ones",
        parameters=[Query],
        responses=page_of(MemberSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        read_query(request)
        rows = Membership.objects.filter(project_id=member.project_id).select_related("user")
        return paginated(request, rows, lambda row: MemberSerializer(row).data, ordering=("id",))

    @extend_schema(
        operation_id="invite_member",
        summary="Make a known address a member, invite another",
        request=NewMember,
        responses={201: InvitedSerializer, 200: InvitedSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        values = read_body(request, NewMember)
        secret = ""

        def create() -> Membership | Invitation:
            nonlocal secret
            given = {name: values[name] for name in ("name", "skills") if name in values}
            made, secret = invite_member(member, email=values["email"], role=values["role"], **given)
            if values["by_mail"] and isinstance(made, Invitation):
                mail_invitations(member, [made])
            return made

        scope = f"member of project {member.project_id}"
        made, is_new = create_once(user=request.user, key=values.get("key"), scope=scope, create=create)
        return Response(_invited(made, secret), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class MemberView(APIView):
    @extend_schema(operation_id="get_member", summary="One member", responses=MemberSerializer)
    def get(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        return Response(MemberSerializer(_member(member, member_id)).data)

    @extend_schema(
        operation_id="change_member",
        summary="Change a member's role, suspend them or let them back in, set what they can and take on",
        request=MemberChange,
        responses=MemberSerializer,
    )
    def patch(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        other = _member(member, member_id)
        changes = read_body(request, MemberChange, partial=True)
        return Response(MemberSerializer(change_member(member, other, **changes)).data)

    @extend_schema(
        operation_id="remove_member",
        summary="End a membership, or leave: everybody may remove themselves; what they did stays",
        responses={204: None},
    )
    def delete(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug)
        if member.pk != member_id and not member.may(Capability.MANAGE_MEMBERS):
            raise PermissionDenied("Your role does not let you remove members, only leave yourself.")
        remove_member(member, _member(member, member_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class MemberWorkView(APIView):
    @extend_schema(
        operation_id="get_member_work",
        summary="What a member holds and has done, and how far others agree with them",
        responses=MemberWorkSerializer,
    )
    def get(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        return Response(MemberWorkSerializer(work_of(member, _member(member, member_id))).data)


class HandOverView(APIView):
    @extend_schema(
        operation_id="hand_over_project",
        summary="Make this member an admin and become manager, or leave, in one act",
        request=HandOver,
        responses=MemberSerializer,
    )
    def post(self, request: Request, slug: str, member_id: int) -> Response:
        member = open_project(request.user, slug, Capability.HAND_OVER)
        values = read_body(request, HandOver)
        return Response(MemberSerializer(hand_over(member, _member(member, member_id), **values)).data)


class OwnSettingsView(APIView):
    @extend_schema(
        operation_id="get_own_settings",
        summary="The caller's own skills, and which tasks they are spared",
        responses=OwnSettingsSerializer,
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(_own_settings(open_project(request.user, slug, Capability.ANNOTATE)))

    @extend_schema(
        operation_id="change_own_settings",
        summary="Be spared the tasks that need certain skills",
        request=OwnSettings,
        responses=OwnSettingsSerializer,
    )
    def patch(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.ANNOTATE)
        return Response(_own_settings(opt_out(member, read_body(request, OwnSettings)["opted_out"])))


def _member(member: Membership, member_id: int) -> Membership:
    rows = Membership.objects.filter(project_id=member.project_id).select_related("user")
    other = rows.filter(pk=member_id).first()
    if other is None:
        raise Http404
    return other


def _invited(made: Membership | Invitation, secret: str) -> dict[str, Any]:
    if isinstance(made, Membership):
        return {"member": MemberSerializer(made).data, "invitation": None}
    return {"member": None, "invitation": invitation_as_json(made, secret)}


def _own_settings(member: Membership) -> dict[str, Any]:
    return {
        "skills": member.skills,
        "needed_skills": needed_skills(member.project),
        "opted_out": member.opted_out,
    }
