"""Parts of a file by the Range header of HTTP (RFC 9110, section 14), so that players seek without loading all."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)
_CHUNK = 64 * 1024


class _Part:
    """The bytes of a file from ``start`` to ``end``, without the latter; the server closes it as it would the file."""

    def __init__(self, file: IO[bytes], start: int, end: int) -> None:
        self._file, self._left = file, end - start
        file.seek(start)

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (chunk := self._file.read(min(_CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()


def with_ranges(request: HttpRequest, response: FileResponse, *, etag: str) -> HttpResponseBase:
    """The response to a whole file, cut down to the range that is asked for; its headers stay.

    Of several ranges, ones that nobody can read and, by ``If-Range``, those of another content, the whole is sent; 416
    says how long the file is where the range lies behind its end.
    """
    response["Accept-Ranges"] = "bytes"
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    if request.method != "GET" or asked is None or request.headers.get("If-Range", etag) != etag:
        return response
    file = response.file_to_stream
    if file is None or not isinstance(getattr(file, "name", None), str):
        return response
    size = Path(file.name).stat().st_size
    first, last = asked.groups()
    if not first and not last:
        return response
    start, end = (int(first), min(int(last) + 1, size) if last else size) if first else (max(0, size - int(last)), size)
    if first and last and int(last) < int(first):
        return response  # no range at all, says the standard
    if start >= size or end <= start:
        file.close()  # not the response: closing that would end the request
        refused = HttpResponse(status=416, headers=_headers_of(response, f"bytes */{size}", 0))
        del refused["Content-Disposition"]
        return refused
    headers = _headers_of(response, f"bytes {start}-{end - 1}/{size}", end - start)
    return StreamingHttpResponse(_Part(file, start, end), status=206, headers=headers)


def _headers_of(response: FileResponse, content_range: str, length: int) -> dict[str, str]:
    return {**dict(response.items()), "Content-Range": content_range, "Content-Length": str(length)}
