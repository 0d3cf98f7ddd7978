"""What changed between two versions of a text."""

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
# Below this two lines say different things, and marking their words would only confuse.
_ALIKE = 0.35
# Lines that could be partners of each other are compared pairwise, up to so many pairs.
_MAX_PAIRS = 4_000
_LONG = 2_000


class Line(NamedTuple):
    """``kind`` is same, added, removed, or gap: lines left out because nothing changed there."""

    kind: str
    text: str


class Piece(NamedTuple):
    """A part of a line; ``changed`` where the other version has something else."""

    text: str
    changed: bool


class Row(NamedTuple):
    """Two lines that stand beside each other; None where one version has no such line. ``kind`` is same, changed,
    added, removed, or gap: lines left out because nothing changed there."""

    kind: str
    before: list[Piece] | None
    after: list[Piece] | None


def words_of(text: str) -> list[str]:
    """Words, spaces and signs, which together are the text.

    >>> words_of("Hi, you")
    ['Hi', ',', ' ', 'you']
    """
    return _WORDS.findall(text)


def changed_words(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both lines in pieces that tell what changed.

    >>> [[tuple(piece) for piece in line] for line in changed_words("a b c", "a x c")]
    [[('a ', False), ('b', True), (' c', False)], [('a ', False), ('x', True), (' c', False)]]
    """
    old, new = words_of(before), words_of(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for operation, old_start, old_end, new_start, new_end in opcodes(old, new):
        changed = operation != "equal"
        if old_end > old_start:
            left.append(Piece("".join(old[old_start:old_end]), changed))
        if new_end > new_start:
            right.append(Piece("".join(new[new_start:new_end]), changed))
    return left, right


def opcodes(old: Sequence[str], new: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    """What turns one sequence into the other, as ``difflib`` says it."""
    return _matcher(old, new).get_opcodes()


def _matcher(old: Sequence[str], new: Sequence[str]) -> "SequenceMatcher[str]":
    """Of long sequences what is everywhere counts for little, or the time would grow with the square of them."""
    return SequenceMatcher(a=old, b=new, autojunk=len(new) > _LONG)


def partners(
    old: Sequence[str], new: Sequence[str], *, may_be: Callable[[int, int], bool] = lambda _old, _new: True
) -> Iterator[tuple[int | None, int | None]]:
    """Which of the new lines took the place of which old one, in order; None for a line that is gone or was added.

    ``may_be`` rules pairs out, by their positions.

    >>> list(partners(["the old line", "gone"], ["the new line"]))
    [(0, 0), (1, None)]
    """
    at = 0
    compared = len(old) * len(new) <= _MAX_PAIRS
    for position, text in enumerate(new):
        candidates = range(at, len(old)) if compared else ()
        alike = (index for index in candidates if may_be(index, position) and _alike(old[index], text))
        found = next(alike, None)
        if found is None:
            yield None, position
            continue
        yield from ((index, None) for index in range(at, found))
        yield found, position
        at = found + 1
    yield from ((index, None) for index in range(at, len(old)))


def _alike(first: str, second: str) -> bool:
    matcher = _matcher(words_of(first), words_of(second))
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def side_by_side(before: str, after: str, *, context: int = 2) -> list[Row]:
    """Two versions beside each other, changed words marked, long stretches without a change left out."""
    old, new = before.splitlines(), after.splitlines()
    rows: list[Row] = []
    operations = opcodes(old, new)
    for position, (operation, old_start, old_end, new_start, new_end) in enumerate(operations):
        if operation == "equal":
            lines = _unchanged(old[old_start:old_end], position > 0, position < len(operations) - 1, context)
            rows += [Row(line.kind, *([[Piece(line.text, False)]] * 2)) for line in lines]
        else:
            rows += _beside(old[old_start:old_end], new[new_start:new_end])
    return rows if any(row.kind in {"changed", "added", "removed"} for row in rows) else []


def _beside(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for index, position in partners(old, new):
        if index is not None and position is not None:
            yield Row("changed", *changed_words(old[index], new[position]))
        elif index is not None:
            yield Row("removed", [Piece(old[index], True)], None)
        elif position is not None:
            yield Row("added", None, [Piece(new[position], True)])


def changed_lines(before: str, after: str, *, context: int = 1) -> list[Line]:
    """The lines that were added and removed, with ``context`` unchanged ones around them.

    >>> [tuple(line) for line in changed_lines("a\\nb\\nc\\nd", "a\\nb\\nc\\nD", context=1)]
    [('gap', ''), ('same', 'c'), ('removed', 'd'), ('added', 'D')]
    """
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    operations = opcodes(old, new)
    for position, (operation, old_start, old_end, new_start, new_end) in enumerate(operations):
        if operation == "equal":
            lines += _unchanged(old[old_start:old_end], position > 0, position < len(operations) - 1, context)
            continue
        lines += [Line("removed", text) for text in old[old_start:old_end]]
        lines += [Line("added", text) for text in new[new_start:new_end]]
    return lines if any(line.kind in {"added", "removed"} for line in lines) else []


def _unchanged(texts: list[str], has_before: bool, has_after: bool, context: int) -> list[Line]:
    head = texts[:context] if has_before else []
    tail = texts[len(texts) - context :] if has_after and context else []
    if len(head) + len(tail) >= len(texts):
        return [Line("same", text) for text in texts]
    return [*(Line("same", text) for text in head), Line("gap", ""), *(Line("same", text) for text in tail)]
