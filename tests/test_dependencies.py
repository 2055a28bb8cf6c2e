"""Other packages: their bounds in pyproject.toml, and the versions in constraints.txt with which all was tested."""

import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
NAMED = [
    *PROJECT["dependencies"],
    *PROJECT["optional-dependencies"]["postgres"],
    *PROJECT["optional-dependencies"]["test"],
]
OTHERS = [each for each in map(Requirement, NAMED) if each.name != PROJECT["name"]]
LINES = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
TESTED = {each.name.lower().replace("_", "-"): each for each in map(Requirement, LINES)}
DATED = {"tzdata"}
"""Their versions are dates: a later one breaks nothing that an earlier one promised."""


@pytest.mark.parametrize("package", OTHERS, ids=lambda each: each.name)
def test_the_version_that_was_tested_is_within_the_bounds(package: Requirement) -> None:
    (tested,) = TESTED[package.name.lower()].specifier
    assert tested.operator == "=="
    assert package.specifier.contains(tested.version)


@pytest.mark.parametrize("package", OTHERS, ids=lambda each: each.name)
def test_every_package_has_a_lower_and_an_upper_bound(package: Requirement) -> None:
    operators = {each.operator for each in package.specifier}
    assert operators in ({">=", "<"}, {"=="}) or package.name in DATED


def test_the_whole_check_is_run_with_what_constraints_say() -> None:
    assert "-c constraints.txt" in (ROOT / ".ci" / "run").read_text()
