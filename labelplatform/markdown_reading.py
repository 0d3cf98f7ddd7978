"""Markdown as people write it here: parsed, with pictures only where they are known to be ours."""

from collections.abc import Callable
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from labelplatform.markdown_effort import Effort, TooMuchWork, measured

# The class of the link around a picture, which shows it large.
PICTURE_LINK = "picture"

# Raw HTML is shown as text: the only pictures are those that Markdown names, and of them those that are known.
_parser = measured(MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(["table", "strikethrough"]))


@dataclass(frozen=True)
class Picture:
    """A picture of our own; ``width`` and ``height`` in pixels keep its place while it is loaded."""

    url: str
    width: int
    height: int


# what a text names as pictures -> those of them that are ours to show
Pictures = Callable[[set[str]], dict[str, Picture]]


@dataclass(frozen=True)
class Blocks:
    """A parsed text: blocks in order, the words of each as children of its "inline" token.

    Where parsing it would be too much work it is one block that holds the text as it was written, and ``not_laid_out``
    is a sentence that says why, with the line; else "".
    """

    tokens: list[Token]
    not_laid_out: str = ""


def parse_blocks(text: str) -> Blocks:
    try:
        return Blocks(_parser.parse(text, {"effort": Effort()}))
    except TooMuchWork as reason:
        token = Token("code_block", "code", 0, content=text, block=True)
        return Blocks([token], f"This text is shown as it was written: {reason}.")


def blocks_as_html(tokens: list[Token]) -> str:
    """Still to be cut down to what is safe."""
    return str(_parser.renderer.render(tokens, _parser.options, {}))


def markdown_as_html(text: str) -> tuple[str, str]:
    """HTML of a Markdown text without pictures, still to be cut down to what is safe; and why the text is not laid out
    but shown as it was written, "" where it is laid out.

    >>> markdown_as_html("**Open** ![at noon](x.png)")
    ('<p><strong>Open</strong> at noon</p>\\n', '')
    """
    blocks = parse_blocks(text)
    place_pictures(blocks.tokens, None)
    return blocks_as_html(blocks.tokens), blocks.not_laid_out


def named_pictures(text: str) -> list[tuple[str, str]]:
    """What a Markdown text names as pictures, in order, each with the words that stand for it.

    >>> named_pictures("![A till](asset:1) and ![](asset:2)")
    [('asset:1', 'A till'), ('asset:2', '')]
    """
    return [(_source(token), token.content.strip()) for token in _images(parse_blocks(text).tokens)]


def _images(tokens: list[Token]) -> list[Token]:
    return [child for token in tokens for child in token.children or [] if child.type == "image"]


def _source(image: Token) -> str:
    return str(image.attrGet("src") or "")


def place_pictures(tokens: list[Token], pictures: Pictures | None) -> None:
    """Show the pictures that are known, each as a link to itself unless it stands in one."""
    images = _images(tokens)
    known = pictures({_source(image) for image in images}) if pictures and images else {}
    for token in tokens if images else ():
        placed: list[Token] = []
        depth = 0  # of links
        for child in token.children or []:
            depth += child.nesting if child.type.startswith("link_") else 0
            placed += _placed(child, known.get(_source(child)), in_link=depth > 0) if child.type == "image" else [child]
        if token.children:
            token.children = placed


def _placed(image: Token, picture: Picture | None, *, in_link: bool) -> list[Token]:
    words, source = image.content.strip(), _source(image)
    if picture is None:
        text = Token("text", "", 0, content=words or (source if _is_elsewhere(source) else ""))
        return [text] if in_link or not _is_elsewhere(source) else _linked([text], source)
    shown: dict[str, str | int | float] = {
        "src": picture.url,
        "width": picture.width,
        "height": picture.height,
        "loading": "lazy",
    }
    image.attrs = {**image.attrs, **shown}
    if not words:
        image.children = [Token("text", "", 0, content="Picture")]  # a link must have a name
    return [image] if in_link else _linked([image], picture.url, name=PICTURE_LINK)


def _is_elsewhere(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _linked(tokens: list[Token], url: str, *, name: str = "") -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": url, **({"class": name} if name else {})})
    return [opening, *tokens, Token("link_close", "a", -1)]
