import time

from labelplatform.marked_changes import render_changes
from labelplatform.sanitizing import render_markdown

BEFORE = """## Spam

It is sent to many. It sells.

- ✓ “call now”
- ✗ “see you” → Ham

Nobody asked for it.

## Ham

All else."""


def html(before: str, after: str) -> str:
    return str(render_changes(before, after).html)


def test_a_text_that_did_not_change_reads_like_any_other():
    assert html(BEFORE, BEFORE) == str(render_markdown(BEFORE).html)


def test_words_are_marked_within_their_line_and_its_emphasis_stays():
    shown = html(BEFORE, BEFORE.replace("sent to many", "sent to *many* people"))
    assert "<p>It is sent to <em>many</em><ins> people</ins>. It sells.</p>" in shown


def test_an_example_that_went_stands_struck_out_in_its_list():
    shown = html(BEFORE, BEFORE.replace("- ✗ “see you” → Ham\n", "- ✓ “win a prize”\n"))
    assert '<li class="removed example-wrong"><del>“see you” → Ham</del></li>' in shown
    assert '<li class="example-right"><ins>“win a prize”</ins></li>' in shown


def test_a_paragraph_that_went_stands_where_it_was():
    shown = html(BEFORE, BEFORE.replace("Nobody asked for it.\n\n", ""))
    assert shown.index("see you") < shown.index('<p class="removed"><del>Nobody asked') < shown.index("All else")


def test_headings_keep_their_names_and_lead_where_the_new_text_has_them():
    changed = render_changes(BEFORE, BEFORE.replace("## Ham", "## Real mail"))
    assert [(heading.title, heading.anchor) for heading in changed.headings] == [
        ("Spam", "guide-spam"),
        ("Real mail", "guide-real-mail"),
    ]


def test_what_a_person_writes_is_never_taken_for_a_mark_and_runs_nothing():
    shown = html("a", "<ins>a</ins> <script>x()</script> [b](javascript:x)")
    assert "&lt;" in shown
    assert "<script" not in shown
    assert "href" not in shown


def test_everything_may_go_and_everything_may_come():
    assert html(BEFORE, "").count("<del>") == 7
    assert "<del>" not in html("", BEFORE)
    assert html("", "") == ""


def test_long_texts_of_alike_lines_are_compared_in_seconds():
    before = "\n\n".join(f"line {n} of the rules says this and that" for n in range(2000))
    after = "\n\n".join(f"rule {n} of the lines says that and this" for n in range(2000))
    start = time.perf_counter()
    html(before, after)
    html("a b " * 40_000, "b a " * 40_000)
    assert time.perf_counter() - start < 20
