"""How an attempt at a quiz is judged."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from annotations.quiz.quiz_scoring import has_passed, is_right
from projects.schema import parse_schema

TOPIC = {"name": "topic", "kind": "choice", "options": ["a", "b"]}
MOOD = {"name": "mood", "kind": "choice", "options": ["good", "bad"], "required": False}
BOTH, ONE = (
    parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": questions})
    for questions in ([TOPIC, MOOD], [TOPIC])
)


def test_all_questions_must_be_right():
    known = {"topic": "a", "mood": "bad"}
    assert is_right(BOTH, known, {"topic": "a", "mood": "bad"})
    assert not is_right(BOTH, known, {"topic": "a", "mood": "good"})
    assert not is_right(BOTH, known, {"topic": "a"})


def test_a_question_that_is_not_known_is_not_judged():
    assert is_right(BOTH, {"topic": "a"}, {"topic": "a", "mood": "good"})
    assert is_right(ONE, {"topic": "a", "retired": "x"}, {"topic": "a"})


@given(total=st.integers(1, 100), percent=st.integers(1, 100), data=st.data())
def test_the_pass_mark_is_exact(total, percent, data):
    right = data.draw(st.integers(0, total))
    assert has_passed(right, total, percent) == (Fraction(right, total) >= Fraction(percent, 100))
