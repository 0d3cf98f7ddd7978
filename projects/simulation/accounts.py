"""Who the simulated team signs in as: the demo's people where they are members, else accounts of its own."""

from typing import NamedTuple

from labelplatform.accounts.models import User
from labelplatform.roles import Capability, Role
from projects.demo.people import new_password, read_sign_ins
from projects.models import Membership, Project


class SignIn(NamedTuple):
    email: str
    password: str


def annotators_of(project: Project, count: int) -> list[SignIn]:
    """As many annotators of the project: the demo's first, then ``sim-1@example.com`` and so on, made as needed."""
    passwords = read_sign_ins()
    members = Membership.objects.active().filter(project=project, role=Role.ANNOTATOR, user__email__in=passwords)
    emails = list(members.order_by("user__email").values_list("user__email", flat=True))[:count]
    sign_ins = [SignIn(email, passwords[email]) for email in emails]
    return sign_ins + [_simulated(project, f"sim-{n}", Role.ANNOTATOR) for n in range(1, count - len(sign_ins) + 1)]


def watcher_of(project: Project) -> SignIn:
    """Somebody who may see the project's models."""
    passwords = read_sign_ins()
    for member in Membership.objects.active().filter(project=project, user__email__in=passwords).select_related("user"):
        if member.may(Capability.VIEW_MODELS):
            return SignIn(member.user.email, passwords[member.user.email])
    return _simulated(project, "sim-viewer", Role.VIEWER)


def _simulated(project: Project, name: str, role: str) -> SignIn:
    """An account of the simulation. Its password is new each time and is kept nowhere."""
    user, _ = User.objects.get_or_create(email=f"{name}@example.com", defaults={"name": f"Simulated {name[4:]}"})
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    Membership.objects.get_or_create(project=project, user=user, defaults={"role": role})
    return SignIn(user.email, password)
