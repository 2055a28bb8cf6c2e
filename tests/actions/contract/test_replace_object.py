"""Another object in the place of one (rules: Actions, replace object)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from powerup.actions.kit.answer import InvalidInput, NotPossible
from powerup.actions.kit.change import Change
from powerup.actions.kit.request import Target, TargetType
from powerup.contracts.contract import Lead, ReplacedObject, Schedule
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.transitions import taken_back
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState, visit_key
from powerup.contracts.why import why
from powerup.outsmart.records import HostObject
from tests.actions.scenes import AT_HOST, TODAY, at_host, decide, ordered, scene, the_contract
from tests.contracts.cycles import ORDERED, Line, done_on_its_day, forecast_lines, ledger_lines, run
from tests.contracts.generated_contracts import FIRST_DAY, situations

WITH_THE_NEW = {**AT_HOST.objects, "CV-9": HostObject("CV-9", "1001")}
APRIL = {"old": "CV-1", "new": "CV-9", "from": "2027-04-01"}


def _replace(about: ContractSituation, entered: dict[str, Any], today: date = TODAY) -> Change:
    readings = replace(at_host(about), objects=WITH_THE_NEW)
    return decide("contract.replace_object", scene(about, today=today, readings=readings), entered)


def _after(about: ContractSituation, change: Change) -> ContractSituation:
    """With what the sync does then: orders that are taken back are deleted."""
    rows = [taken_back(row) if row.state is VisitState.RETRACTING else row for row in change.ledger]
    ledger = {**about.ledger, **{row.key: row for row in rows}}
    return replace(about, contract=change.contract or about.contract, ledger=ledger)


def _days(about: ContractSituation, code: str, until: date = date(2027, 8, 1)) -> list[str]:
    found = visits(about, TODAY, until, TODAY)
    comes = (visit for visit in found if visit.state is not VisitState.WITHHELD and visit.key.object == code)
    return [visit.planned_date.isoformat() for visit in comes]


def test_from_its_day_on_the_new_object_has_the_visits_of_the_old_one() -> None:
    about = ordered(the_contract())
    after = _after(about, _replace(about, APRIL))
    assert after.contract.objects == ("CV-1", "CV-9", "CV-2")
    assert _days(after, "CV-1") == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]
    assert _days(after, "CV-9") == ["2027-04-30", "2027-05-31", "2027-06-30", "2027-07-31"]
    assert _days(after, "CV-2") == _days(about, "CV-2")


def test_an_order_that_stays_is_not_made_a_second_time_for_the_new_object() -> None:
    about = ordered(the_contract())
    change = _replace(about, APRIL | {"from": "2027-01-01"})
    assert [
        (each.kind.value, each.key.object) for each in change.effects.listed if str(each.planned_date) == "2027-01-31"
    ] == [("kept", "CV-1")]
    after = _after(about, change)
    assert _days(after, "CV-1") == ["2026-12-31", "2027-01-31"]
    assert _days(after, "CV-9")[0] == "2027-02-28"
    (answer,) = [
        each for each in why(after, date(2027, 1, 31), TODAY) if each.visit and each.visit.key.object == "CV-9"
    ]
    assert answer.covered_by == VisitKey("1042", "A", date(2027, 1, 31), "CV-1")


def test_an_order_that_has_not_started_is_taken_back_and_made_for_the_new_object_when_chosen() -> None:
    about = ordered(the_contract())
    change = _replace(about, APRIL | {"from": "2027-01-01", "existing_orders": "retract"})
    assert change.at_host
    told = {(each.kind.value, each.key.object, str(each.planned_date)) for each in change.effects.listed}
    assert {("retracted", "CV-1", "2027-01-31"), ("created", "CV-9", "2027-01-31")} <= told
    assert _days(_after(about, change), "CV-1") == ["2026-12-31"]
    assert _days(_after(about, change), "CV-9")[0] == "2027-01-31"


def test_what_a_person_decided_about_days_to_come_goes_along() -> None:
    about = ordered(the_contract())
    moved, skipped, early = (
        LedgerVisit(VisitKey("1042", "A", nominal, "CV-1"), day, day, day, state, reason, pinned=reason is None)
        for nominal, day, state, reason in (
            (date(2027, 4, 30), date(2027, 5, 6), VisitState.PLANNED, None),
            (date(2027, 5, 31), date(2027, 5, 31), VisitState.WITHHELD, Reason.SKIPPED),
            (date(2027, 6, 30), date(2027, 3, 20), VisitState.PLANNED, None),
        )
    )
    about = replace(about, ledger={**about.ledger, **{row.key: row for row in (moved, skipped, early)}})
    after = _after(about, _replace(about, APRIL))
    assert _days(after, "CV-1") == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-20", "2027-03-31"]
    assert _days(after, "CV-9") == ["2027-05-06", "2027-07-31"]


def test_a_visit_is_not_moved_to_where_another_object_is_visited() -> None:
    about = ordered(
        the_contract(objects=("CV-1", "CV-9"), replaced=(ReplacedObject("CV-1", "CV-9", date(2027, 4, 1)),))
    )
    for visit, to in (("1042:A:2027-03-31:CV-1", "2027-04-02"), ("1042:A:2027-04-30:CV-9", "2027-03-30")):
        on = replace(scene(about), target=Target(TargetType.VISIT, visit), visit=visit_key(visit))
        with pytest.raises(InvalidInput, match="Another object"):
            decide("visit.move", on, {"to": to})


def test_one_order_for_all_carries_the_object_that_is_visited_on_its_day() -> None:
    about = ordered(the_contract(order_per_object=False))
    change = _replace(about, APRIL)
    assert change.effects.counts() == {}
    contract = change.contract or about.contract
    of_all = VisitKey(contract.number, "A", date(2027, 3, 31))
    assert contract.carried_on(date(2027, 3, 31), of_all, ()) == ("CV-1", "CV-2")
    assert contract.carried_on(date(2027, 4, 30), of_all, ()) == ("CV-9", "CV-2")


@pytest.mark.parametrize(
    ("entered", "pointer"),
    [
        ({"old": "CV-3"}, "/input/old"),
        ({"new": "CV-2"}, "/input/new"),
        ({"new": "CV-8"}, "/input/new"),
        ({"from": "2026-12-27"}, "/input/from"),
    ],
)
def test_what_cannot_be_replaced_is_refused(entered: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _replace(ordered(the_contract()), APRIL | entered)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


def test_a_replaced_object_is_not_replaced_again_and_the_new_one_can_be() -> None:
    about = _after(start := ordered(the_contract()), _replace(start, APRIL))
    with pytest.raises(InvalidInput):
        _replace(about, APRIL | {"new": "CV-8"})
    again = {"old": "CV-9", "new": "CV-1b", "from": "2027-06-01"}
    readings = replace(AT_HOST, objects={**WITH_THE_NEW, "CV-1b": HostObject("CV-1b", "1001")})
    after = _after(about, decide("contract.replace_object", scene(about, readings=readings), again))
    assert _days(after, "CV-9") == ["2027-04-30", "2027-05-31"]
    assert _days(after, "CV-1b") == ["2027-06-30", "2027-07-31"]


def _at_the_host(about: ContractSituation) -> ContractSituation:
    rows = (
        replace(row, state=VisitState.ORDERED, host_row_id=place, attempts=1)
        if row.state is VisitState.ORDERING
        else row
        for place, row in enumerate(about.ledger.values(), 1)
    )
    return replace(about, ledger={row.key: row for row in rows})


def _that_come(lines: list[Line]) -> list[Line]:
    """The visits that come, those of the new object as if they were the old one's."""
    named = {"CV-9": "CV-1"}
    found = (line for line in lines if line.outcome == ORDERED)
    return sorted(line._replace(object_code=named.get(line.object_code, line.object_code)) for line in found)


@settings(deadline=None, max_examples=8)
@given(
    situations(st.sampled_from(Schedule)), st.integers(0, 60), st.integers(0, 12), st.sampled_from(["keep", "retract"])
)
def test_a_replaced_object_makes_no_visit_twice_and_loses_none(
    start: ContractSituation, days: int, later: int, existing: str
) -> None:
    # With overlap days a visit of the one object would replace one of the other, which is another machine.
    made = replace(start.contract, objects=("CV-1", "CV-2"), order_per_object=True, overlap_days=0)
    plans = tuple(replace(plan, lead=None) for plan in made.plans)
    made = replace(made, lead=Lead(40), plans=plans)  # so that there are orders that stay or are taken back
    start = replace(start, contract=made, facts=Facts())
    today = FIRST_DAY + timedelta(days=days)
    now = _at_the_host(run(start, FIRST_DAY, today, done_on_its_day))
    entered = {"old": "CV-1", "new": "CV-9", "from": (today + timedelta(days=later)).isoformat()}
    try:
        change = _replace(now, entered | {"existing_orders": existing}, today)
    except NotPossible:
        assume(False)
    after, until = _after(now, change), today + timedelta(days=150)

    def lines(of: ContractSituation) -> list[Line]:
        return _that_come(forecast_lines(of, FIRST_DAY, until, today))

    assert lines(after) == lines(now)
    then = today + timedelta(days=50)
    assert _that_come(ledger_lines(run(after, today, then, done_on_its_day))) == _that_come(
        ledger_lines(run(now, today, then, done_on_its_day))
    )
