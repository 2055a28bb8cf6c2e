"""What other systems get wrong, each with a test that names it (rules: What other systems get wrong)."""

import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time, timedelta
from itertools import count
from pathlib import Path
from time import tzset
from typing import Any

import pytest
from cryptography.fernet import Fernet

from powerup.contracts.contract import Contract, Lead, Pause, Schedule, Shift, Template, Termination, VisitPlan
from powerup.contracts.effects import EffectKind
from powerup.contracts.recurrence import Moment, Recurrence, Unit
from powerup.contracts.schedule import due, visits
from powerup.contracts.situation import Facts
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.faults import FaultName
from powerup.sandbox.server import SandboxServer
from powerup.store.database import Database
from powerup.store.encryption import Cipher
from powerup.store.ledger import Ledger
from powerup.sync.kit.context import Wish
from powerup.sync.kit.lease import TenantBusyError
from tests.actions import scenes
from tests.contracts.cycles import (
    DUTCH,
    contract,
    dates,
    moved,
    one_cycle,
    ordered,
    plan,
    planned_dates,
    run,
    situation,
    withheld,
)
from tests.sync import workplace
from tests.sync.boundaries import Death, KilledError, watched_host
from tests.sync.workplace import TENANT, Workplace

NEW_YEAR, NEW_YEARS_EVE = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def place(tmp_path: Path, sqlite_template: Path) -> Iterator[Workplace]:
    """A tenant without contracts on New Year's day of 2027, with a host."""
    shutil.copy(sqlite_template, tmp_path / "powerup.db")
    database = Database(f"sqlite:///{tmp_path / 'powerup.db'}", Cipher([Fernet.generate_key().decode()]))
    with SandboxServer(tmp_path / "sandbox") as server:
        fill_with_example(server.host)
        made = Workplace(database, server)
        made.set_up()
        yield made
    database.dispose()


def test_01_day_31_gives_twelve_visits_a_year() -> None:
    """Day 31 gives seven visits a year, or becomes the 28th for ever."""
    of = contract(plan(month_day=31), start=NEW_YEAR)
    found = planned_dates(visits(situation(of), NEW_YEAR, NEW_YEARS_EVE, NEW_YEAR))
    assert [day.day for day in found] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


@pytest.mark.parametrize("to", ["2026-04-20", "2026-05-10"])
def test_02_moving_a_visit_leaves_the_series_as_it_is(to: str) -> None:
    """Moving the last order shifts the series; moving it earlier creates it twice."""
    of = contract(plan(month_day=30), start=date(2026, 4, 1))
    now = situation(of, [moved(date(2026, 4, 30), date.fromisoformat(to))])
    after = run(now, date(2026, 4, 1), date(2026, 7, 31))
    assert sorted(ordered(after.ledger.values())) == dates(to, "2026-05-30", "2026-06-30", "2026-07-30")


def test_03_what_a_pause_withheld_does_not_block_what_comes_after_it() -> None:
    """Suspend and resume leaves no visits, because cancelled dates block them."""
    of = contract(plan(month_day=10), start=NEW_YEAR, pauses=(Pause(date(2026, 2, 1), None),))
    paused = run(situation(of), NEW_YEAR, date(2026, 4, 15))
    assert withheld(paused.ledger.values()) == dict.fromkeys(dates("2026-02-10", "2026-03-10", "2026-04-10"), "paused")
    resumed = replace(paused.contract, pauses=(Pause(date(2026, 2, 1), date(2026, 4, 15)),))
    after = run(replace(paused, contract=resumed), date(2026, 4, 16), date(2026, 6, 30))
    assert sorted(ordered(after.ledger.values())) == dates("2026-01-10", "2026-05-10", "2026-06-10")


@pytest.mark.parametrize(("wish", "becomes"), [("keep", EffectKind.KEPT), ("retract", EffectKind.RETRACTED)])
def test_04_an_earlier_end_names_every_order_that_stands_after_it(wish: str, becomes: EffectKind) -> None:
    """An end date pulled forward leaves the later orders standing, unsaid."""
    before = scenes.ordered(scenes.the_contract())
    later = {row.key for row in before.ledger.values() if row.host_row_id and row.planned_date > date(2026, 12, 30)}
    entered = {"last_day": "2026-12-30", "reason": "MOVED", "existing_orders": wish}
    change = scenes.decide("contract.terminate", scenes.scene(before, readings=scenes.at_host(before)), entered)
    assert later
    assert {effect.key for effect in change.effects.listed if effect.kind is becomes} == later


def test_05_ninety_days_without_a_timer_give_one_order_in_the_past() -> None:
    """Ninety days without a timer gives seventeen orders in the past at once, or none ever."""
    of = contract(plan(unit=Unit.WEEK, weekdays=(0,)), start=date(2026, 1, 5))
    before = run(situation(of), date(2026, 1, 5), date(2026, 2, 1))
    after, rows = one_cycle(before, date(2026, 5, 4))
    assert ordered(rows) == dates("2026-04-27", "2026-05-04")
    assert Counter(withheld(rows).values()) == {"missed": 12}
    assert ordered(one_cycle(after, date(2026, 5, 11))[1]) == dates("2026-05-11")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "Pacific/Auckland"])
def test_06_nine_o_clock_stays_nine_o_clock(place: Workplace, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """09:00 becomes 10:00 after the clocks change, or when the timer's user has no time zone."""
    template = Template("Onderhoud", "op rekening", employee="1", start_time=time(9), duration_minutes=60)
    mondays = VisitPlan("A", Recurrence(Unit.WEEK, weekdays=(0,)))
    place.add(workplace.contract(start=date(2027, 3, 22), template=template, plans=(mondays,), lead=Lead(10)))
    monkeypatch.setenv("TZ", zone)
    tzset()
    try:
        place.run(date(2027, 3, 22))
    finally:
        monkeypatch.undo()
        tzset()
    orders = place.server.host.orders.all()
    assert {order.fields["WorkDate"]: order.fields["WorkTime"] for order in orders} == {
        "22-03-2027": "09:00",
        "29-03-2027": "09:00",
    }


def test_07_one_bad_contract_stands_alone_and_says_why(place: Workplace) -> None:
    """One bad contract blocks the whole batch, and nobody sees why."""
    bad = workplace.contract("1002", customer="9999", lead=Lead(30))
    place.add(workplace.contract("1001", lead=Lead(30)), bad, workplace.contract("1003", lead=Lead(30)))
    report = place.run()
    assert (report.ordered, report.failed) == (2, 1)
    (failed,) = place.ledger(VisitState.FAILED)
    assert failed.key.contract == "1002"
    assert "9999" in (failed.refusal or "")


def test_08_a_crash_around_any_call_neither_doubles_nor_loses_an_order(place: Workplace) -> None:
    """A crash between the host's answer and the commit gives a second order, or loses one."""
    place.server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
    for boundary in count(1):
        death = Death(boundary)
        place.add(workplace.contract(str(boundary), lead=Lead(30)))
        _run_until_killed(place, death)
        place.clock.go_on(seconds=61)
        place.run(by_person=True)
        assert place.numbers() == sorted(f"C{number}-A-20270131-ALL" for number in range(1, boundary + 1))
        if not death.struck:
            break
    assert boundary > 5


def _run_until_killed(place: Workplace, death: Death) -> None:
    place.wrap_host = lambda host: watched_host(host, death)
    try:
        place.cycles("killed").run(TENANT, Wish(by_person=True))
    except KilledError:
        assert death.struck
    finally:
        place.wrap_host = lambda host: host


def test_09_a_visit_that_could_not_be_ordered_is_still_there_and_ordered_later(place: Workplace) -> None:
    """A failed creation still moves the pointer: the visit is gone."""
    place.add(workplace.contract(lead=Lead(30)))
    place.fault(FaultName.REFUSE_RECORD, calls=frozenset({1, 2}))
    assert place.run().failed == 1
    assert [visit.key.nominal_date for visit in place.ledger(VisitState.FAILED)] == [date(2027, 1, 31)]
    assert place.run(by_person=True).ordered == 1
    assert place.numbers() == ["C1001-A-20270131-ALL.r2"]


def test_10_a_cycle_reads_no_more_after_ten_years_than_after_one(place: Workplace) -> None:
    """The next tick costs more with every year of history."""
    read = []
    for years in (1, 10):
        since = date(2027 - years, 1, 1)
        old = workplace.contract(str(years), start=since, entered_on=since, settled_through=date(2026, 12, 31))
        place.add(old)
        with place.database.write() as connection:
            Ledger(connection, TENANT).add(_history(old))
            read.append(len(Ledger(connection, TENANT).for_schedule([old])[old.number]))
    assert read == [1, 1]  # December, which closed days may have shifted


def _history(of: Contract) -> list[LedgerVisit]:
    """Every visit of the contract before 2027, done."""
    past = situation(replace(of, settled_through=None))
    rows = visits(past, of.start, NEW_YEARS_EVE, of.start)
    assert len(rows) == 12 * (2027 - of.start.year)
    return [
        LedgerVisit(row.key, row.planned_date, row.generation_date, row.deadline, VisitState.SETTLED) for row in rows
    ]


def test_11_intervals_and_moments_are_what_they_say() -> None:
    """ "Every 10 days" gives tomorrow; "second Tuesday" gives the first."""
    ten_days = contract(plan(unit=Unit.DAY, every=10), start=NEW_YEAR)
    found = visits(situation(ten_days), NEW_YEAR, date(2026, 1, 31), NEW_YEAR)
    assert planned_dates(found) == dates("2026-01-01", "2026-01-11", "2026-01-21", "2026-01-31")
    second_tuesday = contract(plan(moment=Moment(2, 1)), start=NEW_YEAR)
    found = visits(situation(second_tuesday), NEW_YEAR, date(2026, 3, 31), NEW_YEAR)
    assert planned_dates(found) == dates("2026-01-13", "2026-02-10", "2026-03-10")


TENTH_OF_MARCH = date(2026, 3, 10)
RUNNING = contract(
    plan(month_day=10),
    start=NEW_YEAR,
    objects=("CV-1",),
    order_per_object=True,
    settled_through=TENTH_OF_MARCH - timedelta(days=1),
)


@pytest.mark.parametrize(
    ("of", "facts"),
    [
        (replace(RUNNING, end=date(2026, 3, 9)), Facts()),
        (replace(RUNNING, termination=Termination(date(2026, 3, 9), "MOVED")), Facts()),
        (RUNNING, Facts(retired_objects=frozenset({"CV-1"}))),
        (RUNNING, Facts(customer_blocked=True)),
    ],
    ids=["ended", "terminated", "object retired", "customer blocked"],
)
def test_12_what_has_ended_or_is_out_of_use_gets_no_orders(of: Contract, facts: Facts) -> None:
    """Ended contracts, dead objects and cancelled customers still get orders."""
    assert ordered(due(situation(RUNNING), TENTH_OF_MARCH)) == [TENTH_OF_MARCH]
    assert ordered(due(situation(of, facts=facts), TENTH_OF_MARCH)) == []


def test_13_an_edit_renumbers_nothing_and_brings_nothing_back() -> None:
    """Editing a rule renumbers every order, or brings back dates that people had deleted."""
    before = scenes.ordered(scenes.the_contract())
    deleted, skipped, *others = sorted(
        (row for row in before.ledger.values() if row.host_row_id), key=lambda row: row.key
    )
    gone = {
        deleted.key: replace(deleted, state=VisitState.REMOVED),
        skipped.key: replace(skipped, state=VisitState.WITHHELD, reason=Reason.SKIPPED, workorder_no=None),
    }
    before = replace(before, ledger={**before.ledger, **gone})
    entered = {"plans": [{"name": "A", "month_day": 20}]}
    change = scenes.decide("contract.edit", scenes.scene(before, readings=scenes.at_host(before)), entered)
    assert change.contract is not None
    after = replace(before, contract=change.contract, ledger=_with(before.ledger, change.ledger))
    assert {key: after.ledger[key] for key in before.ledger} == dict(before.ledger)
    seen = visits(after, date(2026, 12, 1), date(2027, 1, 31), scenes.TODAY)
    per_month = Counter((visit.key.object, visit.key.nominal_date.replace(day=1)) for visit in seen)
    assert others
    assert set(per_month.values()) == {1}


def _with(ledger: Any, rows: tuple[LedgerVisit, ...]) -> dict[VisitKey, LedgerVisit]:
    return {**ledger, **{row.key: row for row in rows}}


def test_14_completing_again_or_reopening_makes_no_second_order() -> None:
    """Completing twice, or re-opening, makes another order."""
    of = contract(plan(unit=Unit.DAY, every=10, schedule=Schedule.FLOATING), start=NEW_YEAR, lead=Lead(20))
    now, (first,) = one_cycle(situation(of), NEW_YEAR)
    for state, completed_on, follows in (
        (VisitState.COMPLETED, date(2026, 1, 4), ["2026-01-14"]),
        (VisitState.COMPLETED, date(2026, 1, 4), []),
        (VisitState.IN_PROGRESS, None, []),
        (VisitState.COMPLETED, date(2026, 1, 6), []),
        (VisitState.SETTLED, date(2026, 1, 6), []),
    ):
        changed = replace(first, state=state, completed_on=completed_on)
        now, rows = one_cycle(replace(now, ledger={**now.ledger, first.key: changed}), date(2026, 1, 6))
        assert ordered(rows) == dates(*follows)


def test_15_every_object_has_the_dates_of_the_same_period() -> None:
    """With several objects, the second gets the next period's date."""
    of = contract(plan(month_day=15), start=NEW_YEAR, objects=("CV-1", "CV-2", "CV-3"), order_per_object=True)
    found = visits(situation(of), NEW_YEAR, date(2026, 3, 31), NEW_YEAR)
    by_object = {code: [visit.key.nominal_date for visit in found if visit.key.object == code] for code in of.objects}
    assert set(map(tuple, by_object.values())) == {tuple(dates("2026-01-15", "2026-02-15", "2026-03-15"))}


@pytest.mark.parametrize("shift", [Shift.PREVIOUS_WORKING_DAY, Shift.NEXT_WORKING_DAY, Shift.NEAREST])
def test_16_a_shift_never_feeds_back_into_the_series(shift: Shift) -> None:
    """A calendar shift feeds back into "next" and the series wanders."""
    of = contract(plan(month_day=3, shift=shift), start=NEW_YEAR)
    after = run(situation(of), NEW_YEAR, date(2028, 12, 31))
    assert [key.nominal_date.day for key in after.ledger] == [3] * 36
    assert all(DUTCH.is_working_day(row.planned_date) for row in after.ledger.values())
    assert any(row.planned_date != row.key.nominal_date for row in after.ledger.values())


def test_17_two_workers_at_once_make_every_order_once(place: Workplace) -> None:
    """Two workers make everything twice."""
    place.server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
    place.add(*[workplace.contract(str(number), lead=Lead(30)) for number in range(1001, 1021)])

    def work(name: str) -> int:
        try:
            return place.cycles(name).run(TENANT, Wish()).ordered
        except TenantBusyError:
            return 0

    with ThreadPoolExecutor(2) as workers:
        made = list(workers.map(work, ["one", "two", "one", "two"]))
    assert sum(made) == len(place.numbers()) == len(set(place.numbers())) == 20


def test_18_reading_orders_from_the_host_leaves_them_as_they_are(place: Workplace) -> None:
    """Reading orders from the host changes them (`update_status`)."""
    place.add(workplace.contract(lead=Lead(60)))
    for _ in range(3):
        place.run(by_person=True)
    reads = place.server.host.calls.listed(endpoints=("GetWorkorder", "GetWorkorders"))
    assert {call.parameters["update_status"] for call in reads} == {"false"}
    assert {order.status for order in place.server.host.orders.all()} == {"Klaargezet"}
