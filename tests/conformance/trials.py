"""What the tests of conformance stand on: a proxy that breaks one thing, and the two halves on sockets of their own."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

Environ = dict[str, Any]
Body = dict[str, Any]


class QuietHandler(WSGIRequestHandler):
    """Writes no access log."""

    def log(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Proxy:
    """Stands before an application, and changes what goes in or what comes out, where a test says so.

    before changes a request in place; after gives the status, headers and body that go out in place of those given.
    """

    app: Any = None
    before: Callable[[Environ], None] = lambda _: None
    after: Callable[[Environ, int, dict[str, str], bytes], tuple[int, dict[str, str], bytes]] = field(
        default=lambda _, status, headers, body: (status, headers, body)
    )

    def __call__(self, environ: Environ, start_response: Any) -> Iterable[bytes]:
        self.before(environ)
        pieces, status, headers = run_wsgi_app(self.app, environ)
        body = b"".join(pieces)
        code, changed, body = self.after(environ, int(status.split()[0]), {}, body)
        kept = [(name, value) for name, value in headers if name.lower() not in {*changed, "content-length"}]
        new = [(name, value) for name, value in changed.items() if value]
        start_response(f"{code} X", [*kept, *new, ("Content-Length", str(len(body)))])
        return [body]

    def change_answer(self, path: str, change: Callable[[Body], object]) -> None:
        """Change the JSON that goes out of an address, in place."""

        def after(environ: Environ, status: int, headers: dict[str, str], body: bytes) -> Any:
            if environ["PATH_INFO"].endswith(path) and body.startswith(b"{"):
                document = json.loads(body)
                change(document)
                body = json.dumps(document).encode()
            return status, headers, body

        self.after = after

    def change_status(self, code: str, status: int) -> None:
        """Answer what has this code with another status."""

        def after(_: Environ, was: int, headers: dict[str, str], body: bytes) -> Any:
            return (status if f'"{code}"'.encode() in body and was >= 400 else was), headers, body

        self.after = after

    def drop_header(self, name: str) -> None:
        """Leave a header out of every answer."""
        self.after = lambda _, status, __, body: (status, {name: ""}, body)


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """The address at which an application listens, with a final slash."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
