"""Signatures of the libraries that others use, both ways: `python -m tests.libraries`.

Fetches standardwebhooks and svix from npm, where Node is there, and svix from PyPI, into a temporary directory. Each
signs a delivery that the power-up has to take, and verifies a message of the power-up; an altered body is refused by
both. Ends with 1 where one does not. PyPI's standardwebhooks is in every test of webhooks.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from click import echo

from powerup.sandbox.server import SandboxServer
from powerup.store.database import upgrade
from powerup.webhooks.kit.signature import signed_headers
from tests.webhooks.installed import Clock, House
from tests.webhooks.signed_messages import KEY, body_of, envelope

MESSAGE = "Bezoek 1042 – € 12,50"
"""With characters of two and three bytes, since what is signed are bytes."""

NODE = """
const { Webhook } = require(process.argv[1]);
const asked = JSON.parse(require("fs").readFileSync(0, "utf8"));
const webhook = new Webhook(asked.key);
try {
  if (asked.headers) { webhook.verify(asked.body, asked.headers); console.log("verified"); }
  else console.log(webhook.sign(asked.id, new Date(asked.timestamp * 1000), asked.body));
} catch (error) { console.log("refused"); }
"""
PYTHON = """
import json, sys
from datetime import datetime, timezone
from svix.webhooks import Webhook, WebhookVerificationError
asked = json.load(sys.stdin)
webhook = Webhook(asked["key"])
try:
    if "headers" in asked:
        webhook.verify(asked["body"], asked["headers"])
        print("verified")
    else:
        print(webhook.sign(asked["id"], datetime.fromtimestamp(asked["timestamp"], timezone.utc), asked["body"]))
except WebhookVerificationError:
    print("refused")
"""

Library = Callable[[Mapping[str, Any]], str]
"""Says the signature of a message, or whether it verifies one that has headers."""


@dataclass
class RealClock(Clock):
    """Libraries look at the time of the machine."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


def libraries(directory: Path) -> Iterator[tuple[str, Library]]:
    """Each library by where it is from and its name, fetched into a directory."""
    if shutil.which("npm") is None:
        echo("npm: skipped, there is no Node on this machine")
    else:
        _run("npm", "install", "--no-audit", "--no-fund", "standardwebhooks", "svix", at=directory)
        for name in ("standardwebhooks", "svix"):
            yield f"npm {name}", _asking("node", "-e", NODE, name, at=directory)
    _run(sys.executable, "-m", "pip", "install", "--quiet", "--target", str(directory / "python"), "svix", at=directory)
    yield "PyPI svix", _asking(sys.executable, "-c", PYTHON, at=directory / "python")


def _run(*command: str, at: Path) -> None:
    subprocess.run(command, cwd=at, check=True, capture_output=True)


def _asking(*command: str, at: Path) -> Library:
    def ask(message: Mapping[str, Any]) -> str:
        asked = subprocess.run(command, cwd=at, check=True, input=json.dumps(message), capture_output=True, text=True)
        return asked.stdout.strip()

    return ask


def findings(house: House, name: str, library: Library) -> Iterator[str]:
    """What goes wrong between the power-up and one library."""
    now, body = datetime.now(UTC), body_of(envelope("relation.changed", {"ids": [MESSAGE, name]}))
    message_id, timestamp = f"msg_of_{name.replace(' ', '_')}", int(now.timestamp())
    message = {"id": message_id, "timestamp": timestamp, "key": KEY, "body": body.decode()}
    theirs = {"webhook-id": message_id, "webhook-signature": library(message)}
    taken = house.post(body, headers=theirs | {"webhook-timestamp": str(timestamp)}, at=now)
    if taken.status_code != 200:
        yield f"a delivery that it signed was answered {taken.status_code}"
    altered = house.post(body.replace(b"1042", b"1043"), headers=theirs, at=now)
    if altered.status_code != 401:
        yield f"an altered delivery was answered {altered.status_code}"
    told = json.dumps({"type": "contract.changed", "data": {"name": MESSAGE}}, ensure_ascii=False).encode()
    headers = signed_headers([KEY], "msg_of_ours", None, told, now)
    for content, expected in ((told, "verified"), (told.replace(b"1042", b"1043"), "refused")):
        said = library({"key": KEY, "headers": headers, "body": content.decode()})
        if said != expected:
            yield f"a message of ours was {said}, not {expected}"


def main() -> int:
    """Say of each library what was found."""
    found = 0
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (directory / "python").mkdir()
        host = stack.enter_context(SandboxServer(directory / "host"))
        address = f"sqlite:///{directory}/powerup.db"
        upgrade(address)
        house = House.build(address, directory / "data", RealClock(), host)
        stack.callback(house.parts.close)
        house.install()
        for name, library in libraries(directory):
            flaws = list(findings(house, name, library))
            echo(f"{name}: {'; '.join(flaws) or 'signs what is taken, verifies what is sent'}")
            found += len(flaws)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
