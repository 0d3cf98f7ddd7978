"""What people said about tasks, and what the project concludes from it."""

from annotations.models.annotation import (
    Annotation,
    AnnotationRevision,
    AnnotationStatus,
    RevisionKind,
    SaidElsewhere,
)
from annotations.models.comment import Comment, CommentKind
from annotations.models.label import AcceptedAnswer, FinalLabel, GoldAnswer, LabelMethod, LabelValue
from annotations.models.own_keys import OwnKeys
from annotations.models.quiz import Quiz, QuizAttempt, QuizExtraAttempt
from annotations.models.review import Review, ReviewDecision

__all__ = [
    "AcceptedAnswer",
    "Annotation",
    "AnnotationRevision",
    "AnnotationStatus",
    "Comment",
    "CommentKind",
    "FinalLabel",
    "GoldAnswer",
    "LabelMethod",
    "LabelValue",
    "OwnKeys",
    "Quiz",
    "QuizAttempt",
    "QuizExtraAttempt",
    "Review",
    "ReviewDecision",
    "RevisionKind",
    "SaidElsewhere",
]
