"""A client that strangers generate works against the demo: `python -m tests.generated_client`.

Fetches openapi-python-client from PyPI into a temporary environment, has it make a client from the demo's own OpenAPI
document, and with that lists contracts, reads one, asks what ending it would do, confirms, and reads it again. Ends
with 1 where one of these goes wrong.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from powerup.commands.demo.contracts import enter_contracts
from powerup.commands.demo.world import World, open_world
from powerup.store.api_keys import ApiKeys, Scope

GENERATOR = "openapi-python-client==0.29.1"

WALK = """
import sys
from made_client import AuthenticatedClient
from made_client.api.contracts import contract, contract_terminate, contracts
from made_client.models.contract_terminate_body import ContractTerminateBody

address, key, last_day = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=key, raise_on_unexpected_status=True)
first = next(each for each in contracts.sync(client=client).items if each.status == "active")
before = contract.sync(first.number, client=client)


def press(**more):
    said = {"input": {"last_day": last_day, "reason": "MOVED"}, "version": before.version, **more}
    body = ContractTerminateBody.from_dict(said)
    return contract_terminate.sync(before.number, client=client, body=body, idempotency_key="one wish")


shown = press()
assert shown.status == "needs_confirmation", shown
done = press(confirmation=shown.confirmation.token)
assert done.status == "succeeded", done
after = contract.sync(before.number, client=client)
assert (after.version, str(after.last_day)) == (before.version + 1, last_day), after
print(f"contract {before.number}: shown {shown.counts.to_dict()}, and ended on {after.last_day}")
"""


def main() -> int:
    """Generate the client and walk with it; says what it did."""
    with (
        tempfile.TemporaryDirectory() as name,
        open_world(Path(name, "demo"), 0, 0, lambda: datetime.now(UTC)) as world,
    ):
        world.host.marketplace.install(world.powerup_url)
        enter_contracts(world)
        return _walk(Path(name), world)


def _walk(directory: Path, world: World) -> int:
    address = f"{world.powerup_url}api/v1"
    today = datetime.now(UTC)
    with world.parts.database.write() as connection:
        _, secret = ApiKeys(connection).make(world.tenant().id, Scope.WRITE, today)
    tools = directory / "tools"
    subprocess.run([sys.executable, "-m", "venv", str(tools)], check=True)
    python = str(tools / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", GENERATOR, "ruff"], check=True)
    generate = [str(tools / "bin" / "openapi-python-client"), "generate", "--meta", "none"]
    made = ["--url", f"{address}/openapi.json", "--output-path", str(directory / "made_client")]
    subprocess.run([*generate, *made], check=True, cwd=directory)
    last_day = today.date().replace(month=12, day=31).isoformat()
    walk = [python, "-c", WALK, address, secret.reveal(), last_day]
    return subprocess.run(walk, check=False, cwd=directory).returncode


if __name__ == "__main__":
    sys.exit(main())
