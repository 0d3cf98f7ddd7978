"""Does a worker answer? A beat task leaves a mark in the cache; a missing mark is said on every page."""

import logging
import time

from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)

_MARK = "worker-answers"
_MARK_SECONDS = 35
# A site that has just been started gives its worker this long before it calls it missing.
_GRACE_SECONDS = 30.0
_started = time.monotonic()


def note_worker() -> None:
    """Leave the mark; called by beat through a worker, so it proves that broker, beat and worker all run."""
    cache.set(_MARK, 1, _MARK_SECONDS)


def worker_answers() -> bool:
    """Tell whether a worker has been heard of in the last half minute, or may still be starting."""
    if time.monotonic() - _started < _GRACE_SECONDS:
        return True
    try:
        return cache.get(_MARK) is not None
    except RedisError:
        logger.warning("The broker does not answer.")
        return False
