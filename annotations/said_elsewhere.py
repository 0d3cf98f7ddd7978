"""Whose an imported answer was, where that is nobody here."""

from annotations.models import Annotation, SaidElsewhere


def said_elsewhere(annotation: Annotation) -> str:
    """The addresses of who said it where it came from; empty for an answer of its author.

    Ask for annotations with ``select_related("said_elsewhere")``.
    """
    try:
        return annotation.said_elsewhere.by if annotation.version == 1 else ""
    except SaidElsewhere.DoesNotExist:
        return ""
