"""One JSON value as one row: decoding, what is wrong with it in plain words, and the columns it brings."""

import json
from typing import Any

import msgspec

from projects.importing.rows import MAX_DEPTH, Row, nul_byte

# A row may put its fields and metadata into objects of their own, as the API does.
_NESTED = ("data", "metadata")
_decoder = msgspec.json.Decoder()


def json_row(line: int, raw: bytes, *, encoding: str, may_be_string: bool = False) -> Row:
    """Read one JSON object; where it may be a bare string, that is a row with the one column "text"."""
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Row(line, {}, raw, _explained(raw, error, encoding))
    if may_be_string and isinstance(value, str):
        return Row(line, {"text": value}, raw)
    if not isinstance(value, dict):
        return Row(line, {}, raw, f'The row is {json_kind(value)}; an object such as {{"text": "…"}} is needed.')
    return _checked_row(line, value, raw)


def json_row_if_whole(line: int, raw: bytes) -> Row | None:
    """The row when ``raw`` is exactly one JSON object; None, and no time lost on why, when it is not."""
    try:
        value = _decoder.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _checked_row(line, value, raw) if isinstance(value, dict) else None


def json_kind(value: Any) -> str:
    """What a decoded value is, in JSON's words."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, list) else "an object"


def _checked_row(line: int, value: dict[str, Any], raw: bytes) -> Row:
    if problem := _repeated_key(raw, value) or _too_deep(raw, value):
        return Row(line, {}, raw, problem)
    for name in _NESTED:
        inner = value.get(name)
        if isinstance(inner, dict):
            del value[name]
            for key, inner_value in inner.items():
                column = f"{name}.{key}"
                if column in value:
                    return Row(line, {}, raw, f"The row has “{column}” twice.")
                value[column] = inner_value
    return Row(line, value, raw)


def _explained(raw: bytes, error: Exception, encoding: str) -> str:
    if b"\0" in raw:
        return nul_byte(raw)
    if isinstance(error, RecursionError):
        return "The JSON is nested too deep."
    try:
        text = raw.decode()
    except UnicodeDecodeError as decode_error:
        shown = raw[decode_error.start : decode_error.start + 4].hex(" ")
        what = "UTF-8" if encoding in {"utf-8", "ascii"} else encoding
        return f"Bytes that are not valid {what} ({shown}), at byte {decode_error.start + 1} of the row."
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as json_error:
        return f"Not valid JSON: {json_error.msg}, at character {json_error.pos + 1} of the row."
    except ValueError as value_error:
        return str(value_error)
    except RecursionError:
        return "The JSON is nested too deep."
    if "\\u" in text and "truncated" in str(error):
        return "The JSON holds half of a surrogate pair (\\ud800 to \\udfff), which is no character."
    return f"Not valid JSON: {error}."


def _refuse_constant(name: str) -> None:
    raise ValueError(f"The JSON holds {name}, which is no JSON value.")


def _repeated_key(raw: bytes, value: dict[str, Any]) -> str:
    """Find a key given twice, of which one would be dropped silently; looked for only where the count is odd."""
    n_keys = len(value) + sum(len(inner) for inner in value.values() if type(inner) is dict)
    if raw.count(b'":') + raw.count(b'" :') == n_keys:
        return ""
    try:
        json.loads(raw, object_pairs_hook=_object_without_repeats)
    except ValueError as error:
        return str(error)
    return ""


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"The key “{repeated[:60]}” stands twice in one object.")
    return found


def _too_deep(raw: bytes, value: Any) -> str:
    if raw.count(b"{") + raw.count(b"[") <= MAX_DEPTH:
        return ""
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return ""
    return f"The JSON is nested deeper than {MAX_DEPTH} levels."
