"""Labeling functions on every kind of question that they can answer: what they find, what clashes, what comes out."""

import pytest

from labelplatform.refusals import Refusal
from models_app.learning.label_model import MOST_WEIGHED
from models_app.sources.asking import ask
from models_app.sources.function_votes import try_functions
from models_app.sources.functions import read_functions, seen
from models_app.sources.setting_up import set_up_source
from models_app.sources.votes import ballot_of
from projects.models import Lane
from tests.factories import make_member, make_project, make_tasks
from tests.models_app.learning import conclude
from tests.models_app.sources.sources import finish, send, stored

pytestmark = pytest.mark.django_db

TREE = [
    {"value": "vehicle", "title": "Vehicle", "children": [{"value": "car"}, {"value": "bike"}]},
    {"value": "animal", "title": "Animal", "children": [{"value": "cat"}]},
]
QUESTIONS = {
    "choices": {"kind": "choices", "options": ["late", "rude", "broken"]},
    "none_too": {"kind": "choices", "options": ["late", "rude", "broken"], "least": 0, "most": 1},
    "tree": {"kind": "taxonomy", "options": TREE},
    "levels": {"kind": "taxonomy", "options": TREE, "any_level": True},
    "nodes": {"kind": "taxonomy", "options": TREE, "many": True},
    "spans": {"kind": "spans", "options": ["person", "place"]},
}


def project_with(name):
    return member_asked({"name": "q", **QUESTIONS[name]})


def member_asked(question):
    schema = {"fields": [{"name": "text", "kind": "text"}], "questions": [question]}
    return make_member(make_project(schema=schema), "admin")


def words(option, *found, name="", **more):
    return {"name": name or f"{option}:{found}", "kind": "keyword", "option": option, "words": list(found), **more}


def regex(option, pattern, name="r"):
    return {"name": name, "kind": "regex", "option": option, "pattern": pattern}


def dictionary(**entries):
    return {"name": "d", "kind": "dictionary", "entries": entries}


def said_by(source="gpt"):
    return {"name": source, "kind": "source", "source": source}


def read(member, *functions):
    options = {"question": "q", "functions": list(functions)}
    return read_functions(options, member.project.schema, known_sources=["builtin", "gpt"])


def voted(member, function, text):
    (one,) = read(member, function)
    return one.votes(seen(text), ballot_of(member.project.schema.questions[0]))


def answers(member, *functions):
    """What is predicted by text."""
    options = {"question": "q", "functions": list(functions)}
    source = set_up_source(member, kind="functions", name="rules", options=options)
    finish(ask(member, source, limit=None))
    tasks = {task.pk: task.content.data["text"] for task in member.project.tasks.all()}
    return {tasks[task_id]: value for (task_id, _), value in stored("rules").items()}


@pytest.mark.parametrize(
    ("kind", "function", "text", "votes"),
    [
        ("choices", words("late", "delayed"), "it was delayed", {"late": True}),
        ("choices", words("late", "in time", against=True), "it was in time", {"late": False}),
        ("choices", dictionary(delayed="late", crack="broken"), "delayed, and a crack", {"late": True, "broken": True}),
        ("tree", words("vehicle", "wheel"), "a wheel", {"vehicle": True}),
        ("tree", dictionary(wheel="car", fur="cat", purr="cat"), "wheel, fur, purr", {"cat": True}),
        ("nodes", dictionary(wheel="car", fur="cat"), "wheel and fur", {"car": True, "cat": True}),
        (
            "spans",
            words("person", "Ann Lee", "Ann"),
            "😀 ann Lee met Ann",
            {(2, 9, "person"): 1, (14, 17, "person"): 1},
        ),
        ("spans", regex("place", r"in (\w+)"), "😀 in Rome, in Bonn", {(5, 9, "place"): 1, (14, 18, "place"): 1}),
        ("spans", regex("place", r"R\w+"), "Rome", {(0, 4, "place"): True}),
        ("spans", dictionary(ann="person", rome="place"), "Ann, Rome", {(0, 3, "person"): 1, (5, 9, "place"): 1}),
        ("spans", words("person", "Ann"), "", {}),
    ],
)
def test_a_function_votes_for_what_it_finds(kind, function, text, votes):
    assert voted(project_with(kind), function, text) == votes


@pytest.mark.parametrize(
    ("kind", "function", "path"),
    [
        ("tree", words("car", "wheel", against=True), "against"),
        ("spans", words("person", "Ann", against=True), "against"),
        ("choices", {**dictionary(a="late"), "against": True}, "against"),
        ("choices", words("late", "x", against="yes"), "against"),
        ("nodes", words("vehicle", "x"), "option"),
        ("choices", words(["late"], "x"), "option"),
        ("spans", words("thing", "x"), "option"),
    ],
)
def test_what_cannot_be_voted_for_is_refused_with_its_place(kind, function, path):
    with pytest.raises(Refusal) as refusal:
        read(project_with(kind), function)
    assert refusal.value.errors[0]["path"] == f"options.functions.0.{path}"


def test_a_span_that_must_have_answers_of_its_own_is_not_voted_on():
    asked = {"name": "sure", "kind": "choice", "options": ["yes", "no"]}
    project = member_asked({"name": "q", **QUESTIONS["spans"], "questions": [asked]}).project
    with pytest.raises(Refusal, match="answered by options or by spans"):
        read_functions({"question": "q", "functions": []}, project.schema, known_sources=[])


TRIALS = {
    "choices": (
        [words("late", "delayed", name="a"), words("late", "in time", against=True, name="b")],
        {"delayed": ["late"], "in time": ["late"], "delayed, in time again": ["rude"], "nothing": ["rude"]},
        [(0.75, 0.25), (0.5, 0.5, 0.5, 2), (0.5, 0.5, 0.5, 2)],
    ),
    "tree": (
        [words("vehicle", "wheel", name="a"), dictionary(seat="car", fur="cat")],
        {"wheel": "bike", "wheel and seat": "car", "wheel and fur": "cat", "nothing": "cat"},
        [(0.75, 0.25), (0.75, 1 / 3, 2 / 3, 3), (0.5, 0.5, 1.0, 2)],
    ),
    "spans": (
        [words("person", "Ann", name="a"), regex("place", r"Ann \w+")],
        {"Ann": [(0, 3, "person")], "Ann Arbor": [(0, 9, "place")], "Bob and Ann": [(0, 3, "person")], "-": []},
        [(0.75, 1 / 4), (0.75, 1 / 3, 1 / 3, 3), (0.25, 1.0, 1.0, 1)],
    ),
}


@pytest.mark.parametrize("kind", TRIALS)
def test_coverage_conflicts_and_accuracy_are_told_while_they_are_written(kind):
    functions, labels, expected = TRIALS[kind]
    member = project_with(kind)
    for task, label in zip(
        make_tasks(member.project, texts=list(labels), lane=Lane.BASE), labels.values(), strict=True
    ):
        conclude(task, "q", spans(task, label) if kind == "spans" else label)
    trial = try_functions(member.project, member.project.schema.questions[0], read(member, *functions))
    assert (trial.coverage.value, trial.conflicts.value) == pytest.approx(expected[0])
    for report, figures in zip(trial.functions, expected[1:], strict=True):
        assert (report.coverage.value, report.conflicts.value) == pytest.approx(figures[:2])
        assert (report.accuracy.value, report.accuracy.n) == (pytest.approx(figures[2]), figures[3])


def spans(task, places):
    text = task.content.data["text"]
    return [
        {"id": f"s{number}", "parts": [{"start": start, "end": end, "text": text[start:end]}], "label": label}
        for number, (start, end, label) in enumerate(places)
    ]


def test_several_options_come_out_in_their_order_and_none_where_only_against_was_voted():
    member = project_with("choices")
    texts = ["broken and late", "late", "late but excused", "fine", *(f"late {n}" for n in range(8))]
    texts += [f"other {n}" for n in range(20)]
    make_tasks(member.project, texts=texts)
    rules = [
        words("broken", "broken"),
        words("late", "late"),
        words("late", "excused", against=True),
        words("late", "excused", against=True, name="again"),
    ]
    found = answers(member, *rules)
    assert found["broken and late"] == ["late", "broken"]
    assert found["late"] == ["late"]
    assert "fine" not in found
    assert "late but excused" not in found


def test_a_source_that_leaves_an_option_out_is_against_it():
    member = project_with("choices")
    first, *_ = make_tasks(member.project, texts=["late", *(f"other {n}" for n in range(3))])
    send(member, [{"task": first.pk, "question": "q", "value": ["rude"]}])
    functions = read(member, words("late", "late"), said_by())
    trial = try_functions(member.project, member.project.schema.questions[0], functions)
    assert [one.conflicts.value for one in trial.functions] == [1.0, 1.0]


def test_at_most_as_many_options_come_out_as_may_be_chosen():
    member = project_with("none_too")
    make_tasks(member.project, texts=["late rude", *(f"late {n}" for n in range(4)), "rude 1"])
    found = answers(member, words("late", "late"), words("rude", "rude"))
    assert len(found["late rude"]) == 1


def test_a_tree_is_answered_as_deep_as_votes_reach_and_only_where_that_can_be_answered():
    rules = [words("vehicle", "wheel"), words("car", "seat"), words("cat", "fur")]
    texts = ["wheel", "wheel and seat", "seat", "fur", *(f"wheel {n}" for n in range(5))]
    texts += [f"other {n}" for n in range(20)]
    member = project_with("tree")
    make_tasks(member.project, texts=texts)
    found = answers(member, *rules)
    assert {text: found.get(text) for text in texts[:4]} == {
        "wheel": None,
        "wheel and seat": "car",
        "seat": "car",
        "fur": "cat",
    }


def test_where_groups_can_be_answered_a_vote_for_one_is_an_answer():
    member = project_with("levels")
    make_tasks(member.project, texts=["wheel", "wheel and seat"])
    found = answers(member, words("vehicle", "wheel"), words("car", "seat"))
    assert found == {"wheel": "vehicle", "wheel and seat": "car"}


def test_of_spans_over_each_other_the_likelier_one_is_kept():
    member = project_with("spans")
    make_tasks(member.project, texts=["😀 Ann Arbor and Bob", "Bob", *(f"Bob {n}" for n in range(10))])
    rules = [
        words("place", "Ann Arbor"),
        regex("place", r"Ann \w+", name="again"),
        dictionary(ann="person", bob="person"),
    ]
    found = answers(member, *rules)
    places = [(one["label"], one["parts"][0]["text"]) for one in found["😀 Ann Arbor and Bob"]]
    assert places == [("place", "Ann Arbor"), ("person", "Bob")]
    assert found["Bob"][0]["parts"] == [{"start": 0, "end": 3, "text": "Bob"}]


def test_ten_thousand_options_are_voted_on():
    n = 10_000
    assert n > MOST_WEIGHED
    question = {"name": "q", "kind": "choice", "options": [f"o{number}" for number in range(n)]}
    member = member_asked(question)
    make_tasks(member.project, texts=[f"word{number}" for number in range(150)])
    entries = {f"word{number}": f"o{number}" for number in range(5_000)}
    found = answers(member, dictionary(**entries), regex("o3", "word3$"), regex("o9", "word", name="always"))
    assert (found["word3"], found["word77"]) == ("o3", "o77")
