"""The text of rich text: what its offsets count, whatever the HTML; spans over it are checked like any other."""

import random

import pytest

from labelplatform.html_flow import MAX_DEPTH, html_flow
from labelplatform.sanitizing import sanitize_html
from projects.schema import SchemaProblems, parse_schema
from projects.schema.fields.rich_text import RichTextField
from projects.shown_data import rendered_data
from tests.rich_documents import HOSTILE, made_up_html

PAGE = RichTextField(name="page")
MARKDOWN = RichTextField(name="page", format="markdown")
SCHEMA = {
    "fields": [{"name": "page", "kind": "rich_text"}, {"name": "aside", "kind": "rich_text"}],
    "questions": [{"name": "entities", "kind": "spans", "on": "page", "options": ["org", "person"]}],
}


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>Hours</h2><p>Open <b>every day</b>.</p>", "Hours\nOpen every day."),
        ("<p>  many \n\t blanks  </p>\n\n<p>here</p>", "many blanks\nhere"),
        ("a<br>b<br><br>c<br></p>", "a\nb\n\nc"),
        ("<pre>\n  x\r\n\ty\n</pre>z", "  x\n\ty\nz"),
        ("<table><tr><th>A<th>B<tr><td>1<td>2</table>", "A\tB\n1\t2"),
        ("<ul><li>one<li>two<ol><li>three</ol></ul>", "one\ntwo\nthree"),
        ("a<p>b<p>c<div>d</div>e", "a\nb\nc\nd\ne"),
        ("AT&amp;T &lt;b&gt; &nbsp; caf&eacute; &#128512; &notin;", "AT&T <b> \xa0 café 😀 ∉"),
        ("<p>a<script>b</script><style>c</style><title>d</title><!-- e --><template>f</template>g", "ag"),
        ("<p hidden>hidden</p><p style='display:none'>too</p>", "hidden\ntoo"),
        ("<b>un<i>closed</b> and</i> crossed", "unclosed and crossed"),
        ("1 < 2 <> 3 </> 4", "1 < 2 <> 3 4"),
        ("a &#0; &#xD800; &#1114112; b", "a \ufffd \ufffd \ufffd b"),
        ("<textarea>&lt;b> <b></textarea>x", "<b> <b>\nx"),
        ("  <p> </p> ", ""),
    ],
)
def test_the_text_is_what_a_reader_sees_with_blocks_on_lines_and_cells_between_tabs(html, text):
    assert PAGE.text(html) == text


def test_markdown_counts_what_it_shows_too():
    text = MARKDOWN.text("## Hours\n\n- **Mon** <script>x</script>\n- ✓ Tue\n\n![a map](http://x.example/a.png)")
    assert text == "Hours\nMon <script>x</script>\n✓ Tue\na map"


def test_pieces_and_gaps_are_the_text_for_any_html():
    for html in [*HOSTILE, *made_up_html(random.Random(4), 400)]:
        document = PAGE.document(html)
        place, depth = 0, 0
        for node in document.nodes:
            assert node["depth"] <= min(depth, MAX_DEPTH)
            depth = node["depth"] + ("tag" in node)
            if "tag" in node:
                continue
            assert document.text[place : node["start"]] in {"", "\n", "\t"}, html
            assert node["start"] < node["end"]
            place = node["end"]
        assert place == len(document.text)
        assert "\x00" not in document.text


def test_what_is_read_in_a_frame_holds_the_same_words():
    """Where a table is broken a browser moves them elsewhere."""
    for html in [*HOSTILE, *made_up_html(random.Random(5), 200)]:
        read, framed = ("".join(text.split()) for text in (PAGE.text(html), PAGE.text(str(sanitize_html(html)))))
        assert sorted(framed) == sorted(read), html


def test_reading_html_takes_time_by_its_length_alone():
    """Each of these keeps a parser that tries things twice busy for minutes."""
    for part in ("<div>", "<!--", "<a ", "</", "<b>", "<a href='", "&#9", "<table><tr><td>", "<script>", '<p title="'):
        html = part * (200_000 // len(part))
        assert sum(1 for _ in html_flow(html)) <= 200_000
        sanitize_html(html)


def test_only_a_document_that_is_marked_is_sent_as_text_with_nodes():
    shown = rendered_data(parse_schema(SCHEMA), {"page": "<p onclick=x()>Acme</p>", "aside": "<p onclick=x()>b</p>"})
    nodes = [{"depth": 0, "tag": "p"}, {"depth": 1, "start": 0, "end": 4}]
    assert shown == {"page": {"text": "Acme", "nodes": nodes}, "aside": "<p>b</p>"}


@pytest.mark.parametrize(
    ("part", "path", "reason"),
    [
        ({"start": 3, "end": 7, "text": "Acme"}, "answers.entities.0.parts.0.text", "The text from 3 to 7"),
        ({"start": 0, "end": 99}, "answers.entities.0.parts.0", "no place in a text of 18 characters"),
        ({"start": -1, "end": 4}, "answers.entities.0.parts.0", "no place"),
    ],
)
def test_a_span_outside_the_text_or_not_as_quoted_is_refused_with_path_and_reason(part, path, reason):
    data = {"page": "<p>Acme <b>hired</b></p><p>Bob Lee", "aside": "x"}
    schema = parse_schema(SCHEMA)
    right = [{"id": "s", "parts": [{"start": 5, "end": 14, "text": "hired\nBob"}], "label": "org"}]
    assert schema.validate_answers({"entities": right}, data) == {"entities": right}
    with pytest.raises(SchemaProblems) as refused:
        schema.validate_answers({"entities": [{"id": "s", "parts": [part], "label": "org"}]}, data)
    [problem] = refused.value.problems
    assert problem.path == path
    assert reason in problem.message
