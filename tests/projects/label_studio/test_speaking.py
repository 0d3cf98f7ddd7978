"""What a server that speaks Label Studio's protocol is told of a schema and a task."""

from projects.label_studio.controls import NoAnswer
from projects.label_studio.speaking import answers_in, as_configuration, as_results, as_task_data
from projects.schema import parse_schema

PAGE = "<h2>Offer</h2><script>x()</script><p>To <b>Acme</b> &amp; 👩‍👩‍👧"


def schema_of(*questions):
    fields = [{"name": "page", "kind": "rich_text"}, {"name": "aside", "kind": "rich_text"}]
    return parse_schema({"fields": fields, "questions": list(questions)})


def test_of_a_document_in_which_places_are_marked_the_text_is_sent_that_its_answers_count():
    schema = schema_of({"name": "names", "kind": "spans", "on": "page", "options": ["org"]})
    data = {"page": PAGE, "aside": "<p>b</p>"}
    assert as_task_data(schema, data) == {"page": "Offer\nTo Acme & 👩‍👩‍👧", "aside": "<p>b</p>"}
    assert '<Text name="page" value="$page" /><HyperText name="aside"' in as_configuration(schema)
    span = {"id": "s1", "parts": [{"start": 9, "end": 13, "text": "Acme"}], "label": "org"}
    results = as_results(schema, schema.validate_answers({"names": [span]}, data), data)
    answered = answers_in(schema, results, data)
    assert schema.validate_answers(answered, data)["names"][0]["parts"] == span["parts"]


def test_of_a_document_that_is_only_read_the_html_is_sent():
    schema = schema_of({"name": "fine", "kind": "choice", "options": ["yes", "no"]})
    assert as_task_data(schema, {"page": PAGE}) == {"page": PAGE}
    assert '<HyperText name="page"' in as_configuration(schema)


CALL = {"asset": "0" * 64, "name": "call.wav", "duration_seconds": 12.5}


def schema_of_a_call(**more):
    asked = {
        "name": "turns",
        "kind": "segments",
        "options": ["agent", "customer"],
        "questions": [
            {"name": "words", "kind": "text", "required": False},
            {"name": "mood", "kind": "choice", "options": ["calm", "upset"], "required": False},
        ],
    }
    others = [{"name": "mood", "kind": "rating", "required": False}]
    return parse_schema({"fields": [{"name": "call", "kind": "audio"}], "questions": [asked, *others]})


TURNS = [
    {"id": "s1", "label": "agent", "start": 0.25, "end": 3.5, "answers": {"words": "Hello!", "mood": "calm"}},
    {"id": "s2", "label": "customer", "start": 3.0, "end": 7.125},
]


def test_segments_and_what_is_said_about_each_go_out_and_come_back_the_same():
    schema = schema_of_a_call()
    data = {"call": CALL}
    stored = schema.validate_answers({"turns": TURNS}, data)
    assert as_configuration(schema).startswith(
        '<View><Audio name="call" value="$call" /><Labels name="turns" toName="call"><Label value="agent" />'
        '<Label value="customer" /></Labels><TextArea name="words" toName="call" perRegion="true" />'
        '<Choices name="turns__mood" toName="call" choice="single" perRegion="true">'
    )
    results = as_results(schema, stored, data)
    assert results[0]["value"] == {"start": 0.25, "end": 3.5, "channel": 0, "labels": ["agent"]}
    words = next(one for one in results if one["from_name"] == "words")
    assert (words["id"], words["type"]) == (results[0]["id"], "textarea")
    assert words["value"] == {"start": 0.25, "end": 3.5, "channel": 0, "text": ["Hello!"]}
    back = schema.validate_answers(answers_in(schema, results, data), data)
    assert [{**one, "id": ""} for one in back["turns"]] == [{**one, "id": ""} for one in stored["turns"]]


def test_what_a_server_says_of_a_sound_is_read_as_it_comes():
    schema = schema_of_a_call()
    answers = answers_in(
        schema,
        [
            {"id": "x", "from_name": "turns", "type": "labels", "value": {"start": 1, "end": 2.5, "labels": ["agent"]}},
            {"id": "x", "from_name": "words", "type": "textarea", "value": {"start": 1, "end": 2.5, "text": ["Hi"]}},
            {"id": "y", "from_name": "words", "type": "textarea", "value": {"text": ["of nothing"]}},
        ],
        {"call": CALL},
    )
    assert answers["turns"] == [{"id": "m1", "label": "agent", "start": 1, "end": 2.5, "answers": {"words": "Hi"}}]
    assert answers_in(schema, [], {"call": CALL})["turns"] == []


def test_what_cannot_be_read_of_a_segment_is_said():
    schema = schema_of_a_call()

    def problem(*results):
        return str(answers_in(schema, list(results), {"call": CALL})["turns"])

    region = {"id": "x", "from_name": "turns", "type": "labels", "value": {"start": 1, "end": 2, "labels": ["agent"]}}
    assert "one is needed" in problem({**region, "value": {"start": 1, "end": 2, "labels": ["agent", "customer"]}})
    assert "no value.labels" in problem({**region, "value": {"start": 1, "end": 2}})
    wrong = {"id": "x", "from_name": "words", "type": "rating", "value": {"rating": 3}}
    assert "“words” of a region" in problem(region, wrong)


PHOTO = {"asset": "0" * 64, "name": "a.png", "width": 400, "height": 200}


def boxes_schema():
    asked = {"name": "cells", "kind": "boxes", "options": ["rbc", "wbc"]}
    return parse_schema({"fields": [{"name": "photo", "kind": "image"}], "questions": [asked]})


def result(**value):
    sides = {"x": 10, "y": 20, "width": 25, "height": 50, "rotation": 0}
    said = {**sides, "rectanglelabels": ["rbc"], **value}
    return {"id": "b1", "from_name": "cells", "to_name": "photo", "type": "rectanglelabels", "value": said}


def test_boxes_are_percent_there_and_pixels_here_and_come_back_as_they_went():
    schema = boxes_schema()
    assert (
        '<Image name="photo" value="$photo" /><RectangleLabels name="cells" toName="photo"><Label value="rbc" />'
        in (as_configuration(schema))
    )
    answered = schema.validate_answers(answers_in(schema, [result()], {"photo": PHOTO}), {"photo": PHOTO})
    assert answered["cells"] == [{"id": "m1", "label": "rbc", "x": 40, "y": 40, "width": 100, "height": 100}]
    [sent] = as_results(schema, answered, {"photo": PHOTO})
    assert (sent["type"], sent["original_width"], sent["original_height"]) == ("rectanglelabels", 400, 200)
    assert sent["value"] == result()["value"]


def test_no_results_mean_no_boxes_and_what_cannot_be_a_box_here_is_refused_with_the_reason():
    schema = boxes_schema()
    assert answers_in(schema, [], {"photo": PHOTO}) == {"cells": []}
    for wrong, reason in (
        ({"rotation": 30}, "turned"),
        ({"x": "10"}, "no share in percent"),
        ({"width": float("nan")}, "no share in percent"),
        ({"rectanglelabels": ["rbc", "wbc"]}, "one is needed"),
    ):
        answer = answers_in(schema, [result(**wrong)], {"photo": PHOTO})["cells"]
        assert isinstance(answer, NoAnswer)
        assert reason in str(answer)
    assert "no picture" in str(answers_in(schema, [result()], {})["cells"])
