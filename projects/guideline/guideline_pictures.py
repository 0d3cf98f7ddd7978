"""The pictures that a guideline's text names: what an editor should know of them, and what changed between versions."""

from collections.abc import Iterable
from typing import NamedTuple

from labelplatform.markdown_reading import Picture, named_pictures
from labelplatform.text_differences import Piece, side_by_side
from projects.guideline.guideline_links import pictures_of
from projects.models import Project


class ShownPicture(NamedTuple):
    """A picture beside the line that names it; ``changed`` where the line beside it does not."""

    picture: Picture
    words: str
    changed: bool


class PicturedRow(NamedTuple):
    """A row of two versions beside each other, with the pictures that its lines name."""

    kind: str
    before: list[Piece] | None
    after: list[Piece] | None
    pictures_before: list[ShownPicture]
    pictures_after: list[ShownPicture]


def picture_problems(project: Project, text: str) -> list[str]:
    """What an editor should mend: pictures without words for those who cannot see them, and pictures not shown."""
    named = named_pictures(text)
    known = pictures_of(project)({source for source, _ in named}) if named else {}
    problems = []
    silent = sum(not words for source, words in named if source in known)
    if silent:
        which = "A picture has no description" if silent == 1 else f"{silent} pictures have no description"
        problems.append(f"{which}. Write between the brackets what it shows: not everybody sees it.")
    problems += [
        f"“{words or source[:80]}” is no picture of this project: people see a link or its words. Add it here instead."
        for source, words in named
        if source not in known
    ]
    return problems


def versions_beside(project: Project, before: str, after: str) -> list[PicturedRow]:
    """Two versions beside each other, changed words marked, pictures under the lines that name them."""
    rows = side_by_side(before, after)
    named = [(_named(row.before), _named(row.after)) for row in rows]
    sources = {source for pair in named for line in pair for source, _ in line}
    known = pictures_of(project)(sources) if sources else {}
    return [
        PicturedRow(*row, _shown(old, known, beside=new), _shown(new, known, beside=old))
        for row, (old, new) in zip(rows, named, strict=True)
    ]


def _named(line: Iterable[Piece] | None) -> list[tuple[str, str]]:
    text = "".join(piece.text for piece in line or ())
    return named_pictures(text) if "![" in text else []


def _shown(
    line: list[tuple[str, str]], known: dict[str, Picture], *, beside: list[tuple[str, str]]
) -> list[ShownPicture]:
    others = {source for source, _ in beside}
    return [
        ShownPicture(known[source], words, changed=source not in others) for source, words in line if source in known
    ]
