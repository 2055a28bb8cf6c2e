"""A host to talk to, and the command line with an environment of its own."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from powerup.cli import main
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer


@dataclass
class CommandLine:
    """Runs commands as somebody would at a prompt, with these settings and no others."""

    environ: dict[str, str]
    outputs: list[str] = field(default_factory=list)

    def run(self, *arguments: object, input: bytes | None = None, **environ: Any) -> Result:  # noqa: A002 - click's name
        result = CliRunner().invoke(main, [str(each) for each in arguments], env=self.environ | environ, input=input)
        self.outputs.append(result.output)
        return result

    def json(self, *arguments: object) -> Any:
        """What the command answers as JSON; it has to end well."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def error(self, *arguments: object, code: int, **environ: Any) -> str:
        """The one line with which the command ends when it does not end well."""
        result = self.run(*arguments, **environ)
        assert result.exit_code == code, result.output
        assert result.stderr.count("\n") == 1, result.stderr
        assert result.stderr.startswith(("Error: ", "Fout: "))
        return result.stderr


@pytest.fixture
def host(tmp_path: Path) -> Iterator[SandboxServer]:
    """A host with the example firm's records."""
    with SandboxServer(tmp_path / "host") as server:
        fill_with_example(server.host)
        yield server


@pytest.fixture
def prompt(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """A command line on a migrated SQLite database of its own, in the sandbox environment."""
    for name in ("LANG", "PORT", "DATABASE_URL", "POWERUP_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    directory = tmp_path / "powerup"
    directory.mkdir()
    shutil.copy(sqlite_template, directory / "powerup.db")
    return CommandLine({"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": str(directory), "LANG": "en_GB.UTF-8"})


@pytest.fixture
def tenant(prompt: CommandLine, host: SandboxServer) -> str:
    """A tenant of that host; its id."""
    tokens = host.credentials
    added = prompt.json(
        *("tenant", "add", "Voorbeeld", "--api-url", host.api_url),
        *("--token", tokens.token, "--software-token", tokens.software_token),
    )
    return str(added["tenant"])
