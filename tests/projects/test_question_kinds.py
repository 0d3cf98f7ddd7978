"""What every question kind promises, on answers of its own; and what each refuses, with which words."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.schema import SchemaProblems, parse_schema, question_kinds

FIELDS = [
    {"name": "text", "kind": "text"},
    {"name": "chat", "kind": "dialogue", "speakers": ["user", "bot"]},
    {"name": "outputs", "kind": "candidates"},
    {"name": "photo", "kind": "image"},
    {"name": "clip", "kind": "audio"},
]
TEXT = "Dr Bo 👩‍👩‍👧 works at Acme\r\nin Zu\u0308rich, שלום"
DATA = {
    "text": TEXT,
    "chat": [
        {"speaker": "user", "text": "hello"},
        {"speaker": "bot", "text": "yes?"},
        {"speaker": "bot", "text": "hm"},
    ],
    "outputs": [{"id": "a", "text": "one"}, {"id": "b", "text": "two"}, {"id": "c", "text": "three"}],
    "photo": {"asset": "0" * 64, "name": "harbour.jpg", "width": 640, "height": 420},
    "clip": {"asset": "0" * 64, "name": "harbour.flac", "duration_seconds": 8.25},
}
SPANS = {"name": "entities", "kind": "spans", "options": ["person", "org"], "discontinuous": True}
ALL: dict[str, dict[str, Any]] = {
    "choice": {"options": ["a", "b", "c"]},
    "choices": {"options": ["a", "b", "c"], "least": 0},
    "taxonomy": {
        "options": [{"value": "x", "children": [{"value": "x1"}, {"value": "x2"}]}, {"value": "y"}],
        "many": True,
    },
    "rating": {"lowest": 1, "highest": 5},
    "number": {"minimum": -10, "maximum": 10},
    "date": {},
    "text": {"longest": 50},
    "spans": {"options": ["person", "org"], "questions": [{"name": "sure", "kind": "rating", "required": False}]},
    "relations": {"options": [{"value": "works_at", "from": ["person"], "to": ["org"]}, "knows"]},
    "chains": {},
    "boxes": {"options": ["ship", "buoy"], "questions": [{"name": "sure", "kind": "rating", "required": False}]},
    "segments": {"options": ["bell", "rain"], "questions": [{"name": "words", "kind": "text", "required": False}]},
    "ranking": {"on": "outputs"},
    "preference": {"on": "outputs", "options": ["clear", "short"]},
}


def schema_with(kind: str, **more: Any) -> Any:
    before = [SPANS] if kind in {"relations", "chains"} else []
    return parse_schema({"fields": FIELDS, "questions": [*before, {"name": "q", "kind": kind, **ALL[kind], **more}]})


def spans(label: str = "person") -> st.SearchStrategy[Any]:
    place = st.tuples(st.integers(0, len(TEXT) - 1), st.integers(1, 8)).map(lambda at: (at[0], min(len(TEXT), sum(at))))
    one = st.tuples(place, st.sampled_from(["person", "org"]))
    return st.lists(one, max_size=6, unique=True).map(
        lambda found: [
            {"id": f"s{number}", "parts": [{"start": start, "end": end, "text": TEXT[start:end]}], "label": label}
            for number, ((start, end), label) in enumerate(found)
        ]
    )


def boxes() -> st.SearchStrategy[Any]:
    side = st.floats(0.5, 100, allow_nan=False)
    sides = st.fixed_dictionaries(dict.fromkeys(("x", "y", "width", "height"), side))
    one = st.builds(lambda label, sides: {"label": label, **sides}, st.sampled_from(["ship", "buoy"]), sides)
    return st.lists(one, max_size=6, unique_by=lambda box: (box["label"], round(box["x"], 2))).map(
        lambda found: [{"id": f"b{number}", **box} for number, box in enumerate(found)]
    )


def segments() -> st.SearchStrategy[Any]:
    one = st.builds(
        lambda label, start, length: {"label": label, "start": start, "end": start + length},
        st.sampled_from(["bell", "rain"]),
        st.floats(0, 4, allow_nan=False),
        st.floats(0.001, 4.25, allow_nan=False),
    )
    return st.lists(one, max_size=6, unique_by=lambda one: (one["label"], round(one["start"], 3))).map(
        lambda found: [{"id": f"s{number}", **one} for number, one in enumerate(found)]
    )


ENTITIES = [
    {"id": "p", "parts": [{"start": 3, "end": 5}], "label": "person"},
    {"id": "o", "parts": [{"start": TEXT.index("Acme"), "end": TEXT.index("Acme") + 4}], "label": "org"},
    {"id": "p2", "parts": [{"start": 0, "end": 2}, {"start": 6, "end": 7}], "label": "person"},
]
relation = st.sampled_from([("p", "o", "works_at"), ("p2", "o", "works_at"), ("p", "p2", "knows"), ("o", "p", "knows")])
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "choice": st.sampled_from("abc"),
    "choices": st.lists(st.sampled_from("abc"), unique=True),
    "taxonomy": st.lists(st.sampled_from(["x1", "x2", "y"]), unique=True, min_size=1),
    "rating": st.integers(1, 5),
    "number": st.one_of(st.integers(-10, 10), st.floats(-10, 10, allow_nan=False)),
    "date": st.dates().map(str),
    "text": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=50).filter(str.strip),
    "spans": spans(),
    "relations": st.lists(relation, unique=True).map(
        lambda found: [{"id": f"r{n}", "from": a, "to": b, "label": label} for n, (a, b, label) in enumerate(found)]
    ),
    "chains": st.sampled_from([[], [{"id": "c", "members": ["p", "p2"]}], [{"id": "c", "members": ["o", "p", "p2"]}]]),
    "boxes": boxes(),
    "segments": segments(),
    "ranking": st.permutations(["a", "b", "c"]),
    "preference": st.one_of(
        st.just({"better": "tie"}),
        st.builds(
            lambda better, strength, reasons: {"better": better, "strength": strength, "reasons": reasons},
            st.sampled_from("abc"),
            st.integers(1, 3),
            st.lists(st.sampled_from(["clear", "short"]), unique=True),
        ),
    ),
}


def stored(schema: Any, answer: Any) -> dict[str, Any]:
    others = {"entities": ENTITIES} if "entities" in schema.questions_by_name else {}
    return dict(schema.validate_answers({**others, "q": answer}, DATA))


def problems_of(schema: Any, answers: Any, data: Any = DATA) -> dict[str, str]:
    with pytest.raises(SchemaProblems) as caught:
        schema.validate_answers(answers, data)
    return {problem.path.removeprefix("answers."): problem.message for problem in caught.value.problems}


def test_every_kind_is_tried_here():
    assert set(ALL) == set(question_kinds) == set(ANSWERS)


@pytest.mark.parametrize("kind", sorted(ALL))
def test_a_definition_survives_the_way_to_json_and_back(kind):
    schema = schema_with(kind, help="Look twice.", required=False)
    assert parse_schema(schema.definition()) == schema


@pytest.mark.parametrize("kind", sorted(ALL))
@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_every_kind_keeps_its_promises(kind, data):
    schema = schema_with(kind)
    question = schema.questions_by_name["q"]
    first, second = (stored(schema, data.draw(ANSWERS[kind])) for _ in range(2))
    assert schema.validate_answers(first, DATA) == first, "what is stored is a right answer and stays as it is"
    one, other = schema.opinion(first)["q"], schema.opinion(second)["q"]
    assert question.distance(one, one) == 0
    apart = question.distance(one, other)
    assert 0 <= apart <= 1
    assert apart == pytest.approx(question.distance(other, one))
    agreed = question.consensus([one, one, other], [1.0, 1.0, 1.0])
    if agreed is not None:
        value, share = agreed
        assert 0 <= share <= 1
        concluded = {**{name: answer for name, answer in first.items() if name != "q"}}
        concluded["q"] = question.as_answer(value, concluded)
        schema.validate_answers(concluded, DATA)
    same = question.consensus([one, one], [1.0, 1.0])
    assert same is not None
    assert same[1] == pytest.approx(1.0)
    assert question.distance(same[0], one) == 0
    assert isinstance(question.summarize(first["q"]), str)
    assert all(len(value) <= 200 for value in question.found_by(first["q"]))
    known = question.known_values
    assert known is None or set(question.values(first["q"])) <= set(known)


@pytest.mark.parametrize("kind", sorted(ALL))
@pytest.mark.parametrize("nonsense", [True, 17.5, "nonsense", {}, {"x": 1}, [1], [[]], [{}], [None], {"better": []}])
def test_nonsense_is_refused_with_a_place_and_never_breaks(kind, nonsense):
    schema = schema_with(kind)
    try:
        answer = stored(schema, nonsense)
    except SchemaProblems as error:
        answer, problems = None, error.problems
    else:
        problems = []
    assert all(problem.path.startswith("answers.q") and problem.message for problem in problems)
    assert answer is None or schema.validate_answers(answer, DATA) == answer


@pytest.mark.parametrize("kind", sorted(ALL))
def test_an_unknown_part_of_a_definition_is_named(kind):
    with pytest.raises(SchemaProblems, match="colour_scheme"):
        schema_with(kind, colour_scheme="red")


def test_a_span_must_be_what_stands_in_the_text():
    schema = schema_with("spans")
    at = TEXT.index("Acme")
    found = problems_of(
        schema, {"q": [{"id": "1", "parts": [{"start": at, "end": at + 4, "text": "acme"}], "label": "org"}]}
    )
    assert "'Acme', not 'acme'" in found["q.0.parts.0.text"]
    found = problems_of(schema, {"q": [{"id": "1", "parts": [{"start": 5, "end": len(TEXT) + 1}], "label": "org"}]})
    assert f"no place in a text of {len(TEXT)} characters" in found["q.0.parts.0"]


def test_offsets_count_code_points_so_that_an_emoji_family_is_five():
    schema = schema_with("spans")
    start = TEXT.index("👩")
    [span] = stored(schema, [{"id": "1", "parts": [{"start": start, "end": start + 5}], "label": "person"}])["q"]
    assert span["parts"][0]["text"] == "👩‍👩‍👧"


def test_a_span_in_pieces_needs_a_question_that_allows_it_and_pieces_do_not_overlap():
    pieces = [{"start": 0, "end": 4}, {"start": 3, "end": 5}]
    assert (
        "in one piece"
        in problems_of(schema_with("spans"), {"q": [{"id": "1", "parts": pieces, "label": "org"}]})["q.0.parts"]
    )
    loose = schema_with("spans", discontinuous=True)
    assert "share" in problems_of(loose, {"q": [{"id": "1", "parts": pieces, "label": "org"}]})["q.0.parts"]


def test_overlapping_spans_are_refused_only_where_the_question_says_so():
    both = [{"id": str(n), "parts": [{"start": n, "end": n + 4}], "label": "org"} for n in (0, 2)]
    assert len(stored(schema_with("spans"), both)["q"]) == 2
    assert "inside another span" in problems_of(schema_with("spans", overlapping=False), {"q": both})["q.1"]


def test_a_question_about_a_span_may_depend_on_its_label():
    asked = {
        "name": "title",
        "kind": "choice",
        "options": ["dr", "none"],
        "when": {"question": "label", "is": "person"},
    }
    schema = schema_with("spans", questions=[asked])
    person = {"id": "1", "parts": [{"start": 0, "end": 5}], "label": "person"}
    assert "q.0.answers.title" in problems_of(schema, {"q": [person]})
    assert stored(schema, [{**person, "answers": {"title": "dr"}}])["q"][0]["answers"] == {"title": "dr"}
    company = {**person, "label": "org", "answers": {"title": "dr"}}
    assert "only where “Label” is person" in problems_of(schema, {"q": [company]})["q.0.answers.title"]


def test_a_relation_to_a_missing_span_or_between_wrong_labels_is_refused():
    schema = schema_with("relations")
    wrong = [
        {"id": "1", "from": "p", "to": "nowhere", "label": "knows"},
        {"id": "2", "from": "o", "to": "p", "label": "works_at"},
        {"id": "3", "from": "p", "to": "p", "label": "knows"},
    ]
    found = problems_of(schema, {"entities": ENTITIES, "q": wrong})
    assert "no span" in found["q.0.to"]
    assert "cannot be there at org" in found["q.1.from"]
    assert "itself" in found["q.2.to"]


def test_relations_of_two_people_are_the_same_whatever_their_span_ids():
    schema = schema_with("relations")
    first = stored(schema, [{"id": "r", "from": "p", "to": "o", "label": "works_at"}])
    renamed = [{**span, "id": f"x{span['id']}"} for span in first["entities"]]
    second = {"entities": renamed, "q": [{"id": "z", "from": "xp", "to": "xo", "label": "works_at"}]}
    question = schema.questions_by_name["q"]
    assert question.distance(schema.opinion(first)["q"], schema.opinion(second)["q"]) == 0


def test_a_ranking_names_what_is_missing_and_a_top_list_may_be_shorter():
    assert "c missing" in problems_of(schema_with("ranking"), {"q": ["a", "b"]})["q"]
    assert stored(schema_with("ranking", top=2), ["c", "a"])["q"] == ["c", "a"]
    assert "2 at most" in problems_of(schema_with("ranking", top=2), {"q": ["a", "b", "c"]})["q"]


def test_a_question_per_turn_is_asked_about_the_named_speakers_only():
    asked = {"name": "q", "kind": "choice", "options": ["good", "bad"], "per": "turn", "speakers": ["bot"]}
    schema = parse_schema({"fields": FIELDS, "questions": [asked]})
    assert stored(schema, {"1": "good", "2": "bad"})["q"] == {"1": "good", "2": "bad"}
    assert set(problems_of(schema, {"q": {"0": "good", "1": "bad"}})) == {"q.0", "q.2"}
    assert parse_schema(schema.definition()) == schema


@pytest.mark.parametrize(
    ("per", "answer", "words"),
    [
        ("turn", {"1": "good", "2": "bad"}, "turn 2: good; turn 3: bad"),
        ("candidate", {"b": "bad"}, "candidate b: bad"),
        ("turn", {}, "none"),
    ],
)
def test_answers_about_parts_name_them_as_people_count_them(per: str, answer: dict[str, str], words: str):
    asked = {"name": "q", "kind": "choice", "options": ["good", "bad"], "per": per}
    schema = parse_schema({"fields": FIELDS, "questions": [asked]})
    assert schema.questions_by_name["q"].summarize(answer) == words


def test_a_question_per_column_is_asked_in_the_order_of_the_page_whatever_order_a_row_is_kept_in():
    row = {"name": "row", "kind": "record", "columns": ["amount", "due", "paid"]}
    asked = {"name": "q", "kind": "choice", "options": ["right", "wrong"], "per": "column", "on": "row"}
    schema = parse_schema({"fields": [row], "questions": [asked]})
    question: Any = schema.questions_by_name["q"]
    kept = {"row": {"paid": "yes", "due": "now", "amount": "3"}}
    assert question.asked_ids(schema.given(kept)) == ["amount", "due", "paid"]


def test_a_condition_decides_what_is_asked_and_what_may_be_answered():
    questions = [
        {"name": "kind", "kind": "choices", "options": ["spam", "rude"], "least": 0},
        {"name": "why", "kind": "text", "when": {"question": "kind", "is": ["rude"]}},
    ]
    schema = parse_schema({"fields": FIELDS, "questions": questions})
    assert schema.validate_answers({"kind": ["spam"]}, DATA) == {"kind": ["spam"]}
    assert "why" in problems_of(schema, {"kind": ["spam", "rude"]})
    assert "only where “kind” is rude" in problems_of(schema, {"kind": [], "why": "so"})["why"]


@pytest.mark.parametrize(
    ("when", "word"),
    [
        ({"question": "later", "is": "a"}, "no question before"),
        ({"question": "q", "is": "a"}, "no question before"),
        ({"question": "first", "is": "nothing"}, "no answer to"),
        ({"question": "first"}, "Say one of"),
        ({"question": "first", "is": "a", "at_least": 3}, "Say one of"),
        ("first", "no condition"),
    ],
)
def test_a_condition_can_only_name_earlier_questions_so_that_none_goes_in_circles(when, word):
    questions = [
        {"name": "first", "kind": "choice", "options": ["a", "b"]},
        {"name": "q", "kind": "choice", "options": ["a", "b"], "when": when},
        {"name": "later", "kind": "choice", "options": ["a", "b"]},
    ]
    with pytest.raises(SchemaProblems, match=word):
        parse_schema({"fields": FIELDS, "questions": questions})


def test_a_tree_of_ten_thousand_options_is_read_and_a_group_is_no_answer_unless_allowed():
    tree = [{"value": f"g{n}", "children": [{"value": f"g{n}-{m}"} for m in range(100)]} for n in range(100)]
    schema = schema_with("taxonomy", options=tree, many=False)
    assert stored(schema, "g42-7")["q"] == "g42-7"
    assert "choose below it" in problems_of(schema, {"q": "g42"})["q"]
    assert stored(schema_with("taxonomy", options=tree, many=False, any_level=True), "g42")["q"] == "g42"
    question = schema.questions_by_name["q"]
    assert question.distance("g1-1", "g1-2") < question.distance("g1-1", "g2-1") == 1


def test_a_dialogue_refuses_who_does_not_take_part_and_numbers_what_is_wrong():
    schema = schema_with("choice")
    turns = [{"speaker": "user", "text": "hi"}, {"speaker": "ghost", "text": "boo"}, {"speaker": "bot"}]
    with pytest.raises(SchemaProblems) as caught:
        schema.validate_task_data({**DATA, "chat": turns})
    found = {problem.path: problem.message for problem in caught.value.problems}
    assert "nobody here" in found["chat.1.speaker"]
    assert "not text" in found["chat.2.text"]


def test_a_record_reads_its_columns_by_type():
    columns = [
        {"name": "amount", "type": "money", "unit": "EUR"},
        {"name": "due", "type": "date"},
        {"name": "paid", "type": "flag"},
    ]
    schema = parse_schema(
        {
            "fields": [{"name": "row", "kind": "record", "columns": columns}],
            "questions": [{"name": "q", "kind": "text"}],
        }
    )
    given_row = {"amount": "12.50", "due": "2026-01-31", "paid": "no"}
    assert schema.validate_task_data({"row": given_row})["row"] == {"amount": 12.5, "due": "2026-01-31", "paid": False}
    with pytest.raises(SchemaProblems, match="no date such as"):
        schema.validate_task_data({"row": {"due": "tomorrow"}})


def test_hidden_fields_are_not_among_what_people_see():
    fields = [{"name": "text", "kind": "text"}, {"name": "truth", "kind": "text", "shown": "reviewers"}]
    fields.append({"name": "source", "kind": "text", "shown": "nobody", "required": False})
    schema = parse_schema({"fields": fields, "questions": [{"name": "q", "kind": "text"}]})
    data = {"text": "a", "truth": "b", "source": "c"}
    assert schema.visible(data) == {"text": "a"}
    assert schema.visible(data, to_reviewers=True) == {"text": "a", "truth": "b"}


PDF = {
    "asset": "a" * 64,
    "name": "a.pdf",
    "pages": [{"start": 0, "width": 595.0, "height": 842.0}],
    "text": "Acme 😀 Bob",
}
PAPER = parse_schema(
    {
        "fields": [{"name": "paper", "kind": "pdf"}],
        "questions": [{"name": "q", "kind": "spans", "options": ["org"]}],
    }
)


def test_spans_on_a_pdf_count_the_text_of_its_pages_and_where_there_is_none_are_refused_with_the_reason():
    span = {"id": "e1", "parts": [{"start": 7, "end": 10}], "label": "org"}
    assert PAPER.validate_answers({"q": [span]}, {"paper": PDF})["q"][0]["parts"][0]["text"] == "Bob"
    pictures = {"paper": {**PDF, "text": ""}}
    with pytest.raises(SchemaProblems, match="holds no text here, so nothing in it can be marked"):
        PAPER.validate_answers({"q": [span]}, pictures)
    assert PAPER.validate_answers({"q": []}, pictures) == {"q": []}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("letter.pdf", "paper"),
        ({"asset": "a" * 64}, "paper"),
        ({**PDF, "asset": "../../etc/passwd"}, "paper.asset"),
        ({**PDF, "pages": []}, "paper.pages"),
        ({**PDF, "text": "a\x00b"}, "paper.text"),
        ({**PDF, "text": "a\ud800b"}, "paper.text"),
    ],
)
def test_what_is_no_pdf_that_was_read_is_refused_with_its_place(value, path):
    with pytest.raises(SchemaProblems) as caught:
        PAPER.validate_task_data({"paper": value})
    assert [problem.path for problem in caught.value.problems] == [path]


def test_a_pdf_is_found_by_its_text_and_by_its_name():
    assert PAPER.search_text({"paper": PDF}) == "a.pdf\nAcme 😀 Bob"
