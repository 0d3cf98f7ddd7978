import pytest

from labelplatform.search import read_terms
from labelplatform.search_hits import hit_spans, snippet


def marked(text: str, query: str) -> list[str]:
    return [text[begin:end] for begin, end in hit_spans(text, tuple(read_terms(query)))]


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("spend", ["Spend"]),
        ("spen*", ["Spend", "spending"]),
        ('"last month"', ["last  month"]),
        ("okonomie", ["Ökonomie"]),
        ("😀", []),
        ("(a+)+$", []),
    ],
)
def test_words_prefixes_and_phrases_are_marked_whatever_their_case_and_accents(query, hits):
    assert marked("Spend spending last  month Ökonomie 😀", query) == hits


def test_a_snippet_is_one_line_around_the_first_hit():
    text = "word " * 200 + "needle\n" + "word " * 200
    pieces = snippet(text, tuple(read_terms("needle")), width=80)
    assert ("needle", True) in pieces
    assert len("".join(piece for piece, _ in pieces)) <= 82
    assert pieces[0] == ("…", False)
    assert pieces[-1][0].endswith("…")


def test_without_a_search_the_beginning_is_shown():
    assert snippet("a\n b\tc", (), width=3) == [("a b…", False)]
    assert snippet("", (), width=3) == []
