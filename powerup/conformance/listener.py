"""A small server of our own, to which the other side comes."""

import threading
from collections.abc import Callable, Iterable
from queue import Empty, Queue
from types import TracebackType
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from powerup.conformance.exchange import Answer, Exchange

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Answering = Callable[[Request], Response]


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log: addresses may hold tokens."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


class Listener:
    """Listens in a thread of its own, and keeps what came.

    address, port: where; port 0 takes a free one. reached_at: how the other side reaches it, where that is another
    address, without a final slash. Raises OSError where one cannot listen there.
    """

    def __init__(self, address: str, port: int, reached_at: str = "") -> None:
        self._server = make_server(address, port, self._application, threaded=True, request_handler=_QuietHandler)
        name = f"[{address}]" if ":" in address else address
        self.url = reached_at.rstrip("/") or f"http://{name}:{self._server.server_port}"
        self.answering: Answering = lambda _: Response(status=404)
        self.came: Queue[Exchange] = Queue()
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="listener", daemon=True)

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def next(self, seconds: float) -> Exchange | None:
        """The next request that came, with its answer; None where none comes within so many seconds."""
        try:
            return self.came.get(timeout=max(seconds, 0.0))
        except Empty:
            return None

    def _application(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        body = request.get_data()
        response = self.answering(request)
        headers = {name.lower(): value for name, value in request.headers.items()}
        answer = Answer(response.status_code, dict(response.headers), response.get_data())
        self.came.put(Exchange(request.method, request.url, headers, body, answer, by_us=False))
        return response(environ, start_response)
