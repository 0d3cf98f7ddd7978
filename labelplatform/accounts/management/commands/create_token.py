"""Make an API token for a user; the token stands alone on the last line, for scripts."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from labelplatform.accounts.models import User, normalize_email
from labelplatform.accounts.tokens import create_api_token

MAX_DAYS = 3650


class Command(BaseCommand):
    help = "Make an API token. The last line of the output is the token and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True, help="what the token is for")
        parser.add_argument("--days", type=int, help="expires after so many days; without it, never")

    def handle(self, *args: Any, email: str, name: str, days: int | None, **options: Any) -> None:
        user = User.objects.filter(email=normalize_email(email), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody who may sign in has the address {email}.")
        if not name.strip():
            raise CommandError("Say by --name what the token is for.")
        if days is not None and not 1 <= days <= MAX_DAYS:
            raise CommandError(f"--days is a number from 1 to {MAX_DAYS}.")
        expires_at = timezone.now() + timedelta(days=days) if days else None
        row, token = create_api_token(user=user, name=name, expires_at=expires_at)
        until = f"until {expires_at:%Y-%m-%d %H:%M} UTC" if expires_at else "until it is revoked"
        self.stdout.write(f"“{row.name}” acts as {user.email} {until}; this is the only time it is shown:")
        self.stdout.write(token)
