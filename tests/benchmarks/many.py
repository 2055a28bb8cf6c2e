"""How long 60 homes take from one template by command: looked up, shown, confirmed and made, at the stand-in host.

In another process than the stand-in, both on the same machine; once anew, and once more when all of them are doubles.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from cryptography.fernet import Fernet

from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract_template import ContractTemplate
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.records import KINDS
from powerup.sandbox.server import SandboxServer
from powerup.store.database import Database, upgrade
from powerup.store.encryption import Cipher, Secret
from powerup.store.tenants import Tenants
from tests.benchmarks._workload import TENANT, add_tenant

HOMES = 60
TEMPLATE = ContractTemplate(
    "KETEL",
    "Ketelonderhoud",
    "",
    {
        "type": "preventive",
        "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening"},
        "plans": [{"name": "A", "unit": "year", "every": 1, "months": [5], "shift": "next_working_day"}],
    },
)


def run() -> dict[str, object]:
    """Seconds of each press, and what came of its homes."""
    with tempfile.TemporaryDirectory() as directory, SandboxServer(Path(directory) / "host") as host:
        fill_with_example(host.host)
        host.host.masterdata.save(KINDS["addresses"], [_home(place) for place in range(HOMES)])
        environ = _tenant(host, Path(directory))
        return {"homes": HOMES, "anew": _measured(environ), "all_doubles": _measured(environ)}


def _home(place: int) -> Mapping[str, str]:
    return {
        "adr_code": f"WON-{place}",
        "adr_debtor_nr": "1004",
        "adr_line_1": f"Voorbeeldlaan {place + 1}",
        "adr_zip": "3701 AA",
        "adr_city": "Zeist",
    }


def _tenant(host: SandboxServer, folder: Path) -> dict[str, str]:
    key, address = Fernet.generate_key().decode(), f"sqlite:///{folder / 'powerup.db'}"
    upgrade(address)
    database = Database(address, Cipher([key]))
    tokens = host.credentials
    add_tenant(database, host.api_url, token=Secret(tokens.token), software_token=Secret(tokens.software_token))
    with database.write() as connection:
        Tenants(connection).save_configuration(TENANT, TenantConfiguration(contract_templates=(TEMPLATE,)))
    database.dispose()
    return {
        "POWERUP_ENVIRONMENT": "sandbox",
        "POWERUP_DATABASE_URL": address,
        "POWERUP_ENCRYPTION_KEYS": key,
        "POWERUP_DATA_DIR": str(folder),
    }


def _measured(environ: dict[str, str]) -> Mapping[str, object]:
    listed = "\n".join(f"Voorbeeldlaan {place + 1}" for place in range(HOMES))
    command = [sys.executable, "-m", "powerup", "contracts", "many", TENANT, "--kind", "addresses", "--file", "-"]
    command += ["--template", "KETEL", "--start", "2030-01-01", "--yes", "--json"]
    began, before = perf_counter(), _processor_seconds()
    ended = subprocess.run(
        command, env=dict(os.environ) | environ, input=listed, capture_output=True, text=True, check=False
    )
    seconds = perf_counter() - began
    if not ended.stdout:
        raise RuntimeError(ended.stderr)
    states = Counter(row["state"] for row in json.loads(ended.stdout)["rows"])
    own = _processor_seconds() - before
    return {"seconds": round(seconds, 2), "processor_seconds_of_the_command": round(own, 2), **states}


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
