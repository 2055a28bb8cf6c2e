"""Schemathesis on the API's own document: `python -m tests.api.fuzz [MINUTES] [SEED]`.

It tries each operation by itself and several after each other for ten minutes, or those given. Ends with 1 on a
finding.
"""

import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from werkzeug.serving import make_server

from powerup.api.blueprint import ROOT, Api
from powerup.rate import RateLimit
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.store.api_keys import Scope
from powerup.store.database import upgrade
from tests.actions.scenes import FORM
from tests.api.calling import Firm
from tests.webhooks.installed import Clock, House

ALLOWED = """
[checks.positive_data_acceptance]
# What fits its schema may still be impossible, gone, without a version, or a text with a NUL in it.
expected-statuses = ["2xx", "400", "404", "409", "412", "422", "428"]
[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "409", "412", "415", "422", "428"]
[checks.missing_required_header]
expected-statuses = ["401", "404", "422", "428"]
[checks.allow_header_conformance]
# A number may have a slash, so that an address below a contract's could be another contract.
enabled = false
"""


def fuzz(*options: str) -> int:
    """Fuzz a firm with one contract, whose key has no limit, by these options of schemathesis; its exit code."""
    with tempfile.TemporaryDirectory() as name, SandboxServer(Path(name, "host")) as host:
        fill_with_example(host.host)
        address = f"sqlite:///{name}/powerup.db"
        upgrade(address)
        firm = Firm(House.build(address, Path(name, "data"), Clock(), host))
        firm.house.install()
        firm.make_keys()
        firm.act("/contracts", FORM)
        api = firm.client.application.blueprints["api"]
        assert isinstance(api, Api)
        object.__setattr__(api.parts, "limit", RateLimit(1e9, 1e9))
        server = make_server("127.0.0.1", 0, firm.client.application, threaded=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Path(name, "schemathesis.toml").write_text(ALLOWED)
        place = f"http://127.0.0.1:{server.server_port}{ROOT}"
        command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"{place}/openapi.json", "--url", place]
        command += ["-H", f"Authorization: Bearer {firm.keys[Scope.ADMIN]}"]
        return subprocess.run([*command, *options], cwd=name, check=False).returncode


def main() -> int:
    """Fuzz for so many minutes from a seed."""
    minutes, seed = [*sys.argv[1:], *("10", "1")[len(sys.argv) - 1 :]][:2]
    return fuzz("--max-time", str(int(float(minutes) * 60)), "--seed", seed)


if __name__ == "__main__":
    sys.exit(main())
