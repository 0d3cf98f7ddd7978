"""The only way to an address that somebody has entered: never inward, never without end, and as told where it went.

A name is looked up once and the connection goes to the very address that was checked, so that a name cannot lead
elsewhere the second time. Redirects are not followed.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
from django.conf import settings
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from labelplatform.refusals import Refusal

_PORTS = {"http": 80, "https": 443}
_CHUNK = 64 * 1024
# Prefixes in which another, perhaps private, address hides.
_CARRIERS = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


class AddressRefused(Refusal):
    """An address that the site does not call."""

    title = "This address cannot be called."

    def __init__(self, message: str, *, path: str = "address") -> None:
        super().__init__(message, errors=[{"path": path, "message": message}])


class CallFailed(Exception):
    """The other side cannot be reached, or its answer is none that can be used; the message says which."""


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes

    def json(self) -> Any:
        """The body's JSON. Raises ``CallFailed``."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise CallFailed(f"The answer is not JSON: {error}.") from error


def check_address(url: str) -> str:
    """The address, if the site may call it as far as can be told without looking its name up.

    Raises ``AddressRefused``.
    """
    parts = _parts(url)
    try:
        address = ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return url
    if not _is_allowed(parts) and not _is_public(address):
        raise _inward(parts)
    return url


def call(
    method: str,
    url: str,
    *,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 10.0,
    max_bytes: int = 1_000_000,
) -> Reply:
    """Send ``body`` as JSON and give the answer, whatever its status but for redirects.

    ``timeout`` is for all of it, however slowly the answer drips. Raises ``AddressRefused`` and ``CallFailed``.
    """
    parts = _parts(url)
    address = _resolved(parts)
    connection = _Pinned(parts, address, timeout)
    content = None if body is None else msgspec.json.encode(body)
    all_headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "labelplatform"}
    if content is not None:
        all_headers["Content-Type"] = "application/json"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    watchdog = threading.Timer(timeout, connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request(method, path, body=content, headers={**all_headers, **(headers or {})})
        with contextlib.closing(connection.getresponse()) as response:
            if 300 <= response.status < 400:
                raise CallFailed(f"It answers with a redirect ({response.status}), which is not followed.")
            reply = Reply(response.status, _read(response, max_bytes))
        if connection.is_cut:  # a body without a length seems to end where the line was cut
            raise TimeoutError
        return reply
    except (OSError, http.client.HTTPException, ValueError) as error:
        if connection.is_cut or isinstance(error, TimeoutError):
            raise CallFailed(f"It did not answer within {timeout:g} seconds.") from error
        raise CallFailed(f"It cannot be reached: {_said(error)}.") from error
    finally:
        watchdog.cancel()
        connection.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to one address, under the name that was asked for."""

    def __init__(self, parts: SplitResult, address: str, timeout: float) -> None:
        super().__init__(parts.hostname or "", parts.port or _PORTS[parts.scheme], timeout=timeout)
        self.default_port = _PORTS[parts.scheme]
        self._address = address
        self._name = (parts.hostname or "") if parts.scheme == "https" else ""
        self._raw: socket.socket | None = None
        self.is_cut = False

    def connect(self) -> None:
        self._raw = socket.create_connection((self._address, self.port), self.timeout)
        self.sock = self._raw
        if self._name:
            context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
            self.sock = context.wrap_socket(self._raw, server_hostname=self._name)

    def cut(self) -> None:
        """End it from another thread: who waits for it gets an error at once."""
        self.is_cut = True
        held = self.sock or self._raw
        if held is not None:
            with contextlib.suppress(OSError):  # it was over already
                held.shutdown(socket.SHUT_RDWR)


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    pieces: list[bytes] = []
    n_bytes = 0
    while piece := response.read1(_CHUNK):
        n_bytes += len(piece)
        if n_bytes > max_bytes:
            raise CallFailed(f"The answer is larger than {max_bytes:,} bytes.")
        pieces.append(piece)
    return b"".join(pieces)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise AddressRefused(f"This is no address: {error}.") from error
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        raise AddressRefused("An address begins with https:// or http:// and names a host.")
    if parts.username or parts.password:
        raise AddressRefused("Leave name and password out of the address: they have fields of their own.")
    if any(character.isspace() or not character.isprintable() for character in url.strip()):
        raise AddressRefused("An address has no blank space.")
    return parts


def _resolved(parts: SplitResult) -> str:
    """One address of the host, all of whose addresses may be called."""
    port = parts.port or _PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CallFailed(f"There is no host {parts.hostname}.") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not _is_allowed(parts) and not all(_is_public(ipaddress.ip_address(one.split("%")[0])) for one in addresses):
        raise _inward(parts)
    return addresses[0]


def _is_allowed(parts: SplitResult) -> bool:
    """Whether whoever runs the site has named this host as one that may be private."""
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    return bool({host, f"{host}:{port}"} & {one.lower() for one in settings.OUTBOUND_ALLOWED_HOSTS})


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return _is_public(address.ipv4_mapped)
        if any(address in carrier for carrier in _CARRIERS):
            return False
    return address.is_global and not address.is_multicast


def _inward(parts: SplitResult) -> AddressRefused:
    return AddressRefused(
        f"{parts.hostname} is an address inside this network. Whoever runs the site can allow it"
        " (OUTBOUND_ALLOWED_HOSTS)."
    )


def _said(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).rstrip(".")
