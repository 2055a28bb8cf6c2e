"""What does work again and again, in threads that it has from its beginning."""

from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from powerup.threads import begun_pool


class _OwnThreads(BasePoolExecutor):  # type: ignore[misc]  # APScheduler has no types
    def __init__(self, threads: int, name: str) -> None:
        super().__init__(begun_pool(threads, name))


def scheduler(threads: int, name: str) -> BackgroundScheduler:
    """A scheduler whose jobs have so many threads of that name; to be started and shut down."""
    return BackgroundScheduler(timezone="UTC", executors={"default": _OwnThreads(threads, name)})
