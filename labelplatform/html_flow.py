"""HTML of others as a flow of what may be shown of it: allowed elements, each closed again, and text.

Nothing depends on a browser's repair of what is broken: who shows the flow shows the same as who counts its text.
"""

from collections.abc import Iterator, Mapping
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

from labelplatform.html_tokens import End, Start, html_tokens

# Deeper elements are left out, what stands in them stays: their number is what makes a browser or a sanitizer slow.
MAX_DEPTH = 60
BLOCKS = frozenset(
    {
        *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre", "div"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "hr"),
    }
)
_INLINE = frozenset({"em", "strong", "b", "i", "u", "s", "ins", "del", "sub", "sup", "mark", "code", "span", "a"})
SHOWN_TAGS = BLOCKS | _INLINE | {"br"}
EMPTY_TAGS = frozenset({"br", "hr"})
# Other elements that are blocks: what stands in them stands on lines of its own.
_LIKE_A_DIV = frozenset(
    {
        *("address", "article", "aside", "body", "center", "details", "dialog", "dir", "fieldset", "figcaption"),
        *("figure", "footer", "form", "header", "hgroup", "html", "legend", "main", "menu", "nav", "option"),
        *("search", "section", "summary", "xmp", "textarea"),
    }
)
# What a start tag ends that was left open, and the elements beyond which it ends nothing.
_CELLS, _PARTS = {"td", "th"}, {"thead", "tbody", "tfoot", "caption"}
_TABLE = {"table"}
_ENDS: dict[str, tuple[set[str], set[str]]] = {
    "li": ({"li"}, {"ul", "ol", *_CELLS}),
    **dict.fromkeys(("dt", "dd"), ({"dt", "dd"}, {"dl", *_CELLS})),
    **dict.fromkeys(_CELLS, (_CELLS, _TABLE | {"tr"})),
    "tr": ({"tr", *_CELLS, "caption"}, _TABLE),
    **dict.fromkeys(_PARTS, ({"tr", *_CELLS, *_PARTS}, _TABLE)),
}
_STANDS_ALONE = _CELLS | {"li", "dt", "dd", "blockquote", "div", "caption", "table"}
_ADDRESSES = {"http", "https", "mailto"}
_NUMBERS = {"ol": ("start",), "td": ("colspan", "rowspan"), "th": ("colspan", "rowspan")}
_MOST = {"start": 1_000_000, "colspan": 100, "rowspan": 1_000}


class Opened(NamedTuple):
    """``attributes`` are numbers of lists and cells, and of a link the address it leads to."""

    tag: str
    attributes: Mapping[str, str | int]


class Closed(NamedTuple):
    tag: str


Piece = Opened | Closed | str


def html_flow(source: str) -> Iterator[Piece]:
    """What may be shown of some HTML, at most ``MAX_DEPTH`` elements deep.

    >>> list(html_flow("Hello <b onclick=x()>you"))
    ['Hello ', Opened(tag='b', attributes={}), 'you', Closed(tag='b')]
    """
    open_tags: list[str] = []
    silent = 0  # templates that stand open: a browser shows nothing of them
    for token in html_tokens(source):
        if isinstance(token, str):
            if not silent:
                yield token
            continue
        if token.name == "template":
            silent = silent + 1 if isinstance(token, Start) else max(0, silent - 1)
        tag = "div" if token.name in _LIKE_A_DIV else token.name
        if silent or tag not in SHOWN_TAGS:
            continue
        if isinstance(token, End):
            yield from _closed(open_tags, tag)
            continue
        yield from _ended_by(open_tags, tag)
        if tag in EMPTY_TAGS:
            yield Opened(tag, {})
        elif len(open_tags) < MAX_DEPTH:
            open_tags.append(tag)
            yield Opened(tag, _attributes(token))
    while open_tags:
        yield Closed(open_tags.pop())


def as_html(flow: Iterator[Piece]) -> str:
    """The flow written out.

    >>> as_html(html_flow("<ul><li>a<li>b & c"))
    '<ul><li>a</li><li>b &amp; c</li></ul>'
    """
    written: list[str] = []
    for piece in flow:
        if isinstance(piece, str):
            written.append(escape(piece, quote=False))
        elif isinstance(piece, Closed):
            written.append(f"</{piece.tag}>")
        else:
            said = "".join(f' {name}="{escape(str(value))}"' for name, value in piece.attributes.items())
            written.append(f"<{piece.tag}{said}>")
    return "".join(written)


def _closed(open_tags: list[str], tag: str) -> Iterator[Piece]:
    """An end tag ends its element and what was left open in it; of an element that is not open it is nothing."""
    if tag in open_tags and not (tag not in _TABLE and _is_beyond_table(open_tags, tag)):
        while True:
            last = open_tags.pop()
            yield Closed(last)
            if last == tag:
                return


def _is_beyond_table(open_tags: list[str], tag: str) -> bool:
    """What stands in a cell never ends what stands around the table."""
    inside = open_tags[max((place for place, one in enumerate(open_tags) if one == "table"), default=-1) + 1 :]
    return len(inside) < len(open_tags) and tag not in inside


def _ended_by(open_tags: list[str], tag: str) -> Iterator[Piece]:
    ends, bounds = _ENDS.get(tag, (set(), set()))
    if tag in BLOCKS and not ends:
        ends, bounds = {"p"}, _STANDS_ALONE
    found = 0  # how many of the open elements end
    for number, one in enumerate(reversed(open_tags), 1):
        if one in bounds:
            break
        if one in ends:
            found = number
    for _ in range(found):
        yield Closed(open_tags.pop())


def _attributes(start: Start) -> dict[str, str | int]:
    shown: dict[str, str | int] = {}
    for name in _NUMBERS.get(start.name, ()):
        value = start.attributes.get(name, "").strip()
        if value.isascii() and value.isdecimal() and len(value) < 8:
            shown[name] = min(int(value), _MOST[name])
    if start.name == "a" and (address := _address(start.attributes.get("href", ""))):
        shown["href"] = address
    return shown


def _address(href: str) -> str:
    try:
        scheme = urlsplit(href.strip()).scheme
    except ValueError:
        return ""
    return href.strip()[:2_000] if scheme in _ADDRESSES else ""
