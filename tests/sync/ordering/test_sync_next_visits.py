"""Next visits of contracts that come from another system, through cycles and the host (rules: Next visit)."""

from dataclasses import replace
from datetime import date

import pytest

from powerup.contracts.contract import Lead, Schedule
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Reason, VisitState
from tests.contracts.cycles import DUTCH, SETTINGS, plan
from tests.contracts.test_next_visit import EXAMPLES, Example, day
from tests.sync.workplace import NEW_YEAR, Workplace, contract


def test_worked_examples_of_the_page_come_to_the_host(place: Workplace) -> None:
    """One contract for each, entered on the first of January 2027, and cycles of half a year. A floating one waits for
    its completion: that is `test_sync_floating.py`."""
    of = {
        str(1001 + number): replace(
            example.contract(), number=str(1001 + number), name=example.words, entered_on=NEW_YEAR, lead=Lead(30)
        )
        for number, example in enumerate(EXAMPLES)
        if example.object_code is None and example.rule.schedule is Schedule.FIXED
    }
    place.configure(change_cap=1000)
    place.add(*of.values())
    until = date(2027, 6, 30)
    place.run_through(until, 20)
    made = {
        number: sorted(row.planned_date for row in place.ledger(VisitState.ORDERED) if row.key.contract == number)
        for number in of
    }
    told = {
        number: [
            visit.planned_date
            for visit in visits(ContractSituation(each, DUTCH, SETTINGS), NEW_YEAR, date(2027, 7, 30), NEW_YEAR)
            if visit.reason is None
        ]
        for number, each in of.items()
    }
    assert made == told
    withheld = {row.reason for row in place.ledger(VisitState.WITHHELD)}
    assert withheld == {Reason.BEFORE_ENTRY, Reason.BEFORE_NEXT_VISIT}


def _of_two_objects() -> list[Example]:
    return [example for example in EXAMPLES if example.object_code]


@pytest.mark.parametrize("entered", [NEW_YEAR, date(2027, 2, 20)])
def test_each_object_goes_on_with_its_own(place: Workplace, entered: date) -> None:
    """Also when it is entered after its next visit: that is overdue then, and ordered all the same."""
    one, other = _of_two_objects()
    rule = replace(one.rule, next_visit=day(one.next_visit))
    place.add(contract(start=day(one.start), plans=(rule,), entered_on=entered, **one.of_contract))
    place.run_through(date(2027, 5, 10), 1 if entered == NEW_YEAR else 9)
    found = {
        code: [row.planned_date for row in place.ledger(VisitState.ORDERED) if row.key.object == code]
        for code in ("CV-1", "CV-2")
    }
    until = date(2027, 5, 10)
    assert found == {
        example.object_code: [day(text) for text in example.then if day(text) <= until] for example in (one, other)
    }


def test_entered_late_the_latest_overdue_one_is_ordered(place: Workplace) -> None:
    place.add(contract(start=date(2026, 1, 1), plans=(plan(next_visit=date(2026, 10, 5)),), entered_on=NEW_YEAR))
    place.run(NEW_YEAR)
    assert place.numbers() == ["C1001-A-20261205-ALL"]
    missed = [row.planned_date for row in place.ledger() if row.reason is Reason.MISSED]
    assert missed == [date(2026, 10, 5), date(2026, 11, 5)]
