"""Which media files are taken, told by their first bytes: neither the name nor what the sender says counts.

A kind is added by a line here and a reader in ``media_readers/``.
"""

from collections.abc import Collection
from typing import NamedTuple

from labelplatform.refusals import Refusal

HEAD_BYTES = 512
_MEGABYTE = 1024 * 1024
# Two letters alone would be a sign of many a text: the length of the second header makes it sure.
_BMP_HEADERS = {length.to_bytes(4, "little") for length in (12, 40, 52, 56, 64, 108, 124)}


class MediaType(NamedTuple):
    """``reader`` names the script that checks a file and writes a clean copy; a saved one ends in ``suffix``."""

    name: str
    title: str
    suffix: str
    reader: str
    max_bytes: int


MEDIA_TYPES = {
    kind.name: kind
    for kind in (
        MediaType("image/png", "PNG", "png", "picture", 20 * _MEGABYTE),
        MediaType("image/jpeg", "JPEG", "jpg", "picture", 20 * _MEGABYTE),
        MediaType("image/webp", "WebP", "webp", "picture", 20 * _MEGABYTE),
        MediaType("image/gif", "GIF", "gif", "picture", 20 * _MEGABYTE),
        MediaType("image/bmp", "BMP", "bmp", "picture", 100 * _MEGABYTE),
        MediaType("application/pdf", "PDF", "pdf", "pdf", 100 * _MEGABYTE),
        MediaType("audio/wav", "WAV", "wav", "sound", 200 * _MEGABYTE),
        MediaType("audio/flac", "FLAC", "flac", "sound", 200 * _MEGABYTE),
        MediaType("audio/mpeg", "MP3", "mp3", "sound", 100 * _MEGABYTE),
        MediaType("audio/ogg", "Ogg", "ogg", "sound", 100 * _MEGABYTE),
    )
}
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
PDF = "application/pdf"
SOUNDS = frozenset({"audio/wav", "audio/flac", "audio/mpeg", "audio/ogg"})
_OTHER_ENDINGS = {
    "image/jpeg": (".jpeg", ".jpe", ".jfif"),
    "image/bmp": (".dib",),
    "audio/wav": (".wave",),
    "audio/ogg": (".oga", ".opus"),
}


class NotTaken(Refusal):
    """A file of a kind that is not taken here."""

    status_code = 415
    title = "This kind of file is not taken here."


def endings_of(media: Collection[str]) -> tuple[str, ...]:
    """How the names of such files usually end, in lower case."""
    return tuple(
        ending
        for kind in MEDIA_TYPES.values()
        if kind.name in media
        for ending in (f".{kind.suffix}", *_OTHER_ENDINGS.get(kind.name, ()))
    )


def titles_of(media: Collection[str]) -> str:
    """Such files in words: "PNG, JPEG or GIF"."""
    titles = [kind.title for kind in MEDIA_TYPES.values() if kind.name in media]
    return f"{', '.join(titles[:-1])} or {titles[-1]}" if len(titles) > 1 else titles[0]


def looks_like_media(head: bytes) -> bool:
    """Whether the first bytes are those of a media file, or of an SVG picture, which is refused in words of its own."""
    return bool(_sniff(head)) or _looks_like_svg(head)


def media_type_of(head: bytes, accepted: Collection[str]) -> MediaType:
    """What a file is, by its first ``HEAD_BYTES`` bytes. Raises ``NotTaken`` saying what could be sent instead."""
    name = _sniff(head)
    if name in accepted:
        return MEDIA_TYPES[name]
    wanted = titles_of(accepted)
    if not head:
        message = "The file is empty."
    elif _looks_like_svg(head):
        message = f"SVG pictures can hold scripts and are not taken. Save it as {wanted}."
    else:
        message = f"This is no {wanted} file, whatever its name says."
    raise NotTaken(message, errors=[{"path": "file", "message": message}])


def _sniff(head: bytes) -> str:
    """The media type that the first bytes are a sign of; "" for none of ours.

    >>> _sniff(b"GIF89a..."), _sniff(b"<html>")
    ('image/gif', '')
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[:6] in {b"GIF87a", b"GIF89a"}:
        return "image/gif"
    if head.startswith(b"BM") and head[14:18] in _BMP_HEADERS:
        return "image/bmp"
    # some scanners put a line of their own before it
    if b"%PDF-" in head:
        return "application/pdf"
    return _sniff_sound(head)


def _sniff_sound(head: bytes) -> str:
    """
    >>> _sniff_sound(b"fLaC"), _sniff_sound(b"RIFF....WAVEfmt "), _sniff_sound(b"RIFF....AVI ")
    ('audio/flac', 'audio/wav', '')
    """
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"fLaC"):
        return "audio/flac"
    if head.startswith(b"OggS"):
        return "audio/ogg"
    return "audio/mpeg" if head.startswith(b"ID3") or _begins_mp3_frame(head) else ""


def _begins_mp3_frame(head: bytes) -> bool:
    """Eleven bits of one, and no number among the next that no frame has; two bytes alone are a sign of many a text."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    version, kbits_index, rate_index = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and 0 < kbits_index < 15 and rate_index != 3


def _looks_like_svg(head: bytes) -> bool:
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return text.startswith(b"<svg") or (text.startswith((b"<?xml", b"<!")) and b"<svg" in text)
