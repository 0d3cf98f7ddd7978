"""Every kind says what its form asks, and what it could look like."""

import pytest

from projects.schema import field_kinds, parse_schema, question_kinds
from projects.schema.describing import describe_language

SHOWN = [
    {"name": "body", "kind": "text"},
    {"name": "talk", "kind": "dialogue", "speakers": ["a"]},
    {"name": "row", "kind": "record", "columns": ["x", {"name": "y", "type": "time"}]},
    {"name": "both", "kind": "candidates"},
    {"name": "photo", "kind": "image"},
    {"name": "clip", "kind": "audio"},
]


@pytest.mark.parametrize("kind", list(field_kinds))
def test_the_example_of_a_field_is_right(kind):
    asked = [{"name": "q", "kind": "rating", "on": "f"}]
    detailed = next((one for one in SHOWN if one["kind"] == kind), {})
    for field in ({}, detailed):
        schema = parse_schema({"fields": [{**field, "name": "f", "kind": kind}], "questions": asked})
        assert schema.validate_task_data(schema.example()) == schema.example()


@pytest.mark.parametrize("kind", list(question_kinds))
def test_a_new_question_begins_with_what_its_settings_start_with_and_is_right(kind):
    (described,) = [one for one in describe_language()["questions"]["kinds"] if one["kind"] == kind]
    start = {one["name"]: one["start"] for one in described["settings"] if "start" in one}
    spans = {"name": "spans", "kind": "spans", "options": ["a"]}
    parse_schema({"fields": SHOWN, "questions": [spans, {"name": "q", "kind": kind, **start}]})


def test_each_setting_of_a_kind_is_a_key_of_its_definition_with_that_default():
    for one in describe_language()["questions"]["kinds"]:
        spans = {"name": "spans", "kind": "spans", "options": ["a"]}
        start = {setting["name"]: setting["start"] for setting in one["settings"] if "start" in setting}
        usual = {setting["name"]: setting["default"] for setting in one["settings"] if setting.get("default", "") != ""}
        question = {"name": "q", "kind": one["kind"], **start}
        plain = parse_schema({"fields": SHOWN, "questions": [spans, question]})
        said = parse_schema({"fields": SHOWN, "questions": [spans, {**question, **usual}]})
        assert plain.definition() == said.definition(), one["kind"]
