"""No token and no key in anything that commands say, whatever goes wrong at the host."""

from pathlib import Path

import pytest

from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.server import SandboxServer
from powerup.settings import own_keys
from tests.commands.conftest import CommandLine


@pytest.mark.parametrize("fault", [None, *(name for name in FaultName if name is not FaultName.DELAY)])
def test_no_token_is_in_any_output(
    prompt: CommandLine, tenant: str, host: SandboxServer, fault: FaultName | None, tmp_path: Path
) -> None:
    if fault:
        host.host.faults.set(Fault(fault, rate=1))
    file = tmp_path / "contract.csv"
    file.write_text("contract_no,name,type,customer,start,type_of_work,payment_method\n1,,,,,,\n")
    commands = (
        ["tenant", "show", tenant],
        ["sync", tenant, "--json"],
        ["audit", tenant],
        ["doctor"],
        ["config", "show", tenant],
        ["contracts", "import", tenant, file],
    )
    for command in commands:
        prompt.run(*command)
    keys = own_keys(Path(prompt.environ["POWERUP_DATA_DIR"]))
    shown = "".join(prompt.outputs)
    for secret in (host.credentials.token, host.credentials.software_token, *keys.values()):
        assert secret not in shown
    assert "Traceback" not in shown
