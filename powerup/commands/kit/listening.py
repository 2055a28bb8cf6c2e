"""Addresses to listen on: read from the command line, tried before they are used, and a server for the demo."""

import errno
import socket
import threading
from dataclasses import dataclass

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from powerup.commands.kit.group import WrongUse
from powerup.texts import text


@dataclass(frozen=True, slots=True)
class Bind:
    """An address and a port of this machine; port 0 takes a free one."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"{self.address}:{self.port}"


def parse_bind(typed: str) -> Bind:
    """`ADDRESS:PORT`, with the address in brackets where it has colons. Raises WrongUse."""
    address, separator, port = typed.rpartition(":")
    if not (separator and address and port.isascii() and port.isdigit() and int(port) < 65536):
        raise WrongUse(
            text(
                "{typed} is no address to listen on: expected ADDRESS:PORT, such as 127.0.0.1:8000.", typed=repr(typed)
            )
        )
    return Bind(address.strip("[]"), int(port))


def refuse_taken(bind: Bind, option: str) -> None:
    """Raises WrongUse, naming the port and the option that chooses another, when one cannot listen there."""
    family = socket.AF_INET6 if ":" in bind.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((bind.address, bind.port))
        except (OSError, UnicodeError) as error:
            if getattr(error, "errno", None) == errno.EADDRINUSE:
                sentence = text(
                    "{bind} is taken by another program: choose another one with {option}.", bind=bind, option=option
                )
            else:
                sentence = text(
                    "{bind} cannot be listened on ({words}): choose another one with {option}.",
                    bind=bind,
                    words=str(error),
                    option=option,
                )
            raise WrongUse(sentence) from error


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log: the demo's screen is for its story."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


class DemoServer:
    """A web server in a thread of its own, for the demo, which ends it when it is done; `serve` is for real work.

    It listens at once and is given its application later, so that the application can know the address.
    """

    def __init__(self, bind: Bind) -> None:
        self._server = make_server(bind.address, bind.port, Flask(__name__), True, request_handler=_QuietHandler)
        self.url = f"http://{bind.address}:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="web", daemon=True)

    def start(self, app: Flask) -> None:
        """Answer requests with this application from now on."""
        self._server.app = app
        self._thread.start()

    def stop(self) -> None:
        """Answer no more, and let go of the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()
