"""What answers add to the Data page: filters by label, author and open remarks; columns for what was concluded."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db.models import Count

from annotations.conclusions.shown_labels import shown_labels, shown_rows_of_value
from annotations.models import Annotation, AnnotationStatus, Comment, CommentKind, LabelMethod
from projects.browsing.data_page import Choice, DataColumn, DataFilter, Mark
from projects.browsing.task_ids import ExcludedIds, IndexedIds, TaskIds
from projects.models import Membership

UNLABELED = "-"
MAX_PEOPLE = 200
MAX_CHOICES = 500

_METHOD_NOTES = {
    LabelMethod.CONSENSUS: "by consensus",
    LabelMethod.GOLD: "gold",
    LabelMethod.AUTO_ACCEPT: "by the model",
}


def label_filters(member: Membership) -> list[DataFilter]:
    """One filter a question: its final label, or that there is none."""
    labels = shown_labels(member)
    return [_label_filter(member, question, labels) for question in member.project.schema.questions]


def _label_filter(member: Membership, question: Any, labels: Any) -> DataFilter:
    def find(value: str) -> TaskIds | None:
        if value == UNLABELED:
            return ExcludedIds(IndexedIds(labels, "question", question.name, "task_id"))
        return IndexedIds(*shown_rows_of_value(member, question.name, value), "task_id")

    options = _choices(question)[:MAX_CHOICES]
    choices = [*options, Choice(UNLABELED, "No label yet")]
    return DataFilter(f"label.{question.name}", _short_title(question, member), find, choices)


def _short_title(question: Any, member: Membership) -> str:
    """The question's name; of an only question the word "label" says more."""
    return question.name.replace("_", " ").capitalize() if len(member.project.schema.questions) > 1 else "Label"


def _choices(question: Any) -> list[Choice]:
    """What the question's labels can be looked for by."""
    titles = getattr(question, "titles", {})
    colours = {option.value: colour for option, colour in _coloured(question)}
    return [Choice(value, titles.get(value, value), colours.get(value, 0)) for value in question.known_values or ()]


def _coloured(question: Any) -> list[tuple[Any, int]]:
    """The question's options, if it has any, with the numbers of their colours."""
    return [(option, option.colour) for option in getattr(question, "options", ())]


def author_filters(member: Membership) -> list[DataFilter]:
    answers = Annotation.objects.filter(project_id=member.project_id, status=AnnotationStatus.SUBMITTED)

    def answered_by(user_id: str) -> TaskIds | None:
        if not (user_id.isascii() and user_id.isdigit() and len(user_id) < 19):
            return None
        return IndexedIds(answers, "author_id", int(user_id), "task_id", repeats=True)

    members = Membership.objects.filter(project_id=member.project_id).select_related("user").order_by("user__name")
    named = members.only("user_id", "user__name", "user__email")[:MAX_PEOPLE]
    people = [Choice(str(one.user_id), one.user.display_name) for one in named]
    return [DataFilter("by", "Answered by", answered_by, people)]


def remark_filters(member: Membership) -> list[DataFilter]:
    comments = Comment.objects.filter(project_id=member.project_id, parent=None, resolved_at=None)

    def open_remarks(kind: str) -> TaskIds | None:
        return IndexedIds(comments, "kind", kind, "task_id", repeats=True) if kind in CommentKind.values else None

    choices = [Choice(CommentKind.FLAG, "Flagged"), Choice(CommentKind.COMMENT, "Open comments")]
    return [DataFilter("open", "Remarks", open_remarks, choices)]


def label_columns(member: Membership) -> list[DataColumn]:
    return [
        DataColumn(
            f"label.{question.name}",
            _short_title(question, member),
            partial(_final_labels, shown_labels(member), question),
            help="What the project concludes from the answers.",
            order=10,
        )
        for question in member.project.schema.questions
    ]


def _final_labels(labels: Any, question: Any, task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    colours = {option.value: colour for option, colour in _coloured(question)}
    rows = labels.filter(task_id__in=task_ids, question=question.name)
    return {
        task_id: [Mark(question.summarize(value), _METHOD_NOTES.get(LabelMethod(method), ""), colours.get(text))]
        for task_id, value, text, method in rows.values_list("task_id", "value", "value_text", "method")
    }


def author_columns(member: Membership) -> list[DataColumn]:
    return [
        DataColumn("by", "Answered by", _authors, help="Whose answers there are.", order=30),
        DataColumn("open", "Remarks", _open_remarks, help="Flags and comments that nobody has resolved.", order=40),
    ]


def _authors(task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    rows = Annotation.objects.filter(task_id__in=task_ids, status=AnnotationStatus.SUBMITTED).select_related("author")
    for row in rows.order_by("submitted_at").only("task_id", "author__name", "author__email"):
        found[row.task_id].append(Mark(row.author.display_name))
    return found


def _open_remarks(task_ids: Sequence[int]) -> Mapping[int, list[Mark]]:
    found: dict[int, list[Mark]] = defaultdict(list)
    rows = Comment.objects.filter(task_id__in=task_ids, parent=None, resolved_at=None).values_list("task_id", "kind")
    for task_id, kind, count in rows.annotate(count=Count("pk")).order_by("task_id", "-kind"):
        title = "flagged" if kind == CommentKind.FLAG else "comments"
        found[task_id].append(Mark("" if count == 1 else str(count), icon=kind, title=title))
    return found
