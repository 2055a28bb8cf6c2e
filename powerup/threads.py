"""Threads that a process has from its beginning, so that what it holds is known then and does not grow with time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier


def begin_all(pool: ThreadPoolExecutor, threads: int) -> None:
    """Begin all the threads of a pool, which are so many and have no work yet; by itself it begins one whenever none is
    idle, for hours until the last."""
    together = Barrier(threads + 1)
    for _ in range(threads):
        pool.submit(together.wait)
    together.wait()


def begun_pool(threads: int, name: str) -> ThreadPoolExecutor:
    """A pool of so many threads, all of which have begun."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
    begin_all(pool, threads)
    return pool
