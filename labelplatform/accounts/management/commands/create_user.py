"""Make a user and print their one-time password."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from labelplatform.accounts.people import add_user
from labelplatform.refusals import Refusal


class Command(BaseCommand):
    help = "Make a user. The last line of the output is a one-time password, which cannot be read again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="", help="how pages call this person")
        parser.add_argument("--site-admin", action="store_true", help="may do everything in every project")

    def handle(self, *args: Any, email: str, name: str, site_admin: bool, **options: Any) -> None:
        try:
            user, password = add_user(email=email, name=name[:120], is_site_admin=site_admin)
        except Refusal as refusal:
            raise CommandError(refusal.detail) from refusal
        self.stdout.write(f"{user.email} can sign in now with this one-time password, which is shown only here:")
        self.stdout.write(password)
