"""A power-up that only listens: it keeps what arrives and answers what a test tells it to."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from flask import Flask, Response, request
from werkzeug.serving import WSGIRequestHandler, make_server

Answer = Callable[[dict[str, Any]], tuple[int, Any]]


@dataclass
class Received:
    """One message as it arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def envelope(self) -> dict[str, Any]:
        return dict(json.loads(self.body))

    def signed_by(self, key: str) -> bool:
        """Whether one of the signatures is of this key, computed without the library."""
        secret = base64.b64decode(key.removeprefix("whsec_"))
        signed = f"{self.headers['Webhook-Id']}.{self.headers['Webhook-Timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
        return f"v1,{expected}" in self.headers["Webhook-Signature"].split(" ")


def accept(envelope: dict[str, Any]) -> tuple[int, Any]:
    """Answer as a power-up does to which everything succeeds."""
    if envelope["type"] != "installation.created":
        return 200, {"status": "succeeded"}
    secret = base64.b64decode(envelope["data"]["key"].removeprefix("whsec_"))
    proof = hmac.new(secret, envelope["data"]["challenge"].encode(), hashlib.sha256).digest()
    return 200, {"status": "succeeded", "proof": base64.b64encode(proof).decode()}


class _QuietHandler(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        pass


@dataclass
class Receiver:
    """Listens on a free port while it is used as a context."""

    answer: Answer = accept
    manifest: dict[str, Any] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> "Receiver":
        app = Flask(__name__)
        app.add_url_rule("/webhooks", view_func=self._receive, methods=["POST"])
        app.add_url_rule("/.well-known/powerup.json", view_func=self._manifest)
        self._server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_QuietHandler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _manifest(self) -> Response:
        # Not by jsonify: the order of the members is the order in which a form shows them.
        return Response(json.dumps(self.manifest), content_type="application/json")

    def _receive(self) -> Response:
        received = Received(dict(request.headers), request.get_data())
        self.received.append(received)
        try:
            status, answer = self.answer(received.envelope)
        except ValueError:
            status, answer = 400, {"code": "malformed"}
        return Response(json.dumps(answer), status=status, content_type="application/json")

    def of_type(self, type_: str) -> list[Received]:
        return [received for received in self.received if received.envelope["type"] == type_]
