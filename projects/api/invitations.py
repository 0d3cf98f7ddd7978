"""Invitations: who is invited, inviting many at once, sending a link again, cancelling one."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from labelplatform.accounts.models import normalize_email
from labelplatform.api import Input, Query, paginated, read_body, read_query
from labelplatform.api_schema import page_of
from labelplatform.events.creation_keys import create_once
from labelplatform.events.models import Event
from labelplatform.roles import Capability, Role
from projects.access import open_project
from projects.membership.invitations import cancel_invitation, link_of, resend_invitation
from projects.membership.inviting import MAX_PEOPLE, Invitee, Outcome, check_people, foresee, invite_people, read_people
from projects.membership.member_skills import MAX_LENGTH, MAX_SKILLS
from projects.models import Invitation, Membership


class SkillsField(serializers.ListField):
    """Lower-case words: languages, fields, trainings."""

    child = serializers.CharField(max_length=4 * MAX_LENGTH)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=4 * MAX_SKILLS, **kwargs)


class InvitationSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invitation
        fields = ("id", "email", "name", "role", "skills", "created_at", "expires_at", "mailed_at", "mail_problem")


class NewInvitationSerializer(InvitationSerializer):
    link = serializers.URLField(allow_null=True, help_text="Shown this once; null when the call is a repetition.")

    class Meta:
        model = Invitation
        fields = (*InvitationSerializer.Meta.fields, "link")


class NewPerson(Input):
    email = serializers.CharField(max_length=254)
    role = serializers.CharField(max_length=20)
    name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    skills = SkillsField(required=False)


class NewPeople(Input):
    """Either ``people`` one by one, or ``text`` as a person would paste it, with the ``role`` of lines without one."""

    key = serializers.UUIDField(required=False, help_text="Made by the client: a repeated call has one effect.")
    people = serializers.ListField(child=NewPerson(), required=False, max_length=MAX_PEOPLE)
    text = serializers.CharField(
        max_length=100_000, required=False, help_text="`address`, `Name <address>` or `address, role, skills` a line."
    )
    role = serializers.ChoiceField(Role.choices, default=Role.ANNOTATOR)
    by_mail = serializers.BooleanField(default=False, help_text="Send the links by e-mail, too.")
    preview = serializers.BooleanField(default=False, help_text="Only say what would happen.")


class InviteeSerializer(serializers.Serializer):
    line = serializers.IntegerField(help_text="Where it stood, from 1.")
    email = serializers.CharField()
    name = serializers.CharField()
    role = serializers.CharField()
    skills = serializers.ListField(child=serializers.CharField())
    outcome = serializers.ChoiceField([(outcome.value, outcome.value) for outcome in Outcome])
    message = serializers.CharField()
    link = serializers.CharField(allow_null=True, help_text="Shown this once; null where there is none.")


class InvitedPeopleSerializer(serializers.Serializer):
    people = InviteeSerializer(many=True)


class Resend(Input):
    by_mail = serializers.BooleanField(default=False, help_text="Send the new link by e-mail, too.")


class InvitePeopleView(APIView):
    @extend_schema(
        operation_id="invite_people",
        summary="Invite many people: all of them, or none; or only say what would happen",
        request=NewPeople,
        responses={201: InvitedPeopleSerializer, 200: InvitedPeopleSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        values = read_body(request, NewPeople)
        people = _people(values)
        if values["preview"]:
            return Response(_invited_people(foresee(member, check_people(people))))

        def create() -> Event:
            event, _ = invite_people(member, people, by_mail=values["by_mail"])
            return event

        scope = f"people of project {member.project_id}"
        event, is_new = create_once(user=request.user, key=values.get("key"), scope=scope, create=create)
        if not is_new:
            people = [Invitee(line=line, **row) for line, row in enumerate(event.after["people"], start=1)]
        return Response(_invited_people(people), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class InvitationsView(APIView):
    @extend_schema(
        operation_id="list_invitations",
        summary="Invitations that nobody has accepted yet",
        parameters=[Query],
        responses=page_of(InvitationSerializer),
    )
    def get(self, request: Request, slug: str) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        read_query(request)
        rows = Invitation.objects.filter(project_id=member.project_id, accepted_at=None)
        return paginated(request, rows, lambda row: InvitationSerializer(row).data)


class InvitationView(APIView):
    @extend_schema(operation_id="cancel_invitation", summary="Make an invitation's link useless", responses={204: None})
    def delete(self, request: Request, slug: str, invitation_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        cancel_invitation(member, _invitation(member, invitation_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ResendInvitationView(APIView):
    @extend_schema(
        operation_id="resend_invitation",
        summary="Give an open invitation a new link and another week; the old link is dead",
        request=Resend,
        responses=NewInvitationSerializer,
    )
    def post(self, request: Request, slug: str, invitation_id: int) -> Response:
        member = open_project(request.user, slug, Capability.MANAGE_MEMBERS)
        invitation = _invitation(member, invitation_id)
        secret = resend_invitation(member, invitation, **read_body(request, Resend))
        invitation.refresh_from_db()
        return Response(invitation_as_json(invitation, secret))


def _invitation(member: Membership, invitation_id: int) -> Invitation:
    rows = Invitation.objects.filter(project_id=member.project_id, accepted_at=None)
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def _people(values: dict[str, Any]) -> list[Invitee]:
    if ("people" in values) == ("text" in values):
        raise serializers.ValidationError({"people": "Send either people or text."})
    if "text" in values:
        return read_people(values["text"], role=values["role"])
    return [
        Invitee(line=line, **{**person, "email": normalize_email(person["email"])})
        for line, person in enumerate(values["people"], start=1)
    ]


def _invited_people(people: list[Invitee]) -> dict[str, Any]:
    rows = [InviteeSerializer(person).data | {"link": person.link or None} for person in people]
    return {"people": rows}


def invitation_as_json(invitation: Invitation, secret: str) -> dict[str, Any]:
    """An invitation with its link, which can be told only while the secret is at hand."""
    return {**InvitationSerializer(invitation).data, "link": link_of(secret) if secret else None}
