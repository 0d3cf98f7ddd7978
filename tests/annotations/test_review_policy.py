"""Which finished tasks the rules of review pick, decided without a database."""

from annotations.reviewing.review_policy import Opinion, ReviewRules, wanted_levels
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


def is_doubted(schema, suggested, answer):
    opinion = Opinion(1, {"entities": answer}, {"entities": suggested})
    return wanted_levels(DOUBTFUL, schema, [opinion], seed=1, task_id=1) > 0


def test_each_span_counts_by_its_own_confidence_and_not_by_that_of_all_together():
    one, two, faint = span(0, 4, confidence=0.9), span(5, 9, confidence=0.8), span(10, 12, confidence=0.2)
    suggested = {"value": [one, two, faint], "confidence": 0.14}
    assert not is_doubted(SPANS, suggested, [span(0, 4), span(5, 9)]), "the faint one was rightly left out"
    assert is_doubted(SPANS, suggested, [span(0, 4), span(5, 9), span(10, 12)]), "a faint one was taken over"
    assert is_doubted(SPANS, suggested, [span(0, 4)]), "one that the model is sure of is missing"
    assert is_doubted(SPANS, suggested, [span(0, 4), span(5, 9), span(20, 24)]), "the model has not found this one"
    assert is_doubted(SPANS, suggested, [])


ASKED = parse_schema(
    {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [
            {
                "name": "entities",
                "kind": "spans",
                "options": ["person", "org"],
                "questions": [{"name": "sure", "kind": "rating"}],
            }
        ],
    }
)


def test_what_people_add_about_a_span_that_was_suggested_raises_no_doubt():
    answered = [span(0, 4, answers={"sure": 5})]
    for suggested in (span(0, 4), span(0, 4, confidence=0.9)):
        assert not is_doubted(ASKED, {"value": [suggested], "confidence": 0.8}, answered)
        other = {**suggested, "answers": {"sure": 1}}
        assert is_doubted(ASKED, {"value": [other], "confidence": 0.8}, answered), "the model has said otherwise"


def test_a_model_that_does_not_say_how_sure_it_is_doubts_nothing():
    assert not is_doubted(SPANS, {"value": [span(0, 4)]}, [span(5, 9)])
    assert not is_doubted(SPANS, {"value": [], "confidence": 0.9}, [])
