"""Segments of a sound: what is refused, how two answers are compared, what is concluded. See test_regions, too."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.schema import SchemaProblems, parse_schema

CLIP = {"asset": "0" * 64, "name": "yard.flac", "duration_seconds": 8.5}


def schema(**more: Any) -> Any:
    asked = {"name": "events", "kind": "segments", "options": ["bell", "rain"], **more}
    return parse_schema({"fields": [{"name": "clip", "kind": "audio", "required": False}], "questions": [asked]})


def segment(start: Any, end: Any, label: str = "bell", **more: Any) -> dict[str, Any]:
    return {"id": f"s{start}-{end}".replace(".", "_"), "label": label, "start": start, "end": end, **more}


def stored(answer: Any, clip: Any = CLIP, **more: Any) -> Any:
    return schema(**more).validate_answers({"events": answer}, {"clip": clip})["events"]


def problems_of(answer: Any, data: Any = None, **more: Any) -> dict[str, str]:
    with pytest.raises(SchemaProblems) as caught:
        schema(**more).validate_answers({"events": answer}, {"clip": CLIP} if data is None else data)
    return {problem.path.removeprefix("answers.events."): problem.message for problem in caught.value.problems}


def test_segments_are_kept_by_when_they_begin_to_the_millionth_of_a_second():
    later, sooner, longer = segment(3.1234567, 4), segment(0, 1.25, "rain"), segment(0, 2)
    assert stored([later, longer, sooner]) == [sooner, longer, {**later, "start": 3.123457}]


@pytest.mark.parametrize(
    ("wrong", "path", "words"),
    [
        ({"start": -0.1}, "0.start", "before the sound begins"),
        ({"end": 9}, "0.end", "9 is behind the end of the sound, which lasts 8.5 seconds"),
        ({"start": 2}, "0.end", "2 is not later than the start, 2"),
        ({"start": 3}, "0.end", "2 is not later than the start, 3"),
        ({"start": 2 - 1e-9}, "0.end", "not later"),
        ({"start": "1"}, "0.start", "'1' is no number"),
        ({"start": None}, "0.start", "None is no number"),
        ({"end": True}, "0.end", "True is no number"),
        ({"end": float("nan")}, "0.end", "nan is no number"),
        ({"end": float("inf")}, "0.end", "inf is no number"),
        ({"end": 10**400}, "0.end", "is no number"),
        ({"end": [2]}, "0.end", "[2] is no number"),
        ({"label": "dog"}, "0.label", "labels are: bell, rain"),
        ({"label": ["bell"]}, "0.label", "labels are"),
        ({"id": "../s"}, "0.id", "is no id"),
        ({"channel": 1}, "0.channel", "not part of a segment"),
        ({"answers": {"words": "ding"}}, "0.answers.words", "no question"),
    ],
)
def test_a_wrong_segment_is_refused_with_its_place_and_reason(wrong, path, words):
    found = problems_of([{**segment(1, 2), **wrong}])
    assert list(found) == [path]
    assert words in found[path]


@pytest.mark.parametrize("answer", ["1-2", {"start": 1, "end": 2}, 5, [[1, 2]], [None], ["s1"]])
def test_what_is_no_list_of_segments_is_refused(answer):
    assert any("no list of segments" in reason or "is no segment" in reason for reason in problems_of(answer).values())


def test_what_ends_a_hair_behind_the_end_ends_with_the_sound():
    assert stored([segment(8, 8.549)])[0]["end"] == 8.5
    assert "behind the end" in problems_of([segment(8, 8.551)])["0.end"]


def test_of_a_sound_whose_length_is_not_known_only_the_order_is_asked():
    unknown = {**CLIP, "duration_seconds": 0}
    assert stored([segment(5, 5_000)], unknown)[0]["end"] == 5_000


def test_segments_may_overlap_unless_the_question_says_not_and_may_then_still_touch():
    crossing = [segment(0, 2), segment(1.5, 3, "rain")]
    assert len(stored(crossing)) == 2
    found = problems_of(crossing[::-1], overlapping=False)
    assert found == {"0": "begins at 1.5, before another segment ends, at 2."}
    assert len(stored([segment(0, 2), segment(2, 3)], overlapping=False)) == 2


def test_the_same_twice_is_refused_and_so_is_one_id_for_two():
    assert "'bell' twice" in problems_of([segment(0, 2), segment(0, 2, id="other")])["1"]
    assert "used twice" in problems_of([segment(0, 2, id="s"), segment(3, 4, id="s")])["1.id"]


def test_each_segment_has_answers_of_its_own_where_they_are_asked():
    asked = [
        {"name": "words", "kind": "text", "when": {"question": "label", "is": "bell"}},
        {"name": "near", "kind": "choice", "options": ["yes", "no"], "required": False},
    ]
    bell = segment(0, 1, answers={"words": "ding dong"})
    assert stored([bell, segment(2, 3, "rain")], questions=asked)[0] == bell
    assert "0.answers.words" in problems_of([segment(0, 1)], questions=asked)
    assert "0.answers.near" in problems_of([segment(0, 1, answers={"words": "x", "near": "?"})], questions=asked)


def test_the_distance_goes_by_the_share_of_time_that_both_have_marked():
    question = schema().questions[0]
    # two seconds of three: 1 - 2 × (2/3) / 2
    assert question.distance([segment(0, 2)], [segment(0, 3)]) == pytest.approx(1 / 3)
    # one is the same, one is marked by one person only: 1 - 2 × 1 / 3
    assert question.distance([segment(0, 2), segment(4, 5)], [segment(0, 2)]) == pytest.approx(1 / 3)
    assert question.distance([segment(0, 2)], [segment(0, 2, "rain")]) == 1
    assert question.distance([segment(0, 2)], [segment(2, 3)]) == 1
    assert question.distance([], []) == 0


def test_what_most_people_marked_is_concluded_with_the_median_of_its_edges():
    question = schema().questions[0]
    answers = [[segment(1, 3), segment(6, 7)], [segment(1.1, 3.2)], [segment(1.3, 3.1)]]
    value, confidence = question.consensus(answers, [1, 1, 1])
    assert value == [{"id": "r1", "label": "bell", "start": 1.1, "end": 3.1}]
    assert confidence == pytest.approx(1 - sum(question.distance(value, one) for one in answers) / 3)
    assert question.consensus([[segment(0, 1)], [segment(2, 3)]], [1, 1]) is None


def test_a_conclusion_keeps_the_rule_that_none_overlap():
    answers = [
        [segment(0, 2), segment(2, 6, "rain")],
        [segment(0, 3), segment(3, 6, "rain")],
        [segment(0, 3)],
    ]
    question = schema(overlapping=False).questions[0]
    value, _ = question.consensus(answers, [1, 1, 1])
    # in the middle the bell ends at 3 and the rain begins at 2.5
    assert [(one["start"], one["end"]) for one in value] == [(0, 2.75), (2.75, 6)]
    assert stored(value, overlapping=False) == value


def test_a_table_cell_says_what_is_heard_when():
    question = schema(questions=[{"name": "words", "kind": "text", "title": "Words", "required": False}]).questions[0]
    some = [segment(61.25, 62, answers={"words": "ding"}), segment(70, 71, "rain")]
    assert question.summarize(some) == "bell 1:01.25–1:02.00: Words ding, rain 1:10.00–1:11.00"
    assert question.summarize([segment(n, n + 1) for n in range(7)]).endswith("0:04.00–0:05.00, 2 more")
    assert question.summarize([]) == "none"


def test_a_question_that_forbids_overlap_survives_the_way_to_json_and_back():
    strict = schema(overlapping=False)
    assert strict.definition()["questions"][0]["overlapping"] is False
    assert parse_schema(strict.definition()) == strict
    assert "overlapping" not in schema().definition()["questions"][0]


def test_only_a_sound_has_segments():
    with pytest.raises(SchemaProblems) as caught:
        parse_schema(
            {
                "fields": [{"name": "text", "kind": "text"}],
                "questions": [{"name": "events", "kind": "segments", "options": ["bell"]}],
            }
        )
    assert [problem.path for problem in caught.value.problems] == ["questions.0.on"]


def test_segments_of_a_sound_of_unknown_length_are_outlined_up_to_where_the_last_one_ends():
    answer = [segment(1, 2), segment(2, 4, "rain"), segment(3, 8)]
    found = schema().questions[0].outlines(answer, {**CLIP, "duration_seconds": 0}, most=2)
    assert [(one.label, one.x, one.width) for one in found.first] == [("bell", 0.25, 0.25), ("rain", 0.5, 0.5)]
    assert (found.total, found.summary) == (3, "2 × bell, 1 × rain")


TIME = st.integers(0, 80).map(lambda tenths: tenths / 10)
APART = st.lists(TIME, min_size=2, max_size=8, unique=True).map(
    lambda found: [
        segment(start, end, "rain" if number % 2 else "bell")
        for number, (start, end) in enumerate(zip(sorted(found), sorted(found)[1:], strict=False))
    ]
)


@given(st.lists(APART, min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_whatever_is_concluded_is_an_answer_that_the_question_takes(answers):
    strict = schema(overlapping=False)
    agreed = strict.questions[0].consensus(answers, [1.0] * len(answers))
    if agreed is not None:
        assert strict.validate_answers({"events": agreed[0]}, {"clip": CLIP})["events"] == agreed[0]


@given(APART, APART, APART)
@settings(max_examples=100, deadline=None)
def test_distances_are_alike_both_ways_and_nothing_is_apart_from_itself(one, other, third):
    question = schema().questions[0]
    assert question.distance(one, one) == pytest.approx(0)
    assert question.distance(one, other) == pytest.approx(question.distance(other, one))
    assert 0 <= question.distance(one, third) <= 1
