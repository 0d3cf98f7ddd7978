"""An uploaded file as one stream of UTF-8 bytes: unpacked, transcoded, and always in constant memory.

All that reads rows counts its offsets in this stream, so that it can go on at an offset later.
"""

import codecs
import zlib
from typing import BinaryIO, Protocol

from projects.importing.refusals import FileBroken

CHUNK = 256 * 1024
MAX_UNPACKED_BYTES = 8 * 1024**3
GZIP_MAGIC = b"\x1f\x8b"
_READ_AS_THEY_ARE = frozenset({"utf-8", "utf-8-sig", "ascii"})


class ByteStream(Protocol):
    def read(self, size: int, /) -> bytes:
        """About ``size`` bytes; empty at the end. Raises ``FileBroken``."""
        ...


class GunzipStream:
    """Unpack gzip, several members included, and notice when the file is cut off, damaged or a bomb."""

    def __init__(self, packed: BinaryIO, *, max_bytes: int) -> None:
        self._packed = packed
        self._max_bytes = max_bytes
        self._unpacked = 0
        self._pending = b""
        self._inflater = zlib.decompressobj(31)

    def read(self, size: int, /) -> bytes:
        while not self._inflater.eof or self._next_member():
            packed = self._pending or self._packed.read(CHUNK)
            if not packed:
                raise FileBroken("The gzip data ends too early: the file is cut off, probably by a broken transfer.")
            try:
                unpacked = self._inflater.decompress(packed, size)
            except zlib.error as error:
                raise FileBroken(f"The gzip data is damaged after {self._unpacked:,} unpacked bytes.") from error
            self._pending = self._inflater.unused_data or self._inflater.unconsumed_tail
            if unpacked:
                return self._counted(unpacked)
        return b""

    def _next_member(self) -> bool:
        """Go on behind a finished member; zero padding is allowed there."""
        rest = (self._pending or self._packed.read(CHUNK)).lstrip(b"\0")
        while not rest and (more := self._packed.read(CHUNK)):
            rest = more.lstrip(b"\0")
        self._pending = rest
        if not rest:
            return False
        if not GZIP_MAGIC.startswith(rest[:2]):
            raise FileBroken("Something that is not gzip data follows the gzip data.")
        self._inflater = zlib.decompressobj(31)
        return True

    def _counted(self, unpacked: bytes) -> bytes:
        self._unpacked += len(unpacked)
        if self._unpacked > self._max_bytes:
            raise FileBroken(f"The file unpacks to more than {self._max_bytes:,} bytes, which is the most allowed.")
        return unpacked


class TranscodingStream:
    """Text in another encoding as UTF-8; where bytes are wrong, the UTF-8 is wrong too, so that the row is rejected."""

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="mark_wrong_bytes")
        self._at_end = False

    def read(self, size: int, /) -> bytes:
        while not self._at_end:
            chunk = self._stream.read(size)
            self._at_end = not chunk
            if text := self._decoder.decode(chunk, final=self._at_end):
                return text.encode("utf-8", "surrogatepass")
        return b""


class ContentStream:
    """The file's content as UTF-8 from behind its byte order mark, from where offsets count.

    With ``stop_after`` it seems to end after so many bytes; ``is_cut`` then tells that it does not.
    """

    def __init__(
        self, file: BinaryIO, *, encoding: str, max_bytes: int = MAX_UNPACKED_BYTES, stop_after: int | None = None
    ) -> None:
        self.is_cut = False
        self._left = stop_after
        file.seek(0)
        packed = is_gzip(file.read(2))
        file.seek(0)
        as_is = encoding.lower() in _READ_AS_THEY_ARE
        self._plain_file = file if as_is and not packed else None
        self._stream: ByteStream = GunzipStream(file, max_bytes=max_bytes) if packed else file
        if not as_is:
            self._stream = TranscodingStream(self._stream, encoding)
        self._start = self._read_start()
        self._mark_bytes = 0
        if self._start.startswith(codecs.BOM_UTF8):
            self._mark_bytes = len(codecs.BOM_UTF8)
            self._start = self._start[self._mark_bytes :]

    def read(self, size: int, /) -> bytes:
        start, self._start = self._start, b""
        chunk = start or self._stream.read(size)
        if self._left is not None:
            self.is_cut = self.is_cut or len(chunk) > self._left
            chunk = chunk[: self._left]
            self._left -= len(chunk)
        return chunk

    def skip_to(self, offset: int) -> None:
        """Go to an offset from the start: a plain file jumps, another is read and dropped."""
        if self._plain_file is not None:
            self._start = b""
            self._plain_file.seek(offset + self._mark_bytes)
            return
        while offset > 0 and (chunk := self.read(min(offset, CHUNK))):
            self._start = chunk[offset:]  # a transcoded piece may be larger than what was asked for
            offset -= len(chunk)

    def _read_start(self) -> bytes:
        start = b""
        while len(start) < len(codecs.BOM_UTF8) and (more := self._stream.read(len(codecs.BOM_UTF8) - len(start))):
            start += more
        return start


def is_gzip(start: bytes) -> bool:
    return start.startswith(GZIP_MAGIC)


def _mark_wrong_bytes(error: UnicodeError) -> tuple[str, int]:
    """Put a lone surrogate where bytes are wrong: no later step takes it for text."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("mark_wrong_bytes", _mark_wrong_bytes)
