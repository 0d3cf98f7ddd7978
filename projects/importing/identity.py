"""What makes two rows the same task: their id, or without one their whole content."""

from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from projects.importing.refusals import RowRefused

_canonical = msgspec.json.Encoder(order="sorted")


class Content(NamedTuple):
    """A task's data and metadata as canonical JSON, and the digest of both."""

    data: str
    metadata: str
    digest: str


def content_of(data: dict[str, Any], metadata: dict[str, Any]) -> Content:
    """Encode a row's content. Raises ``RowRefused`` for what no database can hold.

    >>> content_of({"text": "a"}, {}).digest == content_of({"text": "a"}, {"x": 1}).digest
    False
    """
    encoded_data = _canonical.encode(data)
    try:
        encoded_metadata = _canonical.encode(metadata) if metadata else b"{}"
    except UnicodeEncodeError as error:
        raise RowRefused("metadata: half of a character (a lone surrogate) cannot be stored.") from error
    if b"\\u0000" in encoded_metadata and _holds_nul(metadata):
        raise RowRefused("metadata: a NUL character cannot be stored.")
    digest = blake2b(encoded_data, digest_size=16)
    if metadata:
        digest.update(b"\0")
        digest.update(encoded_metadata)
    return Content(encoded_data.decode(), encoded_metadata.decode(), digest.hexdigest())


def canonical_json(value: Any) -> str:
    """The one way to write a value down, so that equal values are equal texts."""
    return _canonical.encode(value).decode()


def id_from_content(content: Content) -> str:
    """The external id of a row that brings none: the same row gets the same one in every import."""
    return f"row-{content.digest}"


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _holds_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))
