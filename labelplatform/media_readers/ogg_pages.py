"""Ogg files without what their comments say.

References
----------
RFC 3533 (pages), RFC 7845, 5.2 (comments of Opus), Vorbis I specification, 5.2.1 (comments of Vorbis).
"""

from collections.abc import Iterator

from labelplatform.media_readers.problems import Problem

_HEAD = 27
_DAMAGED = "The sound is damaged or cut off. Save it anew and try again."


def strip_ogg(data: bytes) -> bytes:
    """The pages of an Ogg file with one stream, with nothing in its comments. Raises ``Problem``."""
    pages = [bytearray(page) for page in _pages_of(data)]
    if len({bytes(page[14:18]) for page in pages}) != 1:
        raise Problem("The file holds several streams, or none. Save its sound alone and try again.")
    places = _second_packet(pages)
    packet = b"".join(bytes(pages[page][start:end]) for page, start, end in places)
    blank = _blank_comments(packet)
    for page, start, end in places:
        pages[page][start:end], blank = blank[: end - start], blank[end - start :]
    for number in {page for page, _, _ in places}:
        pages[number][22:26] = bytes(4)
        pages[number][22:26] = _checksum(pages[number]).to_bytes(4, "little")
    return b"".join(pages)


def _pages_of(data: bytes) -> Iterator[bytes]:
    place = data.find(b"OggS")
    while 0 <= place <= len(data) - _HEAD:
        body = place + _HEAD + data[place + 26]
        end = body + sum(data[place + _HEAD : body])
        if end > len(data):
            raise Problem(_DAMAGED)
        yield data[place:end]
        place = data.find(b"OggS", end)


def _second_packet(pages: list[bytearray]) -> list[tuple[int, int, int]]:
    """Where the bytes of the second packet stand: page, start and end in it."""
    places, packet = [], 0
    for number, page in enumerate(pages):
        start = _HEAD + page[26]
        for size in page[_HEAD : _HEAD + page[26]]:
            if packet == 1:
                places.append((number, start, start + size))
            start += size
            packet += size < 255
            if packet > 1:
                return places
    raise Problem(_DAMAGED)


def _blank_comments(packet: bytes) -> bytes:
    """Comments as long as these that say nothing: their length stands in the pages. Raises ``Problem``."""
    none = bytes(4)
    if packet.startswith(b"OpusTags") and len(packet) >= 16:
        return b"OpusTags" + bytes(len(packet) - 8)
    if packet.startswith(b"\x03vorbis") and len(packet) >= 16:
        room = len(packet) - 16
        return b"\x03vorbis" + room.to_bytes(4, "little") + b" " * room + none + b"\x01"
    raise Problem("The file holds neither Vorbis nor Opus sound. Save it as one of them, or as WAV, FLAC or MP3.")


def _checksum(page: bytes | bytearray) -> int:
    found = 0
    for byte in page:
        found = (found << 8 & 0xFFFFFFFF) ^ _TABLE[found >> 24 ^ byte]
    return found


def _entry(byte: int) -> int:
    found = byte << 24
    for _ in range(8):
        found = (found << 1 ^ (0x04C11DB7 if found >> 31 else 0)) & 0xFFFFFFFF
    return found


_TABLE = [_entry(byte) for byte in range(256)]
