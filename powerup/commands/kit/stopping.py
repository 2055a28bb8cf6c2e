"""How processes that run on are told to stop."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

import structlog

STOPS_WITHIN_SECONDS = 5.0
"""What runs when a process is told to stop has so long to end, whatever hosts do."""

_LOOKS_EVERY_SECONDS = 1.0

_log = structlog.get_logger(__name__)


@contextmanager
def until_told_to_stop() -> Iterator[None]:
    """Ctrl-C and SIGTERM end what runs in here; that is a good end, and it is there within STOPS_WITHIN_SECONDS."""

    told: list[int] = []

    def stop(signal_number: int, __: FrameType | None) -> None:
        told.append(signal_number)
        if len(told) > 1:
            return  # Ctrl-C reaches each process of a terminal, and the first of several tells the others once more
        leave_in_time()
        raise KeyboardInterrupt

    with ExitStack() as handlers:
        for each in (signal.SIGTERM, signal.SIGINT):
            handlers.callback(signal.signal, each, signal.signal(each, stop))
        try:
            yield
        except KeyboardInterrupt:
            return


def wait_until_told() -> None:
    """Wait, in the main thread, for what `until_told_to_stop` raises.

    It wakes now and then by itself: a system may hand a signal to any thread of a process, Python answers it in the
    main one alone, and a main thread that waits without end is not woken for it.
    """
    while True:
        time.sleep(_LOOKS_EVERY_SECONDS)


def leave_in_time() -> None:
    """Let this process end when STOPS_WITHIN_SECONDS have passed, if it has not ended by then.

    Nothing is lost by that: what waits for a host was written down before the host was called, and is looked up by the
    next cycle, as after a crash (architecture: How a work order comes to be).
    """
    last_resort = threading.Timer(STOPS_WITHIN_SECONDS, _leave)
    last_resort.daemon = True
    last_resort.start()


def _leave() -> None:
    _log.warning("left_what_would_not_end", after_seconds=STOPS_WITHIN_SECONDS)
    os._exit(0)
