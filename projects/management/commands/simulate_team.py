"""``manage.py simulate_team``: people who label over HTTP, so that anyone can watch models appear and improve."""

import csv
import secrets
import threading
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from projects.demo.definitions import SLUGS, demo_project
from projects.models import Project
from projects.simulation.accounts import SignIn, annotators_of, watcher_of
from projects.simulation.client import RequestRefused, SignInRefused, SiteClient, SiteUnreachable
from projects.simulation.team import Knowledge, SimulatedAnnotator, Tally

_SAY_EVERY_SECONDS = 2.0


class Command(BaseCommand):
    help = "Label as a team of people would, over HTTP and from known answers with some errors."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--annotators", type=int, default=3)
        parser.add_argument("--error-rate", type=float, default=0.05, help="share of wrong answers, 0 to 1")
        parser.add_argument("--labels", type=int, default=600, help="how many answers in all")
        parser.add_argument("--url", default=settings.SITE_URL, help="where the site answers")
        parser.add_argument(
            "--pace", type=float, default=0.0, metavar="SECONDS", help="about how long each looks at one"
        )
        parser.add_argument("--seed", type=int, help="for the same errors again")
        parser.add_argument(
            "--answers", type=Path, metavar="CSV", help="known answers: external_id,answer; the demo needs none"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        _check_numbers(options)
        project = Project.objects.select_related("schema_version").filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(f"There is no project “{options['project']}”.")
        knowledge = _knowledge(project, options["answers"])
        tally = Tally(options["labels"])
        stop = threading.Event()
        seed = secrets.randbits(32) if options["seed"] is None else options["seed"]
        try:
            watcher = _signed_in(options["url"], watcher_of(project))
            team = [
                SimulatedAnnotator(
                    _signed_in(options["url"], sign_in),
                    project.slug,
                    knowledge,
                    tally,
                    error_rate=options["error_rate"],
                    pace=options["pace"],
                    seed=f"{seed}:{number}",
                    stop=stop,
                )
                for number, sign_in in enumerate(annotators_of(project, options["annotators"]))
            ]
        except SiteUnreachable as error:
            raise CommandError(f"{error} Start it with `make run`, or say where it is: --url ADDRESS") from error
        except SignInRefused as error:
            raise CommandError(
                f"{error} If the password was changed since the demo was loaded, set it back or remove the membership."
            ) from error
        self.stdout.write(f"{len(team)} people label “{project.name}” at {options['url']}.")
        try:
            self._run(team, tally, stop, watcher, project.slug)
        except (SiteUnreachable, RequestRefused) as error:
            stop.set()
            raise CommandError(f"After {tally.done:,} answers: {error}") from error

    def _run(
        self, team: list[SimulatedAnnotator], tally: Tally, stop: threading.Event, watcher: SiteClient, slug: str
    ) -> None:
        threads = [threading.Thread(target=person.run, daemon=True) for person in team]
        started = time.monotonic()
        models = _Models(watcher, slug)
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                _join(threads, _SAY_EVERY_SECONDS)
                self._say(tally, time.monotonic() - started, models)
        except KeyboardInterrupt:
            self.stdout.write("Stopping after the answers that are on their way.")
            stop.set()
            _join(threads, 30.0)
        if tally.failures:
            raise CommandError(f"{tally.done:,} answers were given, then: {tally.failures[0]}")
        for ending in sorted(tally.endings):
            self.stdout.write(f"The queue had no more: {ending}")
        self.stdout.write(f"Done: {tally.done:,} answers, {tally.errors_made:,} of them wrong on purpose.")

    def _say(self, tally: Tally, seconds: float, models: "_Models") -> None:
        parts = [f"{tally.done:,} of {tally.wanted:,} labels", f"{tally.done / seconds:.0f}/s"]
        if tally.suggested:
            share = tally.suggested_right / tally.suggested
            parts.append(f"pre-labels right: {share:.0%} of {tally.suggested:,}")
        self.stdout.write(", ".join(parts))
        for line in models.news():
            self.stdout.write(f"  {line}")


class _Models:
    """Says of each model once what it is worth, when it has been judged."""

    def __init__(self, watcher: SiteClient, slug: str) -> None:
        self._watcher = watcher
        self._path = f"projects/{slug}/models/"
        self._said = {model["number"] for model in self._read()}

    def news(self) -> list[str]:
        new = [model for model in self._read() if model["number"] not in self._said and model["state"] != "candidate"]
        self._said |= {model["number"] for model in new}
        return [_describe(model) for model in sorted(new, key=lambda model: int(model["number"]))]

    def _read(self) -> list[dict[str, Any]]:
        return list(self._watcher.get(self._path)["results"])


def _describe(model: dict[str, Any]) -> str:
    accuracy = model["accuracy"]
    score = "not measured yet"
    if accuracy is not None:
        score = f"{accuracy['value']:.0%} right ({accuracy['low']:.0%} to {accuracy['high']:.0%}, n = {accuracy['n']})"
    return f"Model {model['number']}, {model['state']}, from {model['trained_on']:,} labels: {score}"


def _join(threads: list[threading.Thread], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


def _signed_in(url: str, sign_in: SignIn) -> SiteClient:
    client = SiteClient(url)
    client.sign_in(sign_in.email, sign_in.password)
    return client


def _check_numbers(options: dict[str, Any]) -> None:
    if not 1 <= options["annotators"] <= 64:
        raise CommandError("--annotators is a number from 1 to 64.")
    if not 0 <= options["error_rate"] <= 1:
        raise CommandError("--error-rate is a share from 0 to 1.")
    if options["labels"] < 1 or options["pace"] < 0:
        raise CommandError("--labels is at least 1, and --pace at least 0.")


def _knowledge(project: Project, path: Path | None) -> Knowledge:
    question = project.schema.questions[0]
    options = question.json_schema().get("enum")
    if not options:
        raise CommandError(f"“{question.title}” has no options to choose from; only choices can be simulated.")
    if path is not None:
        answers = _answers_in(path)
    elif project.slug in SLUGS:
        answers = {text.external_id: text.answer for text in demo_project(project.slug).pool()}
    else:
        raise CommandError("This project is not of the demo: say the known answers with --answers FILE.csv.")
    strange = sorted(set(answers.values()) - set(options))
    if strange:
        raise CommandError(f"“{strange[0]}” is no option of “{question.name}”; there are: {', '.join(options)}.")
    return Knowledge(question.name, options, answers)


def _answers_in(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if not {"external_id", "answer"} <= set(rows.fieldnames or []):
                raise CommandError(f"{path} needs the columns external_id and answer.")
            return {row["external_id"]: row["answer"] for row in rows}
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
