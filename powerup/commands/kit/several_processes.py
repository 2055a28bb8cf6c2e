"""The same work in several processes of one machine, so that all its cores are used."""

import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess

import structlog

_AFTER_A_DEATH_SECONDS = 1.0

_log = structlog.get_logger(__name__)


def in_several_processes(number: int, work: Callable[[], None]) -> None:
    """Do the work in so many processes until this one is told to stop; one that dies is started again.

    They are forks: connections have to be opened by the work itself.
    """
    running: list[ForkProcess] = []
    try:
        while True:
            running = [each for each in running if each.is_alive()]
            while len(running) < number:
                running.append(_started(work))
            wait([each.sentinel for each in running])
            _log.warning("process_died", after_seconds=_AFTER_A_DEATH_SECONDS)
            time.sleep(_AFTER_A_DEATH_SECONDS)  # one that dies at once does not keep a core busy
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.join()


def _started(work: Callable[[], None]) -> ForkProcess:
    process = get_context("fork").Process(target=work)
    process.start()
    return process
