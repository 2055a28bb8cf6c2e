"""The firm of an earlier release: its database and its host as they were kept, and what that release said of them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from powerup.outsmart.client import OutsmartClient
from powerup.sandbox.records import KINDS, WORK_ORDER_LISTS, WORK_ORDER_TEXTS
from powerup.sandbox.server import SandboxServer
from powerup.store.database import open_engine, upgrade
from powerup.store.tenants import Environment, Tenant

HERE = Path(__file__).parent
TENANT = "t_1"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Release:
    """What was kept of the release whose database has that revision, made by `make.py` of its directory."""

    revision: str
    directory: Path

    def load_database(self, url: str) -> None:
        """Make the empty database one of that release, with all of the firm's rows. Tokens were not kept."""
        upgrade(url, self.revision)
        statements = (self.directory / "database.sql").read_text()
        engine = open_engine(url)
        connection = engine.raw_connection()
        try:
            cursor = connection.cursor()
            if engine.dialect.name == "sqlite":
                cursor.executescript(statements)
            else:
                cursor.execute("SET TIME ZONE 'UTC'")
                cursor.execute(statements)
            connection.commit()
        finally:
            connection.close()
            engine.dispose()

    def load_host(self, server: SandboxServer) -> None:
        """Give the stand-in host the firm's master records and work orders, under the row ids that they had."""
        document = json.loads((self.directory / "host.json").read_text())
        texts: dict[str, Any] = dict.fromkeys(WORK_ORDER_TEXTS, "") | {name: [] for name in WORK_ORDER_LISTS}
        with server.host.store.transaction() as database:
            for table, rows in document.items():
                for row in rows:
                    blank = dict.fromkeys(KINDS[row["kind"]].optional, "") if table == "master_record" else texts
                    values = row | {"fields": json.dumps(blank | row["fields"])}
                    places = ", ".join(f":{name}" for name in values)
                    database.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({places})", values)

    def answers(self) -> dict[str, Any]:
        """What that release answered; each visit of the forecast with the names of its columns."""
        document: dict[str, Any] = json.loads((self.directory / "answers.json").read_text())
        columns = document.pop("columns")
        document["forecast"] = [dict(zip(columns, row, strict=True)) for row in document["forecast"]]
        return document


BEFORE = Release("0009", HERE / "release_m0009")
"""The release before this one."""


@contextmanager
def host_of(server: SandboxServer) -> Iterator[OutsmartClient]:
    """A client of the stand-in host."""
    credentials = server.credentials
    with OutsmartClient(
        server.api_url,
        credentials.token,
        credentials.software_token,
        timeout_seconds=_PATIENCE_SECONDS,
        read_retries=0,
    ) as client:
        yield client


def tenant_of(server: SandboxServer) -> Tenant:
    """The firm's tenant, as far as it is asked for."""
    return Tenant(
        id=TENANT,
        name="Voorbeeld Installatietechniek",
        environment=Environment.SANDBOX,
        timezone="Europe/Amsterdam",
        api_url=server.api_url,
        token=None,
        software_token=None,
    )


def morning_of(day: date) -> datetime:
    """Eight o'clock of that day, UTC."""
    return datetime.combine(day, time(8), UTC)
