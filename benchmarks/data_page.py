"""The Data page through the web server: first and deep pages, and full-text search for rare words."""

import http.client
import time
from collections.abc import Iterable

from benchmarks.figures import Figure, quantiles
from benchmarks.site import BenchmarkFailed, Served, Site
from benchmarks.texts import COMMON_WORDS, RARE_WORDS, external_id

_REQUESTS = 60
_LIMITS = {50: 40.0}


def measure(site: Site, size: int) -> list[Figure]:
    """No address is asked for twice, but for the first page's: what is kept for seconds must not flatter."""
    session = site.inside("project.sign_in", role="manager", count=1)["sessions"][0]
    deep = (f"?from={external_id(size * number // (_REQUESTS + 1))}" for number in range(1, _REQUESTS + 1))
    searches = [f"?search={word}" for word in RARE_WORDS]
    searches += [f"?search={rare}+{common}" for rare in RARE_WORDS for common in COMMON_WORDS]
    with site.served() as served:
        _get_all(served, session, ["?"] * 5)
        return [
            *quantiles(_get_all(served, session, ["?"] * _REQUESTS), "Data page, first,", limits=_LIMITS),
            *quantiles(_get_all(served, session, deep), "Data page, deep,", limits=_LIMITS),
            *quantiles(_get_all(served, session, searches), "Data page, search,", limits=_LIMITS),
        ]


def _get_all(served: Served, session: str, addresses: Iterable[str]) -> list[float]:
    connection = http.client.HTTPConnection(served.host, served.port, timeout=60)
    headers = {"Cookie": f"sessionid={session}", "Accept-Encoding": "gzip"}
    seconds = []
    for address in addresses:
        start = time.perf_counter()
        connection.request("GET", f"/projects/bench/data/{address}", headers=headers)
        response = connection.getresponse()
        response.read()
        seconds.append(time.perf_counter() - start)
        if response.status != 200:
            raise BenchmarkFailed(f"The Data page answered {response.status} to {address}.")
    return seconds
