"""The quiz on a guideline: set it up, switch it off, know who has passed it, and give somebody another chance."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.http import Http404

from annotations.conclusions.concluding import known_answers
from annotations.gold import fits
from annotations.models import Quiz, QuizAttempt, QuizExtraAttempt
from labelplatform.events.models import record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability, roles_with
from projects.guideline.guidelines import find_version
from projects.models import Lane, Membership, Project, Stage, Task
from projects.navigation import tasks_url

MAX_CHOSEN = 1_000
DEFAULTS = {"pass_percent": 80, "attempts": 2, "size": 10}


@dataclass(frozen=True)
class Standing:
    """How a person stands with a quiz: ``allowed`` is how many attempts they have in all, ``attempts`` those begun."""

    quiz: Quiz
    member: Membership
    allowed: int
    attempts: Sequence[QuizAttempt] = field(default_factory=tuple)

    @property
    def is_passed(self) -> bool:
        return self.member.quiz_passed_number >= self.quiz.guideline.number

    @property
    def left(self) -> int:
        """How many attempts can still be begun."""
        return max(0, self.allowed - len(self.attempts))

    @property
    def open_attempt(self) -> QuizAttempt | None:
        return next((one for one in self.attempts if one.finished_at is None), None)

    @property
    def finished(self) -> list[QuizAttempt]:
        """Newest first."""
        return [one for one in reversed(self.attempts) if one.finished_at is not None]

    @property
    def has_failed(self) -> bool:
        """Nothing is left to the person but to ask a manager."""
        return not (self.is_passed or self.left or self.open_attempt)

    @property
    def is_by_hand(self) -> bool:
        return self.is_passed and not any(one.passed for one in self.attempts)

    @property
    def reveals(self) -> bool:
        """Whether the right answers may be told: they can no longer be used."""
        return not self.open_attempt and (self.is_passed or not self.left)

    @property
    def state(self) -> str:
        return "passed" if self.is_passed else "failed" if self.has_failed else "open"


def quiz_in_force(project: Project) -> Quiz | None:
    """The quiz that people must have passed to get tasks; None where there is none."""
    if not project.quiz_number:
        return None
    quizzes = Quiz.objects.select_related("guideline")
    return quizzes.filter(project_id=project.pk, guideline__number=project.quiz_number).first()


def open_quiz(project: Project) -> Quiz:
    """The quiz in force; else 404."""
    quiz = quiz_in_force(project)
    if quiz is None:
        raise Http404
    return quiz


def gold_tasks(project: Project, chosen: Iterable[int] | None = None) -> list[Task]:
    """Gold tasks that a quiz can ask, with their content: those whose known answers could still be given.

    They need not answer every question: one may have been added to the schema since.
    """
    tasks = Task.objects.filter(project=project, lane=Lane.GOLD, stage=Stage.DONE).select_related("content")
    if chosen is not None:
        tasks = tasks.filter(pk__in=list(chosen))
    found = list(tasks.order_by("pk"))
    known = known_answers(found)
    schema = project.schema
    return [task for task in found if fits(schema, known[task.pk], task.content.data, partial_answers=True)]


def pool_of(quiz: Quiz, project: Project) -> list[Task]:
    """What an attempt is drawn from."""
    return gold_tasks(project, list(quiz.tasks.values_list("pk", flat=True)) or None)


@transaction.atomic
def set_up_quiz(
    member: Membership,
    *,
    guideline: int | None = None,
    pass_percent: int | None = None,
    attempts: int | None = None,
    size: int | None = None,
    tasks: Iterable[int] | None = None,
) -> Quiz:
    """Put a quiz in force, or change it; what is None stays as it is.

    It is the quiz of the version that the quiz in force belongs to, else of the current one; naming the current
    version gives that one a quiz of its own, which everybody has to pass anew. Raises ``Refusal`` where there is no
    guideline or too few gold tasks.
    """
    project = _locked_project(member)
    number = guideline or project.quiz_number or project.guideline_number
    if not number:
        raise Refusal("Publish a guideline first: a quiz asks whether people have understood it.")
    if number not in {project.quiz_number, project.guideline_number}:
        message = f"A quiz belongs to the guideline in force, which is version {project.guideline_number}."
        raise Refusal(message, errors=[{"path": "guideline", "message": message}])
    version = find_version(project.pk, number)
    quiz = Quiz.objects.filter(guideline=version).first()
    is_new = quiz is None
    if quiz is None:
        former = quiz_in_force(project)
        values = {name: getattr(former, name) for name in DEFAULTS} if former else DEFAULTS
        quiz = Quiz(project=project, guideline=version, created_by=member.user, **values)
        former_tasks = list(former.tasks.values_list("pk", flat=True)) if former else []
    else:
        former_tasks = list(quiz.tasks.order_by("pk").values_list("pk", flat=True))
    before = {} if is_new or project.quiz_number != number else _as_told(quiz, former_tasks)
    for name, value in {"pass_percent": pass_percent, "attempts": attempts, "size": size}.items():
        if value is not None:
            setattr(quiz, name, value)
    chosen = former_tasks if tasks is None else sorted(set(tasks))
    _check(member, project, quiz, chosen)
    after = _as_told(quiz, chosen)
    if before == after:
        return quiz
    quiz.save()
    quiz.tasks.set(chosen)
    Project.objects.filter(pk=project.pk).update(quiz_number=number)
    member.project.quiz_number = number
    _note(member, quiz, "changed" if before else "set up", before, after)
    return quiz


@transaction.atomic
def switch_off_quiz(member: Membership) -> None:
    """Let everybody work without it; attempts and who has passed are kept. 404 where none is in force."""
    project = _locked_project(member)
    quiz = open_quiz(project)
    Project.objects.filter(pk=project.pk).update(quiz_number=0)
    member.project.quiz_number = 0
    _note(member, quiz, "switched off", {"guideline": project.quiz_number}, {})


def standing_of(quiz: Quiz, member: Membership) -> Standing:
    """How one person stands; two queries."""
    attempts = QuizAttempt.objects.filter(quiz=quiz, user=member.user_id).order_by("number")
    extra = QuizExtraAttempt.objects.filter(quiz=quiz, user=member.user_id).count()
    return Standing(quiz, member, quiz.attempts + extra, list(attempts))


def standings(quiz: Quiz) -> list[Standing]:
    """How everybody stands whom the quiz holds, by name; three queries."""
    held = set(roles_with(Capability.ANNOTATE)) - set(roles_with(Capability.CURATE_TASKS))
    members = Membership.objects.active().filter(project_id=quiz.project_id, role__in=held)
    attempts: defaultdict[int, list[QuizAttempt]] = defaultdict(list)
    for attempt in QuizAttempt.objects.filter(quiz=quiz).order_by("number"):
        attempts[attempt.user_id].append(attempt)
    given = QuizExtraAttempt.objects.filter(quiz=quiz).order_by().values_list("user")
    extra = dict(given.annotate(count=Count("pk")))
    return [
        Standing(quiz, member, quiz.attempts + extra.get(member.user_id, 0), attempts[member.user_id])
        for member in members.select_related("user").order_by("user__name", "user__email")
    ]


@transaction.atomic
def grant_attempt(member: Membership, other: Membership) -> Standing:
    """Give somebody one attempt more. Raises ``Conflict`` while they have one, or need none."""
    quiz = Quiz.objects.select_for_update(of=("self",)).get(pk=_quiz_for(member, other).pk)
    standing = standing_of(quiz, other)
    name = other.user.display_name
    if standing.is_passed:
        raise Conflict(f"{name} has passed already.")
    if not standing.has_failed:
        raise Conflict(f"{name} has an attempt to make: another can be given once that is used.")
    QuizExtraAttempt.objects.create(quiz=quiz, user_id=other.user_id, granted_by=member.user)
    after = {"guideline": quiz.guideline.number, "attempts": standing.allowed + 1}
    record_event(actor=member.user, verb="gave another quiz attempt to", object=other, after=after)
    return standing_of(quiz, other)


@transaction.atomic
def qualify(member: Membership, other: Membership) -> Standing:
    """Take somebody as having passed the quiz in force; doing it twice is doing it once."""
    quiz = _quiz_for(member, other)
    if note_passed(quiz, other.user_id):
        after = {"quiz_passed_number": quiz.guideline.number}
        before = {"quiz_passed_number": other.quiz_passed_number}
        record_event(actor=member.user, verb="qualified", object=other, before=before, after=after)
        other.quiz_passed_number = quiz.guideline.number
    return standing_of(quiz, other)


def note_passed(quiz: Quiz, user_id: int) -> bool:
    """Let the person's membership say that they have passed; returns whether that is new."""
    own = Membership.objects.filter(project_id=quiz.project_id, user=user_id)
    number = quiz.guideline.number
    return bool(own.filter(quiz_passed_number__lt=number).update(quiz_passed_number=number))


def _locked_project(member: Membership) -> Project:
    projects = Project.objects.select_for_update(of=("self",)).select_related("schema_version")
    found: Project = projects.get(pk=member.project_id)
    return found


def _quiz_for(member: Membership, other: Membership) -> Quiz:
    quiz = quiz_in_force(member.project)
    if quiz is None:
        raise Conflict("No quiz is in force here.")
    if not other.may(Capability.ANNOTATE):
        raise Refusal(f"{other.user.display_name} does not label here, so no quiz holds them.")
    return quiz


def _check(member: Membership, project: Project, quiz: Quiz, chosen: Sequence[int]) -> None:
    """Raise ``Refusal`` where the quiz asks for what is not there."""
    limits = {"pass_percent": 100, "attempts": 20, "size": 100}
    for name, most in limits.items():
        if not 1 <= getattr(quiz, name) <= most:
            message = f"A number from 1 to {most}."
            raise Refusal(message, errors=[{"path": name, "message": message}])
    pool = gold_tasks(project, chosen or None)
    if strangers := set(chosen) - {task.pk for task in pool}:
        number = "One" if len(strangers) == 1 else f"{len(strangers):,}"
        message = f"{number} of the chosen tasks {'is' if number == 'One' else 'are'} not gold here, or not any more."
        raise Refusal(message, errors=[{"path": "tasks", "message": message}])
    missing = quiz.size - len(pool)
    if missing > 0:
        there = "is one gold task" if len(pool) == 1 else f"are {len(pool):,} gold tasks"
        where = "among those chosen" if chosen else "here"
        message = (
            f"An attempt asks {quiz.size:,} and there {there} {where}: {missing:,} {'is' if missing == 1 else 'are'} "
            "missing. Make gold tasks on Data: open a task and set its known answer, or tick tasks that are done and "
            "press “Use as gold”."
        )
        extra = {"missing": missing, "url": tasks_url(member, stage="done")}
        raise Refusal(message, errors=[{"path": "size", "message": message}], extra=extra)


def _note(member: Membership, quiz: Quiz, verb: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    name = f"on {quiz.guideline}"
    record_event(actor=member.user, verb=verb, object=quiz, before=before, after=after, name=name)


def _as_told(quiz: Quiz, tasks: Sequence[int]) -> dict[str, Any]:
    """The quiz as its events tell it."""
    chosen = f"{len(tasks):,} chosen" if tasks else "all"
    told = {name: getattr(quiz, name) for name in DEFAULTS}
    ids = Task.objects.filter(pk__in=tasks).order_by("pk").values_list("external_id", flat=True)
    return {"guideline": quiz.guideline.number, **told, "gold_tasks": chosen, "tasks": list(ids)}
