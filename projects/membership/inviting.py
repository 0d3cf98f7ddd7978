"""Invite many people at once from a pasted list: say for each line what will happen, then do all of it or nothing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from labelplatform.accounts.models import User, normalize_email
from labelplatform.events.models import Event, record_event
from labelplatform.refusals import Refusal
from labelplatform.roles import Role
from projects.access import may_grant
from projects.membership.invitations import bring_in, link_of, mail_invitations
from projects.membership.member_skills import read_skills
from projects.membership.people import lock_people
from projects.models import Invitation, Membership

MAX_PEOPLE = 500


class Outcome(StrEnum):
    """What inviting somebody does. The last five keep the whole list from being carried out."""

    JOINS = "joins"
    INVITED = "invited"
    MEMBER_ALREADY = "member_already"
    TWICE = "twice"
    NO_ADDRESS = "no_address"
    NO_SUCH_ROLE = "no_such_role"
    ROLE_NOT_YOURS = "role_not_yours"
    WRONG_SKILL = "wrong_skill"
    ACCOUNT_CLOSED = "account_closed"


HARMLESS = frozenset({Outcome.JOINS, Outcome.INVITED, Outcome.MEMBER_ALREADY, Outcome.TWICE})


@dataclass
class Invitee:
    """One person of the list: where it stood, what was read, and what will happen or has happened."""

    line: int
    email: str
    role: str
    name: str = ""
    skills: list[str] = field(default_factory=list)
    outcome: Outcome = Outcome.INVITED
    message: str = ""
    link: str = ""

    @property
    def is_problem(self) -> bool:
        return self.outcome not in HARMLESS

    @property
    def does_something(self) -> bool:
        return self.outcome in {Outcome.JOINS, Outcome.INVITED}


_PIECE = re.compile(r'(?:"[^"]*"|<[^>]*>|[^,;"<]|["<])+')
_NAMED = re.compile(r'^\s*"?(?P<name>[^"<]*?)"?\s*<(?P<email>[^<>]*)>\s*$')


def read_people(text: str, *, role: str) -> list[Invitee]:
    """People from pasted text, one or several a line: ``Name <mail>``, or ``mail, role, skills``.

    What holds an @ begins a person; what follows up to the next one is their role and skills. ``role`` is for those
    without one.

    >>> [(p.email, p.role, p.skills) for p in read_people("a@x.org; b@x.org, reviewer, law, german", role="viewer")]
    [('a@x.org', 'viewer', []), ('b@x.org', 'reviewer', ['law', 'german'])]
    """
    people: list[Invitee] = []
    for number, line in enumerate(text.splitlines(), start=1):
        extras: list[str] | None = None
        for piece in (found.strip() for found in _PIECE.findall(_with_empty_pieces(line))):
            if "@" in piece or extras is None:
                if not piece:
                    continue
                extras = []
                people.append(_person(number, piece, role, extras))
            else:
                extras.append(piece)
                _add_extra(people[-1], extras)
    return people


def _with_empty_pieces(line: str) -> str:
    """Let two commas in a row hold an empty piece, so that a role may be left out before skills."""
    return re.sub(r"([,;])(?=\s*[,;])", r"\1 ", line)


def _person(number: int, piece: str, role: str, extras: list[str]) -> Invitee:
    named = _NAMED.match(piece)
    name, email = (named["name"].strip(), named["email"]) if named else ("", piece)
    return Invitee(line=number, email=normalize_email(email), role=role, name=name[:120])


def _add_extra(person: Invitee, extras: list[str]) -> None:
    if len(extras) == 1:
        person.role = extras[0].lower() or person.role
    else:
        person.skills.append(extras[-1])


def foresee(member: Membership, people: Iterable[Invitee]) -> list[Invitee]:
    """Say what inviting each of them would do; writes nothing. Costs the same three queries for one as for many."""
    people = list(people)
    addresses = [person.email for person in people]
    users = {user.email: user for user in User.objects.filter(email__in=addresses)}
    rows = Membership.objects.filter(project_id=member.project_id, user__email__in=addresses)
    members = {row.user.email: row for row in rows.select_related("user")}
    waiting = Invitation.objects.filter(project_id=member.project_id, email__in=addresses, accepted_at=None)
    invited = dict(waiting.values_list("email", "role"))
    seen: set[str] = set()
    for person in people:
        user, known = users.get(person.email), members.get(person.email)
        person.outcome, person.message = _outcome(member, person, user, known, person.email in seen)
        if person.outcome == Outcome.INVITED and person.email in invited:
            _foresee_replacing(member, person, invited[person.email])
        seen.add(person.email)
    return people


def _foresee_replacing(member: Membership, person: Invitee, role: str) -> None:
    if may_grant(member, role):
        person.message = "is invited already: gets a new link, the old one stops working"
        return
    person.outcome = Outcome.ROLE_NOT_YOURS
    person.message = f"is invited as {role} already, which as {member.role} you cannot change"


def _outcome(
    member: Membership, person: Invitee, user: User | None, known: Membership | None, is_seen: bool
) -> tuple[Outcome, str]:
    problem = _problem_with(member, person)
    if problem is not None:
        return problem
    if is_seen:
        return Outcome.TWICE, "stands further up already; this line is passed over"
    if known is not None:
        now = f"is {known.role} already" + (", suspended" if known.suspended else "")
        return Outcome.MEMBER_ALREADY, f"{now}; nothing changes"
    if user is not None and not user.is_active:
        return Outcome.ACCOUNT_CLOSED, "has an account that is closed; a site admin has to open it first"
    if user is not None:
        return Outcome.JOINS, "has an account here and is a member at once"
    return Outcome.INVITED, "gets an invitation by link"


def _problem_with(member: Membership, person: Invitee) -> tuple[Outcome, str] | None:
    try:
        validate_email(person.email)
    except ValidationError:
        return Outcome.NO_ADDRESS, f"“{person.email}” is no e-mail address"
    if person.role not in Role.values:
        return Outcome.NO_SUCH_ROLE, f"“{person.role}” is no role; there are {', '.join(Role.values)}"
    if not may_grant(member, person.role):
        return Outcome.ROLE_NOT_YOURS, f"as {member.role} you cannot give the role “{person.role}”"
    try:
        person.skills = read_skills(person.skills)
    except Refusal as refusal:
        return Outcome.WRONG_SKILL, refusal.detail.rstrip(".")
    return None


@transaction.atomic
def invite_people(
    member: Membership, people: Iterable[Invitee], *, by_mail: bool = False
) -> tuple[Event, list[Invitee]]:
    """Invite all of them, or none: raises ``Refusal`` naming each line that cannot be carried out.

    Members already, and lines that stand twice, are passed over. Returns the one event that records it, and the people
    with their links, which can be read only now.
    """
    people = check_people(list(people))
    lock_people(member)
    foresee(member, people)
    errors = [
        {"path": f"people.{position}", "message": f"Line {person.line}: {person.message}."}
        for position, person in enumerate(people)
        if person.is_problem
    ]
    if errors:
        raise Refusal("Nobody was invited: some lines need a change.", errors=errors)
    made: list[Invitation] = []
    for person in people:
        if not person.does_something:
            continue
        row, secret = bring_in(member, email=person.email, role=person.role, name=person.name, skills=person.skills)
        if isinstance(row, Invitation):
            person.link = link_of(secret)
            made.append(row)
    if by_mail:
        mail_invitations(member, made)
    summary: list[dict[str, Any]] = [
        {"email": person.email, "role": person.role, "skills": person.skills, "outcome": str(person.outcome)}
        for person in people
    ]
    event = record_event(
        actor=member.user,
        verb="invited people to",
        object=member.project,
        project_id=member.project_id,
        after={"people": summary, "by_mail": by_mail},
    )
    return event, people


def check_people(people: list[Invitee]) -> list[Invitee]:
    """Raises ``Refusal`` where there is nobody, or more than one act should invite."""
    if not people:
        raise Refusal("There is nobody in the list.", errors=[{"path": "people", "message": "Name somebody."}])
    if len(people) > MAX_PEOPLE:
        message = f"These are {len(people):,} people; {MAX_PEOPLE} can be invited at once."
        raise Refusal(message, errors=[{"path": "people", "message": message}])
    return people
