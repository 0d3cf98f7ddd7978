"""How much work a Markdown text may be, counted while it is parsed: some would keep the parser busy for hours.

What counts are the places at which the parser tries its rules and the tokens that come of it, never time: a text is
laid out, or is not, alike on every machine.
"""

from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

# About two seconds. A million characters of ordinary text are 200,000 steps.
MOST_STEPS = 300_000
# Quotes and lists in one another; a list counts twice. The parser leaves out what is deeper without a word.
MOST_LEVELS = 60
# So many characters that are looked at in one go are as much work as one step.
_CHARACTERS = 64
_DESTINATION = "]("


class TooMuchWork(ValueError):
    """The text is not parsed on; says why, with the line."""


class Effort:
    """What parsing one text has taken so far, and the line that is being parsed, from 1 on."""

    def __init__(self) -> None:
        self.steps = 0
        self.line = 1
        self.tokens = 0

    def spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > MOST_STEPS:
            raise TooMuchWork(f"from line {self.line:,} on it would take too long to lay it out")


def measured(markdown: MarkdownIt) -> MarkdownIt:
    """The parser, made to spend the ``Effort`` that stands under "effort" in its environment."""
    markdown.inline = _MeasuredInline(markdown.inline)
    markdown.options["maxNesting"] = MOST_LEVELS + 10
    markdown.block.ruler.before(
        "table", "effort", _block_step, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    markdown.core.ruler.before("block", "effort", _quote_marks)
    markdown.core.ruler.at("inline", _parse_words)
    return markdown


def _effort(env: MutableMapping[str, Any]) -> Effort:
    effort: Effort = env["effort"]
    return effort


def _block_step(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
    """Before the rules are tried on a line. Matches nothing."""
    effort = _effort(state.env)
    effort.line = line + 1
    if state.level >= MOST_LEVELS:
        raise TooMuchWork(f"line {line + 1:,} is nested more than {MOST_LEVELS} levels deep")
    begin, end = state.bMarks[line], state.eMarks[line]
    made, effort.tokens = len(state.tokens) - effort.tokens, len(state.tokens)
    link = 4 * state.src.startswith("[", begin + state.tShift[line])  # may say where links lead, which is read first
    effort.spend(1 + made + link + state.src.count("|", begin, end) + (end - begin) // _CHARACTERS)
    return False


def _quote_marks(state: StateCore) -> None:
    """They are read line by line, once for each quote that a line stands in."""
    _effort(state.env).spend(state.src.count(">") // 2)


def _parse_words(state: StateCore) -> None:
    """The words of each block, as the parser's own rule does it, with the line they stand in."""
    effort = _effort(state.env)
    for token in state.tokens:
        if token.type == "inline":
            effort.line = 1 + (token.map[0] if token.map else 0)
            token.children = state.md.inline.parse(token.content, state.md, state.env, [])


class _MeasuredInline(ParserInline):
    def __init__(self, given: ParserInline) -> None:
        super().__init__()
        self.ruler, self.ruler2 = given.ruler, given.ruler2
        self.ruler.before("text", "effort", self._step)

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        marks = sum(map(src.count, "*_~"))  # each is a token, though one rule takes all that stand together
        again = src.count(_DESTINATION) * max(map(len, src.split()), default=0)  # addresses that begin in one another
        _effort(env).spend(1 + marks + (len(src) + again) // _CHARACTERS)
        return super().parse(src, md, env, tokens)

    def skipToken(self, state: StateInline) -> None:
        """Also where the parser remembers where a token ends: brackets that nothing closes are looked past again and
        again."""
        begin = state.pos
        super().skipToken(state)
        _effort(state.env).spend(1 + (state.pos - begin) // _CHARACTERS)

    @staticmethod
    def _step(state: StateInline, silent: bool) -> bool:
        """Before the rules are tried at a place. Matches nothing."""
        if not silent:
            _effort(state.env).spend(1)
        return False
