"""Put an example or an answered question into the Markdown of a guideline, where it belongs."""

import re
from urllib.parse import quote

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_ITEM = re.compile(r"^\s*[-*+]\s")
QUESTIONS_TITLE = "Questions and answers"
_LONGEST_EXAMPLE = 280


def example_line(text: str, external_id: str, *, is_right: bool, belongs_to: str = "") -> str:
    """An example as guidelines write it: a sign, the quoted text as a link to its task, and for one that does not
    belong here the option that it belongs to.

    >>> example_line("Win a [prize]!", "sms 7", is_right=False, belongs_to="Spam")
    '- ✗ [“Win a \\\\[prize\\\\]!”](task:sms%207) → Spam'
    """
    quoted = " ".join(text.split())
    if len(quoted) > _LONGEST_EXAMPLE:
        quoted = quoted[:_LONGEST_EXAMPLE].rstrip() + " …"
    sign, leads = ("✓" if is_right else "✗"), quote(external_id, safe="")
    line = f"- {sign} [“{_escaped(quoted)}”](task:{leads})"
    return f"{line} → {_escaped(belongs_to)}" if belongs_to and not is_right else line


def _escaped(text: str) -> str:
    """What Markdown would take for marks is shown as it is."""
    return re.sub(r"([\\`*_\[\]<>&~|])", r"\\\1", text)


def add_to_section(text: str, title: str, line: str) -> str:
    """The text with a line at the end of the list of the section with this title, which is added where it is missing.

    >>> add_to_section("## Spam\\n\\n- one\\n\\n## Ham\\n", "spam", "- two")
    '## Spam\\n\\n- one\\n- two\\n\\n## Ham\\n'
    """
    lines = text.rstrip().splitlines()
    found = _section(lines, title)
    if found is None:
        return "\n".join([*lines, *([""] if lines else []), f"## {title}", "", line, ""])
    begin, end = found
    items = [at for at in range(begin, end) if _ITEM.match(lines[at])]
    if items:
        at = items[-1] + 1
        while at < end and lines[at].startswith((" ", "\t")) and lines[at].strip():
            at += 1  # the rest of that item
        put = [line]
    else:
        at = end
        while at > begin and not lines[at - 1].strip():
            at -= 1
        put = ["", line]
    return "\n".join([*lines[:at], *put, *lines[at:], ""])


def add_answer(text: str, question: str, answer: str) -> str:
    """The text with a question and its answer at the end of the section for those."""
    lines = text.rstrip().splitlines()
    entry = [f"### {_escaped(' '.join(question.split()))}", "", answer.strip()]
    found = _section(lines, QUESTIONS_TITLE)
    if found is None:
        return "\n".join([*lines, *([""] if lines else []), f"## {QUESTIONS_TITLE}", "", *entry, ""])
    before, after = lines[: found[1]], lines[found[1] :]
    while before and not before[-1].strip():
        before.pop()
    return "\n".join([*before, "", *entry, *(["", *after] if after else []), ""])


def _section(lines: list[str], title: str) -> tuple[int, int] | None:
    """Where the section under a heading with this title begins and ends; None where there is none."""
    is_code, begin, depth = False, None, 0
    for position, line in enumerate(lines):
        if line.lstrip().startswith(("```", "~~~")):
            is_code = not is_code
        heading = None if is_code else _HEADING.match(line)
        if heading is None:
            continue
        level = len(heading[1])
        if begin is not None and level <= depth:
            return begin, position
        if begin is None and heading[2].strip().casefold() == title.strip().casefold():
            begin, depth = position + 1, level
    return None if begin is None else (begin, len(lines))
