"""The skills that people have: words by which tasks find those who can answer them (a language, a field)."""

import re
from collections.abc import Iterable
from typing import Any

from labelplatform.refusals import Refusal
from projects.models import Membership, Project

MAX_SKILLS = 50
MAX_LENGTH = 80
_NOT_IN_A_SKILL = re.compile(r"[+,;]")
_BETWEEN = re.compile(r"[,;\n]")


def read_skills(given: Any, *, path: str = "skills") -> list[str]:
    """Skills from a list, or from text in which commas, semicolons or line ends part them: tidy, each once, in order.

    >>> read_skills("German, Medical  coding; german")
    ['german', 'medical coding']

    Raises ``Refusal`` naming ``path``, the word and what is wrong with it.
    """
    words = _BETWEEN.split(given) if isinstance(given, str) else given
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise _refused(path, "Skills are words in a list.")
    skills = list(dict.fromkeys(skill for word in words if (skill := " ".join(word.lower().split()))))
    for skill in skills:
        if len(skill) > MAX_LENGTH:
            raise _refused(path, f"“{skill[:MAX_LENGTH]}…” is too long: a skill has {MAX_LENGTH} characters at most.")
        if _NOT_IN_A_SKILL.search(skill) or not skill.isprintable():
            raise _refused(path, f"“{skill}” is no skill: a “+”, a comma or a semicolon parts skills.")
    if len(skills) > MAX_SKILLS:
        raise _refused(path, f"These are {len(skills)} skills; {MAX_SKILLS} is the most a person can have.")
    return skills


def skills_in_use(project: Project) -> list[str]:
    """Every skill that a task of the project needs or a member has, for those who type one."""
    found = set(needed_skills(project))
    for skills in Membership.objects.filter(project=project).exclude(skills=[]).values_list("skills", flat=True):
        found.update(skills)
    return sorted(found)


def needed_skills(project: Project) -> list[str]:
    """The skills that the project's tasks need, one by one."""
    return sorted(single_skills(project.skills_needed))


def single_skills(combinations: Iterable[str]) -> set[str]:
    """The parts of what tasks need: "german+law" needs two skills."""
    return {skill for needed in combinations for skill in needed.split("+") if skill}


def _refused(path: str, message: str) -> Refusal:
    return Refusal(message, errors=[{"path": path, "message": message}])
