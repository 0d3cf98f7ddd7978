"""Boxes, and what all kinds of regions have in common: what is refused, how two answers are compared and concluded."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.schema import SchemaProblems, parse_schema
from projects.schema.questions.boxes import BoxGeometry
from projects.schema.questions.region_matching import groups, matched

PHOTO = {"asset": "0" * 64, "name": "cells.jpg", "width": 640, "height": 480}
GEOMETRY = BoxGeometry()


def schema(**more: Any) -> Any:
    asked = {"name": "cells", "kind": "boxes", "options": ["rbc", "wbc"], **more}
    return parse_schema({"fields": [{"name": "photo", "kind": "image", "required": False}], "questions": [asked]})


def box(
    x: float, y: float = 0, width: float = 10, height: float = 10, label: str = "rbc", **more: Any
) -> dict[str, Any]:
    return {
        "id": f"b{x:g}-{y:g}".replace(".", "_"),
        "label": label,
        "x": x,
        "y": y,
        "width": width,
        "height": height,
        **more,
    }


def stored(answer: Any, **more: Any) -> Any:
    return schema(**more).validate_answers({"cells": answer}, {"photo": PHOTO})["cells"]


def problems_of(answer: Any, data: Any = None, **more: Any) -> dict[str, str]:
    with pytest.raises(SchemaProblems) as caught:
        schema(**more).validate_answers({"cells": answer}, {"photo": PHOTO} if data is None else data)
    return {problem.path.removeprefix("answers.cells."): problem.message for problem in caught.value.problems}


def test_boxes_are_kept_as_they_are_from_the_top_down():
    lower, upper = box(1.5, 200, 30, 31), box(2, 2.25, label="wbc")
    assert stored([lower, upper]) == [upper, lower]


@pytest.mark.parametrize(
    ("wrong", "path", "words"),
    [
        ({"x": -1}, "0.x", "-1 is outside"),
        ({"x": 635}, "0.width", "reaches to 645; the picture is 640"),
        ({"x": 700}, "0.x", "640 pixels in width"),
        ({"y": 480}, "0.y", "480 pixels in height"),
        ({"width": 0}, "0.width", "more than 0"),
        ({"height": -5}, "0.height", "more than 0"),
        ({"x": "3"}, "0.x", "'3' is no number"),
        ({"x": True}, "0.x", "True is no number"),
        ({"x": float("nan")}, "0.x", "nan is no number"),
        ({"width": float("inf")}, "0.width", "inf is no number"),
        ({"width": 10**400}, "0.width", "is no number"),
        ({"x": None}, "0.x", "None is no number"),
        ({"label": "platelet"}, "0.label", "labels are: rbc, wbc"),
        ({"id": "a b"}, "0.id", "is no id"),
        ({"rotation": 30}, "0.rotation", "not part of a box"),
        ({"answers": {"sure": 1}}, "0.answers.sure", "no question"),
        ({"answers": [1]}, "0.answers", "no object"),
    ],
)
def test_a_wrong_box_is_refused_with_its_place_and_reason(wrong, path, words):
    found = problems_of([{**box(5), **wrong}])
    assert list(found) == [path]
    assert words in found[path]


def test_a_missing_side_is_named():
    whole = box(5)
    assert problems_of([{name: whole[name] for name in whole if name != "height"}]) == {"0.height": "is missing."}


def test_a_hair_outside_of_the_picture_is_rounding_and_kept_inside():
    assert stored([box(630.000001, 0, 10.000001)])[0] == box(630)
    [kept] = stored([box(-0.0001, 0, 640.005, id="whole")])
    assert (kept["x"], kept["width"]) == (0, 640)


def test_two_boxes_with_one_id_or_with_one_place_and_label_are_refused():
    assert "used twice" in problems_of([box(5), {**box(50), "id": "b5-0"}])["1.id"]
    assert "'rbc' twice" in problems_of([box(5), {**box(5), "id": "other"}])["1"]
    assert len(stored([box(5), box(5, label="wbc", id="other")])) == 2


def test_there_are_as_many_boxes_as_asked_for_and_a_draft_may_have_fewer():
    assert "at least 2" in problems_of([box(5)], least=2)["answers.cells"]
    assert "1 is the most" in problems_of([box(5), box(50)], most=1)["answers.cells"]
    drafted = schema(least=2).validate_answers({"cells": [box(5)]}, {"photo": PHOTO}, partial=True)
    assert len(drafted["cells"]) == 1


def test_a_task_without_the_picture_has_no_boxes_but_may_say_that_there_are_none():
    assert "holds nothing here" in problems_of([box(5)], {})["answers.cells"]
    assert schema().validate_answers({"cells": []}, {}) == {"cells": []}


def test_far_too_many_boxes_are_refused_at_once():
    assert "2,000 is the most" in problems_of([box(5)] * 2_001)["answers.cells"]


def test_the_least_cannot_be_more_than_the_most():
    with pytest.raises(SchemaProblems, match="less than the least"):
        schema(least=3, most=2)


def test_the_overlap_of_two_boxes_is_what_they_share_of_what_they_cover():
    assert GEOMETRY.overlap(box(0), box(5)) == pytest.approx(50 / 150)
    assert GEOMETRY.overlap(box(0), box(10)) == 0
    assert GEOMETRY.overlap(box(0, 0, 20, 20), box(5, 5)) == pytest.approx(0.25)


def test_the_distance_is_one_minus_twice_the_matched_overlap_over_all_boxes():
    question = schema().questions[0]
    # one of two is drawn the same by both, one is seen by one person only: 1 - 2 × 1 / 3
    assert question.distance([box(0), box(100)], [box(0)]) == pytest.approx(1 / 3)
    # a third of what they cover is shared: 1 - 2 × (1/3) / 2
    assert question.distance([box(0)], [box(5)]) == pytest.approx(2 / 3)
    assert question.distance([box(0)], [box(0, label="wbc")]) == 1
    assert question.distance([], []) == 0
    assert question.distance([], [box(0)]) == 1


def test_own_answers_that_differ_take_a_part_of_the_pair_off():
    question = schema(questions=[{"name": "whole", "kind": "choice", "options": ["yes", "no"]}]).questions[0]
    apart = question.distance([box(0, answers={"whole": "yes"})], [box(0, answers={"whole": "no"})])
    assert apart == pytest.approx(0.5)


def test_the_pair_with_the_largest_overlap_is_matched_first():
    pairs = matched([box(0), box(4)], [box(3)], GEOMETRY)
    assert [(pair.one, pair.other) for pair in pairs] == [(1, 0)]


def test_what_most_people_drew_is_concluded_in_the_middle_of_theirs():
    question = schema().questions[0]
    answers = [[box(0), box(100)], [box(1)], [box(2, 0, 12)]]
    value, confidence = question.consensus(answers, [1, 1, 1])
    # lefts 0 1 2, rights 10 11 14
    assert value == [{"id": "r1", "label": "rbc", "x": 1, "y": 0, "width": 10, "height": 10}]
    assert confidence == pytest.approx(1 - sum(question.distance(value, one) for one in answers) / 3)
    assert question.consensus([[box(0)], [box(100)]], [1, 1]) is None


def test_a_row_of_boxes_each_a_little_further_on_is_not_one_object():
    found = groups([[box(0)], [box(3)], [box(6)]], GEOMETRY)
    assert sorted(len(group) for group in found) == [1, 2]


def test_a_region_whose_required_answer_is_not_agreed_upon_is_no_consensus():
    asked = [
        {"name": "whole", "kind": "choice", "options": ["yes", "no"]},
        {"name": "why", "kind": "text", "required": False, "when": {"question": "whole", "is": "no"}},
    ]
    question = schema(questions=asked).questions[0]
    yes, no = box(0, answers={"whole": "yes"}), box(0, answers={"whole": "no", "why": "cut off"})
    assert question.consensus([[yes], [no]], [1, 1]) is None
    value, _ = question.consensus([[yes], [no], [yes]], [1, 1, 1])
    assert value[0]["answers"] == {"whole": "yes"}


def test_fewer_boxes_than_asked_for_are_no_consensus():
    assert schema(least=1).questions[0].consensus([[box(0)], [box(100)], [box(200)]], [1, 1, 1]) is None


def test_what_all_share_is_found_though_nobody_draws_alike():
    shared = schema().questions[0].shared_part([[box(0), box(50)], [box(1)], [box(0, 1)]])
    assert shared == [box(0)]


def test_a_box_that_was_taken_over_and_moved_a_little_is_the_suggested_one():
    question = schema().questions[0]
    suggested = {"value": [box(0, confidence=0.9), box(100, confidence=0.2)], "confidence": 0.2}
    assert question.confidence_in([box(1)], suggested, {}) == pytest.approx(0.8)
    assert question.confidence_in([box(1), box(300)], suggested, {}) == 0
    assert question.confidence_in([box(1)], {"value": [box(0)]}, {}) is None
    assert question.confidence_in([], {"value": [], "confidence": 0.7}, {}) == 0.7


def test_labels_that_become_one_leave_one_box_where_two_stood():
    question = schema().questions[0]
    both = [box(0, id="a"), box(0, id="b", label="wbc"), box(50, id="c", label="wbc")]
    assert question.merged_ids(both, {"wbc": "rbc"}) == {"b": "a"}
    assert [(one["id"], one["label"]) for one in question.with_values(both, {"wbc": "rbc"})] == [
        ("a", "rbc"),
        ("c", "rbc"),
    ]


SIDE = st.integers(0, 60).map(float)
BOXES = st.lists(
    st.builds(
        box,
        SIDE,
        SIDE,
        SIDE.map(lambda side: side + 1),
        SIDE.map(lambda side: side + 1),
        st.sampled_from(["rbc", "wbc"]),
    ),
    max_size=7,
    unique_by=lambda one: (one["label"], GEOMETRY.place(one)),
)


@given(BOXES, BOXES)
@settings(max_examples=150, deadline=None)
def test_matching_takes_each_region_once_whichever_answer_is_the_first(one, other):
    there, back = matched(one, other, GEOMETRY), matched(other, one, GEOMETRY)
    assert {(pair.one, pair.other) for pair in there} == {(pair.other, pair.one) for pair in back}
    for side in ("one", "other"):
        numbers = [getattr(pair, side) for pair in there]
        assert len(numbers) == len(set(numbers))
    # nothing that could still be paired is left: the walk along the picture overlooks no pair
    left = [box for number, box in enumerate(one) if number not in {pair.one for pair in there}]
    others = [box for number, box in enumerate(other) if number not in {pair.other for pair in there}]
    assert not any(
        first["label"] == second["label"] and GEOMETRY.overlap(first, second) > 0 for first in left for second in others
    )


@given(st.lists(BOXES, min_size=2, max_size=4))
@settings(max_examples=80, deadline=None)
def test_people_in_any_order_are_concluded_alike(answers):
    question = schema().questions[0]
    weights = [1.0] * len(answers)
    forth, back = question.consensus(answers, weights), question.consensus(answers[::-1], weights)
    assert (forth and forth[0]) == (back and back[0])
