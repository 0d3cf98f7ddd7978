"""Operations on a schema, and what they make of answers: pure, without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projects.schema import SchemaProblems, parse_schema
from projects.schema.mapping import read_mapping, ways_back
from projects.schema.option_places import questions_of

VALUES = ("a", "b", "c", "d")
TREE = [{"value": "g", "title": "G", "children": [{"value": one, "title": one} for one in VALUES]}]
LABELS = {"question": "label", "is": ["a", "b"]}
SCHEMA = parse_schema(
    {
        "fields": [{"name": "text", "kind": "text"}],
        "questions": [
            {"name": "one", "kind": "choice", "options": list(VALUES)},
            {"name": "many", "kind": "choices", "least": 0, "options": list(VALUES)},
            {"name": "tree", "kind": "taxonomy", "many": True, "options": TREE},
            {
                "name": "spans",
                "kind": "spans",
                "options": list(VALUES),
                "questions": [
                    {"name": "sure", "kind": "choice", "options": ["x", "y", "both"], "when": LABELS},
                    {
                        "name": "roles",
                        "kind": "choices",
                        "options": ["k", "l", "m"],
                        "when": {"question": "sure", "is": ["x", "y"]},
                        "required": False,
                    },
                ],
            },
            {"name": "links", "kind": "relations", "options": [{"value": "of", "from": ["a", "b"]}]},
            {"name": "more", "kind": "text", "when": {"question": "one", "is": ["a", "b"]}},
        ],
    }
)
DATA = {"text": "one two three four"}
PLACES = [(0, 3), (4, 7), (8, 13), (14, 18)]


@st.composite
def answers(draw):
    spans = []
    for number, (start, end) in enumerate(draw(st.lists(st.sampled_from(PLACES), unique=True, max_size=4))):
        label = draw(st.sampled_from(VALUES))
        own = {
            "sure": draw(st.sampled_from(["x", "y", "both"])),
            "roles": draw(st.sampled_from([["k"], ["l"], ["k", "l"]])),
        }
        own = own if own["sure"] == "x" else {"sure": own["sure"]}
        more = {"answers": own} if label in {"a", "b"} else {}
        spans.append({"id": f"e{number}", "parts": [{"start": start, "end": end}], "label": label, **more})
    ends = [one["id"] for one in spans if one["label"] in {"a", "b"}]
    links = [{"id": "r", "from": ends[0], "to": spans[-1]["id"], "label": "of"}] if ends else []
    given_answers = {
        "one": draw(st.sampled_from(VALUES)),
        "many": draw(st.lists(st.sampled_from(VALUES), unique=True)),
        "tree": draw(st.lists(st.sampled_from(VALUES), unique=True, min_size=1)),
        "spans": spans,
        "links": links if links and links[0]["from"] != links[0]["to"] else [],
    }
    given_answers |= {"more": "words"} if given_answers["one"] in {"a", "b"} else {}
    return SCHEMA.validate_answers(given_answers, DATA)


names = st.sampled_from(["one", "many", "tree", "spans"])
values = st.sampled_from(VALUES)
OWN = {"spans.sure": ["x", "y", "both"], "spans.roles": ["k", "l", "m"]}


@st.composite
def reversible(draw):
    """Renames, retired options, split ones, renamed and added questions: each forgets nothing."""
    kind = draw(st.sampled_from(["rename_option", "retire_option", "split_option", "rename_question", "add_question"]))
    if kind == "add_question":
        return {"kind": kind, "asked": {"name": "new", "kind": "rating", "required": False}}
    about = {"kind": kind, "question": draw(names)}
    if kind == "rename_question":
        return {**about, "to": f"{about['question']}_too"}
    if draw(st.booleans()):
        about["question"] = draw(st.sampled_from(sorted(OWN)))
    about["value"] = draw(st.sampled_from(OWN.get(about["question"], VALUES)))
    if kind == "rename_option":
        return {**about, "to": draw(st.sampled_from(["z", "a b", "é"]))}
    return about if kind == "retire_option" else {**about, "into": ["p", "q"]}


@given(answers(), reversible())
def test_an_operation_and_its_way_back_leave_schema_and_answers_as_they_were(said, operation):
    mapping = read_mapping([operation], SCHEMA)
    after = mapping.steps[-1].after
    back = read_mapping(ways_back([operation], SCHEMA), after)
    assert back.steps[-1].after.definition() == SCHEMA.definition()
    assert back.apply(mapping.apply(said)) == said
    assert mapping.reversed().apply(mapping.apply(said)) == said


@given(answers(), st.sampled_from(sorted(OWN)), st.data())
def test_a_merge_reaches_the_answers_about_each_span_and_its_way_back_the_schema(said, name, data):
    merged = data.draw(st.permutations(OWN[name]))[:2]
    operation = {"kind": "merge_options", "question": name, "values": merged[1:], "into": merged[0]}
    mapping = read_mapping([operation], SCHEMA)
    after = mapping.steps[-1].after
    mapped = mapping.apply(said)
    asked = questions_of(after)[name]
    assert merged[1] not in asked.options_in(mapped["spans"])
    if merged[1] in asked.options_in(said["spans"]):
        assert merged[0] in asked.options_in(mapped["spans"])
    back = read_mapping(ways_back([operation], SCHEMA), after)
    assert back.steps[-1].after.definition() == SCHEMA.definition()


def test_what_names_an_option_of_a_question_about_spans_follows_it():
    rename = [{"kind": "rename_option", "question": "spans.sure", "value": "x", "to": "surely"}]
    after = read_mapping(rename, SCHEMA).steps[-1].after.definition()["questions"][3]["questions"]
    assert [one["value"] for one in after[0]["options"]] == ["surely", "y", "both"]
    assert after[1]["when"] == {"question": "sure", "is": ["surely", "y"]}


@given(answers(), names, st.lists(values, min_size=2, max_size=4, unique=True))
def test_answers_after_a_merge_are_right_under_the_new_schema_and_hold_nothing_that_is_gone(said, name, merged):
    operation = {"kind": "merge_options", "question": name, "values": merged[1:], "into": merged[0]}
    try:
        mapping = read_mapping([operation], SCHEMA)
    except SchemaProblems:  # too few options would be left
        return
    after = mapping.steps[-1].after
    mapped = mapping.apply(said)
    assert after.validate_answers(_asked(after, mapped), DATA) == _asked(after, mapped)
    assert not set(merged[1:]) & set(after.questions_by_name[name].options_in(mapped[name]))
    back = read_mapping(ways_back([operation], SCHEMA), after)
    assert back.steps[-1].after.definition() == SCHEMA.definition()


def _asked(schema, said):
    """Without answers that a merge has made out of place: a condition or an end of a relation that holds no more."""
    usable = {}
    for name in schema.questions_by_name:
        if name in said and name not in {"more", "links"}:
            value = said[name]
            if name == "spans":
                value = [{key: part for key, part in span.items() if key != "answers"} for span in value]
                value = [{**span, **_sure(schema, span)} for span in value]
            usable[name] = value
    if schema.questions_by_name["more"].when.holds(schema.questions_by_name, usable):
        usable["more"] = "words"
    usable["links"] = []
    return usable


def _sure(schema, span):
    asked = schema.questions_by_name["spans"].questions[0]
    return {"answers": {"sure": "x"}} if span["label"] in asked.when.values else {}


def test_whatever_names_an_option_follows_its_new_name():
    rename = [{"kind": "rename_option", "question": name, "value": "a", "to": "z"} for name in ("one", "spans")]
    after = read_mapping(rename, SCHEMA).steps[-1].after.definition()["questions"]
    assert after[5]["when"] == {"question": "one", "is": ["z", "b"]}
    assert after[3]["questions"][0]["when"] == {"question": "label", "is": ["z", "b"]}
    assert after[4]["options"][0]["from"] == ["z", "b"]


def test_what_refers_to_a_question_follows_its_new_name():
    operations = [
        {"kind": "rename_question", "question": "one", "to": "first"},
        {"kind": "rename_question", "question": "spans", "to": "names"},
    ]
    mapping = read_mapping(operations, SCHEMA)
    after = mapping.steps[-1].after.definition()["questions"]
    assert (after[5]["when"]["question"], after[4]["between"]) == ("first", "names")
    assert mapping.apply({"one": "a", "many": []}) == {"first": "a", "many": []}


def test_two_spans_that_become_one_take_their_relations_along():
    text = [{"start": 0, "end": 3, "text": "one"}]
    other = [{"start": 4, "end": 7, "text": "two"}]
    spans = [
        {"id": "e1", "parts": text, "label": "a"},
        {"id": "e2", "parts": text, "label": "b"},
        {"id": "e3", "parts": other, "label": "a"},
    ]
    links = [
        {"id": "r1", "from": "e2", "to": "e3", "label": "of"},
        {"id": "r2", "from": "e1", "to": "e3", "label": "of"},
        {"id": "r3", "from": "e1", "to": "e2", "label": "of"},
    ]
    merge = {"kind": "merge_options", "question": "spans", "values": ["b"], "into": "a"}
    mapped = read_mapping([merge], SCHEMA).apply({"spans": spans, "links": links})
    assert [span["id"] for span in mapped["spans"]] == ["e1", "e3"]
    assert mapped["links"] == [{"id": "r1", "from": "e1", "to": "e3", "label": "of"}]


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ({"kind": "rename_option", "question": "one", "value": "a", "to": "b"}, "operations.0.to"),
        ({"kind": "rename_option", "question": "one", "value": "x", "to": "b"}, "operations.0.value"),
        ({"kind": "rename_option", "question": "one", "value": "a", "to": " "}, "operations.0.questions.0"),
        ({"kind": "rename_option", "question": "none", "value": "a", "to": "b"}, "operations.0.question"),
        ({"kind": "merge_options", "question": "one", "values": ["a"], "into": "a"}, "operations.0.values"),
        ({"kind": "merge_options", "question": "tree", "values": ["g"], "into": "a"}, "operations.0.values"),
        ({"kind": "split_option", "question": "one", "value": "a", "into": ["x"]}, "operations.0.into"),
        ({"kind": "split_option", "question": "one", "value": "a", "into": ["b", "x"]}, "operations.0.questions.0"),
        ({"kind": "split_option", "question": "one", "value": "a", "into": [1, None]}, "operations.0.questions.0"),
        ({"kind": "rename_question", "question": "one", "to": "many"}, "operations.0.to"),
        ({"kind": "rename_question", "question": "one", "to": "One!"}, "operations.0.questions.0"),
        ({"kind": "retire_option", "question": "more", "value": "a"}, "operations.0.value"),
        ({"kind": "remove_question", "question": "one"}, "operations.0.questions"),
        ({"kind": "retire_option", "question": "spans.none", "value": "x"}, "operations.0.question"),
        ({"kind": "retire_option", "question": "spans.sure", "value": "a"}, "operations.0.value"),
        ({"kind": "retire_option", "question": "one.sure", "value": "x"}, "operations.0.question"),
        ({"kind": "rename_question", "question": "spans.sure", "to": "sure2"}, "operations.0.question"),
        ({"kind": "remove_question", "question": "spans.sure"}, "operations.0.question"),
        ({"kind": "add_question", "asked": 3}, "operations.0.asked"),
        ({"kind": "unmerge_options", "question": "one", "into": "a", "options": [{"option": 1}]}, "operations.0"),
        ({"kind": "magic"}, "operations.0.kind"),
        ({"kind": ["x"]}, "operations.0.kind"),
        (7, "operations.0"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(operation, path):
    with pytest.raises(SchemaProblems) as wrong:
        read_mapping([operation], SCHEMA)
    assert wrong.value.problems[0].path.startswith(path)


def test_no_operations_and_too_many_are_refused():
    for operations in ([], "x", [{"kind": "retire_option"}] * 51):
        with pytest.raises(SchemaProblems):
            read_mapping(operations, SCHEMA)
