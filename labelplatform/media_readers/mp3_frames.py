"""MP3 files without anything but their sound: one frame after the other, and before them how many there are.

References
----------
ISO/IEC 11172-3, 2.4.1.3 (headers of frames). The frame that says how many follow, "Xing", is an agreement of players,
without which the length of a file can only be guessed; how it is laid out was published by Xing Technology.
"""

from typing import NamedTuple

from labelplatform.media_readers.problems import Problem

_KBITS = (
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),  # MPEG 2 and 2.5
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),  # MPEG 1
)
_RATES = (44_100, 48_000, 32_000, 0)
_SLOWER = {3: 0, 2: 1, 0: 2}  # MPEG 1, 2 and 2.5: how often the rate is halved
_IN_COMMON = 0xFFFE0C00  # of the header, what all frames of a file share
_COUNT_BYTES = 4 + 4 + 4 + 4 + 100  # name, which of the following there are, frames, bytes, and where each hundredth is


class _Frame(NamedTuple):
    head: int
    size: int

    @property
    def is_mpeg_1(self) -> bool:
        return self.head >> 19 & 3 == 3

    @property
    def side_bytes(self) -> int:
        """What stands between the header and the sound."""
        is_mono = self.head >> 6 & 3 == 3
        return (17 if is_mono else 32) if self.is_mpeg_1 else (9 if is_mono else 17)


def strip_mp3(data: bytes) -> bytes:
    """The frames of an MP3, behind one that counts them. Raises ``Problem``."""
    frames: list[bytes] = []
    place, first, is_in_step = _behind_id3(data), None, False
    while 0 <= place <= len(data) - 4:
        frame = _frame(data, place)
        end = place + frame.size if frame else 0
        fits = frame and end <= len(data) and _are_alike(frame, first)
        if fits and (is_in_step or end == len(data) or _are_alike(_frame(data, end), frame)):
            frames.append(data[place:end])
            place, first, is_in_step = end, first or frame, True
        else:
            place, is_in_step = data.find(b"\xff", place + 1), False
    if first is None:
        raise Problem("There is no MP3 sound in this file. Save it anew and try again.")
    said = _count_in(frames[0], first)
    if said == len(frames) - 1 and said:
        return b"".join(frames)
    sounding = frames if said is None or len(frames) == 1 else frames[1:]
    return b"".join([_count_frame(first, sounding), *sounding])


def _behind_id3(data: bytes) -> int:
    place = 0
    while data[place : place + 3] == b"ID3" and len(data) >= place + 10:
        *_, a, b, c, d = data[place : place + 10]
        place += 10 + (a << 21 | b << 14 | c << 7 | d)
    return place


def _frame(data: bytes, place: int) -> _Frame | None:
    """The frame that begins there; None where none does."""
    head = int.from_bytes(data[place : place + 4], "big")
    version = head >> 19 & 3
    is_frame = head >> 21 == 0x7FF and version != 1 and head >> 17 & 3 == 1
    size = _size_of(head) if is_frame else 0
    return _Frame(head, size) if size else None


def _size_of(head: int) -> int:
    """Bytes of a frame with its header; 0 where it does not say."""
    version, padding = head >> 19 & 3, head >> 9 & 1
    kbits, rate = _KBITS[version == 3][head >> 12 & 15], _RATES[head >> 10 & 3]
    if not kbits or not rate:
        return 0
    return (144 if version == 3 else 72) * kbits * 1000 // (rate >> _SLOWER[version]) + padding


def _are_alike(frame: _Frame | None, other: _Frame | None) -> bool:
    """Whether the two can belong to one file; any can where there is no other yet."""
    return frame is not None and (other is None or (frame.head ^ other.head) & _IN_COMMON == 0)


def _count_in(data: bytes, frame: _Frame) -> int | None:
    """How many frames one says that follow it; 0 where it does not say, None for one that holds sound."""
    place = 4 + frame.side_bytes
    if data[place : place + 4] not in {b"Xing", b"Info"}:
        return None
    return int.from_bytes(data[place + 8 : place + 12], "big") if data[place + 7] & 1 else 0


def _count_frame(first: _Frame, frames: list[bytes]) -> bytes:
    """A frame without sound that says how many follow, and where each hundredth of them begins."""
    places = [0]
    for frame in frames:
        places.append(places[-1] + len(frame))
    hundredths = bytes(255 * places[len(frames) * number // 100] // places[-1] for number in range(100))
    heads = [first.head & ~0xF200 | 0x10000 | index << 12 for index in range(1, 15)]  # no padding, no checksum
    needed = 4 + first.side_bytes + _COUNT_BYTES
    head = next(head for head in heads if _size_of(head) >= needed)
    numbers = (7).to_bytes(4, "big") + len(frames).to_bytes(4, "big") + (places[-1] + _size_of(head)).to_bytes(4, "big")
    counted = head.to_bytes(4, "big") + bytes(first.side_bytes) + b"Xing" + numbers + hundredths
    return counted.ljust(_size_of(head), b"\0")
