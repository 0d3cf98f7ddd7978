"""The only way HTML reaches a page: Markdown by people, rendered and cut down to an allow-list."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import nh3
from django.utils.safestring import SafeString
from markdown_it.token import Token

from labelplatform.html_flow import as_html, html_flow
from labelplatform.markdown_reading import PICTURE_LINK, Pictures, blocks_as_html, parse_blocks, place_pictures

_TAGS = {
    *("h1", "h2", "h3", "h4", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code"),
    *("em", "strong", "s", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
    *("ins", "del"),  # never written by a person: raw HTML is shown as text
}
# What HTML of others may hold besides.
_MORE_TAGS = {*("b", "i", "u", "sub", "sup", "span", "div", "dl", "dt", "dd", "caption", "tfoot", "mark", "h5", "h6")}
_HEADINGS = {"h1", "h2", "h3", "h4"}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height", "loading"},
    "ol": {"start"},
    **{heading: {"id"} for heading in _HEADINGS},
}
_ID_PREFIX = "guide-"
# A list item that begins with one of these is an example of what belongs to an option, or does not.
_EXAMPLE_MARKS = {"✓": "example-right", "✗": "example-wrong"}
_TASK_LINK = "task:"
# A block that stood in an earlier version, shown where it was.
_REMOVED = "removed"


@dataclass(frozen=True)
class Heading:
    level: int
    title: str
    anchor: str


@dataclass(frozen=True)
class RenderedText:
    """``html`` may stand in a page as it is; ``headings`` lead to its sections."""

    html: SafeString
    headings: list[Heading]


# external ids -> addresses of those tasks that the reader may open
TaskUrls = Callable[[set[str]], dict[str, str]]


def render_markdown(text: str, *, task_urls: TaskUrls | None = None, pictures: Pictures | None = None) -> RenderedText:
    """Turn Markdown into safe HTML whose headings can be linked to.

    A link to ``task:EXTERNAL_ID`` leads where ``task_urls`` says; to a task it does not know it is plain text.
    A picture that ``pictures`` does not know is a link to it, or the words that stand for it: nothing is loaded from
    elsewhere.

    >>> str(render_markdown("## Spam\\n<script>x</script> [a](javascript:x)").html).split("\\n")[0]
    '<h2 id="guide-spam">Spam</h2>'
    """
    tokens, headings = parse_markdown(text)
    return RenderedText(render_tokens(tokens, task_urls=task_urls, pictures=pictures), headings)


def sanitize_html(html: str) -> SafeString:
    """HTML that somebody else wrote, cut down to text, structure and links.

    >>> str(sanitize_html("<p onclick='x()'>Hello <img src=x><script>x()</script><b>you</b></p>"))
    '<p>Hello <b>you</b></p>'
    """
    cells = {"colspan", "rowspan"}
    attributes = {"a": {"href", "title"}, "ol": {"start"}, "td": cells, "th": cells}
    clean = nh3.clean(
        as_html(html_flow(html)),
        tags=(_TAGS | _MORE_TAGS) - {"img"},
        attributes=attributes,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return SafeString(clean)


def parse_markdown(text: str) -> tuple[list[Token], list[Heading]]:
    """Blocks in order, the words of each as children of its "inline" token; headings named, examples marked. Where the
    text is too much to lay out, why that is comes first."""
    blocks = parse_blocks(text)
    headings = _name_headings(blocks.tokens)
    _mark_examples(blocks.tokens)
    return [*_remark(blocks.not_laid_out), *blocks.tokens], headings


def _remark(words: str) -> list[Token]:
    if not words:
        return []
    text = Token("inline", "", 0, content=words, children=[Token("text", "", 0, content=words)])
    return [Token("paragraph_open", "p", 1, block=True), text, Token("paragraph_close", "p", -1, block=True)]


def render_tokens(
    tokens: list[Token], *, task_urls: TaskUrls | None = None, pictures: Pictures | None = None
) -> SafeString:
    """Safe HTML of parsed Markdown, also where its tokens were changed."""
    _lead_to_tasks(tokens, task_urls)
    place_pictures(tokens, pictures)
    clean = nh3.clean(
        blocks_as_html(tokens),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes={"a": {PICTURE_LINK}, "li": {*_EXAMPLE_MARKS.values(), _REMOVED}, "p": {_REMOVED}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return SafeString(clean)


def _name_headings(tokens: list[Token]) -> list[Heading]:
    headings: list[Heading] = []
    taken: dict[str, int] = {}  # anchors, each with how many headings would have liked it
    for position, token in enumerate(tokens):
        if token.type != "heading_open" or token.tag not in _HEADINGS:
            continue
        title = "".join(part.content for part in tokens[position + 1].children or [] if part.content)
        anchor = _ID_PREFIX + (re.sub(r"[^\w]+", "-", title.lower()).strip("-") or "section")
        anchor = _free_anchor(anchor, taken)
        token.attrSet("id", anchor)
        headings.append(Heading(int(token.tag[1]), title, anchor))
    return headings


def _free_anchor(wanted: str, taken: dict[str, int]) -> str:
    anchor = wanted
    while anchor in taken:
        taken[wanted] += 1
        anchor = f"{wanted}-{taken[wanted]}"
    taken[anchor] = 1
    return anchor


def _lead_to_tasks(tokens: list[Token], task_urls: TaskUrls | None) -> None:
    texts = [token for token in tokens if token.type == "inline" and token.children]
    links = [link for token in texts for link in token.children or [] if _task_of(link)]
    urls = task_urls({_task_of(link) for link in links}) if task_urls and links else {}
    for token in texts:
        kept: list[Token] = []
        is_open = [True]  # whether the links that are open now are shown as links
        for child in token.children or []:
            if child.type == "link_open" and (task := _task_of(child)):
                is_open.append(task in urls)
                child.attrSet("href", urls.get(task, ""))
            elif child.type == "link_open":
                is_open.append(True)
            if not child.type.startswith("link_") or is_open[-1]:
                kept.append(child)
            if child.type == "link_close" and len(is_open) > 1:
                is_open.pop()
        token.children = kept


def _task_of(link: Token) -> str:
    """The external id that a link names; "" for any other token."""
    href = str(link.attrGet("href") or "") if link.type == "link_open" else ""
    return unquote(href.removeprefix(_TASK_LINK)) if href.startswith(_TASK_LINK) else ""


def _mark_examples(tokens: list[Token]) -> None:
    """Turn a leading ✓ or ✗ of a list item into its class; the page draws the sign where the bullet was."""
    for item, _, text in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type != "list_item_open" or text.type != "inline" or not text.children:
            continue
        first = text.children[0]
        name = _EXAMPLE_MARKS.get(first.content[:1])
        if name:
            item.attrSet("class", name)
            first.content = first.content[1:].lstrip()
