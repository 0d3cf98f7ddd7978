"""How far one person agrees with others: worked by hand, and never without its interval."""

import pytest

from annotations.conclusions.agreement import agreement_with_others
from projects.schema import parse_schema

[TOPIC] = parse_schema(
    {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [{"name": "topic", "kind": "choice", "options": ["a", "b"]}],
    }
).questions


def answers(*values):
    return [{"topic": value} for value in values]


def test_eight_of_ten_are_the_share_and_wilsons_interval():
    tasks = [({"topic": "a"}, answers("a" if number < 8 else "b")) for number in range(10)]
    found = agreement_with_others(TOPIC, tasks)
    assert (found.value, found.n) == (pytest.approx(0.8), 10)
    assert (round(found.low, 3), round(found.high, 3)) == (0.49, 0.943)


def test_a_task_counts_once_however_many_answered_it():
    found = agreement_with_others(
        TOPIC, [({"topic": "a"}, answers("a", "a", "b", "b")), ({"topic": "b"}, answers("b"))]
    )
    assert (found.value, found.n) == (0.75, 2)


@pytest.mark.parametrize("tasks", [[], [({"topic": "a"}, [])], [({}, answers("a"))], [({"topic": "a"}, [{}])]])
def test_without_a_task_that_both_answered_it_is_not_defined(tasks):
    assert agreement_with_others(TOPIC, tasks) is None


def test_perfect_agreement_on_few_tasks_is_not_called_certain():
    found = agreement_with_others(TOPIC, [({"topic": "a"}, answers("a"))] * 5)
    assert found.high == 1.0
    assert found.low < 0.6
