"""The sandbox put together, listening: for tests, demo and the command line."""

import threading
from pathlib import Path
from types import TracebackType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from powerup.sandbox.accounts import PURPOSE, Account, Accounts
from powerup.sandbox.api import api_blueprint
from powerup.sandbox.callbacks import Callbacks, callbacks_blueprint
from powerup.sandbox.control import control_blueprint
from powerup.sandbox.credentials import Credentials
from powerup.sandbox.deliveries import Deliveries, RetryPolicy
from powerup.sandbox.delivery_log import DeliveryLog
from powerup.sandbox.events import EventSender
from powerup.sandbox.host import open_host
from powerup.sandbox.installation import Firm, InstallationBook
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.moments import Clock, real_clock
from powerup.sandbox.pages.blueprint import pages_blueprint
from powerup.sandbox.pages.listed import ListedPowerup
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.walk import Walk


def add_sandbox(app: Flask, site: Site, accounts: Accounts) -> None:
    """Give an application the sandbox's addresses. A dropped connection needs `SandboxServer` around it."""
    app.register_blueprint(api_blueprint(accounts))
    app.register_blueprint(callbacks_blueprint(site.callbacks))
    app.register_blueprint(control_blueprint(accounts, site.marketplace, site.callbacks))
    app.register_blueprint(pages_blueprint(site))


_FIRM = Firm()
_RETRIES = RetryPolicy()


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log: addresses of API 8 hold tokens."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


class SandboxServer:
    """The sandbox, listening. One firm per directory, and further accounts where they are asked for.

    Args:
        directory: keeps the firm's state between starts.
        bind: `address:port`; port 0 takes a free one.
        listing_key: `whsec_…` agreed with the power-up's operator, for installing it; None where nothing is
            installed.
        seed: of the faults' chance.
        clock: real time, aware, UTC.
        firm: the host's customer; two sandboxes that share a power-up need different ids.
        retries: how often webhooks are tried.
        powerup_url: base address of the power-up that the marketplace offers; None where a person enters it there.
        seconds_per_day: how fast the pages let time go on, at the most.

    Raises:
        OSError: the port is taken.
    """

    def __init__(
        self,
        directory: Path,
        bind: str = "127.0.0.1:0",
        listing_key: str | None = None,
        seed: int = 0,
        clock: Clock = real_clock,
        firm: Firm = _FIRM,
        retries: RetryPolicy = _RETRIES,
        powerup_url: str | None = None,
        seconds_per_day: float = 0.5,
    ) -> None:
        address, _, port = bind.rpartition(":")
        app = Flask(__name__, static_folder=None)
        app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
        # The port is known only when the server listens, and the sandbox has to know its own address.
        self._server: BaseWSGIServer = make_server(
            address, int(port), app, threaded=True, request_handler=_QuietHandler
        )
        self.url = f"http://{address}:{self._server.server_port}"
        self.host = open_host(directory, clock, seed, firm)
        self.accounts = Accounts(self.host, directory)
        self.deliveries = Deliveries(DeliveryLog(self.host.store), clock, self.host.stopping, retries)
        book = InstallationBook(self.host.store, firm)
        self.marketplace = Marketplace(self.host, book, self.deliveries, self.url, listing_key)
        self.callbacks = Callbacks(self.host.store, self.marketplace)
        self.events = EventSender(self.marketplace)
        self.host.listeners.append(self.events.put)
        self._walk = Walk(self.marketplace, seconds_per_day)
        listed = ListedPowerup(self.host.store, powerup_url)
        add_sandbox(app, Site(self.host, self.marketplace, self.callbacks, listed, self._walk), self.accounts)
        self._thread: threading.Thread | None = None
        self._listened = False

    @property
    def api_url(self) -> str:
        """The base address of API 8, with its final slash."""
        return f"{self.url}/openapi/8/"

    @property
    def credentials(self) -> Credentials:
        """Tokens for a power-up that is connected by hand, without installation; the same ones at every start."""
        return self.host.credentials.issued_for(PURPOSE)

    def add_account(self) -> Account:
        """A further account with tokens of its own, and the example firm's records; there may be as many as wanted."""
        return self.accounts.add()

    def start(self) -> "SandboxServer":
        """Listen in a thread of its own; returns at once."""
        self._listened = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="sandbox", daemon=True)
        self._thread.start()
        self.events.start()
        return self

    def serve(self) -> None:
        """Listen in this thread until the process is interrupted (Ctrl-C); call `stop` afterwards."""
        self._listened = True
        self.events.start()
        self._server.serve_forever(0.05)

    def stop(self) -> None:
        """End listening, let delayed answers go, close the file."""
        self.host.stopping.set()
        self._walk.stop()
        if self._listened:  # else there is no loop that could end
            self._server.shutdown()
        if self._thread:
            self._thread.join()
        self.events.stop()
        self._server.server_close()
        self.accounts.close()
        self.host.store.close()

    def __enter__(self) -> "SandboxServer":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
