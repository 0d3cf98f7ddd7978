"""Where an element of a JSON list ends, found piece by piece and without decoding it."""

import re

_STRUCTURE = re.compile(rb'["{}\[\]]')
_END_OF_SCALAR = re.compile(rb"[,\]}\s]")
_CLOSING = {ord("{"): ord("}"), ord("["): ord("]")}
_QUOTE, _BACKSLASH = ord('"'), ord("\\")
_WINDOW = 4096
_MOST_OPEN = 10_000
_LONGEST_SCALAR = 1_000


class Broken(Exception):
    """The element has no end that could be found; ``position`` is the place in the piece where that was seen."""

    def __init__(self, position: int, reason: str) -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason


class ElementScanner:
    """Finds the end of one element that is fed in pieces, in time linear in its length.

    >>> scanner = ElementScanner()
    >>> scanner.feed(b'{"a": "}', 0), scanner.feed(b'"}, ', 0)
    (None, 2)
    """

    def __init__(self) -> None:
        self._open = bytearray()
        self._in_string = False
        self._is_escaped = False
        self._scalar_bytes = 0
        self._has_begun = False

    def feed(self, piece: bytes, start: int) -> int | None:
        """The position behind the element's end, or None when it goes on behind this piece. Raises ``Broken``."""
        if not self._has_begun and start < len(piece):
            self._has_begun = True
            if piece[start] not in b'{["':
                self._scalar_bytes = 1
        if self._scalar_bytes:
            return self._end_of_scalar(piece, start)
        position = start
        while position < len(piece):
            if self._in_string:
                end = self._end_of_string(piece, position)
                if end is None or not self._open:
                    return end
                position = end
                continue
            found = _STRUCTURE.search(piece, position)
            if found is None:
                return None
            position = found.end()
            if self._step(piece[position - 1], position - 1):
                return position
        return None

    def _step(self, character: int, position: int) -> bool:
        """Take one structural character; True when it closes the element."""
        if character == _QUOTE:
            self._in_string = True
        elif character in _CLOSING:
            self._open.append(character)
            if len(self._open) > _MOST_OPEN:
                raise Broken(position, "The JSON is nested too deep.")
        elif not self._open or _CLOSING[self._open.pop()] != character:
            raise Broken(position, f"“{chr(character)}” closes something that is not open.")
        return not self._open and not self._in_string

    def _end_of_string(self, piece: bytes, position: int) -> int | None:
        if self._is_escaped:
            self._is_escaped = False
            position += 1
        quote = piece.find(b'"', position)
        if quote < 0 or (quote > position and piece[quote - 1] == _BACKSLASH):
            return self._end_of_escaped_string(piece, position)
        return self._close_string(piece, position, quote)

    def _end_of_escaped_string(self, piece: bytes, position: int) -> int | None:
        """The same where backslashes must be told apart: a window at a time, so that millions of them cost little."""
        while position < len(piece):
            window = piece[position : position + _WINDOW]
            if (len(window) - len(window.rstrip(b"\\"))) % 2:
                window = window[:-1]  # the escaped character comes behind it
            if not window:
                self._is_escaped = True
                return None
            quote = window.replace(rb"\\", b"__").replace(rb"\"", b"__").find(b'"')
            if quote >= 0:
                return self._close_string(piece, position, position + quote)
            self._refuse_line_end(piece, position, position + len(window))
            position += len(window)
        return None

    def _close_string(self, piece: bytes, start: int, quote: int) -> int:
        self._refuse_line_end(piece, start, quote)
        self._in_string = False
        return quote + 1

    def _refuse_line_end(self, piece: bytes, start: int, end: int) -> None:
        if (newline := piece.find(b"\n", start, end)) >= 0:
            raise Broken(newline, "A string is not closed at the end of its line.")

    def _end_of_scalar(self, piece: bytes, start: int) -> int | None:
        found = _END_OF_SCALAR.search(piece, start + 1 if self._scalar_bytes == 1 else start)
        end = found.start() if found else len(piece)
        self._scalar_bytes += end - start
        if self._scalar_bytes > _LONGEST_SCALAR:
            raise Broken(end, "Something that is no JSON stands where a row should begin.")
        return end if found else None
