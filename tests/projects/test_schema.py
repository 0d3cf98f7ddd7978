"""What a schema accepts and refuses, and with which words."""

import pytest

from projects.schema import SchemaProblems, parse_schema
from projects.schema.options import RESERVED_KEYS
from tests.factories import TOPIC_SCHEMA

SCHEMA = parse_schema(TOPIC_SCHEMA)


def problems_of(definition):
    with pytest.raises(SchemaProblems) as caught:
        parse_schema(definition)
    return {problem.path: problem.message for problem in caught.value.problems}


def with_options(*options):
    return {**TOPIC_SCHEMA, "questions": [{"name": "topic", "kind": "choice", "options": list(options)}]}


def test_a_schema_survives_the_way_to_json_and_back():
    assert parse_schema(SCHEMA.definition()) == SCHEMA


@pytest.mark.parametrize("definition", [None, [], "schema", 3])
def test_what_is_no_object_is_no_schema(definition):
    assert "no schema" in problems_of(definition)[""]


def test_every_problem_is_named_with_its_place():
    found = problems_of(
        {
            "fields": [{"name": "Text!", "kind": "text"}],
            "questions": [{"name": "topic", "kind": "hologram"}, {"name": "mood", "kind": "choice", "options": ["x"]}],
        }
    )
    assert {"fields.0.name", "questions.0.kind", "questions.1.options"} <= found.keys()


@pytest.mark.parametrize("key", sorted(key for key in RESERVED_KEYS if len(key.strip()) == 1))
def test_the_workbenchs_own_keys_are_refused_for_options(key):
    found = problems_of(with_options({"value": "a", "key": key}, {"value": "b"}))
    assert "the workbench uses it" in found["questions.0.options.0.key"]


def test_two_options_cannot_share_a_key_or_a_value():
    assert (
        "given to two"
        in problems_of(with_options({"value": "a", "key": "x"}, {"value": "b", "key": "x"}))["questions.0.options"]
    )
    assert "used twice" in problems_of(with_options("a", "a"))["questions.0.options"]


def test_a_retired_option_is_refused_for_new_answers_and_named():
    schema = parse_schema(with_options("a", "b", {"value": "c", "retired": True}))
    with pytest.raises(SchemaProblems, match="retired"):
        schema.validate_answers({"topic": "c"}, {"text": "x"})


def test_missing_and_unknown_answers_are_both_named():
    with pytest.raises(SchemaProblems) as caught:
        SCHEMA.validate_answers({"mood": "good"}, {"text": "x"})
    assert {problem.path for problem in caught.value.problems} == {"answers.mood", "answers.topic"}


def test_a_draft_may_be_unfinished_but_not_wrong():
    assert SCHEMA.validate_answers({}, {"text": "x"}, partial=True) == {}
    with pytest.raises(SchemaProblems):
        SCHEMA.validate_answers({"topic": "weather"}, {"text": "x"}, partial=True)


@pytest.mark.parametrize(
    ("question", "half"),
    [
        ({"kind": "ranking", "on": "drafts"}, ["b"]),
        ({"kind": "choice", "options": ["a", "b"], "per": "candidate", "on": "drafts"}, {"y": "a"}),
        ({"kind": "choices", "options": ["a", "b"], "least": 2}, ["a"]),
        (
            {"kind": "spans", "on": "text", "options": ["a"], "questions": [{"name": "sure", "kind": "rating"}]},
            [{"id": "s1", "parts": [{"start": 0, "end": 1, "text": "x"}], "label": "a"}],
        ),
    ],
)
def test_an_answer_that_is_given_by_halves_is_kept_as_a_draft_and_refused_as_an_answer(question, half):
    fields = [{"name": "text", "kind": "text"}, {"name": "drafts", "kind": "candidates"}]
    data = {"text": "x y", "drafts": [{"id": "y", "text": "1"}, {"id": "b", "text": "2"}, {"id": "c", "text": "3"}]}
    schema = parse_schema({"fields": fields, "questions": [{"name": "q", **question}]})
    assert schema.validate_answers({"q": half}, data, partial=True) == {"q": half}
    with pytest.raises(SchemaProblems):
        schema.validate_answers({"q": half}, data)


@pytest.mark.parametrize(
    ("value", "word"),
    [(None, "missing"), ("", "empty"), ("  \n", "empty"), ("a\x00b", "NUL"), ("\ud800", "surrogate"), ({}, "not text")],
)
def test_a_text_field_refuses_what_cannot_be_read_or_stored(value, word):
    with pytest.raises(SchemaProblems, match=word):
        SCHEMA.validate_task_data({"text": value})


@pytest.mark.parametrize("value", ["👩‍👩‍👧 emoji", "שלום עולם", "line\r\nline", "e\u0301", "\u200bx"])
def test_a_text_field_keeps_every_character(value):
    assert SCHEMA.validate_task_data({"text": value}) == {"text": value}


def test_a_number_in_a_text_field_becomes_text():
    assert SCHEMA.validate_task_data({"text": 12.5}) == {"text": "12.5"}


def test_an_unknown_field_is_sent_to_metadata():
    with pytest.raises(SchemaProblems, match="metadata"):
        SCHEMA.validate_task_data({"text": "x", "author": "y"})


def test_consensus_needs_more_than_half_of_the_weight():
    topic = parse_schema(with_options("a", "b", "c")).questions[0]
    assert topic.consensus(["a", "b", "a"], [1, 1, 1]) == ("a", pytest.approx(2 / 3))
    assert topic.consensus(["a", "b"], [1, 1]) is None
    assert topic.consensus(["a", "b"], [1, 3]) == ("b", 0.75)
    assert topic.consensus([], []) is None


def test_removing_an_option_loses_its_answers_and_retiring_it_does_not():
    before = parse_schema(with_options("a", "b", "c")).questions[0]
    removed = parse_schema(with_options("a", "b")).questions[0]
    retired = parse_schema(with_options("a", "b", {"value": "c", "retired": True})).questions[0]
    assert before.lost_values(removed) == ["c"]
    assert before.lost_values(retired) == []
