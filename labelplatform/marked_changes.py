"""A Markdown text as people read it, with what changed since an earlier version marked where it stands.

Words are compared within paragraphs, headings, list items and table cells; those that came are ``<ins>``, those that
went ``<del>``. A whole paragraph that went is shown where it stood.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from markdown_it.token import Token

from labelplatform.markdown_reading import Pictures
from labelplatform.sanitizing import RenderedText, TaskUrls, parse_markdown, render_tokens
from labelplatform.text_differences import opcodes, partners, words_of

_BREAKS = {"softbreak", "hardbreak"}


@dataclass(frozen=True)
class _Leaf:
    """A block that holds words: its "inline" token, where it stands among all tokens, and what kind of block it is."""

    token: Token
    position: int
    in_list: bool
    kind: str

    @property
    def key(self) -> str:
        return f"{self.kind} {self.token.content}"


def render_changes(
    before: str, after: str, *, task_urls: TaskUrls | None = None, pictures: Pictures | None = None
) -> RenderedText:
    """The later text as safe HTML, with what changed since the earlier one marked in place.

    >>> str(render_changes("Call it spam.", "Call it ham.").html)
    '<p>Call it <del>spam</del><ins>ham</ins>.</p>\\n'
    """
    tokens, headings = parse_markdown(after)
    old, new = _leaves(parse_markdown(before)[0]), _leaves(tokens)
    removed: dict[int, list[_Leaf]] = {}  # position of the new leaf before which they stood
    for operation, old_start, old_end, new_start, new_end in opcodes([o.key for o in old], [n.key for n in new]):
        if operation == "equal":
            continue
        gone: list[_Leaf] = []
        was, now = old[old_start:old_end], new[new_start:new_end]

        def same_kind(index: int, place: int, was: list[_Leaf] = was, now: list[_Leaf] = now) -> bool:
            return was[index].kind == now[place].kind

        texts = [[leaf.token.content for leaf in leaves] for leaves in (was, now)]
        for index, place in partners(*texts, may_be=same_kind):
            if place is None:
                gone += [was[index]] if index is not None else []
                continue
            removed.setdefault(now[place].position, []).extend(gone)
            gone = []
            _mark_words(was[index].token.children if index is not None else [], now[place].token)
        at = new[new_end].position if new_end < len(new) else len(tokens)
        removed.setdefault(at, []).extend(gone)
    marked = _with_removed(tokens, removed)
    return RenderedText(render_tokens(marked, task_urls=task_urls, pictures=pictures), headings)


def _leaves(tokens: list[Token]) -> list[_Leaf]:
    """Blocks of code are none: they are shown as they are."""
    leaves, items = [], []
    for position, token in enumerate(tokens):
        if token.type == "list_item_open":
            items.append(str(token.attrGet("class") or "li"))
        elif token.type == "list_item_close":
            items.pop()
        elif token.type == "inline":
            leaves.append(_Leaf(token, position, bool(items), items[-1] if items else tokens[position - 1].tag))
    return leaves


def _mark_words(old: list[Token] | None, leaf: Token) -> None:
    """Mark in ``leaf`` the words that differ from the old ones; its own structure stays, of the old only words do."""
    was, now = list(_atoms(old or [])), list(_atoms(leaf.children or []))
    marked: list[Token] = []
    for operation, old_start, old_end, new_start, new_end in opcodes([_key(t) for t in was], [_key(t) for t in now]):
        if operation == "equal":
            marked += now[new_start:new_end]
            continue
        marked += _wrapped("del", [token for token in was[old_start:old_end] if _is_word(token)])
        for has_words, run in groupby(now[new_start:new_end], key=_is_word):
            came = list(run)
            marked += _wrapped("ins", came) if has_words else came
    leaf.children = marked


def _atoms(children: list[Token]) -> Iterator[Token]:
    for child in children:
        if child.type != "text":
            yield child
            continue
        for word in words_of(child.content):
            yield _text(word, child.level)


def _key(token: Token) -> str:
    leads = token.attrGet("href") or token.attrGet("src") or ""
    return f"{token.type} {token.tag} {leads} {token.content}"


def _is_word(token: Token) -> bool:
    """What can be marked as come or gone; a picture can like a word."""
    return token.type in {"text", "code_inline", "image"}


def _wrapped(tag: str, tokens: list[Token]) -> list[Token]:
    if not tokens:
        return []
    return [Token(f"{tag}_open", tag, 1), *tokens, Token(f"{tag}_close", tag, -1)]


def _text(content: str, level: int = 0) -> Token:
    token = Token("text", "", 0)
    token.content, token.level = content, level
    return token


def _with_removed(tokens: list[Token], removed: dict[int, list[_Leaf]]) -> list[Token]:
    """The tokens with the blocks that went put in: items among the items of a list, anything else between blocks."""
    inserted: dict[int, list[Token]] = {}
    for position, leaves in removed.items():
        for leaf in leaves:
            item = _item_at(tokens, position) if leaf.in_list else None
            at = _block_at(tokens, position) if item is None else item
            inserted.setdefault(at, []).extend(_removed_block(leaf, as_item=item is not None))
    shown: list[Token] = []
    for position, token in enumerate(tokens):
        shown += inserted.get(position, [])
        shown.append(token)
    return shown + inserted.get(len(tokens), [])


def _item_at(tokens: list[Token], position: int) -> int | None:
    """Where an item can be put in: before the item that the block at ``position`` begins, or at the end of the list
    that ends before it; None where there is no list."""
    at = position - 1
    while at >= 0 and tokens[at].type in {"paragraph_open", "heading_open"}:
        at -= 1
    if at >= 0 and tokens[at].type == "list_item_open":
        return at
    if at >= 0 and tokens[at].type in {"bullet_list_close", "ordered_list_close"}:
        return at
    return None


def _block_at(tokens: list[Token], position: int) -> int:
    """Where the outermost block around ``position`` begins."""
    if position >= len(tokens):
        return len(tokens)
    at, depth = position, tokens[position].level
    while at > 0 and depth > 0:
        at -= 1
        depth = min(depth, tokens[at].level)
        if tokens[at].level == 0 and tokens[at].nesting == 1:
            return at
    return at


def _removed_block(leaf: _Leaf, *, as_item: bool) -> list[Token]:
    tag, kind = ("li", "list_item") if as_item else ("p", "paragraph")
    opening, closing = Token(f"{kind}_open", tag, 1), Token(f"{kind}_close", tag, -1)
    opening.block = closing.block = True
    example = leaf.kind if as_item and leaf.kind != "li" else ""
    opening.attrSet("class", f"removed {example}".strip())
    inline = Token("inline", "", 0)
    words = [_text(" ") if part.type in _BREAKS else part for part in leaf.token.children or []]
    inline.children = _wrapped("del", [part for part in words if _is_word(part)])
    inline.content = leaf.token.content
    if as_item:  # the paragraph of a tight item is hidden, as the parser does it
        inner, end = Token("paragraph_open", "p", 1), Token("paragraph_close", "p", -1)
        inner.hidden = end.hidden = True
        return [opening, inner, inline, end, closing]
    return [opening, inline, closing]
