"""Spans that may overlap, as layers in which none do, so that each layer can be tagged token by token."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

OUTSIDE = "O"
_DEEPEST = 3  # spans of one label within each other; what is nested deeper is not learned
# Labels that overlap less often than this, as a share of the rarer one's spans, share a layer all the same: a slip or
# two must not cost what is known of labels that exclude each other.
_SLIPS = 0.02

# (first token, behind the last token, label)
TokenSpan = tuple[int, int, str]
# A label and how deep inside spans of the same label it stands.
Role = tuple[str, int]


@dataclass(frozen=True)
class Layers:
    """Which roles are tagged together: ``roles[layer]`` share one sequence of tags."""

    roles: tuple[tuple[Role, ...], ...]

    def tags(self, layer: int, spans: Sequence[TokenSpan], n_tokens: int) -> list[str]:
        """One tag per token: ``B`` and ``I`` with the number of the role, or ``O``.

        >>> Layers(((("person", 0), ("place", 0)),)).tags(0, [(0, 2, "person"), (3, 4, "place")], 5)
        ['B0', 'I0', 'O', 'B1', 'O']
        """
        numbers = {role: number for number, role in enumerate(self.roles[layer])}
        tags = [OUTSIDE] * n_tokens
        for (begin, end, label), depth in _with_depths(spans):
            number = numbers.get((label, depth))
            if number is None or any(tag != OUTSIDE for tag in tags[begin:end]):
                continue
            tags[begin:end] = [f"B{number}", *[f"I{number}"] * (end - begin - 1)]
        return tags

    def spans(self, layer: int, tags: Sequence[str]) -> list[TokenSpan]:
        """The spans that tags stand for; an ``I`` that continues nothing begins a span."""
        found: list[tuple[int, int, str]] = []
        begin, current = 0, OUTSIDE
        for place, tag in enumerate([*tags, OUTSIDE]):
            if current != OUTSIDE and (tag[0] != "I" or tag[1:] != current):
                found.append((begin, place, self.roles[layer][int(current)][0]))
                current = OUTSIDE
            if tag != OUTSIDE and current == OUTSIDE:
                begin, current = place, tag[1:]
        return found


def find_layers(texts: Sequence[Sequence[TokenSpan]]) -> Layers:
    """The fewest layers (greedily) in which labels that overlap each other are apart.

    Where no spans overlap there is one layer for all labels; labels that overlap get a layer of their own, and so do
    spans within spans of the same label.

    References
    ----------
    Alex, Haddow and Grover (2007), Recognising nested named entities in biomedical text.

    >>> find_layers([[(0, 3, "organisation"), (0, 1, "place"), (4, 5, "person")]]).roles
    ((('organisation', 0), ('person', 0)), (('place', 0),))
    """
    counts: Counter[Role] = Counter()
    clashes: Counter[tuple[Role, Role]] = Counter()
    for spans in texts:
        placed = [
            ((label, depth), begin, end) for (begin, end, label), depth in _with_depths(spans) if depth < _DEEPEST
        ]
        counts.update(role for role, _, _ in placed)
        clashes.update(_clashes(placed))
    layers: list[list[Role]] = []
    for role in sorted(counts, key=lambda role: (-counts[role], role)):
        for layer in layers:
            if not any(_keeps_apart(role, other, clashes, counts) for other in layer):
                layer.append(role)
                break
        else:
            layers.append([role])
    return Layers(tuple(map(tuple, layers)))


def _with_depths(spans: Sequence[TokenSpan]) -> list[tuple[TokenSpan, int]]:
    """Each span, longer ones first where they begin alike, with its place among overlapping ones of its label."""
    open_ends: defaultdict[str, list[int]] = defaultdict(list)
    found = []
    for begin, end, label in sorted(set(spans), key=lambda span: (span[0], -span[1], span[2])):
        ends = open_ends[label]
        depth = next((depth for depth, last in enumerate(ends) if last <= begin), len(ends))
        ends[depth : depth + 1] = [end]
        found.append(((begin, end, label), depth))
    return found


def _clashes(placed: Sequence[tuple[Role, int, int]]) -> list[tuple[Role, Role]]:
    found = []
    open_spans: list[tuple[Role, int]] = []
    for role, begin, end in placed:
        open_spans = [(other, last) for other, last in open_spans if last > begin]
        found += [(min(role, other), max(role, other)) for other, _ in open_spans if other != role]
        open_spans.append((role, end))
    return found


def _keeps_apart(
    first: Role, second: Role, clashes: Mapping[tuple[Role, Role], int], counts: Mapping[Role, int]
) -> bool:
    if first[0] == second[0]:
        return True  # depths of one label clash by definition
    n_clashes = clashes.get((min(first, second), max(first, second)), 0)
    return n_clashes > _SLIPS * min(counts[first], counts[second])
