"""Markdown made to keep the parser busy: its work is bounded, and what is not laid out is shown as it was written."""

import sys
from html import unescape

import pytest

from labelplatform import markdown_effort
from labelplatform.markdown_reading import markdown_as_html
from labelplatform.sanitizing import render_markdown
from projects.schema import parse_schema
from projects.schema.fields.rich_text import RichTextField
from projects.shown_data import rendered_data

MARKDOWN = RichTextField(name="page", format="markdown")
TANGLES = ("[", "![", "[a](", "a*", "_a_ ", "<", "](", "[a]: b\n", "a|b\n-|-\n", "# a\n", "a\n", "=\n", "-\n", "`a``")


def _calls(text):
    """How many functions are called while a text is parsed."""
    calls = 0

    def count(frame, event, argument):
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        markdown_as_html(text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("tangle", TANGLES)
def test_no_tangle_is_more_work_than_is_allowed(monkeypatch, tangle):
    """Left to itself the parser calls up to two million functions for these."""
    monkeypatch.setattr(markdown_effort, "MOST_STEPS", 1_000)
    assert _calls(tangle * 4_000) < 45_000


def test_brackets_around_a_long_text_are_not_looked_past_again_and_again(monkeypatch):
    monkeypatch.setattr(markdown_effort, "MOST_STEPS", 20_000)
    text = "[" * 60 + "a" * 100_000 + "]" * 60
    assert "it would take too long" in markdown_as_html(text)[1]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("fine\n\n" + "[" * 5_000, "from line 3 on it would take too long to lay it out"),
        ("fine\n\n" + ">" * 61 + " <b>deep</b>", "line 3 is nested more than 60 levels deep"),
        ("fine\n\n" + "- " * 31 + "deep", "line 3 is nested more than 60 levels deep"),
    ],
)
def test_what_is_too_much_is_shown_as_it_was_written_with_the_reason_beside_it(text, reason):
    sentence = f"This text is shown as it was written: {reason}."
    document = MARKDOWN.document(text)
    assert document.text == text
    assert document.not_laid_out == sentence
    field = {"name": "page", "kind": "rich_text", "format": "markdown"}
    marked = {"name": "parts", "kind": "spans", "on": "page", "options": ["a"]}
    rated = {"name": "stars", "kind": "rating"}
    shown = rendered_data(parse_schema({"fields": [field], "questions": [marked]}), {"page": text})["page"]
    assert (shown["text"], shown["remark"]) == (text, sentence)
    for html in (
        rendered_data(parse_schema({"fields": [field], "questions": [rated]}), {"page": text})["page"],
        render_markdown(text).html,
    ):
        assert sentence in html
        assert f"{text}</code></pre>" in unescape(html)


def test_deep_lists_lose_nothing():
    """A parser that is left to itself leaves out what is more than nine lists deep."""
    document = MARKDOWN.document("\n".join("  " * depth + f"- {depth}" for depth in range(29)))
    assert document.text == "\n".join(map(str, range(29)))
    assert not document.not_laid_out


def test_an_ordinary_long_text_is_laid_out():
    line = "Some words with **bold** ones and a [link](https://example.org/a) in `code`, and so on until it ends.\n"
    assert markdown_as_html((line * 5 + "\n") * 200)[1] == ""


def test_many_sections_with_one_title_have_short_anchors():
    headings = render_markdown("# Spam\n" * 50 + "# Spam 3\n").headings
    anchors = [heading.anchor for heading in headings]
    assert anchors[:3] == ["guide-spam", "guide-spam-2", "guide-spam-3"]
    assert len(set(anchors)) == 51
    assert max(map(len, anchors)) < 20
