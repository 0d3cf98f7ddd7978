from html.parser import HTMLParser

import pytest

from labelplatform.markdown_reading import Picture
from labelplatform.sanitizing import render_markdown


class _Tags(HTMLParser):
    """Which tags with which attributes a text holds, as a browser reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[tuple[str, tuple[str, ...]]] = set()
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.tags.add((tag, tuple(sorted(name for name, _ in attributes))))
        self.addresses += [value for name, value in attributes if name in {"href", "src"}]


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        '<a href="x" onclick="alert(1)">a</a>',
        "![a](https://elsewhere.example/pixel.png)",
        "![](https://elsewhere.example/pixel.png)",
        "![a](//elsewhere.example/pixel.png)",
        "![a](data:image/png;base64,AAAA)",
        "![a](/accounts/logout/)",
        "![a](asset:not-ours)",
        "![a](javascript:alert(1))",
        '![a" src="https://elsewhere.example/](asset:x)',
        "<style>body{display:none}</style>",
    ],
)
def test_nothing_that_a_person_writes_can_run_or_load(text):
    found = _Tags()
    found.feed(str(render_markdown(text).html))
    assert found.tags <= {("p", ()), ("a", ("href", "rel"))}
    assert all(address.startswith("https://") for address in found.addresses)


def test_a_link_to_elsewhere_stays_and_does_not_tell_where_it_came_from():
    html = str(render_markdown("[the docs](https://example.org/a?b=c&d=e)").html)
    assert 'href="https://example.org/a?b=c&amp;d=e"' in html
    assert "noreferrer" in html


def test_sections_can_be_linked_to_even_when_two_have_one_title():
    text = render_markdown("# Guide\n## Spam\n## Spam\n## Späm & so")
    assert [(heading.level, heading.anchor) for heading in text.headings] == [
        (1, "guide-guide"),
        (2, "guide-spam"),
        (2, "guide-spam-2"),
        (2, "guide-späm-so"),
    ]
    assert all(f'id="{heading.anchor}"' in str(text.html) for heading in text.headings)


def test_examples_are_marked_as_right_or_wrong_instead_of_bulleted():
    html = str(render_markdown("- ✓ yes\n- ✗ *no*\n- neither").html)
    assert '<li class="example-right">yes</li>' in html
    assert '<li class="example-wrong"><em>no</em></li>' in html
    assert "<li>neither</li>" in html


def test_tables_and_line_ends_survive():
    html = str(render_markdown("| a | b |\r\n|---|---|\r\n| 1 | 2 |").html)
    assert "<td>2</td>" in html


def own(sources):
    return {source: Picture(f"/own/{source[6:]}", 30, 20) for source in sources if source.startswith("asset:")}


def test_a_picture_of_ours_is_shown_in_a_link_to_itself_and_keeps_its_place():
    html = str(render_markdown("See ![A *till* roll](asset:7) here", pictures=own).html)
    assert '<a href="/own/7" class="picture"' in html
    assert '<img src="/own/7" alt="A till roll" width="30" height="20" loading="lazy">' in html


def test_a_picture_in_a_link_keeps_that_link():
    html = str(render_markdown("[![Roll](asset:7)](https://example.org/)", pictures=own).html)
    assert html.count("<a ") == 1
    assert 'href="https://example.org/"' in html
    assert 'src="/own/7"' in html


def test_a_picture_without_words_still_has_a_name():
    assert 'alt="Picture"' in str(render_markdown("![](asset:7)", pictures=own).html)


def test_a_picture_from_elsewhere_is_a_link_even_beside_ours():
    html = str(render_markdown("![a](asset:7) ![b](https://example.org/b.png)", pictures=own).html)
    assert html.count("<img") == 1
    assert '<a href="https://example.org/b.png" rel="noopener noreferrer">b</a>' in html
