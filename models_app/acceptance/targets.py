"""What auto-accept can promise, and for which questions it can."""

from projects.schema.questions.question import Question

# In percent. A version is measured for each when it is trained, so that a page can show what another would mean.
TARGETS = (80, 85, 90, 95, 97, 98, 99)
# A run audits at least about so many tasks, whatever the share.
FEWEST_AUDITED = 20

_ACCEPTABLE = frozenset({"choice", "choices", "taxonomy", "rating"})


def why_not_acceptable(question: Question) -> str:
    """Why answers to a question can never be accepted from a model; empty where they can."""
    asked = question.single
    if asked.kind not in _ACCEPTABLE:
        return "It cannot be auto-accepted, because an answer of this kind is not right or wrong as a whole."
    if asked is not question and not question.required:
        return "It cannot be auto-accepted, because parts may be left without an answer, and a model answers each."
    if getattr(asked, "many", False):
        return "It cannot be auto-accepted, because several places in the tree can be chosen."
    return ""
