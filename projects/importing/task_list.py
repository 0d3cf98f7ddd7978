"""Tasks sent in the body of a request: their shape is checked at once, their content row by row by the import."""

from typing import Any

from labelplatform.refusals import Refusal

_KEYS = {
    "external_id": (str, int),
    "data": (dict,),
    "metadata": (dict, type(None)),
    "answers": (dict, type(None)),
    "author": (str, type(None)),
}
_WANTED = {
    dict: "An object is needed.",
    str: "Text is needed.",
    int: "Text or a whole number is needed.",
}
_MOST_ERRORS = 20


def check_task_list(tasks: Any) -> list[dict[str, Any]]:
    """The tasks, when each is an object of the known keys. Raises ``Refusal`` with the place of each mistake."""
    if not isinstance(tasks, list) or not tasks:
        raise _refusal([{"path": "tasks", "message": "Send a list with at least one task."}])
    errors: list[dict[str, str]] = []
    for position, task in enumerate(tasks):
        errors += [{"path": f"tasks.{position}{path}", "message": message} for path, message in _mistakes(task)]
        if len(errors) >= _MOST_ERRORS:
            break
    if errors:
        raise _refusal(errors)
    return tasks


def _mistakes(task: Any) -> list[tuple[str, str]]:
    if not isinstance(task, dict):
        return [("", 'Send an object such as {"external_id": "a-1", "data": {"text": "…"}}.')]
    mistakes = [
        (f".{key}", f"There is no such value here; there are: {', '.join(_KEYS)}.") for key in task if key not in _KEYS
    ]
    if "data" not in task:
        mistakes.append((".data", "This is missing: an object with a value for each field."))
    for key, kinds in _KEYS.items():
        if key in task and (not isinstance(task[key], kinds) or isinstance(task[key], bool)):
            mistakes.append((f".{key}", _WANTED[kinds[0] if key != "external_id" else int]))
    return mistakes


def _refusal(errors: list[dict[str, str]]) -> Refusal:
    detail = errors[0]["message"] if len(errors) == 1 else f"{len(errors)} places need a change; nothing was imported."
    return Refusal(detail, errors=errors)
