"""The life of a visit: its ways lead where the glossary says, and from nowhere else (glossary: The life of a visit)."""

import ast
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from powerup.contracts import transitions
from powerup.contracts.transitions import WAYS, TransitionError
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitKey, VisitState

ROOT = Path(__file__).parents[2]
DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
KEY = VisitKey("1042", "A", DAY)
AT_THE_HOST = ("ordered", "in_progress", "completed", "settled")

GIVEN: dict[str, Callable[[], dict[str, Any]]] = {
    "to_be_ordered": lambda: {"prefix": "C"},
    "left_out": lambda: {"reason": Reason.SKIPPED},
    "kept_waiting": lambda: {"reason": Reason.AWAITING_CONFIRMATION},
    "ordered_by_hand": lambda: {"prefix": "C", "deadline": DAY},
    "given_up": lambda: {"reason": Reason.TERMINATED},
    "retracting": lambda: {"reason": Reason.TERMINATED},
    "withheld": lambda: {"reason": Reason.PAUSED},
    "attempted": lambda: {"now": NOW},
    "ordered": lambda: {"row_id": 7, "told_date": None, "now": NOW},
    "refused": lambda: {"words": "no", "retry_at": NOW},
    "not_possible": lambda: {"words": "no", "retry_at": NOW},
    "tried_again": lambda: {"prefix": "C"},
    "clash": lambda: {"words": "no"},
    "under_another_number": lambda: {"number": "C-2", "try_number": 2},
    "seen": lambda: {"status": VisitState.COMPLETED, "row_id": 7, "archived": False, "done_on": None, "today": DAY},
}
NEW = {"called_off", "stood_for"}
"""Ways that begin with a key alone."""


def _row(state: VisitState) -> LedgerVisit:
    return LedgerVisit(KEY, DAY, DAY, DAY, state, Reason.CHANGED if state is VisitState.WITHHELD else None)


def _gone(name: str, row: LedgerVisit | None) -> LedgerVisit:
    way: Callable[..., LedgerVisit] = getattr(transitions, name)
    given = GIVEN.get(name, dict)()
    if WAYS[name].computed:
        return way(Visit(KEY, DAY, DAY, DAY, VisitState.PLANNED, written=row), **given)
    return way(row, **given)


@pytest.mark.parametrize("state", VisitState)
@pytest.mark.parametrize("name", sorted(WAYS.keys() - NEW))
def test_a_way_leads_from_its_own_states_to_its_own_states_and_from_no_other(name: str, state: VisitState) -> None:
    if state in WAYS[name].sources:
        assert _gone(name, _row(state)).state in WAYS[name].targets
    else:
        with pytest.raises(TransitionError, match=rf"is {state}.*; {name} leads from"):
            _gone(name, _row(state))


@pytest.mark.parametrize("name", sorted(name for name in WAYS.keys() - NEW if WAYS[name].computed))
def test_a_computed_visit_needs_no_row(name: str) -> None:
    assert _gone(name, None).state in WAYS[name].targets


@pytest.mark.parametrize("name", ["to_be_ordered", "left_out", "kept_waiting", "written_down"])
def test_no_rule_decides_again_about_a_visit_that_was_withheld_for_good(name: str) -> None:
    row = LedgerVisit(KEY, DAY, DAY, DAY, VisitState.WITHHELD, Reason.TERMINATED)
    with pytest.raises(TransitionError, match=r"is withheld \(terminated\)"):
        _gone(name, row)


def test_a_visit_without_a_row_is_called_off_or_stood_for() -> None:
    row = transitions.called_off(KEY, DAY, DAY, DAY)
    assert (row.state, row.pinned, row.asked_for) == (VisitState.PLANNED, True, True)
    covered = transitions.stood_for(VisitKey("1043", "A", DAY), row, pinned=False, completed_on=None)
    assert (covered.state, covered.reason, covered.covered_by) == (VisitState.WITHHELD, Reason.COVERED, "1042")


def test_every_state_is_reached_and_every_one_can_be_left() -> None:
    assert set().union(*(way.targets for way in WAYS.values())) == set(VisitState)
    assert set().union(*(way.sources for way in WAYS.values())) == set(VisitState)


# -- the page --


def _states(cell: str) -> set[str]:
    found = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cell)))
    return found | set(AT_THE_HOST) if "the order's own state" in cell else found


def _table() -> dict[str, tuple[set[str], set[str], bool]]:
    """By way: the states of the page that it leads from, those it leads to, and whether a row says `none`."""
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| ").split(" | ") for line in page.split("## The life of a visit")[1].splitlines() if "|" in line
    ]
    found: dict[str, tuple[set[str], set[str], bool]] = defaultdict(lambda: (set(), set(), False))
    for before, _, after, ways, _ in rows[2:]:
        for way in re.findall(r"`(\w+)`", ways):
            sources, targets, computed = found[way]
            reached = _states(after.partition("then")[0].partition(" under ")[0].partition("with the")[0])
            found[way] = sources | _states(before), targets | reached, computed or before.startswith("none")
    return dict(found)


def test_the_page_has_every_way_with_the_states_it_has() -> None:
    ways = {name: ({*way.sources}, {*way.targets}, way.computed) for name, way in WAYS.items()}
    assert _table() == ways


# -- nobody else --

ROOMS = ("contracts", "store", "actions", "files", "sync", "webhooks")
ELSEWHERE = sorted(
    path
    for room in ROOMS
    for path in (ROOT / "powerup" / room).rglob("*.py")
    if path.name not in ("transitions.py", "visit_rows.py")
)


@pytest.mark.parametrize("file", ELSEWHERE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_module_writes_the_state_of_a_visit(file: Path) -> None:
    """Only the store makes rows, of what it has read; `replace(…, state=…)` is left to what has other states."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            made = ast.unparse(node.func).split(".")[-1]
            assert made != "LedgerVisit", f"{file}:{node.lineno} makes a row of the ledger"
            if made == "replace":
                states = [ast.unparse(each.value) for each in node.keywords if each.arg == "state"]
                assert all(_is_of_something_else(each) for each in states), f"{file}:{node.lineno} writes a state"


def _is_of_something_else(state: str) -> bool:
    return re.fullmatch(r"(Tenant|Installation|Outgoing|Run|Address)State\.\w+", state) is not None
