"""What every test has: no network beyond this machine, and a migrated database of each kind where it asks for one."""

import ipaddress
import logging
import os
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests.postgres import MEMORY, PostgresServer, has_room_in_memory
from tests.quick_starts import start_quickly
from tests.sandbox.pages.browsing import CHROMIUM, FLAGS

# A busy machine is no fault of the rule that is tested.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


# What tests write is thrown away; a disk that makes each commit last would be waited for thousands of times.
if has_room_in_memory(4 * 2**30):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests of processes that are killed, and of browsers, wait half of their time."""
    return len(os.sched_getaffinity(0)) + 1


def _is_this_machine(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _refuse_network(host: object) -> None:
    if not _is_this_machine(host):
        # Not an ordinary exception: code under test may catch those, and call it a host that is down.
        pytest.fail(f"A test tried to reach {host!r}. Tests reach this machine only: use the sandbox or `responses`.")


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """A command that a test runs in this process keeps its log off the screen, and so off the tests that follow."""
    yield
    structlog.reset_defaults()
    logging.getLogger("werkzeug").setLevel(logging.NOTSET)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    look_up = socket.getaddrinfo

    def guarded_look_up(host: object, *arguments: Any, **options: Any) -> Any:
        _refuse_network(host)
        return look_up(host, *arguments, **options)  # type: ignore[arg-type]  # handed on as it came

    def guarded(connect: Any) -> Any:
        def guarded_connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                _refuse_network(address[0])
            return connect(self, address)

        return guarded_connect

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        patch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
        yield


@pytest.fixture(autouse=True, scope="session")
def _quick_starts(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    start_quickly((own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own) / "templates")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one Chromium of this run; it starts when the first test asks for it."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (apt-get install chromium): pages are not tested")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say aloud when pages went untested: a skipped test alone is easily overlooked."""
    if CHROMIUM is None:
        terminalreporter.write_sep("!", "Chromium is not installed: no page was tested (apt-get install chromium)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The one PostgreSQL server of this run; it starts when the first test asks for it."""
    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """A PostgreSQL database, migrated once, to be copied for each test."""
    from powerup.store.database import upgrade

    address = postgres_server.create_database()
    upgrade(address)
    return address


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file, migrated once, to be copied for each test."""
    from powerup.store.database import upgrade

    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables; a test with it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        address = server.create_database()
        yield address
        server.drop_database(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated database of the test's own; a test with it runs on SQLite and on PostgreSQL.

    For one of them: `@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)`.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{_copy_of_sqlite(request.getfixturevalue('sqlite_template'), tmp_path / 'powerup.db')}"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        address = server.create_database(template=request.getfixturevalue("postgres_template"))
        yield address
        server.drop_database(address)


def _copy_of_sqlite(template: Path, path: Path) -> Path:
    with closing(sqlite3.connect(template)) as source, closing(sqlite3.connect(path)) as copy:
        source.backup(copy)
    return path
