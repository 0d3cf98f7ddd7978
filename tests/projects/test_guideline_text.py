import pytest

from labelplatform.sanitizing import render_markdown
from projects.guideline.guideline_text import add_answer, add_to_section, example_line

TEXT = """# Rules

## Spam

It sells.

- ✓ “call now”
- ✗ “see you”
  tomorrow

## Not spam

All else.
"""


def test_an_example_goes_to_the_end_of_its_options_list():
    lines = add_to_section(TEXT, "SPAM", "- ✓ “win”").splitlines()
    assert lines[lines.index("- ✓ “win”") - 1] == "  tomorrow"


def test_a_section_without_a_list_gets_one():
    assert add_to_section(TEXT, "Not spam", "- ✓ “hi”").endswith("All else.\n\n- ✓ “hi”\n")


def test_a_section_that_is_missing_is_added_also_to_an_empty_text():
    assert add_to_section("", "Ham", "- ✓ “hi”") == "## Ham\n\n- ✓ “hi”\n"
    assert add_to_section(TEXT, "Ham", "- ✓ “hi”").endswith("All else.\n\n## Ham\n\n- ✓ “hi”\n")


def test_a_heading_in_a_block_of_code_is_no_section():
    text = "```\n## Ham\n```\n"
    assert add_to_section(text, "Ham", "- x").endswith("```\n\n## Ham\n\n- x\n")


@pytest.mark.parametrize("text", ["*a* _b_ `c` [d](http://e)", "<b>&amp;</b> ~~x~~ | y", "\\ back", "] ) ( ["])
def test_an_example_reads_as_the_task_does_whatever_signs_it_holds(text):
    line = example_line(text, "a/b (1) [é]", is_right=True)
    found = {}
    html = str(render_markdown(line, task_urls=lambda ids: found.update(dict.fromkeys(ids, "/t/")) or found).html)
    assert list(found) == ["a/b (1) [é]"]
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f'<a href="/t/" rel="noopener noreferrer">“{escaped}”</a>' in html


def test_a_link_to_a_task_that_the_reader_may_not_open_is_plain_text():
    line = example_line("hi", "t-1", is_right=True)
    for urls in (None, lambda ids: {}):
        html = str(render_markdown(f"{line} and [more](https://example.com)", task_urls=urls).html)
        assert "“hi”" in html
        assert html.count("<a ") == 1
        assert "task:" not in html


def test_answers_gather_in_a_section_of_their_own():
    text = add_answer(add_answer("# Rules\n", "Is *this*\nspam?", "Yes."), "And that?", "No.")
    assert text == ("# Rules\n\n## Questions and answers\n\n### Is \\*this\\* spam?\n\nYes.\n\n### And that?\n\nNo.\n")
