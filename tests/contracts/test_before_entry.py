"""What lies before the day of entry is counted, and but for the last of it left alone (rules: Generation)."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from powerup.contracts.contract import ReplacedObject, Schedule, Shift, Termination
from powerup.contracts.effects_of_change import effects_of
from powerup.contracts.recurrence import Unit
from powerup.contracts.schedule import due, visits, wake_on
from powerup.contracts.situation import ContractSituation
from powerup.contracts.transitions import written_down
from powerup.contracts.undecided import left_alone
from powerup.contracts.visit import Reason, VisitState
from tests.contracts.cycles import contract, dates, one_cycle, plan, reasons, situation, withheld
from tests.contracts.generated_contracts import FIRST_DAY, LAST_DAY, situations

_AFTER_ENTRY = timedelta(days=40)
NEW_YEAR = date(2026, 1, 1)
_LONG_AGO = date(1990, 1, 1)


@st.composite
def entered_late(draw: st.DrawFn) -> ContractSituation:
    """A contract that no cycle has looked at and that came in some time after its start, perhaps after its end; some of
    its objects may have been replaced, and some of its visits be written, as by a restart."""
    of = draw(situations(st.sampled_from(Schedule)))
    entered_on = draw(st.dates(of.contract.start, LAST_DAY))
    contract = replace(of.contract, entered_on=entered_on)
    if contract.termination is not None and draw(st.booleans()):
        contract = replace(contract, termination=Termination(draw(st.dates(contract.start, entered_on)), "MOVED"))
    if len(contract.objects) > 1 and draw(st.booleans()):
        since = draw(st.dates(contract.start, LAST_DAY))
        contract = replace(contract, replaced=(ReplacedObject("CV-1", "CV-2", since),))
    of = replace(of, contract=contract)
    found = visits(of, contract.start, entered_on, entered_on)
    some = draw(st.lists(st.sampled_from(found), max_size=4)) if found else []
    states = st.sampled_from([VisitState.WITHHELD, VisitState.COMPLETED, VisitState.PLANNED])
    rows = [replace(written_down(each), state=draw(states), pinned=draw(st.booleans())) for each in some]
    return replace(of, ledger={row.key: row for row in rows})


@settings(max_examples=15)
@given(entered_late())
def test_what_is_left_alone_is_counted_as_if_it_were_gone_through(of: ContractSituation) -> None:
    entered_on = of.contract.entered_on
    until = entered_on + _AFTER_ENTRY
    every = Counter(each.reason for each in visits(of, _LONG_AGO, until, entered_on))
    looked_at = visits(of, _LONG_AGO, until, entered_on, before_entry=False)
    assert Counter(each.reason for each in looked_at) + left_alone(of, entered_on) == every


@settings(max_examples=9)
@given(situations(st.sampled_from(Schedule)), st.dates(FIRST_DAY, LAST_DAY))
def test_what_follows_the_entry_is_as_if_all_before_were_written(of: ContractSituation, entered_on: date) -> None:
    of = replace(of, contract=replace(of.contract, entered_on=max(entered_on, of.contract.start)))
    today = of.contract.entered_on
    every = [written_down(each) for each in visits(of, of.contract.start, today, today) if _is_before(each.reason)]
    written = replace(of, ledger={row.key: row for row in every})
    ours, theirs = due(of, today), due(written, today)
    assert [row for row in ours if row.reason is not Reason.BEFORE_ENTRY] == theirs
    now, then = one_cycle(of, today)[0], one_cycle(written, today)[0]
    assert wake_on(now, today) == wake_on(then, today)
    ahead = today + timedelta(days=200)
    assert visits(now, today, ahead, today) == visits(then, today, ahead, today)


def _is_before(reason: Reason | None) -> bool:
    return reason is Reason.BEFORE_ENTRY


class TestAContractWithAPast:
    """Monthly on the 10th since January, entered in April."""

    today = date(2026, 4, 20)

    def _of(self, **fields: Any) -> ContractSituation:
        return situation(contract(plan(month_day=10, **fields), start=NEW_YEAR, entered_on=self.today))

    def test_the_last_visit_before_the_entry_is_written_and_no_other(self) -> None:
        now, rows = one_cycle(self._of(), self.today)
        assert withheld(rows) == dict.fromkeys(dates("2026-04-10"), "before_entry")
        assert one_cycle(now, self.today)[1] == []

    def test_who_asks_for_the_days_before_the_entry_is_told_each_of_them(self) -> None:
        now, _ = one_cycle(self._of(), self.today)
        asked = visits(now, NEW_YEAR, self.today, self.today)
        assert reasons(asked) == dict.fromkeys(
            dates("2026-01-10", "2026-02-10", "2026-03-10", "2026-04-10"), "before_entry"
        )

    def test_a_floating_plan_goes_on_from_where_it_would_have_come_to(self) -> None:
        shifted = {"schedule": Schedule.FLOATING, "shift": Shift.NEXT_WORKING_DAY}
        now, rows = one_cycle(self._of(**shifted), self.today)
        assert withheld(rows) == dict.fromkeys(dates("2026-04-10"), "before_entry")
        assert visits(now, self.today, date(2026, 5, 31), self.today)[0].planned_date == date(2026, 5, 11)

    def test_what_had_ended_before_it_was_entered_is_counted_and_never_named(self) -> None:
        of = self._of()
        ended = replace(of, contract=replace(of.contract, termination=Termination(date(2026, 2, 20), "MOVED")))
        effects = effects_of(None, ended, self.today)
        assert effects.counts()["withheld"] == {"before_entry": 2, "terminated": 14}
        assert all(each.planned_date and each.planned_date >= self.today for each in effects.listed)


def test_twenty_five_daily_plans_since_1900_are_shown_as_quickly_as_those_since_yesterday() -> None:
    """What lies before the entry is 2.3 million visits: gone through, this would take minutes."""
    today = date(2026, 11, 30)
    plans = [plan(f"D{number}", Unit.DAY) for number in range(25)]
    of = contract(*plans, start=date(1900, 1, 1), entered_on=today, objects=("CV-1", "CV-2"), order_per_object=True)
    of = replace(of, end=today + timedelta(days=9))
    days = (today - date(1900, 1, 1)).days
    assert effects_of(None, situation(of), today).counts() == {
        "created": 500,
        "withheld": {"before_entry": days * 50},
    }
