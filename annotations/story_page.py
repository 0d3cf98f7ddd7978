"""One task's story as a page tells it: answers side by side, and everything that happened in the order of time."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from annotations.drawings import Drawing, draw
from annotations.models import AnnotationStatus, LabelMethod, ReviewDecision, RevisionKind
from annotations.reviewing.review import RETURNED
from annotations.work.suggestions import prediction_sources
from projects.browsing.data_page import Mark
from projects.models import Task
from projects.schema import Schema

METHOD_SENTENCES = {
    LabelMethod.SINGLE: "One person was asked, and this is the answer.",
    LabelMethod.CONSENSUS: "More than half of the people agree on it.",
    LabelMethod.GOLD: "It is known: this is a gold task.",
    LabelMethod.AUTO_ACCEPT: "No person was asked: the model is sure enough, as the holdout proved.",
}


# What a reviewer did, and how it looks in the timeline.
_DECISIONS = {
    ReviewDecision.ACCEPT.value: ("accepted the answers", "good"),
    ReviewDecision.FIX.value: ("corrected the answers", "good"),
    ReviewDecision.RETURN.value: ("sent the answers back", "warning"),
    ReviewDecision.CONFLICT.value: ("sent a fix of what was asked before; it decided nothing", "warning"),
}


_MOST_DRAWN = 2_000  # regions on one page; answers beyond it are told in words


@dataclass(frozen=True)
class AnswerLine:
    """What one person said to one question, and what the model had suggested to them."""

    question: str
    mark: Mark | None
    drawing: Drawing | None = None
    suggested: Mark | None = None
    model: str = ""
    followed: bool = False
    differs: bool = False


@dataclass(frozen=True)
class AnswerCard:
    """``act`` is what may be done with the answer: retract, restore, or why it cannot be restored.

    ``said_elsewhere`` is whose an imported answer was.
    """

    annotation_id: int
    author: str
    status: str
    at: datetime | None
    active_seconds: float
    guideline_number: int
    schema_number: int
    lines: list[AnswerLine]
    revisions: list[dict[str, Any]] = field(default_factory=list)
    act: str = ""
    said_elsewhere: str = ""


@dataclass(frozen=True)
class FinalLine:
    question: str
    mark: Mark
    how: str
    confidence: float
    at: datetime
    drawing: Drawing | None = None


@dataclass(frozen=True)
class KnownLine:
    """The known answer to one question of a gold task, and who set it when."""

    question: str
    mark: Mark
    explanation: str
    author: str
    at: datetime
    drawing: Drawing | None = None


@dataclass(frozen=True)
class PredictionLine:
    """A prediction of a model that serves now; ``words`` speak for it, and so may labeled tasks like this one and what
    it is ``because`` of, in sentences. The ``drawing`` is of the first."""

    question: str
    ranked: list[Mark]
    source: str
    model_number: int | None
    words: list[str]
    why: str
    neighbours: list[dict[str, Any]] = field(default_factory=list)
    because: list[str] = field(default_factory=list)
    drawing: Drawing | None = None


@dataclass(frozen=True)
class Moment:
    """One thing that happened: who did what, when."""

    at: datetime
    who: str
    what: str
    detail: str = ""
    level: str = ""


class StoryTeller:
    """Puts a task's story, as the API tells it, into the words of its project's schema.

    ``media`` are the files that the reader may see, by field, as ``shown_media`` makes them: answers are drawn on them.
    """

    def __init__(
        self, schema: Schema, story: Mapping[str, list[dict[str, Any]]], media: Mapping[str, Any] | None = None
    ) -> None:
        self._media = media or {}
        self._left_to_draw = _MOST_DRAWN
        self._questions = schema.questions_by_name
        self._story = story
        self._final = {row["question"]: row["value"] for row in story["final_labels"]}

    def answers(self, acts: Mapping[int, str] | None = None) -> list[AnswerCard]:
        """Everybody's answers; ``acts`` says by annotation what may be done with it."""
        return [replace(self._card(row), act=(acts or {}).get(row["id"], "")) for row in self._story["annotations"]]

    def final_labels(self) -> list[FinalLine]:
        return [
            FinalLine(
                self._title(row["question"]),
                mark,
                _how(row),
                row["confidence"],
                row["recorded_at"],
                drawing,
            )
            for row in self._story["final_labels"]
            for mark, drawing in [self._told(row["question"], row["value"])]
        ]

    def known_answers(self) -> list[KnownLine]:
        """The answers that are known, of a gold task and for those who make such."""
        return [
            KnownLine(
                self._title(row["question"]),
                mark,
                row["explanation"],
                row["author"] or "",
                row["recorded_at"],
                drawing,
            )
            for row in self._story["gold"]
            for mark, drawing in [self._told(row["question"], row["value"])]
        ]

    def predictions(self, task: Task) -> list[PredictionLine]:
        """What the serving models say about the task now."""
        lines = []
        for source in prediction_sources.objects():
            found = source(task.project_id, [(task.pk, task.content.data, task.lane)]).get(task.pk, {})
            lines += [self._prediction(name, prediction) for name, prediction in found.items()]
        return lines

    def timeline(self) -> list[Moment]:
        """Everything with a time, oldest first."""
        moments = [*self._assignment_moments(), *self._answer_moments(), *self._remark_moments()]
        moments += [self._conclusion(row) for row in self._story["final_labels"]]
        moments += [*self._act_moments(), *self._review_moments()]
        return sorted(moments, key=lambda moment: moment.at)

    def _card(self, row: Mapping[str, Any]) -> AnswerCard:
        answers = row["answers"]
        names = [*self._questions, *(name for name in answers if name not in self._questions)]
        return AnswerCard(
            annotation_id=row["id"],
            author=row["author"],
            status=row["status"],
            at=row["submitted_at"],
            active_seconds=row["active_seconds"],
            guideline_number=row["guideline_number"],
            schema_number=row["schema_number"],
            lines=[self._line(name, row) for name in names],
            revisions=[{**revision, "said": self._summary(revision["answers"])} for revision in row["revisions"]],
            said_elsewhere=row["said_elsewhere"],
        )

    def _line(self, name: str, row: Mapping[str, Any]) -> AnswerLine:
        answer, suggestion = row["answers"].get(name), row["suggestions"].get(name)
        mark, drawing = (None, None) if answer is None else self._told(name, answer)
        if row["status"] != AnnotationStatus.SUBMITTED:
            drawing = None  # what it was drawn on may have been imported anew since
        suggested = self._mark(name, suggestion["value"], suggestion.get("confidence")) if suggestion else None
        return AnswerLine(
            question=self._title(name),
            mark=mark,
            drawing=drawing,
            suggested=suggested,
            model=suggestion.get("source", "") if suggestion else "",
            followed=suggestion is not None and suggestion["value"] == answer,
            differs=answer is not None and name in self._final and self._final[name] != answer,
        )

    def _prediction(self, name: str, prediction: Mapping[str, Any]) -> PredictionLine:
        first, *others = prediction.get("alternatives") or [prediction]
        mark, drawing = self._told(name, first["value"], first.get("confidence"))
        return PredictionLine(
            question=self._title(name),
            ranked=[mark, *(self._mark(name, entry["value"], entry.get("confidence")) for entry in others)],
            source=prediction.get("source", ""),
            model_number=prediction.get("model_number"),
            words=list(prediction.get("words") or ()),
            why=prediction.get("why", ""),
            neighbours=list(prediction.get("neighbours") or ()),
            because=list(prediction.get("because") or ()),
            drawing=drawing,
        )

    def _conclusion(self, row: Mapping[str, Any]) -> Moment:
        said = self._summary({row["question"]: row["value"]})
        return Moment(row["recorded_at"], "", f"Concluded: {said}", _how(row), "good")

    def _act_moments(self) -> list[Moment]:
        """Recorded acts; that a comment was settled is told by the act where there is one."""
        moments = []
        for row in self._story["events"]:
            what = row["verb"]
            if (row["object_type"], what) == ("task", RETURNED):
                continue  # told as the review that it is
            if row["object_type"] == "task":
                what = f"{row['verb']} the task"
            elif row["object_type"] == "annotation":
                what = f"{row['verb']} the answer {row['object_name'].rpartition(' on ')[0]}"
            elif row["object_type"] == "comment":
                what = f"{row['verb']} “{row['object_name']}”"
            told = row["before"].get("answers") or (row["object_type"] == "task" and row["after"].get("answers"))
            said = [self._summary(told)] if told else []
            detail = " · ".join([*said, *([row["after"]["reason"]] if row["after"].get("reason") else [])])
            warns = row["verb"] in {"removed", "retracted"}
            moments.append(Moment(row["at"], row["actor"] or "", what, detail, "warning" if warns else ""))
        return moments

    def _review_moments(self) -> list[Moment]:
        moments = []
        for row in self._story.get("reviews", ()):
            detail = " · ".join(filter(None, (self._summary(row["answers"]), row["reason"], row["comment"])))
            what, level = _DECISIONS[row["decision"]]
            moments.append(Moment(row["created_at"], row["reviewer"], what, detail, level))
        return moments

    def _assignment_moments(self) -> list[Moment]:
        moments = []
        for row in self._story["assignments"]:
            by = "given by a manager" if row["source"] == "manager" else ""
            by += f", due {row['due_at']:%-d %b %Y}" if by and row["due_at"] else ""
            is_review = row["purpose"] == "review"
            waiting = "is to review it" if is_review else "is to answer it"
            begun = "got the task to review" if is_review else "got the task"
            what = waiting if row["status"] == "assigned" else begun
            moments.append(Moment(row["started_at"], row["user"], what, by))
            if row["status"] == "skipped" and row["finished_at"]:
                moments.append(Moment(row["finished_at"], row["user"], "skipped it", row["skip_reason"], "warning"))
        return moments

    def _answer_moments(self) -> list[Moment]:
        return [moment for row in self._story["annotations"] for moment in self._said_by(row)]

    def _said_by(self, row: Mapping[str, Any]) -> list[Moment]:
        """One person's answer and its changes. A revision holds what was said until then."""
        moments = []
        who, submitted_at = row["author"], row["submitted_at"]
        former = [revision for revision in row["revisions"] if revision["kind"] != RevisionKind.CONFLICT]
        states = [self._summary(answers) for answers in (*(revision["answers"] for revision in former), row["answers"])]
        first = 0
        for position, revision in enumerate(former):
            if revision["kind"] in {RevisionKind.UNDONE, RevisionKind.RETRACTED}:
                if revision["kind"] == RevisionKind.UNDONE:  # who retracted it, and why, is a recorded act
                    moments.append(Moment(revision["at"], who, "took the answer back", states[position], "warning"))
                first = position + 1 if submitted_at and revision["at"] <= submitted_at else first
            elif revision["kind"] == RevisionKind.REWRITTEN:
                changed = f"put the answer of {who} into other words"
                moments.append(Moment(revision["at"], "A schema change", changed, states[position + 1]))
            else:
                moments.append(Moment(revision["at"], who, "changed the answer to", states[position + 1]))
        if submitted_at and first < len(states):
            moments.append(Moment(submitted_at, who, "answered", states[first]))
        for revision in row["revisions"]:
            if revision["kind"] == RevisionKind.CONFLICT:
                late = self._summary(revision["answers"])
                moments.append(Moment(revision["at"], who, "sent another answer, too late to count", late, "warning"))
        return moments

    def _remark_moments(self) -> list[Moment]:
        moments = []
        told = {row["object_id"] for row in self._story["events"] if row["object_type"] == "comment"}
        for row in self._story["comments"]:
            what = "flagged it" if row["kind"] == "flag" else "commented"
            what = "replied" if row["parent_id"] else what
            level = "" if row["parent_id"] else "warning"
            moments.append(Moment(row["created_at"], row["author"], what, row["text"], level))
            if row["resolved_at"] and row["id"] not in told:
                moments.append(Moment(row["resolved_at"], "", f"The {row['kind']} was resolved"))
        return moments

    def _summary(self, answers: Mapping[str, Any]) -> str:
        return ", ".join(self._mark(name, answer).text for name, answer in answers.items())

    def _title(self, name: str) -> str:
        question = self._questions.get(name)
        return question.title if question else name

    def _told(self, name: str, answer: Any, confidence: float | None = None) -> tuple[Mark, Drawing | None]:
        """The answer in words and, where it can be drawn, as a drawing: its words then only count what is drawn."""
        mark, question = self._mark(name, answer, confidence), self._questions.get(name)
        medium = self._media.get(question.on) if question else None
        drawing = draw(question, answer, medium, most=self._left_to_draw) if question and medium else None
        self._left_to_draw -= len(drawing.regions) if drawing else 0
        return (replace(mark, text=drawing.summary) if drawing else mark), drawing

    def _mark(self, name: str, value: Any, confidence: float | None = None) -> Mark:
        question = self._questions.get(name)
        colours = {option.value: option.colour for option in getattr(question, "options", ())}
        text = question.summarize(value) if question else str(value)
        colour = colours.get(value, 0) if isinstance(value, str) else 0
        return Mark(text, "" if confidence is None else f"{100 * confidence:.0f} %", colour)


def _how(label: Mapping[str, Any]) -> str:
    return METHOD_SENTENCES.get(label["method"], label["method"])
