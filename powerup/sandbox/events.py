"""Events about changed records, sent beside the work that caused them (webhooks page 5)."""

import queue
import threading
from collections.abc import Sequence

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.marketplace import Marketplace

_IDS_PER_MESSAGE = 500


class EventSender:
    """Sends events in a thread of its own, since a call of the API must not wait for the power-up's answer."""

    def __init__(self, marketplace: Marketplace) -> None:
        self._marketplace = marketplace
        self._waiting: queue.Queue[tuple[str, Sequence[str]] | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def put(self, event: str, ids: Sequence[str]) -> None:
        """Queue an event; a listener of `Host`."""
        self._waiting.put((event, ids))

    def start(self) -> None:
        """Begin to send."""
        self._thread = threading.Thread(target=self._send_all, name="sandbox events", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send what is queued, then end."""
        self._waiting.put(None)
        if self._thread:
            self._thread.join()

    def wait_until_sent(self) -> None:
        """Return when every event queued so far was tried."""
        self._waiting.join()

    def _send_all(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            event, ids = waiting
            for start in range(0, len(ids), _IDS_PER_MESSAGE):
                self._send(event, ids[start : start + _IDS_PER_MESSAGE])
            self._waiting.task_done()
        self._waiting.task_done()

    def _send(self, event: str, ids: Sequence[str]) -> None:
        try:
            self._marketplace.post(event, {"ids": list(ids)})
        except SandboxError:
            return  # nobody is installed who would want to know
