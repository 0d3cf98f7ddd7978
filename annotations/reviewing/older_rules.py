"""Answers given before a guideline version that it decides anew: how many, which tasks, and the list of them."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform

from annotations.models import Annotation, AnnotationStatus, Review, ReviewDecision
from projects.browsing.data_page import Choice, DataFilter
from projects.browsing.task_ids import COUNT_LIMIT, ListedIds, Place, TaskIds
from projects.guideline.guidelines import OlderAnswers
from projects.models import Guideline, Membership
from projects.navigation import tasks_url

FILTER = "rules_before"
_KEEP_SECONDS = 60
_MAX_VERSIONS = 30


class TasksUnderOlderRules:
    """Tasks with a submitted answer from before a version, where the answer is one of the options it touched.

    A task that a reviewer has decided since the version was published is none of them any more. Up to
    ``COUNT_LIMIT`` of them are found at once, in one pass over the project's submitted answers, and kept for a minute.
    Where there are more they lie so densely that walking them by task finds the next few without that.
    """

    def __init__(self, guideline: Guideline) -> None:
        self._guideline = guideline

    @property
    def is_walkable(self) -> bool:
        return True

    def walk(self, *, start: Any, inclusive: bool, descending: bool, limit: int) -> list[Place]:
        if len(self._found) <= COUNT_LIMIT:
            listed = ListedIds([Place(pk, pk) for pk in self._found])
            return listed.walk(start=start, inclusive=inclusive, descending=descending, limit=limit)
        rows = self.rows()
        if start is not None:
            comparison = ("lt" if descending else "gt") + ("e" if inclusive else "")
            rows = rows.filter(**{f"task_id__{comparison}": start})
        ordered = rows.order_by("-task_id" if descending else "task_id").values_list("task_id", flat=True).distinct()
        return [Place(pk, pk) for pk in ordered[:limit]]

    def keep(self, task_ids: Sequence[int]) -> set[int]:
        return set(self.rows().filter(task_id__in=list(task_ids)).order_by().values_list("task_id", flat=True))

    def count(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> list[int]:
        """Ascending ids of the tasks; one more than ``COUNT_LIMIT`` stands for all beyond."""
        key = f"older-rules:{self._guideline.pk}"
        return cache.get_or_set(key, self._find, _KEEP_SECONDS) or []

    def _find(self) -> list[int]:
        rows = self.rows().order_by().values_list("task_id", flat=True).distinct()
        return sorted(rows[: COUNT_LIMIT + 1])

    def rows(self) -> QuerySet[Annotation]:
        """The answers themselves, in no order."""
        guideline, touched = self._guideline, self._guideline.options_touched
        older = Annotation.objects.filter(
            project_id=guideline.project_id, status=AnnotationStatus.SUBMITTED, guideline_number__lt=guideline.number
        )
        decided = Review.objects.filter(
            task=OuterRef("task"), is_current=True, created_at__gte=guideline.published_at
        ).exclude(decision=ReviewDecision.RETURN)
        names = {name: f"answer_{position}" for position, name in enumerate(touched)}
        answers = {alias: KeyTransform(name, "answers") for name, alias in names.items()}
        wanted = Q(pk__in=[])  # nothing touched is nothing found
        for name, values in touched.items():
            wanted |= Q(**{f"{names[name]}__in": list(values)})
        return older.alias(**answers).filter(wanted).exclude(Exists(decided))


def older_answers(member: Membership, guideline: Guideline) -> OlderAnswers:
    """How many tasks have an answer that this version decides anew, and where they are listed."""
    found = TasksUnderOlderRules(guideline).count()
    url = tasks_url(member, **{FILTER: guideline.number})
    return OlderAnswers(count=min(found, COUNT_LIMIT), is_capped=found > COUNT_LIMIT, url=url)


def older_rules_filters(member: Membership) -> list[DataFilter]:
    """Tasks answered before a version that touched their answer."""
    versions = Guideline.objects.filter(project_id=member.project_id).exclude(options_touched={})

    def answered_before(number: str) -> TaskIds | None:
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        guideline = versions.filter(number=int(number)).defer("text").first()
        return TasksUnderOlderRules(guideline) if guideline else None

    numbers = versions.order_by("-number").values_list("number", flat=True)[:_MAX_VERSIONS]
    choices = [Choice(str(number), f"Before guideline {number}") for number in numbers]
    return [DataFilter(FILTER, "Older rules", answered_before, choices)] if choices else []
