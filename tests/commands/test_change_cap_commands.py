"""What the change cap holds back, as an operator meets it (rules: Generation; architecture: Exactly)."""

import json
from pathlib import Path

import pytest

from tests.commands.conftest import CommandLine

DAILY = """contract_no;name;type;customer;start;type_of_work;payment_method;plan;unit;days_in_advance
1042;CV-ketel;preventive;1001;2030-01-31;Onderhoud;op rekening;A;day;3
"""


@pytest.fixture
def waiting(prompt: CommandLine, tenant: str, tmp_path: Path) -> str:
    """A visit a day, imported under a cap of three: four orders were due at once, and two days have gone by."""
    (tmp_path / "settings.json").write_text(json.dumps({"settings": {"change_cap": 3}}))
    assert prompt.run("config", "apply", tenant, tmp_path / "settings.json").exit_code == 0
    (tmp_path / "contract.csv").write_text(DAILY)
    prompt.json("contracts", "import", tenant, tmp_path / "contract.csv")
    for day in ("2030-01-31", "2030-02-01", "2030-02-02"):
        assert prompt.json("sync", tenant, "--as-of", day)["ordered"] == 0
    return tenant


def test_what_waits_is_told_wherever_it_is_asked(prompt: CommandLine, waiting: str) -> None:
    (need,) = json.loads(prompt.run("attention", waiting, "--json").stdout)["rows"]
    assert need["message"] == (
        "5 werkbonnen van nieuwe of gewijzigde contracten wachten tot ze worden vrijgegeven, omdat een ronde er "
        "hoogstens 3 doorlaat. 1 bezoek is intussen voorbij en is dan gemist. 1 contract: 1042."
    )
    rows = prompt.json("forecast", waiting, "--from", "2030-01-31", "--to", "2030-02-05", "--as-of", "2030-02-02")[
        "rows"
    ]
    assert [(row["state"], row["reason"]) for row in rows] == [("planned", "awaiting_confirmation")] * 6
    told = prompt.run("why", waiting, "1042", "2030-01-31", "--as-of", "2030-02-02").stdout
    assert "planned: awaiting confirmation" in told
    audit = prompt.json("audit", waiting, "--as-of", "2030-02-02")
    assert (audit["ok"], audit["ledger"]) == (True, {"planned": 2})


def test_release_says_how_many_it_makes_and_how_many_catch_up_leaves(prompt: CommandLine, waiting: str) -> None:
    released = {"contracts": 1, "orders": 5, "missed": 1}
    shown = prompt.json("sync", waiting, "--as-of", "2030-02-02", "--dry-run", "--release")
    assert (shown["ordered"], shown["released"]) == (5, released)
    done = prompt.json("sync", waiting, "--as-of", "2030-02-02", "--release")
    assert (done["ordered"], done["withheld"], done["released"]) == (5, {"missed": 1}, released)
    assert prompt.run("attention", waiting).exit_code == 0
    audit = prompt.json("audit", waiting, "--as-of", "2030-02-02")
    assert (audit["ok"], audit["ledger"], audit["host"]) == (True, {"ordered": 5, "withheld": 1}, 5)
