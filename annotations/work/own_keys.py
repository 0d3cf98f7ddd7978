"""The keys that a person has chosen: for the workbench's actions everywhere, for options by project and question."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from annotations.models import OwnKeys
from labelplatform.refusals import Refusal
from projects.models import Membership

NAMED_KEYS = {
    *("Enter", "Backspace", "Delete", "Insert", "Home", "End", "PageUp", "PageDown"),
    *("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"),
}
_SHIFT = "Shift+"


@cache
def _actions() -> dict[str, dict[str, Any]]:
    """The actions that have keys, by name; the pages' scripts read the same file."""
    table = json.loads((settings.BASE_DIR / "frontend" / "workbench" / "key_actions.json").read_text())
    return {action["name"]: action for action in table if not action.get("isFixed")}


def own_keys(member: Membership) -> dict[str, dict[str, Any]]:
    """``{"actions": {name: key}, "options": {question: {option: key}}}``: what the person chose and still exists."""
    rows = OwnKeys.objects.filter(Q(project=None) | Q(project=member.project_id), user=member.user_id)
    kept = {row.project_id: row.keys for row in rows}
    known = dict(_questions(member))
    options = {
        path: {value: key for value, key in keys.items() if value in known.get(path, ())}
        for path, keys in kept.get(member.project_id, {}).items()
    }
    actions = {name: key for name, key in kept.get(None, {}).items() if name in _actions()}
    return {"actions": actions, "options": {path: keys for path, keys in options.items() if keys}}


@transaction.atomic
def choose_keys(member: Membership, *, actions: Any, options: Any) -> dict[str, dict[str, Any]]:
    """Keep these keys in place of those chosen before; what is left out has its usual key. Raises ``Refusal``."""
    errors = [*_wrong_actions(actions), *_wrong_options(member, options)] or [*_clashes(actions, options)]
    if errors:
        raise Refusal("Some keys cannot be had.", errors=errors)
    for project, keys in ((None, actions), (member.project, options)):
        OwnKeys.objects.update_or_create(user=member.user, project=project, defaults={"keys": keys})
    return own_keys(member)


def _questions(member: Membership) -> Iterator[tuple[str, set[str]]]:
    """What has keys in each question, and in each question about a span as ``spans.question``."""
    for question in member.project.schema.questions:
        yield question.name, set(question.single.keyed)
        for inner in getattr(question, "questions", ()):
            yield f"{question.name}.{inner.name}", set(inner.keyed)


def _wrong_actions(actions: Any) -> Iterator[dict[str, str]]:
    if not isinstance(actions, Mapping):
        yield _error("actions", "Send an object: the key of each action that has another one than usual.")
        return
    for name, key in actions.items():
        if name not in _actions():
            yield _error(f"actions.{name}", f"There is no such action; there are: {', '.join(_actions())}.")
        elif not is_key(key):
            yield _error(f"actions.{name}", _NO_KEY)
        elif key.isdigit() and key != _actions()[name]["key"]:
            yield _error(f"actions.{name}", "Digits are kept for answers.")


def _wrong_options(member: Membership, options: Any) -> Iterator[dict[str, str]]:
    if not isinstance(options, Mapping) or not all(isinstance(keys, Mapping) for keys in options.values()):
        yield _error("options", "Send an object of objects: by question, the key of each option that has its own.")
        return
    known = dict(_questions(member))
    for path, keys in options.items():
        for value, key in keys.items():
            if value not in known.get(path, ()):
                yield _error(f"options.{path}.{value}", "There is no such option.")
            elif not is_key(key):
                yield _error(f"options.{path}.{value}", _NO_KEY)


def _clashes(actions: Mapping[str, str], options: Mapping[str, Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Two things that would answer to one key. The actions of questions meet those of the whole page."""
    held = {name: actions.get(name, action["key"]) for name, action in _actions().items()}
    page = {name for name, action in _actions().items() if "kind" not in action}
    for name, key in actions.items():
        kind = _actions()[name].get("kind")
        for other, other_key in held.items():
            meets = name in page or other in page or _actions()[other].get("kind") == kind
            if other != name and other_key == key and meets:
                yield _error(f"actions.{name}", f"{key!r} is the key of “{_actions()[other]['does']}”.")
    # what an option may share: a key that its action gives up, and one of an action that is nowhere near
    kept = {held[name] for name in page if not _actions()[name].keys() & {"yields", "where", "page"} or name in actions}
    for path, keys in options.items():
        times = Counter(keys.values())
        for value, key in keys.items():
            if key in kept or times[key] > 1:
                yield _error(f"options.{path}.{value}", f"{key!r} is the key of something else.")


_NO_KEY = "A key is one character, such as “q”, a named one, such as “Enter”, or either after “Shift+”."


def is_key(key: Any) -> bool:
    """A lower-case letter, another visible character, a space or a named key; after Shift+ a capital or a named key."""
    if not isinstance(key, str):
        return False
    plain = key.removeprefix(_SHIFT) or key
    if plain in NAMED_KEYS or key == " ":
        return True
    if len(plain) != 1 or unicodedata.category(plain)[0] in "CMZ":
        return False
    return plain == plain.upper() and plain.isalpha() if key.startswith(_SHIFT) else plain == plain.lower()


def _error(path: str, message: str) -> dict[str, str]:
    return {"path": path, "message": message}
