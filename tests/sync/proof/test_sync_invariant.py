"""Whatever people press here and change there, and whatever the host loses: no work order twice, none lost, and what is
forecast is what comes (rules: The two ideas; architecture: Proof)."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import Contract, Schedule
from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.visit import Visit, VisitState
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.store.all_tables import METADATA
from powerup.store.database import Database
from tests.contracts.generated_contracts import FIRST_DAY, contracts
from tests.sync.lives import (
    FAULTS,
    Life,
    contract_target,
    do_what_is_due,
    people_change_our_orders,
    tenant_target,
    visit_target,
)
from tests.sync.workplace import Clock, Workplace, moment

both_schedules = st.sampled_from(Schedule)
A_DAY = timedelta(days=1)
PRESSES = ("pause", "resume", "end and restart", "move", "skip", "order_now", "edit", "release")
# More of them: `python -m tests.endurance lives`. What fails is told as a story; shrinking it would take hours.
OF_THESE = settings(
    max_examples=int(os.environ.get("LIVES", "2")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


@contextmanager
def a_life(database: Database, data: st.DataObject, kinds: st.SearchStrategy[Schedule]) -> Iterator[Life]:
    """Two made-up contracts at a host of their own, in an empty database."""
    with database.write() as connection:
        for table in reversed(METADATA.sorted_tables):
            connection.execute(table.delete())
    with (
        tempfile.TemporaryDirectory() as directory,
        SandboxServer(Path(directory)) as server,
    ):
        fill_with_example(server.host)
        server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
        place = Workplace(database, server, Clock(moment(FIRST_DAY)))
        place.set_up()
        place.configure(change_cap=data.draw(st.sampled_from([3, 50, 1000]), "change_cap"), batch_size=3)
        place.add(*[_numbered(data.draw(contracts(kinds)), str(1001 + each)) for each in range(2)])
        life = Life(place, FIRST_DAY)
        life.cycle()
        yield life


def _numbered(made: Contract, number: str) -> Contract:
    """The contract under that number, entered by the first day: nobody presses a button on one that is not there."""
    return replace(made, number=number, entered_on=min(made.entered_on, FIRST_DAY))


def _press_something(life: Life, data: st.DataObject, work: Callable[[Life], None]) -> None:
    """One press on a contract or on one of its coming visits; work is done on the days that go by for it."""
    number = data.draw(st.sampled_from(_numbers(life)), "contract")
    today = life.today
    press = data.draw(
        st.sampled_from(["pause", "resume", "end and restart", "move", "skip", "order_now", "edit"]), "press"
    )
    if press == "pause":
        length = data.draw(st.integers(0, 40), "days of pause")
        entered = {"from": _text(today + A_DAY), "until": _text(today + A_DAY + timedelta(days=length))}
        life.press(
            "contract.pause", contract_target(life, number), reason="winter", existing_orders="retract", **entered
        )
    elif press == "release":
        life.press("contract.release", contract_target(life, number))
    elif press == "resume":
        life.press("contract.resume", contract_target(life, number), on=_text(today + timedelta(days=3)))
    elif press == "end and restart":
        last_day = today + timedelta(days=data.draw(st.integers(0, 10), "days until the end"))
        life.press(
            "contract.terminate", contract_target(life, number), last_day=_text(last_day), reason="MOVED", remark=""
        )
        life.go_on_to(last_day + A_DAY, work)
        existing = data.draw(st.sampled_from(["keep", "retract"]), "existing orders")
        life.press("contract.restart", contract_target(life, number), existing_orders=existing)
    elif press == "edit":
        edited = {"days_in_advance": data.draw(st.sampled_from([0, 10, 40]), "days in advance")}
        life.press("contract.edit", contract_target(life, number), retract_not_started=True, **edited)
    else:
        _press_on_a_visit(life, data, number, press)


def _press_on_a_visit(life: Life, data: st.DataObject, number: str, press: str) -> None:
    ahead = life.forecast(life.today, life.today + timedelta(days=90))
    found = [visit for visit in ahead if visit.key.contract == number and visit.state is not VisitState.WITHHELD]
    if not found:
        return
    visit = data.draw(st.sampled_from(found), "visit")
    days = timedelta(days=data.draw(st.integers(0, 15), "days"))
    entered: dict[str, Any] = {
        "move": {"to": _text(life.today + days)},
        "skip": {"reason": "not at home"},
        "order_now": {},
    }[press]
    life.press(f"visit.{press}", visit_target(visit), **entered)


def _numbers(life: Life) -> list[str]:
    return sorted({"1001", "1002"} | {visit.key.contract for visit in life.place.ledger()})


def _text(day: date) -> str:
    return day.isoformat()


@OF_THESE
@given(st.data())
def test_no_order_is_lost_or_there_twice_whatever_goes_wrong(database: Database, data: st.DataObject) -> None:
    with a_life(database, data, both_schedules) as life:
        work = people_change_our_orders(data)
        life.faults = FAULTS
        life.go_wrong()
        for _ in range(6):
            life.go_on_to(life.today + timedelta(days=data.draw(st.integers(1, 20), "days go by")), work)
            _press_something(life, data, work)
            life.killed_cycle(data.draw(st.integers(1, 30), "killed at"))
        life.calm_down()
        assert list(life.what_is_wrong()) == [], "\n".join(life.story)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a forecast says is not of a database
@OF_THESE
@given(st.data())
def test_the_forecast_of_today_is_what_the_cycles_then_order(database: Database, data: st.DataObject) -> None:
    with a_life(database, data, both_schedules) as life:
        for _ in range(3):
            life.go_on_to(life.today + timedelta(days=data.draw(st.integers(1, 15), "days go by")), do_what_is_due)
            _press_something(life, data, do_what_is_due)
        life.press("tenant.release", tenant_target())
        life.calm_down()
        do_what_is_due(life)  # what is open and overdue is forecast as done today
        until = life.today + timedelta(days=100)
        told = _lines(life.forecast(life.today, until))
        since = life.today
        life.go_on_to(until + A_DAY, do_what_is_due)
        assert _lines(life.forecast(since, until)) == told, "\n".join(life.story)
        assert list(life.what_is_wrong()) == [], "\n".join(life.story)


def _lines(found: list[Visit]) -> list[str]:
    """What comes and why the rest does not; an order that is under way, done or still to be made comes."""
    lines = []
    for visit in found:
        if visit.reason in AFTER_THE_END and visit.state is VisitState.WITHHELD:
            continue
        comes = visit.reason if visit.state is VisitState.WITHHELD else "comes"
        lines.append(f"{visit.planned_date} {visit.key} {comes}")
    return sorted(lines)
