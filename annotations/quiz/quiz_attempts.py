"""A person takes the quiz: begin, answer, hand in. Judged on the server alone; right answers are told late."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone

from annotations.conclusions.concluding import known_answers
from annotations.gold import explanations
from annotations.models import Quiz, QuizAttempt
from annotations.quiz.quiz_scoring import has_passed, is_right
from annotations.quiz.quizzes import note_passed, open_quiz, pool_of, standing_of
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from projects.access import open_project_by_id
from projects.models import Lane, Membership, Stage, Task
from projects.schema import SchemaProblems
from projects.shown_data import shown_data


@transaction.atomic
def start_attempt(member: Membership) -> tuple[QuizAttempt, bool]:
    """Begin an attempt at the quiz in force; returns it and whether it is new, for one that is open goes on.

    Tasks that the person was asked before come last. Raises ``Conflict`` where no attempt is left, or nothing can be
    asked; 404 where there is no quiz.
    """
    quiz = Quiz.objects.select_for_update(of=("self",)).select_related("guideline").get(pk=open_quiz(member.project).pk)
    standing = standing_of(quiz, member)
    if (attempt := standing.open_attempt) is not None and asked_tasks(attempt):
        return attempt, False
    if standing.is_passed:
        raise Conflict("You have passed this quiz.")
    if attempt is None and not standing.left:
        raise Conflict("You have no attempt left. A manager can give you another one.")
    drawn = _draw(quiz, member, standing.attempts)
    if not drawn:
        raise Conflict("This quiz has no gold tasks to ask any more. Tell who runs the project.")
    if attempt is not None:  # all that it had asked has been taken away
        attempt.drawn, attempt.answers = drawn, {}
        attempt.save(update_fields=["drawn", "answers"])
        return attempt, False
    number = len(standing.attempts) + 1
    return QuizAttempt.objects.create(quiz=quiz, user=member.user, number=number, drawn=drawn), True


def open_attempt(user: Any, attempt_id: int) -> tuple[QuizAttempt, Membership]:
    """One of the user's own attempts, with their membership; else 404."""
    own = QuizAttempt.objects.select_related("quiz__guideline").filter(pk=attempt_id, user=user.pk)
    attempt = own.first()
    if attempt is None:
        raise Http404
    return attempt, open_project_by_id(user, attempt.quiz.project_id, Capability.ANNOTATE)


@transaction.atomic
def answer_task(user: Any, attempt_id: int, task_id: int, answers: Mapping[str, Any]) -> QuizAttempt:
    """Keep what the person answers to one task: it may be incomplete, and changed until the attempt is handed in.

    404 for a task that was not drawn, ``Conflict`` once the attempt is finished.
    """
    attempt, member = _locked(user, attempt_id)
    task = next((one for one in asked_tasks(attempt) if one.pk == task_id), None)
    if task is None:
        raise Http404
    if attempt.finished_at is not None:
        raise Conflict("This attempt has been handed in already, perhaps in another tab.")
    values = _validated(member, task, answers, partial=True)
    attempt.answers = {**attempt.answers, str(task_id): values}
    attempt.save(update_fields=["answers"])
    return attempt


@transaction.atomic
def finish_attempt(user: Any, attempt_id: int) -> QuizAttempt:
    """Hand an attempt in and judge it; one that is finished stays as it is.

    Raises ``Refusal`` naming the tasks that are not answered, ``Conflict`` where none of its tasks is asked any more.
    """
    attempt, member = _locked(user, attempt_id)
    if attempt.finished_at is not None:
        return attempt
    tasks = asked_tasks(attempt)
    if not tasks:
        raise Conflict("The tasks of this attempt are no gold tasks any more. Begin it again; it is not counted.")
    _refuse_unanswered(member, tasks, attempt)
    known = known_answers(tasks)
    schema = member.project.schema
    attempt.wrong = [task.pk for task in tasks if not is_right(schema, known[task.pk], attempt.answers[str(task.pk)])]
    attempt.total, attempt.right = len(tasks), len(tasks) - len(attempt.wrong)
    attempt.drawn = [task.pk for task in tasks]
    attempt.passed = has_passed(attempt.right, attempt.total, attempt.quiz.pass_percent)
    attempt.finished_at = timezone.now()
    attempt.save()
    if attempt.passed:
        note_passed(attempt.quiz, attempt.user_id)
    return attempt


def asked_tasks(attempt: QuizAttempt) -> list[Task]:
    """What the attempt asks, in the order drawn; what is no gold task any more is not asked."""
    tasks = Task.objects.filter(project=attempt.quiz.project_id, pk__in=attempt.drawn).select_related("content")
    if attempt.finished_at is None:
        tasks = tasks.filter(lane=Lane.GOLD, stage=Stage.DONE)
    found = {task.pk: task for task in tasks}
    return [found[pk] for pk in attempt.drawn if pk in found]


def is_asked_in_quiz(user: Any, task_id: int) -> bool:
    """Whether an attempt of the user's own has drawn the task: they are shown it there, though it is not theirs."""
    own = QuizAttempt.objects.filter(user=user.pk, quiz__project__tasks=task_id)
    return any(task_id in drawn for drawn in own.values_list("drawn", flat=True))


def attempt_as_json(attempt: QuizAttempt, member: Membership) -> dict[str, Any]:
    """An attempt as its person may see it: no right answer before it can do no harm, see ``Standing.reveals``."""
    tasks = asked_tasks(attempt)
    is_finished = attempt.finished_at is not None
    why = explanations(attempt.wrong) if is_finished else {}
    known = known_answers(tasks) if is_finished and _current_standing(attempt, member).reveals else {}
    return {
        **summary_as_json(attempt),
        "tasks": [
            {
                "id": task.pk,
                "data": shown_data(member, task.content.data, task_id=task.pk),
                "answers": attempt.answers.get(str(task.pk), {}),
                "is_right": task.pk not in attempt.wrong if is_finished else None,
                "explanation": why.get(task.pk, ""),
                "right_answers": known.get(task.pk),
            }
            for task in tasks
        ],
    }


def summary_as_json(attempt: QuizAttempt) -> dict[str, Any]:
    """An attempt without its tasks; of an open one nothing is known yet."""
    is_finished = attempt.finished_at is not None
    return {
        "id": attempt.pk,
        "number": attempt.number,
        "started_at": attempt.started_at,
        "finished_at": attempt.finished_at,
        "right": attempt.right if is_finished else None,
        "total": attempt.total if is_finished else None,
        "passed": attempt.passed if is_finished else None,
    }


def _current_standing(attempt: QuizAttempt, member: Membership) -> Any:
    member.quiz_passed_number = (
        Membership.objects.filter(pk=member.pk).values_list("quiz_passed_number", flat=True).first() or 0
    )
    return standing_of(attempt.quiz, member)


def _draw(quiz: Quiz, member: Membership, earlier: Sequence[QuizAttempt]) -> list[int]:
    """By chance, what the person was asked least often first."""
    asked = Counter(pk for attempt in earlier for pk in attempt.drawn)
    pool = [task.pk for task in pool_of(quiz, member.project)]
    random.shuffle(pool)
    drawn = sorted(pool, key=lambda pk: asked[pk])[: quiz.size]
    random.shuffle(drawn)
    return drawn


def _locked(user: Any, attempt_id: int) -> tuple[QuizAttempt, Membership]:
    attempt, member = open_attempt(user, attempt_id)
    locked = QuizAttempt.objects.select_for_update(of=("self",)).select_related("quiz__guideline")
    return locked.get(pk=attempt.pk), member


def _validated(member: Membership, task: Task, answers: Mapping[str, Any], *, partial: bool = False) -> dict[str, Any]:
    try:
        return member.project.schema.validate_answers(answers, task.content.data, partial=partial)
    except SchemaProblems as error:
        raise Refusal("The answers do not fit what is asked.", errors=error.as_errors()) from error


def _refuse_unanswered(member: Membership, tasks: Sequence[Task], attempt: QuizAttempt) -> None:
    errors = []
    for place, task in enumerate(tasks, start=1):
        try:
            _validated(member, task, attempt.answers.get(str(task.pk), {}))
        except Refusal:
            errors.append({"path": f"tasks.{task.pk}", "message": f"Task {place} is not answered."})
        else:
            attempt.answers.setdefault(str(task.pk), {})
    if errors:
        count = "One task is" if len(errors) == 1 else f"{len(errors):,} tasks are"
        raise Refusal(f"{count} not answered yet.", errors=errors)
