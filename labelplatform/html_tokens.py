"""HTML that anybody may have written, cut into tags and text in one pass whose time grows with the length alone.

It follows the tokens of the HTML standard (https://html.spec.whatwg.org/multipage/parsing.html#tokenization) as far as
text and names of tags go. The standard library's parser does not do: half a comment, repeated, keeps it for minutes.
"""

import html
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

# Nothing in these patterns is ever tried twice: each alternative is possessive and what it leaves begins differently.
_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?)*+"""
_TAG = re.compile(rf"<(/?)([a-zA-Z][^\s/>]*+)({_ATTRIBUTES})(>?)")
_ATTRIBUTE = re.compile(r"""([^\s=/>"']++)\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>"'][^\s>]*+))""")
_COMMENT_END = re.compile(r"--!?>")
_HUGE_NUMBER = re.compile(r"&#(?:[0-9]{8,}+|[xX][0-9a-fA-F]{8,}+);?")
# What stands in them is no HTML; a browser shows it of the last two only.
_SILENT = {"script", "style", "title", "iframe", "noembed", "noframes"}
_RAW = _SILENT | {"textarea", "xmp"}
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_READ_ATTRIBUTES = {"a", "ol", "td", "th"}


class Start(NamedTuple):
    """``attributes`` are those of the tags whose attributes anybody asks for."""

    name: str
    attributes: Mapping[str, str] = MappingProxyType({})


class End(NamedTuple):
    name: str


Token = Start | End | str


def html_tokens(source: str) -> Iterator[Token]:
    """Tags in lower case and text with its character references resolved; comments, scripts and styles are left out.

    >>> list(html_tokens("<P>a &lt; b<script>x('</p>')</script><!-- no --></p>"))
    [Start(name='p', attributes=mappingproxy({})), 'a < b', End(name='p')]
    """
    place = 0
    while place < len(source):
        opening = source.find("<", place)
        if opening != place:
            yield _resolved(source[place : opening if opening >= 0 else len(source)])
        if opening < 0:
            return
        place = opening
        tag = _TAG.match(source, place)
        if tag is None:
            place, text = _markup_without_name(source, place)
            if text:
                yield text
            continue
        if not tag[4]:
            return  # the text ends inside a tag
        name = tag[2].lower()
        place = tag.end()
        if name in _SILENT:
            place = place if tag[1] else _raw_end(source, place, name)
        elif tag[1]:
            yield End(name)
        else:
            yield Start(name, _attributes(tag[3])) if name in _READ_ATTRIBUTES else Start(name)
            if name in _RAW:
                place, begin = _raw_end(source, place, name), place
                text = source[begin:place]
                yield _resolved(text) if name == "textarea" else text


def _markup_without_name(source: str, place: int) -> tuple[int, str]:
    """Where to go on behind a comment or what passes for one, or the text "<" that begins nothing."""
    behind = source[place + 1 : place + 2]
    if source.startswith("<!--", place):
        if source.startswith((">", "->"), place + 4):
            return source.index(">", place) + 1, ""
        end = _COMMENT_END.search(source, place + 4)
        return end.end() if end else len(source), ""
    if behind in {"!", "?"} or (behind == "/" and place + 2 < len(source)):
        end_of_it = source.find(">", place)
        return end_of_it + 1 if end_of_it >= 0 else len(source), ""
    return place + 1, "<"


def _raw_end(source: str, place: int, name: str) -> int:
    end = _RAW_END[name].search(source, place)
    return end.start() if end else len(source)


def _resolved(text: str) -> str:
    return html.unescape(_HUGE_NUMBER.sub("\ufffd", text)) if "&" in text else text


def _attributes(source: str) -> dict[str, str]:
    """The first of each name counts."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(source):
        found.setdefault(name.lower(), _resolved("".join(values)))
    return found
