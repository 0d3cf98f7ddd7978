"""Whether people follow suggestions instead of judging: how often they keep one, beside how often they agree unaided.

On holdout and audit tasks nobody sees a suggestion, and what the model would have said is known all the same. This
runs in the web process: no numpy here.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, NamedTuple

from annotations.models import AcceptedAnswer, Annotation, AnnotationStatus, FinalLabel
from labelplatform.bulk_rows import one_of
from labelplatform.certainty import Share, wilson
from models_app.encoded.array_files import DamagedFile
from models_app.models import ModelVersion
from models_app.versions import storage
from models_app.versions.predictions_file import open_predictions
from projects.models import Lane, Project
from projects.schema.questions.question import Question

# Nobody is judged by fewer answers of either kind.
FEWEST_TO_JUDGE = 30
_LATEST = 5_000
_SAME = 1e-9

FOLLOWS, IN_LINE, NOT_DEFINED = "follows", "in_line", "not_defined"


@dataclass(frozen=True)
class Follower:
    """One person: ``kept`` of the suggestions on screen, ``expected`` by the model's own confidence, and how often they
    agree ``unaided``, ``unaided_expected`` by it there. The ``verdict`` is one of follows, in_line, not_defined;
    ``because`` says why."""

    user_id: int
    name: str
    kept: Share | None
    expected: float | None
    unaided: Share | None
    unaided_expected: float | None
    kept_seconds: float | None
    unaided_seconds: float | None
    verdict: str
    because: str


class _Withheld(NamedTuple):
    """What the model says and nobody is shown; ``about`` are the other answers of the task that it may point into."""

    value: Any
    confidence: float
    about: Mapping[str, Any]


@dataclass
class _Seen:
    """What one person did: rightness by whether a suggestion was shown, and times."""

    name: str
    kept: list[bool] = field(default_factory=list)
    confidences: list[float] = field(default_factory=list)
    unaided: list[bool] = field(default_factory=list)
    unaided_confidences: list[float] = field(default_factory=list)
    kept_seconds: list[float] = field(default_factory=list)
    unaided_seconds: list[float] = field(default_factory=list)


def following(project: Project, question: Question) -> list[Follower]:
    """Everybody whose latest answers say something about it, by name."""
    rows = Annotation.objects.filter(project=project, status=AnnotationStatus.SUBMITTED, round=1)
    latest = list(rows.select_related("author").order_by("-submitted_at")[:_LATEST])
    withheld = _withheld(project, question, [row.task_id for row in latest])
    people: dict[int, _Seen] = {}
    for row in latest:
        if question.name not in row.answers:
            continue
        seen = people.setdefault(row.author_id, _Seen(row.author.display_name))
        _note(seen, question, row, withheld)
    return sorted((_judged(user_id, seen) for user_id, seen in people.items()), key=lambda one: (one.name, one.user_id))


def _note(seen: _Seen, question: Question, row: Annotation, withheld: Mapping[int, _Withheld]) -> None:
    shown, answer = row.suggestions.get(question.name), row.answers[question.name]
    if shown is not None:
        suggested = {name: one.get("value") for name, one in row.suggestions.items()}
        is_kept = _same(question, (shown.get("value"), {**row.answers, **suggested}), (answer, row.answers))
        seen.kept.append(is_kept)
        if shown.get("confidence") is not None:
            seen.confidences.append(float(shown["confidence"]))
        if is_kept and row.active_seconds:
            seen.kept_seconds.append(row.active_seconds)
    elif row.task_id in withheld:
        value, confidence, about = withheld[row.task_id]
        seen.unaided.append(_same(question, (value, about), (answer, row.answers)))
        seen.unaided_confidences.append(confidence)
        if row.active_seconds:
            seen.unaided_seconds.append(row.active_seconds)


def _judged(user_id: int, seen: _Seen) -> Follower:
    kept, unaided = wilson(sum(seen.kept), len(seen.kept)), wilson(sum(seen.unaided), len(seen.unaided))
    expected = fmean(seen.confidences) if seen.confidences else None
    unaided_expected = fmean(seen.unaided_confidences) if seen.unaided_confidences else None
    verdict, because = _verdict(kept, unaided, expected, unaided_expected)
    return Follower(
        user_id=user_id,
        name=seen.name,
        kept=kept,
        expected=expected,
        unaided=unaided,
        unaided_expected=unaided_expected,
        kept_seconds=median(seen.kept_seconds) if seen.kept_seconds else None,
        unaided_seconds=median(seen.unaided_seconds) if seen.unaided_seconds else None,
        verdict=verdict,
        because=because,
    )


def _verdict(
    kept: Share | None, unaided: Share | None, expected: float | None, unaided_expected: float | None
) -> tuple[str, str]:
    """Who surely keeps more than they would agree to unaided follows.

    The tasks differ: those with a suggestion are mostly ones that the model is unsure of. So what a person would agree
    to is how sure the model was, more or less by as much as they depart from that unaided, at the most favourable end.
    """
    for share, what in ((kept, "suggestions were on screen"), (unaided, "answers were given unaided")):
        n = share.n if share else 0
        if n < FEWEST_TO_JUDGE:
            return NOT_DEFINED, f"Only {n} {what}; {FEWEST_TO_JUDGE} are needed."
    assert kept is not None
    assert unaided is not None
    departs = unaided.high - (unaided_expected or 0.0)
    would_agree = unaided.high if expected is None else min(1.0, expected + departs)
    if kept.low > would_agree:
        return FOLLOWS, f"At most {would_agree:.0%} could be expected of somebody who judges."
    return IN_LINE, "As many are kept as agreement without suggestions lets expect."


def _withheld(project: Project, question: Question, task_ids: list[int]) -> dict[int, _Withheld]:
    """What the model says about tasks where nobody sees it: the holdout's, which it never learns from, and audits.

    On the holdout it answers between what people have concluded there, where its answers point into others.
    """
    audited = AcceptedAnswer.objects.filter(project=project, question=question.name, is_audited=True)
    rows = audited.values_list("task_id", "value", "confidence")
    said = {task_id: (value, confidence) for task_id, value, confidence in rows}
    version = ModelVersion.objects.serving().filter(project=project, question=question.name).first()
    if version is not None and version.unseen_file:
        holdout = set(project.tasks.filter(lane=Lane.HOLDOUT, stage="done").values_list("pk", flat=True))
        said |= _unseen(project, version, holdout.intersection(task_ids))
    about = _concluded(project, question.points_into, list(said))
    return {task_id: _Withheld(*one, about.get(task_id, {})) for task_id, one in said.items()}


def _unseen(project: Project, version: ModelVersion, task_ids: Collection[int]) -> dict[int, tuple[Any, float]]:
    try:
        file = open_predictions(storage.path_of(project.pk, version.unseen_file))
    except (OSError, DamagedFile):
        return {}
    found = {task_id: file.get(task_id) for task_id in task_ids}
    return {task_id: (one.value, one.confidence) for task_id, one in found.items() if one is not None}


def _concluded(project: Project, question: str, task_ids: list[int]) -> dict[int, dict[str, Any]]:
    if not question:
        return {}
    labels = FinalLabel.objects.filter(one_of("task_id", task_ids), project=project, question=question)
    return {task_id: {question: value} for task_id, value in labels.values_list("task_id", "value")}


def _same(question: Question, one: tuple[Any, Mapping[str, Any]], other: tuple[Any, Mapping[str, Any]]) -> bool:
    """By the kind's own distance; each answer comes with the others it was given with, for it may point into these."""
    try:
        answered = question.said_about(other[0], one[0])
        return question.distance(question.compared(*one), question.compared(answered, other[1])) <= _SAME
    except (KeyError, TypeError, ValueError, AttributeError):  # an answer of another form, from before a change
        return bool(one[0] == other[0])
