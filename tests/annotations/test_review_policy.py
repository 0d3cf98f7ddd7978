"""Which finished tasks the rules of review pick, decided without a database."""

from annotations.review_policy import Opinion, ReviewRules, wanted_levels
from projects.schema import parse_schema

SPANS = parse_schema(
    {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [{"name": "entities", "kind": "spans", "options": ["person", "org"]}],
    }
)
DOUBTFUL = ReviewRules(policy="low_confidence", confidence_percent=50)


def span(start: int, end: int, **more: object) -> dict[str, object]:
    return {"id": "s1", "parts": [{"start": start, "end": end, "text": "x" * (end - start)}], "label": "org", **more}


def test_spans_taken_over_as_suggested_are_as_sure_as_the_model_was():
    suggested = {"entities": {"value": [span(0, 4, confidence=0.9)], "confidence": 0.8}}
    taken_over = Opinion(1, {"entities": [span(0, 4)]}, suggested)
    changed = Opinion(1, {"entities": [span(0, 5)]}, suggested)
    assert wanted_levels(DOUBTFUL, SPANS, [taken_over], seed=1, task_id=1) == 0
    assert wanted_levels(DOUBTFUL, SPANS, [changed], seed=1, task_id=1) == 1
