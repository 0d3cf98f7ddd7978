"""What fields that show uploaded files store: made from the file itself, never from what a row says of it."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from labelplatform.media_pages import read_pages
from labelplatform.media_types import PDF, PICTURES, SOUNDS, titles_of
from labelplatform.uploads import is_kept
from projects.models import Asset
from projects.models.assets import CONTENT_HASH
from projects.schema import Field, Problem, Schema, SchemaProblems

_LONGEST_NAME = 255
_KEPT = 64  # files whose values are remembered: rows of one file often stand together


class MediaValues:
    """Looks up the assets of a project that rows name: ``"<hash>"``, or an export's ``{"asset": "<hash>", …}``."""

    def __init__(self, project_id: int | None, schema: Schema) -> None:
        self._project_id = project_id
        self._fields = schema.media_fields
        self._known: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}

    def fill(self, data: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
        """The data with what these fields store, and the ids of the assets. Raises ``SchemaProblems``."""
        filled = dict(data)
        asset_ids: list[int] = []
        problems: list[Problem] = []
        for field in self._fields:
            given = filled.get(field.name)
            if given is None or given == "":
                filled.pop(field.name, None)
                continue
            try:
                asset_id, filled[field.name] = self._value(field, given)
            except SchemaProblems as error:
                problems += [problem.below(field.name) for problem in error.problems]
            else:
                asset_ids.append(asset_id)
        if problems:
            raise SchemaProblems(problems)
        return filled, tuple(dict.fromkeys(asset_ids))

    def _value(self, field: Field, given: Any) -> tuple[int, dict[str, Any]]:
        content_hash, name = _reference(given)
        if len(self._known) > _KEPT:
            self._known.clear()
        key = (field.name, content_hash)
        if key not in self._known:
            self._known[key] = self._look_up(field, content_hash)
        asset_id, value = self._known[key]
        return asset_id, {**value, "name": name or value["name"]}

    def _look_up(self, field: Field, content_hash: str) -> tuple[int, dict[str, Any]]:
        assets = Asset.objects.filter(project_id=self._project_id or 0, media_type__in=field.media)
        asset = assets.filter(content_hash=content_hash).first() if content_hash else None
        if asset is None:
            wanted = titles_of(field.media)
            raise SchemaProblems(
                [Problem("", f"This is no {wanted} of this project: add the file to its assets first.")]
            )
        try:
            return asset.pk, _VALUES[asset.media_type](asset)
        except FileNotFoundError as error:
            raise SchemaProblems([Problem("", "The file is gone from the server: add it again.")]) from error


def _reference(given: Any) -> tuple[str, str]:
    """The hash that a row names, "" for none, and what it calls the file; cells of tables hold JSON as text."""
    if isinstance(given, str) and given.lstrip().startswith("{"):
        try:
            given = msgspec.json.decode(given)
        except (msgspec.DecodeError, RecursionError):
            return "", ""
    reference = given if isinstance(given, Mapping) else {"asset": given}
    content_hash, name = reference.get("asset"), reference.get("name")
    is_hash = isinstance(content_hash, str) and CONTENT_HASH.fullmatch(content_hash)
    is_name = isinstance(name, str) and name.isprintable() and len(name) <= _LONGEST_NAME
    return str(content_hash) if is_hash else "", str(name) if is_name else ""


def _pdf(asset: Asset) -> dict[str, Any]:
    found = read_pages(asset.stored_name)
    pages = msgspec.to_builtins(found.pages)
    return {"asset": asset.content_hash, "name": asset.original_name, "pages": pages, "text": found.text}


def _picture(asset: Asset) -> dict[str, Any]:
    if not is_kept(asset.stored_name):
        raise FileNotFoundError(asset.stored_name)
    size = {"width": asset.width, "height": asset.height}
    return {"asset": asset.content_hash, "name": asset.original_name, **size}


def _sound(asset: Asset) -> dict[str, Any]:
    if not is_kept(asset.stored_name):
        raise FileNotFoundError(asset.stored_name)
    length = {"duration_seconds": asset.duration_seconds}
    return {"asset": asset.content_hash, "name": asset.original_name, **length}


_VALUES: dict[str, Callable[[Asset], dict[str, Any]]] = {
    PDF: _pdf,
    **dict.fromkeys(PICTURES, _picture),
    **dict.fromkeys(SOUNDS, _sound),
}
