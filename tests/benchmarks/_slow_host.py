"""A host behind HTTP that takes its time with every answer, and notes whose calls overlap."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

ANSWER_SECONDS = 0.05


class SlowHost(ThreadingHTTPServer):
    """Knows every customer and takes every work order. The token of a call says whose it is."""

    daemon_threads = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.row_ids = count(1)
        self.lock = threading.Lock()
        self.under_way: Counter[str] = Counter()
        self.overlaps = 0
        self.orders: Counter[str] = Counter()
        """How often each work order was made, by token and number."""

    @property
    def api_url(self) -> str:
        """The address of its API."""
        return f"http://127.0.0.1:{self.server_address[1]}/openapi/8/"

    @contextmanager
    def call_of(self, token: str) -> Iterator[None]:
        """While a call of this account is under way."""
        with self.lock:
            self.overlaps += self.under_way[token] > 0
            self.under_way[token] += 1
        try:
            yield
        finally:
            with self.lock:
                self.under_way[token] -= 1

    def answer(self, endpoint: str, asked: dict[str, str], posted: list[dict[str, str]]) -> list[dict[str, Any]]:
        """The `response` of a call."""
        if endpoint == "PostWorkorders":
            numbers = [each["WorkorderNo"] for each in posted]
            with self.lock:
                self.orders.update(f"{asked['token']} {number}" for number in numbers)
                return [{"workorder_no": number, "row_id": next(self.row_ids)} for number in numbers]
        if endpoint == "relations":
            return [_customer(asked["value"])]
        return []


@contextmanager
def slow_host() -> Iterator[SlowHost]:
    """A host that listens until the end of the `with` statement."""
    with SlowHost() as host:
        serving = threading.Thread(target=host.serve_forever)
        serving.start()
        try:
            yield host
        finally:
            host.shutdown()
            serving.join()


class _Handler(BaseHTTPRequestHandler):
    server: SlowHost
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._answer([])

    def do_POST(self) -> None:
        self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _answer(self, posted: list[dict[str, str]]) -> None:
        address = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        with self.server.call_of(asked["token"]):
            time.sleep(ANSWER_SECONDS)
            response = self.server.answer(address.path.strip("/").rpartition("/")[2], asked, posted)
        body = json.dumps({"code": 200, "messages": [], "response": response}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _customer(number: str) -> dict[str, str]:
    place = {"street": "Dorpsstraat", "house_number": "1", "postal_code": "3811 AB", "city": "Amersfoort"}
    return {"debtor_number": number, "name": f"Klant {number}", **place}
