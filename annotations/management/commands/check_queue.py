"""Recount stages, open slots and final labels from what people did, and report every difference."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotations.conclusions.recount import recount_project
from projects.models import Project


class Command(BaseCommand):
    help = "Recount every derived value of the queue. Ends with status 1 when something differs and is not fixed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", metavar="SLUG", help="only this project")
        parser.add_argument("--fix", action="store_true", help="put right what can be derived again")

    def handle(self, *args: Any, project: str | None, fix: bool, **options: Any) -> None:
        projects = Project.objects.select_related("schema_version").order_by("pk")
        if project is not None:
            projects = projects.filter(slug=project)
            if not projects:
                raise CommandError(f"There is no project “{project}”.")
        left = 0
        for one in projects:
            found = 0
            for difference in recount_project(one, fix=fix):
                is_fixed = fix and difference.is_derived
                found, left = found + 1, left + (not is_fixed)
                self.stdout.write(f"{one.slug}: {difference}{'; fixed' if is_fixed else ''}")
            self.stdout.write(f"{one.slug}: {found or 'no'} difference{'' if found == 1 else 's'}")
        if left:
            raise CommandError(f"{left} left. Run again with --fix to put right what can be derived again.")
