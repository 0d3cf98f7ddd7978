"""The cache of the site: Redis while it answers, nothing while it does not.

What is cached can be worked out anew and sessions are in the database too, so a broker that is down or restarting
must not stop anybody from labeling. What is counted to keep attackers out cannot be worked out anew, so each process
counts it in its own memory meanwhile.
"""

import logging
import time
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import TimeoutError as RedisTooSlow

logger = logging.getLogger(__name__)

# After a failure nobody tries for this long: a server that hangs would otherwise hold up every request.
_PAUSE_SECONDS = 2.0
# django-allauth's rate limits, and the codes of second factors that have been used (labelplatform/accounts/codes.py).
COUNTED = ("allauth:rl:", "second-factor-used:")
_MOST_COUNTED = 20_000


class _LastingClient(RedisCacheClient):
    """Keeps its client (of the one server there is): Django makes a new one for every call, dearer than the call."""

    _kept: Any = None

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        if self._kept is None:
            self._kept = super().get_client(key, write=write)
        return self._kept


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache would, for as long as the server cannot be reached; what is ``COUNTED`` goes on."""

    _silent_until = 0.0  # of all threads of the process
    own_memory = LocMemCache("counted while the server is away", {"OPTIONS": {"MAX_ENTRIES": _MOST_COUNTED}})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._class = _LastingClient

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgive(default, "get", key, default, version)

    def get_many(self, keys: Any, version: int | None = None) -> Any:
        return self._forgive({}, "get_many", keys, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._forgive(None, "set", key, value, *args, **kwargs)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> Any:
        return self._forgive(list(data), "set_many", data, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._forgive(True, "add", key, value, *args, **kwargs))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> Any:
        return self._forgive(delta, "incr", key, delta, version)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return bool(self._forgive(False, "touch", key, *args, **kwargs))

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._forgive(False, "has_key", key, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._forgive(False, "delete", key, version))

    def delete_many(self, keys: Any, version: int | None = None) -> None:
        self._forgive(None, "delete_many", keys, version)

    def _forgive(self, otherwise: Any, call: str, what: Any, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= ForgivingRedisCache._silent_until:
            try:
                return getattr(super(), call)(what, *args, **kwargs)
            except (RedisUnreachable, RedisTooSlow) as error:
                ForgivingRedisCache._silent_until = time.monotonic() + _PAUSE_SECONDS
                logger.warning("The cache does not answer (%s); doing without it.", error)
        if isinstance(what, str) and what.startswith(COUNTED):
            return getattr(self.own_memory, call)(what, *args, **kwargs)
        return otherwise
