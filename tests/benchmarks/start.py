"""How much processor time a command takes from start to end: the help, the version, and an answer from the store.

Processor time of whole processes, user and system together, the median of several; on SQLite.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from statistics import median

from powerup.contracts.contract import Contract, ContractType
from powerup.settings import read_settings
from powerup.store.contracts import Contracts
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher
from tests.benchmarks._workload import MONTHLY, TEMPLATE, TENANT, add_tenant

TIMES = 9
COMMANDS = {
    "help": ("--help",),
    "version": ("--version",),
    "why": ("why", TENANT, "1001", "2027-03-31"),
}


def run() -> dict[str, object]:
    """Seconds of processor time of each command."""
    with tempfile.TemporaryDirectory() as directory:
        environ = {"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": directory}
        _fill(environ)
        return {f"{name}_seconds": _seconds(environ, arguments) for name, arguments in COMMANDS.items()}


def _fill(environ: Mapping[str, str]) -> None:
    settings = read_settings(environ)
    upgrade(settings.database_url)
    database = Database(settings.database_url, Cipher(settings.encryption_keys))
    add_tenant(database)
    with database.write() as connection:
        Contracts(connection, TENANT).add(
            Contract(
                number="1001",
                name="CV-ketel",
                type=ContractType.PREVENTIVE,
                customer="1001",
                start=date(2026, 1, 31),
                entered_on=date(2026, 1, 31),
                template=TEMPLATE,
                plans=(MONTHLY,),
            )
        )
    database.dispose()


def _seconds(environ: Mapping[str, str], arguments: tuple[str, ...]) -> float:
    return round(median(_processor_time(environ, arguments) for _ in range(TIMES)), 3)


def _processor_time(environ: Mapping[str, str], arguments: tuple[str, ...]) -> float:
    command = [str(Path(sys.executable).with_name("powerup")), *arguments]
    before = os.times()
    subprocess.run(command, env=dict(environ), check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system
