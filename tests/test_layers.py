"""The rooms of the architecture, as import-linter's contracts in pyproject.toml hold them."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]

# One forbidden import for each contract: who must not import what.
OFFENCES = {
    "A room knows only the rooms below it": ("store", "powerup.sync"),
    "An action knows the kit and the form, and no action of another room": ("actions/form", "powerup.actions.contract"),
    "The sandbox host shares no code with the rest": ("sandbox", "powerup.errors"),
    "Only commands start the sandbox host": ("outsmart", "powerup.sandbox"),
    "Contract rules are pure: no files, network, database, clock or log": (
        "contracts",
        "sqlalchemy",
    ),
    "The host's API is free of contract rules and of the database": ("outsmart", "powerup.contracts"),
    "Readings change nothing, and ask no host": ("readings", "powerup.actions.perform"),
    "What is put together knows no web": ("parts.py", "flask"),
    "What runs on is put together at the root, never by a command": ("commands", "powerup.sync.process.cycle_runner"),
    "Chance comes from the root, as the clock does": ("files", "random"),
    "Web requests stay in the entrances": ("actions", "flask"),
    "The host is called through its client alone": ("sync", "requests"),
    "A cycle: what runs it, its steps, what they share": ("sync/kit", "powerup.sync.ordering.send"),
    "Commands: what they share stands below them all": ("commands/kit", "powerup.commands.tenant.link"),
    "Pages know presses, actions and readings: no SQL, no host, no cycle": ("pages", "sqlalchemy"),
    "The API knows presses, actions and readings: no SQL, no host, no cycle": ("api", "sqlalchemy"),
    "Conformance knows the border alone: messages and API 8, and nothing behind them": (
        "conformance",
        "powerup.store",
    ),
    "Webhooks: in and out, the messages, what they share": ("webhooks/kit", "powerup.webhooks.messages.installing"),
    "Webhooks carry a contract's effects and know none of its rules": ("webhooks", "powerup.contracts.recurrence"),
}


def lint_imports(project: Path) -> str:
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=project, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


@pytest.fixture
def copy_of_project(tmp_path: Path) -> Path:
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    shutil.copytree(PROJECT / "powerup", tmp_path / "powerup", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_no_room_knows_what_it_must_not_know() -> None:
    result = lint_imports(PROJECT)
    assert re.search(r"Contracts: \d+ kept, 0 broken", result), result


def test_every_contract_is_broken_by_an_import_that_it_forbids(copy_of_project: Path) -> None:
    for room, imported in OFFENCES.values():
        place = room if room.endswith(".py") else f"{room}/__init__.py"
        with (copy_of_project / "powerup" / place).open("a") as module:
            module.write(f"\nimport {imported}\n")
    result = lint_imports(copy_of_project)
    assert set(re.findall(r"^(.+) BROKEN", result, re.MULTILINE)) == set(OFFENCES), result


def test_every_contract_has_its_offence_here() -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert {contract["name"] for contract in contracts} == set(OFFENCES)


def test_a_room_that_stands_nowhere_is_found(copy_of_project: Path) -> None:
    (copy_of_project / "powerup" / "cellar.py").touch()
    assert "powerup.cellar" in lint_imports(copy_of_project)
