"""An answer out of a tree of options, which may hold thousands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from projects.schema.given import Given
from projects.schema.names import duplicates
from projects.schema.opinions import Agreed, if_close, kept_by_most, majority
from projects.schema.options import Option, parse_option
from projects.schema.problems import Problem, SchemaProblems, shown
from projects.schema.questions.question import NO_NAMES, Around, Question
from projects.schema.reading import Reader
from projects.schema.settings import Setting

MAX_NODES = 20_000
MAX_DEPTH = 20


@dataclass(frozen=True)
class Node:
    """An option with those below it; ``path`` holds the values from the root to it."""

    option: Option
    path: tuple[str, ...]
    children: tuple["Node", ...] = ()

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def definition(self) -> dict[str, Any]:
        below = {"children": [child.definition() for child in self.children]} if self.children else {}
        return {**self.option.definition(), **below}


@dataclass(frozen=True, kw_only=True)
class TaxonomyQuestion(Question):
    """The answer is the value of a node, or with ``many`` a list of them; values are unique in the whole tree.

    Only what has nothing below it can be chosen, unless ``any_level``.
    """

    roots: tuple[Node, ...]
    many: bool = False
    any_level: bool = False

    kind: ClassVar[str] = "taxonomy"
    holds_several: ClassVar[bool] = True
    label: ClassVar[str] = "Taxonomy"
    summary: ClassVar[str] = "An option out of a tree, which may hold thousands."
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            name="options",
            label="Options",
            control="tree",
            start=[{"value": "group", "title": "Group", "children": [{"value": "part", "title": "Part"}]}],
            is_main=True,
        ),
        Setting(name="many", label="Several can be chosen", control="flag", default=False),
        Setting(name="any_level", label="Groups can be chosen, too", control="flag", default=False),
    )

    @classmethod
    def read_own(cls, read: Reader, around: Around) -> dict[str, Any]:
        roots = _Tree(read).roots
        many = read.flag("many", default=False)
        return {"roots": roots, "many": many, "any_level": read.flag("any_level", default=False)}

    def own_definition(self) -> dict[str, Any]:
        flags = {name: True for name in ("many", "any_level") if getattr(self, name)}
        return {**flags, "options": [root.definition() for root in self.roots]}

    @cached_property
    def nodes(self) -> dict[str, Node]:
        return {node.option.value: node for root in self.roots for node in root.walk()}

    @property
    def titles(self) -> dict[str, str]:
        return {value: node.option.title for value, node in self.nodes.items()}

    @property
    def known_values(self) -> Iterable[str] | None:
        return self.nodes

    def validate(self, answer: Any, given: Given) -> Any:
        if not self.many:
            return self._check(answer)
        if not isinstance(answer, list) or not answer:
            raise SchemaProblems([Problem("", f"{shown(answer)} is no list of options.")])
        problems: list[Problem] = []
        for position, value in enumerate(answer):
            try:
                self._check(value)
            except SchemaProblems as error:
                problems += [problem.below(str(position)) for problem in error.problems]
        if not problems and len(set(answer)) < len(answer):
            problems.append(Problem("", "An option is given twice."))
        if problems:
            raise SchemaProblems(problems)
        return answer

    def _check(self, value: Any) -> str:
        node = self.nodes.get(value) if isinstance(value, str) else None
        if node is None:
            raise SchemaProblems([Problem("", f"{shown(value)} is no option of this tree.")])
        if node.option.retired:
            raise SchemaProblems([Problem("", f"The option {shown(value)} is retired.")])
        if node.children and not self.any_level:
            first = node.children[0].option.value
            raise SchemaProblems([Problem("", f"{shown(value)} is a group: choose below it, {first} for instance.")])
        return node.option.value

    def distance(self, first: Any, second: Any) -> float:
        """By the way between the nodes: 1 − 2 · depth of what they share / sum of their depths (Wu and Palmer, 1994).

        Of several answers each is compared with its nearest on the other side.
        """
        if not self.many:
            return self._apart(first, second)
        pairs = [*((value, second) for value in first), *((value, first) for value in second)]
        return sum(min(self._apart(value, other) for other in others) for value, others in pairs) / len(pairs)

    def _apart(self, first: str, second: str) -> float:
        if first == second:
            return 0.0
        if first not in self.nodes or second not in self.nodes:
            return 1.0
        one, other = self.nodes[first].path, self.nodes[second].path
        shared = next((depth for depth, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
        common = min(len(one), len(other)) if shared is None else shared
        return 1 - 2 * common / (len(one) + len(other))

    def consensus(self, answers: Sequence[Any], weights: Sequence[float]) -> Agreed | None:
        if self.many:
            kept = kept_by_most(answers, weights)
            return if_close(kept, answers, weights, self.distance) if kept else None
        return majority(answers, weights)

    def summarize(self, answer: Any, names: Mapping[str, str] = NO_NAMES) -> str:
        values = answer if self.many else [answer]
        return ", ".join(self._in_words(value) for value in values)

    def _in_words(self, value: str) -> str:
        node = self.nodes.get(value)
        return " › ".join(self.nodes[one].option.title for one in node.path) if node else str(value)

    def values(self, answer: Any) -> list[str]:
        """With each node all that it is below: who looks for the group finds what is in it."""
        chosen = answer if self.many else [answer]
        found = [one for value in chosen for one in (self.nodes[value].path if value in self.nodes else (value,))]
        return list(dict.fromkeys(found))

    def options_in(self, answer: Any) -> list[str]:
        return list(answer) if self.many else [answer]

    def with_values(self, answer: Any, renamed: Mapping[str, str]) -> Any:
        if not self.many:
            return renamed.get(answer, answer)
        return list(dict.fromkeys(renamed.get(value, value) for value in answer))

    def json_schema(self) -> dict[str, Any]:
        node = {"type": "string", "description": "The value of a node of the tree."}
        whole = {"type": "array", "items": node, "minItems": 1, "uniqueItems": True} if self.many else node
        return {**whole, "title": self.title}

    def lost_values(self, successor: Question) -> list[str] | None:
        if not isinstance(successor, TaxonomyQuestion) or (successor.many, successor.on) != (self.many, self.on):
            return None
        return [value for value in self.nodes if value not in successor.nodes]


class _Tree:
    """Reads the nested options, with one list of problems."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._count = 0
        definitions = read.get("options")
        self.roots = self._nodes(definitions, "options", ())
        if not self.roots and not read.problems:
            read.wrong("options", "At least one option is needed.")
        values = (node.option.value for root in self.roots for node in root.walk())
        for value in duplicates(values):
            read.wrong("options", f"The value {shown(value)} is used twice.")

    def _nodes(self, definitions: Any, place: str, above: tuple[str, ...]) -> tuple[Node, ...]:
        if not isinstance(definitions, list):
            self._read.wrong(place, f"{shown(definitions)} is no list of options.")
            return ()
        self._count += len(definitions)
        if self._count > MAX_NODES:
            self._read.wrong("options", f"There are more than {MAX_NODES:,} options.")
            return ()
        found = (self._node(one, f"{place}.{position}", above) for position, one in enumerate(definitions))
        return tuple(node for node in found if node is not None)

    def _node(self, definition: Any, place: str, above: tuple[str, ...]) -> Node | None:
        below = definition.get("children", []) if isinstance(definition, Mapping) else []
        option, problems = parse_option(definition)
        self._read.problems += [problem.below(place) for problem in problems]
        if option is None:
            return None
        path = (*above, option.value)
        if len(path) >= MAX_DEPTH and below:
            self._read.wrong(place, f"is more than {MAX_DEPTH} levels deep.")
            return None
        return Node(option, path, self._nodes(below, f"{place}.children", path) if below else ())
