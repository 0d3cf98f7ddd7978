"""Which tasks a person may be asked for: those that need no skill, or only skills the person has.

A skill is a word (a language, a field); a task that needs several joins them by "+".
"""

from collections.abc import Iterable
from typing import Protocol

MAX_CHARACTERS = 80
# Each skill a person has is one more probe of the queue's index.
MAX_SKILLS_NEEDED = 100


class Skilled(Protocol):
    skills: list[str]
    opted_out: list[str]


def normal_skill(text: str) -> str:
    """What a task needs, always written alike: small letters, sorted, joined by "+". Raises ``ValueError``.

    >>> normal_skill(" Law + german+law ")
    'german+law'
    """
    if "," in text or ";" in text:
        raise ValueError("A comma or a semicolon parts no skills here: join the skills that a task needs by “+”.")
    skill = "+".join(sorted(_parts(text)))
    if len(skill) > MAX_CHARACTERS:
        raise ValueError(f"A skill has {MAX_CHARACTERS} characters at most.")
    if not skill.isprintable():
        raise ValueError("A skill holds a character that cannot be shown.")
    return skill


def may_get(member: Skilled, skill: str) -> bool:
    """Whether the member has all that a task needs and is spared none of it.

    >>> from types import SimpleNamespace
    >>> ben = SimpleNamespace(skills=["German", "law"], opted_out=["medicine"])
    >>> may_get(ben, ""), may_get(ben, "german+law"), may_get(ben, "french")
    (True, True, False)
    """
    parts = _parts(skill)
    if not parts:
        return True
    return parts <= _words(member.skills) and not parts & _words(member.opted_out)


def skills_open_to(member: Skilled, needed: Iterable[str]) -> list[str]:
    """Those of the skills that tasks need which the member may be asked for."""
    if not member.skills:
        return []
    return [skill for skill in needed if skill and may_get(member, skill)]


def _parts(skill: str) -> set[str]:
    return _words(skill.split("+"))


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts if (word := str(text).strip().lower())}
