"""The demo's people, and the file that keeps their passwords: made at random for each installation."""

import os
import secrets
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from labelplatform.accounts.models import User

# Without what is easily misread; twelve of them are 59 random bits.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_HEADER = "Sign-ins of the demo, made for this installation:"


class Person(NamedTuple):
    key: str
    name: str
    part: str

    @property
    def email(self) -> str:
        return f"{self.key}@example.com"


SITE_ADMIN = Person("sam", "Sam Okafor", "site admin")
CAST = (
    SITE_ADMIN,
    Person("ada", "Ada Lindqvist", "admin of both projects"),
    Person("mara", "Mara Jovanović", "manager of Voice assistant, reviewer of Message spam"),
    Person("rae", "Rae Whitfield", "reviewer of Voice assistant, manager of Message spam"),
    Person("ben", "Ben Adeyemi", "annotator"),
    Person("chloe", "Chloé Martin", "annotator"),
    Person("deniz", "Deniz Kaya", "annotator"),
    Person("vic", "Vic Santos", "viewer"),
)


def sign_ins_path() -> Path:
    return Path(settings.DATA_DIR) / "demo-sign-ins.txt"


def read_sign_ins() -> dict[str, str]:
    """Passwords by e-mail address; empty where the demo was never loaded."""
    path = sign_ins_path()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {parts[0]: parts[1] for parts in map(str.split, lines) if len(parts) > 1 and "@" in parts[0]}


def write_sign_ins(passwords: dict[str, str]) -> None:
    """Keep the passwords where only the site's own account can read them."""
    width = max(len(person.email) for person in CAST)
    lines = [f"  {person.email:{width}}  {passwords[person.email]}  {person.part}" for person in CAST]
    text = "\n".join([_HEADER, *lines, ""])
    path = sign_ins_path()
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)


def make_people() -> tuple[dict[str, User], list[User]]:
    """Make the accounts that are missing; returns all by their key in the cast, and the new ones.

    The passwords are on disk before the first account, so that an interrupted start can be repeated. An account that
    was there before keeps its password.
    """
    known = {user.email: user for user in User.objects.filter(email__in=[person.email for person in CAST])}
    passwords = read_sign_ins()
    missing = [person for person in CAST if person.email not in known]
    if missing and not all(person.email in passwords for person in CAST):
        passwords = {person.email: passwords.get(person.email, new_password()) for person in CAST}
        passwords |= dict.fromkeys(known.keys() - read_sign_ins().keys(), "(unchanged)")
        write_sign_ins(passwords)
    new = [
        User.objects.create_user(
            person.email, passwords[person.email], name=person.name, is_superuser=person is SITE_ADMIN
        )
        for person in missing
    ]
    everybody = known | {user.email: user for user in new}
    return {person.key: everybody[person.email] for person in CAST}, new


def new_password() -> str:
    letters = [secrets.choice(_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
