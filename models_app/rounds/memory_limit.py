"""How much memory learning may take, so that one project's model does not bring down the worker of all."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager

from labelplatform.jobs.running import JobFailed


@contextmanager
def memory_limit(megabytes: int) -> Iterator[None]:
    """Let this process take no more memory while inside; ``JobFailed`` says so when it would. 0: as much as there is.

    Files that are mapped to be read do not count.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = megabytes * 1024 * 1024
    if wanted and (hard == resource.RLIM_INFINITY or wanted <= hard):
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))
    try:
        yield
    except MemoryError as problem:
        raise JobFailed(
            f"Learning needs more memory than the {megabytes:,} MB it may take. The former model stays at work. "
            "Whoever runs the site can allow more by TRAINING_MEMORY_MB."
        ) from problem
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))
