"""Calling a person by name in a comment: who can be called, how, and who was."""

import re
from typing import Any, NamedTuple

from labelplatform.roles import Capability, roles_with
from projects.models import Assignment, AssignmentStatus, Membership, Task

MAX_SUGGESTIONS = 8
MAX_MENTIONS = 20

# what stands after an @ that begins a word; a full stop at the end is the sentence's
_CALL = re.compile(r"(?<![\w.@+-])@([\w][\w.+-]*)")


class Person(NamedTuple):
    """Somebody who may see a task; ``handle`` is what is written after the @."""

    user: Any
    handle: str


def people_who_see(task: Task) -> list[Person]:
    """The active members who may see the task, by name. A handle is the e-mail's local part.

    Where two of the project's members share one, the later to join has their number behind it.
    """
    rows = (
        Membership.objects.filter(project_id=task.project_id)
        .active()
        .select_related("user")
        .order_by("joined_at", "pk")
    )
    had = Assignment.objects.filter(task=task).exclude(status=AssignmentStatus.EXPIRED)
    concerned = set(had.values_list("user_id", flat=True))
    watchers = set(roles_with(Capability.VIEW_DATA))
    people, taken = [], set()
    for row in rows:
        local = re.sub(r"[^\w.+-]", "", row.user.email.partition("@")[0]).strip(".-+") or "user"
        handle = local if local not in taken else f"{local}-{row.user_id}"
        taken.add(handle)
        if row.role in watchers or row.user_id in concerned:
            people.append(Person(row.user, handle))
    return sorted(people, key=lambda person: person.user.display_name.lower())


def suggest_people(task: Task, begun: str) -> list[Person]:
    """Who may be meant by what has been written after the @: their name, a part of it, or their handle begins so."""
    begun = begun.strip().lower()[:80]
    found = []
    for person in people_who_see(task):
        names = [person.handle.lower(), person.user.display_name.lower(), *person.user.display_name.lower().split()]
        if any(name.startswith(begun) for name in names):
            found.append(person)
    return found[:MAX_SUGGESTIONS]


def text_with_mentions(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it calls somebody, for pages that mark calls."""
    pieces, end = [], 0
    for match in _CALL.finditer(text):
        called = match[0].rstrip(".-+")
        pieces += [(text[end : match.start()], False), (called, True)]
        end = match.start() + len(called)
    return [piece for piece in [*pieces, (text[end:], False)] if piece[0]]


def mentioned_people(task: Task, text: str) -> list[Any]:
    """The users whom a text calls, each once, in the order of the text. A name without its spaces is known, too."""
    calls = [call.rstrip(".-+").lower() for call in _CALL.findall(text)]
    if not calls:
        return []
    people = people_who_see(task)
    names = {re.sub(r"\s+", "", person.user.display_name).lower(): person.user for person in people}
    by_call = {**names, **{person.handle.lower(): person.user for person in people}}
    users = {by_call[call].pk: by_call[call] for call in calls if call in by_call}
    return list(users.values())[:MAX_MENTIONS]
