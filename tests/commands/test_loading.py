"""Commands are loaded when they are used, and what they show in help meanwhile is what they say themselves."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from powerup.cli import COMMANDS
from powerup.commands.contracts import contracts
from powerup.commands.kit.lazy_group import Elsewhere, LazyGroup
from powerup.commands.tenant.tenant import tenant
from powerup.commands.webhook import webhook

SLOW = {"alembic", "flask", "holidays", "icalendar", "openpyxl", "procrastinate", "prometheus_client", "requests"}
SLOW |= {"rich", "sqlalchemy", "structlog"}
NEEDED_TO_SAY_WHY = {"holidays", "prometheus_client", "sqlalchemy"}
ELSEWHERE = {**COMMANDS}
for group in (tenant, contracts, webhook):
    assert isinstance(group, LazyGroup)
    ELSEWHERE |= {f"{group.name} {name}": each for name, each in group.elsewhere.items()}


@pytest.mark.parametrize("each", ELSEWHERE.values(), ids=ELSEWHERE.keys())
@pytest.mark.parametrize("width", [20, 60, 100, 500])
def test_a_line_of_help_is_the_start_of_the_commands_own(each: Elsewhere, width: int) -> None:
    line = click.Command(None, help=each.line)
    assert line.get_short_help_str(width) == each.load().get_short_help_str(width)


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_command_stands_under_its_own_name(name: str) -> None:
    assert ELSEWHERE[name].load().name == name.rpartition(" ")[2]


def test_commands_are_listed_by_the_alphabet_whether_loaded_or_not() -> None:
    context = click.Context(tenant)
    assert tenant.list_commands(context) == sorted(tenant.list_commands(context))
    assert {"add", "stop", "token"} <= set(tenant.list_commands(context))


def loaded_by(environ: dict[str, str], *arguments: str) -> set[str]:
    """Which of the slow parts a process has loaded when the command is done."""
    program = "import sys; from powerup.cli import main\ntry: main()\nfinally: print('loaded:', *sys.modules)"
    command = [sys.executable, "-c", program, *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    return SLOW.intersection(ended.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("argument", ["--help", "--version", "no-such-command"])
def test_help_loads_no_command(argument: str) -> None:
    assert loaded_by({}, argument) == set()


def test_why_loads_neither_the_web_nor_what_reads_files_and_calls_hosts(tmp_path: Path) -> None:
    environ = {"POWERUP_ENVIRONMENT": "sandbox", "POWERUP_DATA_DIR": str(tmp_path)}
    assert "alembic" in loaded_by(environ, "db", "upgrade")
    assert loaded_by(environ, "why", "nobody", "1001", "2027-01-01") == NEEDED_TO_SAY_WHY
