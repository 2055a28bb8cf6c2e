"""The demo's world: a stand-in host, the power-up and a database, all in this process and kept in one directory."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from powerup.app import create_app
from powerup.commands.kit.listening import Bind, DemoServer
from powerup.parts import Parts, build_parts
from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.settings import Settings, own_keys, read_settings
from powerup.store import database
from powerup.store.runs import Runs
from powerup.store.tenants import Tenant, Tenants, TenantState
from powerup.timing import Clock

LOOPBACK = "127.0.0.1"
_TICK_SECONDS = "0.25"
"""Less than a day lasts while the host's pages let time go on: no day may pass without a cycle."""


@dataclass(frozen=True, slots=True)
class World:
    """Both sides, running. powerup_url has its final slash."""

    host: SandboxServer
    parts: Parts
    powerup_url: str

    def tenant(self) -> Tenant:
        """The example firm as the power-up knows it, once it has installed."""
        with self.parts.database.read() as connection:
            return Tenants(connection).all()[0]

    def came_of(self, attempt: Attempt | None) -> Mapping[str, Any]:
        """The answer that a press has in the end: on a busy machine the host may be slow, and it is accepted first."""
        answer = (attempt and attempt.answer) or {}
        if answer.get("status") != "accepted":
            return answer
        while self.parts.deferred_presses().carry_out_next():
            pass
        with self.parts.database.read() as connection:
            run = Runs(connection, self.tenant().id).get(answer["run"]["id"])
        return run.answer if run and run.press else answer

    def api_urls(self) -> set[str]:
        """Where the power-up takes the host's API to be."""
        with self.parts.database.read() as connection:
            every = Tenants(connection).all(open_tokens=False)
        return {each.api_url for each in every if each.state is not TenantState.UNINSTALLED}


@contextmanager
def open_world(directory: Path, port: int, host_port: int, clock: Clock) -> Iterator[World]:
    """Both sides on these ports of this machine (0: a free one), going on where this directory was left."""
    keys = own_keys(directory)
    with ExitStack() as stack:
        web = DemoServer(Bind(LOOPBACK, port))
        stack.callback(web.stop)
        host = SandboxServer(
            directory / "host", str(Bind(LOOPBACK, host_port)), keys["POWERUP_LISTING_KEYS"], powerup_url=web.url
        )
        fill_with_example(host.host)
        settings = _settings(directory, web.url, host)
        database.upgrade(settings.database_url)
        parts = build_parts(settings, clock)
        stack.callback(parts.close)
        web.start(create_app(parts))
        stack.enter_context(host)
        yield World(host, parts, web.url)


def _settings(directory: Path, powerup_url: str, host: SandboxServer) -> Settings:
    """Those of a sandbox server for this host alone, whatever the environment says."""
    return read_settings(
        {
            "POWERUP_ENVIRONMENT": "sandbox",
            "POWERUP_DATA_DIR": str(directory),
            "POWERUP_BASE_URL": powerup_url,
            "POWERUP_HOST_API_URLS": host.api_url,
            "POWERUP_HOST_ORIGINS": host.url,
            "POWERUP_TICK_SECONDS": _TICK_SECONDS,
        }
    )
