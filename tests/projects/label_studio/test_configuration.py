"""Each tag of a labeling configuration becomes what it should, and what does not map is named with a reason."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.label_studio import ConfigurationProblem, convert_configuration
from projects.label_studio.colours import palette_colours
from projects.label_studio.vocabulary import MEDIA_TAGS
from projects.schema import parse_schema

TEXT = '<Text name="t" value="$text"/>'
TWO = '<Choice value="Yes"/><Choice value="No"/>'


def convert(inner, text=TEXT):
    return convert_configuration(f"<View>{text}{inner}</View>")


def question(inner, text=TEXT):
    """The only question that these tags make."""
    [found] = convert(inner, text).schema["questions"]
    return found


def notes(inner, text=TEXT):
    return [f"{note.tag} {note.name}: {note.message}" for note in convert(inner, text).notes]


def asked(schema, name):
    return next(one for one in schema["questions"] if one["name"] == name)


# --- what is shown ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("tag", "field"),
    [
        ('<Text name="t" value="$body"/>', {"name": "body", "kind": "text"}),
        ('<HyperText name="t" value="$page"/>', {"name": "page", "kind": "rich_text"}),
        ('<Paragraphs name="t" value="$talk" layout="dialogue"/>', {"name": "talk", "kind": "dialogue"}),
        ('<Chat name="t" value="$talk"/>', {"name": "talk", "kind": "dialogue"}),
        ('<Table name="t" value="$row"/>', {"name": "row", "kind": "record"}),
        ('<Image name="t" value="$photo" zoom="true" rotateControl="true"/>', {"name": "photo", "kind": "image"}),
        ('<Pdf name="t" value="$paper"/>', {"name": "paper", "kind": "pdf"}),
        ('<Audio name="t" value="$call" zoom="true" speed="true"/>', {"name": "call", "kind": "audio"}),
        ('<AudioPlus name="t" value="$call"/>', {"name": "call", "kind": "audio"}),
        ('<List name="t" value="$items" title="Hits"/>', {"name": "items", "kind": "candidates", "title": "Hits"}),
    ],
)
def test_what_is_shown_becomes_a_field_named_as_the_data_is(tag, field):
    found = convert(f'<Choices name="q" toName="t">{TWO}</Choices>', tag).schema
    assert found["fields"] == [field]
    assert found["questions"][0]["on"] == field["name"]


def test_what_is_asked_about_an_image_stays_and_what_is_drawn_in_it_is_named():
    inner = (
        f'<Choices name="sky" toName="i">{TWO}</Choices><RectangleLabels name="boxes" toName="i">'
        '<Label value="Car"/></RectangleLabels><Brush name="mask" toName="i"/><TextArea name="words" toName="i"/>'
    )
    found = convert(inner, '<Image name="i" value="$photo" valueList="$more"/>')
    asked = [(one["kind"], one["on"]) for one in found.schema["questions"]]
    assert asked == [("choice", "photo"), ("boxes", "photo"), ("text", "photo")]
    said = [f"{note.tag} {note.message}" for note in found.notes]
    assert "addresses of files in the data are not fetched" in said[0]
    assert "a field shows one picture here" in said[1]
    assert sum("marks in images cannot be taken over" in one for one in said) == 1


def test_labels_of_bare_rectangles_on_an_image_become_boxes_with_questions_of_their_own():
    inner = (
        '<Rectangle name="box" toName="i" canRotate="true"/>'
        '<Labels name="what" toName="i"><Label value="Car" background="red"/><Label value="Bike"/></Labels>'
        f'<Choices name="cut" toName="i" perRegion="true" whenTagName="what">{TWO}</Choices>'
    )
    found = convert(inner, '<Image name="i" value="$photo"/>')
    [question] = found.schema["questions"]
    assert (question["kind"], [one["value"] for one in question["options"]]) == ("boxes", ["Car", "Bike"])
    assert [one["name"] for one in question["questions"]] == ["cut"]
    assert any("boxes are never turned" in note.message for note in found.notes)


def test_boxes_on_a_text_are_left_out_with_the_reason():
    boxes = '<RectangleLabels name="r" toName="t"><Label value="a"/></RectangleLabels>'
    inner = f'<Choices name="q" toName="t">{TWO}</Choices>{boxes}'
    assert any("boxes are drawn on images" in one for one in notes(inner))


def test_turns_and_candidates_are_spelled_in_another_way_and_the_note_says_how():
    talk = '<Paragraphs name="t" value="$talk" nameKey="who" textKey="said"/>'
    [note] = notes(f'<Choices name="q" toName="t">{TWO}</Choices>', talk)
    assert "rename “who” and “said”" in note
    assert "rename “body”" in notes('<Ranker name="q" toName="t"/>', '<List name="t" value="$items"/>')[0]


def test_a_text_that_is_fixed_is_no_field_and_two_tags_of_one_datum_are_one():
    twice = '<Text name="a" value="$text"/><Text name="b" value="$text"/><Text name="c" value="Read well!"/>'
    found = convert(f'<Choices name="q" toName="b">{TWO}</Choices>', twice)
    assert [field["name"] for field in found.schema["fields"]] == ["text"]
    assert "shows no data" in found.notes[0].message


def test_names_are_made_valid_and_unique_and_the_original_stays_in_the_note():
    tags = (
        f'<Choices name="Is it spam?" toName="t">{TWO}</Choices><Choices name="is-it-spam" toName="t">{TWO}</Choices>'
    )
    found = convert(tags, '<Text name="t" value="$Full Text"/>')
    assert found.schema["fields"][0]["name"] == "full_text"
    assert [one["name"] for one in found.schema["questions"]] == ["is_it_spam", "is_it_spam_2"]
    said = " ".join(note.message for note in found.notes)
    for original in ("“Full Text”", "“Is it spam?”", "“is-it-spam”"):
        assert original in said


def test_a_header_is_the_title_of_what_is_below_it():
    found = convert_configuration(
        '<View><Header value="Mail:"/><Text name="t" value="$text"/><Header>Is it spam?</Header>'
        f'<View><Choices name="q" toName="t">{TWO}</Choices></View><Header value="$subject"/>'
        '<Header value="The end"/></View>'
    )
    assert found.schema["fields"] == [
        {"name": "text", "kind": "text", "title": "Mail"},
        {"name": "subject", "kind": "text"},
    ]
    assert found.schema["questions"][0]["title"] == "Is it spam?"
    assert [note.name for note in found.notes] == ["The end"]


# --- choosing ---------------------------------------------------------------------------------------------------------
def test_choices_are_one_option_or_several_with_keys_hints_and_aliases():
    inner = (
        '<Choice value="Very good" alias="good" hotkey="1" hint="Praise"/><Choice value="Bad" background="red"/>'
        '<Choice value="Bad"/>'
    )
    one = question(f'<Choices name="mood" toName="t" required="true">{inner}</Choices>')
    assert one == {
        "name": "mood",
        "kind": "choice",
        "title": "Mood",
        "on": "text",
        "options": [
            {"value": "good", "title": "Very good", "help": "Praise", "key": "1"},
            {"value": "Bad", "title": "Bad", "colour": 1},
        ],
    }
    many = question(f'<Choices name="mood" toName="t" choice="multiple">{inner}</Choices>')
    assert (many["kind"], many["required"]) == ("choices", False)
    assert "is an option already" in notes(f'<Choices name="mood" toName="t">{inner}</Choices>')[0]


@pytest.mark.parametrize("key", ["u", "ctrl+a", "1"])
def test_a_key_that_cannot_be_is_dropped_and_named(key):
    inner = f'<Choices name="q" toName="t"><Choice value="a" hotkey="1"/><Choice value="b" hotkey="{key}"/></Choices>'
    assert "key" not in question(inner)["options"][1]
    assert f"hotkey “{key}”" in notes(inner)[0]


def test_a_single_box_becomes_yes_or_no():
    inner = '<Choices name="q" toName="t"><Choice value="Hard to tell"/></Choices>'
    assert [option["value"] for option in question(inner)["options"]] == ["Hard to tell", "no"]
    assert "“No” was added" in notes(inner)[0]


def test_nested_choices_and_a_taxonomy_are_trees_with_values_of_their_own():
    second = '<Choice value="x" alias="bx"/><Choice value="A"/>'
    tree = f'<Choice value="A"><Choice value="x"/></Choice><Choice value="B">{second}</Choice>'
    nested = question(f'<Choices name="q" toName="t" allowNested="true">{tree}</Choices>')
    assert (nested["kind"], nested["any_level"], nested.get("many")) == ("taxonomy", True, None)
    assert nested["options"][1]["children"] == [{"value": "bx", "title": "x"}, {"value": "B / A", "title": "A"}]
    leaves = question(f'<Taxonomy name="q" toName="t" leafsOnly="true">{tree}</Taxonomy>')
    assert (leaves["many"], leaves.get("any_level")) == (True, None)
    assert "many" not in question(f'<Taxonomy name="q" toName="t" maxUsages="1">{tree}</Taxonomy>')


def test_options_from_the_data_of_a_task_cannot_be():
    inner = f'<Choices name="q" toName="t" value="$options"/><Choices name="r" toName="t">{TWO}</Choices>'
    assert question(inner)["name"] == "r"
    assert "they come from “$options”" in notes(inner)[0]


# --- other answers ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ('<Rating name="q" toName="t" maxRating="7"/>', {"kind": "rating", "lowest": 1, "highest": 7}),
        ('<Rating name="q" toName="t"/>', {"kind": "rating", "lowest": 1, "highest": 5}),
        ('<Number name="q" toName="t" min="0" max="10" step="1"/>', {"minimum": 0, "maximum": 10, "whole": True}),
        ('<Number name="q" toName="t" min="0.5"/>', {"kind": "number", "minimum": 0.5}),
        ('<DateTime name="q" toName="t"/>', {"kind": "date", "with_time": True}),
        ('<DateTime name="q" toName="t" only="date"/>', {"kind": "date"}),
        ('<TextArea name="q" toName="t" rows="5" placeholder="Why?"/>', {"kind": "text", "lines": 5, "help": "Why?"}),
        ('<TextArea name="q" toName="t" label="Reason" maxSubmissions="1"/>', {"kind": "text", "title": "Reason"}),
    ],
)
def test_ratings_numbers_dates_and_texts(tag, expected):
    found = question(tag)
    assert {name: found.get(name) for name in expected} == expected
    assert notes(tag) == []


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ('<Rating name="q" toName="t" maxRating="1"/>', "2 to 101 steps"),
        ('<Rating name="q" toName="t" defaultValue="3"/>', "nothing is answered beforehand"),
        ('<Number name="q" toName="t" min="ten"/>', "no number"),
        ('<Number name="q" toName="t" min="5" max="5"/>', "no number is between"),
        ('<Number name="q" toName="t" step="0.5"/>', "step “0.5”"),
        ('<DateTime name="q" toName="t" only="year"/>', "a whole date"),
        ('<DateTime name="q" toName="t" only="time"/>', "together with its date"),
        ('<DateTime name="q" toName="t" only="date" min="2020-01-01"/>', "no limits"),
        ('<TextArea name="q" toName="t" maxSubmissions="3"/>', "one text"),
        ('<TextArea name="q" toName="t" value="fixed"/>', "begins with a field"),
        ('<TextArea name="q" toName="t" somethingNew="1"/>', "somethingNew: is not known here."),
        ('<Rating name="q" toName="t" perRegion="true"/>', "about the whole task"),
        ('<Rating name="q" toName="x"/>', "nothing of this name"),
        ('<Rating name="q" toName="t,u"/>', "one field here"),
    ],
)
def test_what_an_answer_cannot_have_is_named(tag, word):
    [note] = notes(tag)
    assert word in note


def test_a_text_to_correct_begins_with_its_field():
    found = convert('<TextArea name="fixed" toName="t" value="$draft"/>').schema
    assert [field["name"] for field in found["fields"]] == ["text", "draft"]
    assert found["questions"][0]["draft"] == "draft"


# --- spans ------------------------------------------------------------------------------------------------------------
LABELS = (
    '<Labels name="label" toName="t"><Label value="PER" background="#f00" hotkey="1"/><Label value="ORG"/></Labels>'
)


@pytest.mark.parametrize(("text", "snap"), [(TEXT, "character"), (TEXT.replace("/>", ' granularity="word"/>'), None)])
def test_labels_are_spans_each_with_a_colour(text, snap):
    found = question(LABELS, text)
    assert (found["kind"], found["on"], found.get("snap")) == ("spans", "text", snap)
    assert [option["colour"] for option in found["options"]] == [1, 10]


def test_labels_on_a_conversation_and_on_formatted_text_are_spans_and_on_a_record_they_cannot_be():
    talk = '<Paragraphs name="t" value="$talk" nameKey="speaker"/>'
    assert question(LABELS.replace("Labels", "ParagraphLabels"), talk)["kind"] == "spans"
    page = '<HyperText name="t" value="$page"/>'
    for granularity, snap in (("", "character"), ("word", None), ("symbol", "character")):
        marked = question(
            LABELS.replace("Labels", "HyperTextLabels"), page.replace("/>", f' granularity="{granularity}"/>')
        )
        assert (marked["kind"], marked["on"], marked.get("snap")) == ("spans", "page", snap)
    row = '<Table name="t" value="$row"/>'
    found = convert(LABELS + '<Rating name="r" toName="t"/>', row)
    assert [one["kind"] for one in found.schema["questions"]] == ["rating"]
    assert "cannot be marked here" in found.notes[0].message


def test_what_is_asked_per_region_is_asked_about_each_span_and_may_depend_on_its_label():
    per = 'toName="t" perRegion="true"'
    inner = (
        f'<Choices name="sure" {per} required="true">{TWO}</Choices>'
        f'<TextArea name="why" {per} visibleWhen="choice-selected" whenTagName="sure" whenChoiceValue="No"/>'
        f'<Rating name="rank" {per} visibleWhen="region-selected" whenLabelValue="PER,ORG"/>'
    )
    found = question(inner + LABELS)
    assert [one["name"] for one in found["questions"]] == ["sure", "why", "rank"]
    assert found["questions"][1]["when"] == {"question": "sure", "is": "No"}
    assert found["questions"][2]["when"] == {"question": "label", "is": ["PER", "ORG"]}


def test_labels_on_a_sound_become_segments_with_what_is_asked_about_each():
    sound = '<AudioPlus name="sound" value="$call" height="120" splitChannels="true"/>'
    inner = (
        '<Labels name="who" toName="sound" choice="multiple">'
        '<Label value="Agent" background="#FFA39E" hotkey="1"/><Label value="Customer"/></Labels>'
        '<TextArea name="transcription" toName="sound" perRegion="true" rows="2" whenTagName="who"'
        ' whenLabelValue="Agent" visibleWhen="region-selected"/>'
    )
    found = question(inner, sound)
    assert (found["kind"], found["on"], found["required"]) == ("segments", "call", False)
    assert [(one["value"], one.get("key")) for one in found["options"]] == [("Agent", "1"), ("Customer", None)]
    [asked_of_each] = found["questions"]
    assert (asked_of_each["name"], asked_of_each["kind"], asked_of_each["lines"]) == ("transcription", "text", 2)
    assert asked_of_each["when"] == {"question": "label", "is": "Agent"}
    said = notes(inner, sound)
    assert any("Import the sounds themselves" in note for note in said)
    assert any("one label here" in note for note in said)
    assert any("all channels are played" in note for note in said)


def test_relations_come_after_the_spans_they_are_between():
    inner = f'<Relations><Relation value="works for"/></Relations>{LABELS}'
    found = convert(inner).schema["questions"]
    assert [one["kind"] for one in found] == ["spans", "relations"]
    assert found[1]["between"] == "label"
    assert "no spans" in notes('<Relations><Relation value="x"/></Relations><Rating name="r" toName="t"/>')[0]


# --- comparing --------------------------------------------------------------------------------------------------------
def test_a_ranker_ranks_a_list_or_puts_its_candidates_into_buckets():
    items = '<List name="t" value="$items"/>'
    assert question('<Ranker name="q" toName="t"/>', items)["kind"] == "ranking"
    buckets = '<Bucket name="good" title="Good ones"/><Bucket name="bad"/>'
    found = question(f'<Ranker name="q" toName="t">{buckets}</Ranker>', items)
    assert (found["kind"], found["per"]) == ("choice", "candidate")
    assert found["options"] == [{"value": "good", "title": "Good ones"}, {"value": "bad", "title": "bad"}]


def test_two_texts_to_compare_become_candidates_and_stay_fields_only_where_asked_about():
    two = '<Pairwise name="pw" toName="a,b"/><Text name="a" value="$one"/><Text name="b" value="$two"/>'
    found = convert_configuration(f"<View>{two}</View>")
    assert found.schema["fields"] == [{"name": "candidates", "kind": "candidates"}]
    assert found.schema["questions"][0] | {"title": ""} == {
        **{"name": "pw", "kind": "preference", "title": "", "on": "candidates"},
        **{"required": False, "steps": 1, "ties": False},
    }
    assert "“one” and “two” come as one list" in found.notes[0].message
    rated = convert_configuration(f'<View>{two}<Rating name="r" toName="b"/></View>').schema
    assert [field["name"] for field in rated["fields"]] == ["two", "candidates"]


# --- conditions -------------------------------------------------------------------------------------------------------
SPAM = f'<Choices name="spam" toName="t">{TWO}</Choices>'


@pytest.mark.parametrize(
    ("attributes", "when"),
    [
        ('visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Yes"', {"is": "Yes"}),
        ('visibleWhen="choice-unselected" whenTagName="spam" whenChoiceValue="Yes,No"', {"is_not": ["Yes", "No"]}),
        ('visibleWhen="choice-selected" whenTagName="spam"', {"answered": True}),
        ('visibleWhen="choice-unselected" whenTagName="spam"', {"answered": False}),
        ('whenTagName="spam" whenChoiceValue="No"', {"is": "No"}),
    ],
)
def test_visibility_becomes_a_condition_also_from_the_view_around(attributes, when):
    own = convert(f'{SPAM}<TextArea name="why" toName="t" {attributes}/>')
    around = convert(f'{SPAM}<View {attributes}><TextArea name="why" toName="t"/></View>')
    for found in (own, around):
        assert asked(found.schema, "why")["when"] == {"question": "spam", **when}
        assert found.notes == []


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        ('visibleWhen="choice-selected" whenTagName="later" whenChoiceValue="Yes"', "no such question before it"),
        ('visibleWhen="choice-selected" whenTagName="spam" whenChoiceValue="Maybe"', "no option of that question"),
        ('visibleWhen="region-selected"', "does not wait for a region"),
        ('visibleWhen="no-region-selected"', "no such condition"),
    ],
)
def test_a_condition_that_cannot_be_is_named_and_the_question_always_asked(attributes, word):
    inner = f'{SPAM}<TextArea name="why" toName="t" {attributes}/><Rating name="later" toName="t"/>'
    assert "when" not in asked(convert(inner).schema, "why")
    assert any(word in note for note in notes(inner))


# --- what does not map ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("tag", [*MEDIA_TAGS, "style", "repeater", "shortcut", "branch", "somethingelse"])
def test_a_tag_that_has_no_counterpart_is_named_and_so_is_what_is_about_it(tag):
    found = convert(f'<{tag} name="x" value="$x"/>{SPAM}<Rating name="r" toName="x"/>')
    assert [one["name"] for one in found.schema["questions"]] == ["spam"]
    assert [(note.tag, note.is_lost) for note in found.notes] == [(tag, True), ("Rating", True)]
    assert "was not taken over" in found.notes[1].message


def test_looks_are_named_once_with_how_often():
    inner = "".join(f'<View style="flex: {n}"/>' for n in range(5))
    [note] = convert(SPAM + inner).notes
    assert (note.times, note.message.split(":")[0]) == (5, "style")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is empty"),
        ("<View><Text></View>", "no XML: mismatched tag, in line 1"),
        ("Hello", "no XML"),
        ("<Form/>", "begins with <View>"),
        ("<View/>", "Nothing that it shows"),
        ('<View><Video name="i" value="$i"/><Choices name="r" toName="i"/></View>', "video cannot be"),
        ('<View><Image name="i" value="$i"/><PolygonLabels name="r" toName="i"/></View>', "marks in images cannot"),
        ('<View><Image name="i" value="$i"/><RectangleLabels name="r" toName="i"/></View>', "needs its options"),
        (f"<View>{TEXT}</View>", "Nothing that it asks"),
        ("<View>" * 100 + "</View>" * 100, "nested more than"),
        ("<View>" + "<a/>" * 40_000 + "</View>", "more than 30,000 tags"),
        ("<View>" + " " * 1_000_000 + "</View>", "500,000 is the most"),
        ('<!DOCTYPE v [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><View>&b;</View>', "declares a document type"),
        ('<!DOCTYPE v [<!ENTITY x SYSTEM "file:///etc/passwd">]><View>&x;</View>', "declares a document type"),
        ("<View>&nbsp;</View>", "undefined entity"),
        ("<View>\x00</View>", "no XML"),
        ("<View>\ud800</View>", "half of a character"),
    ],
)
def test_what_cannot_be_taken_over_is_refused_with_the_reason(text, word):
    with pytest.raises(ConfigurationProblem) as caught:
        convert_configuration(text)
    assert word in caught.value.message


TAGS = ["View", "Text", "HyperText", "List", "Labels", "Label", "Choices", "Choice", "Taxonomy", "Rating", "Number"]
TAGS += ["DateTime", "TextArea", "Ranker", "Bucket", "Pairwise", "Relations", "Relation", "Header", "Image", "Table"]
ATTRIBUTES = ["name", "toName", "value", "choice", "perRegion", "required", "visibleWhen", "whenTagName", "min", "only"]
VALUES = [
    "a",
    "b",
    "a,b",
    "$a",
    "$b c",
    "true",
    "multiple",
    "choice-selected",
    "region-selected",
    "",
    "9",
    "é  ü",
    "🙂" * 50,
]
tree = st.recursive(
    st.just(""),
    lambda inner: st.builds(
        lambda tag, attributes, below: (
            f"<{tag} " + " ".join(f'{n}="{v}"' for n, v in attributes.items()) + f">{''.join(below)}</{tag}>"
        ),
        st.sampled_from(TAGS),
        st.dictionaries(st.sampled_from(ATTRIBUTES), st.sampled_from(VALUES), max_size=5),
        st.lists(inner, max_size=5),
    ),
    max_leaves=30,
)


@given(inner=st.lists(tree, max_size=8).map("".join))
@settings(max_examples=150, deadline=None)
def test_whatever_is_pasted_becomes_a_right_schema_or_a_reason(inner):
    try:
        found = convert(inner)
    except ConfigurationProblem as problem:
        reason = problem.message
    else:
        reason = "it is right"
        assert parse_schema(found.schema).definition() == found.schema
    assert reason
    assert "is no schema" not in reason


# --- colours ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("colour", "number"),
    [
        *[("red", 1), ("#FFA39E", 1), ("orange", 3), ("green", 6), ("#0af", 9), ("blue", 10), ("rgb(128, 0, 128)", 13)],
        *[("grey", 16), ("black", 16), ("white", 16), ("saddlebrown", 15), ("hotpink", 14), ("no colour", 0), ("", 0)],
    ],
)
def test_a_colour_becomes_the_nearest_hue_of_the_palette(colour, number):
    assert palette_colours([colour]) == [number]


def test_two_alike_get_neighbours_so_that_they_can_be_told_apart():
    assert len(set(palette_colours(["red"] * 16))) == 16
