"""``manage.py demo``: two real projects to try the site with."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from projects.demo.loading import DemoNotLoaded, load_demo
from projects.demo.people import sign_ins_path


class Command(BaseCommand):
    help = "Load the demo: two projects with real texts and people in every role. A second call changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            steps = 0
            for step in load_demo():
                self.stdout.write(f"Demo: {step}")
                steps += 1
        except DemoNotLoaded as error:
            raise CommandError(str(error)) from error
        if not steps:
            self.stdout.write("The demo is loaded already; nothing was changed.")
        if sign_ins_path().exists():
            self.stdout.write(f"The sign-ins are in {sign_ins_path()}.")
