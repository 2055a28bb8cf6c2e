"""No press passes a latest date unconfirmed (rules: Recurrence, latest)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from powerup.actions.kit.answer import Answer, AnswerStatus
from powerup.actions.kit.answer_document import answer_document
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.confirmation import Confirmations, Shown
from powerup.actions.kit.request import Request, Target, TargetType
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Shift, VisitPlan
from powerup.contracts.effects import Effects
from powerup.contracts.latest import LatestDate
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import Period, PeriodUnit, add_period
from powerup.contracts.visit import LedgerVisit, VisitKey, VisitState
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.texts import Reader
from tests.actions.acting import act_at_once
from tests.actions.scenes import AT_HOST, CALENDAR, PLANNER, TODAY, the_contract

NOW = datetime(2026, 12, 28, 10, 0, tzinfo=UTC)
AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
CONFIRMATIONS = Confirmations("secret of these tests")
DONE = date(2026, 3, 10)
INSPECTION = VisitPlan(
    "A", Recurrence(Unit.YEAR), latest_after=Period(12, PeriodUnit.MONTH), basis="NEN 3140", shift=Shift.AS_IS
)
PASSED = LatestDate("A", "", date(2027, 3, 10), DONE, "NEN 3140", done=True, comes_on=date(2027, 3, 20))

_numbers = count(1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with opened.write() as connection:
        Tenants(connection).add(
            Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
        )
    yield opened
    opened.dispose()


def inspected(database: Database, plan: VisitPlan = INSPECTION) -> str:
    """A contract whose inspection was done last on the day of its start; its number."""
    number = f"L{next(_numbers)}"
    of = the_contract(
        number=number,
        start=DONE,
        entered_on=DONE,
        plans=(plan,),
        order_per_object=False,
        settled_through=TODAY - timedelta(days=1),
    )
    row = LedgerVisit(
        VisitKey(number, plan.name, DONE), DONE, DONE, DONE, VisitState.SETTLED, workorder_no=f"W-{number}"
    )
    with database.write() as connection:
        Contracts(connection, "ten_1").add(of)
        Ledger(connection, "ten_1").add([replace(row, completed_on=DONE)])
    return number


def press(
    database: Database, action: str, number: str, entered: dict[str, Any], *, visit: date | None = None, **more: Any
) -> Answer:
    target = Target(TargetType.CONTRACT, number)
    if visit is not None:
        target = Target(TargetType.VISIT, f"{number}:A:{visit}:")
    request = Request(action, target, PLANNER, entered, intent_id="int_1", **more)
    with database.write() as connection:
        return act_at_once(connection, AROUND, request, AT_HOST, CONFIRMATIONS, NOW)


YEAR_AHEAD = date(2027, 3, 10)
SHIFTED_BY_A_RANGE = {
    "plans": [{"name": "A", "shift": "next_working_day"}],
    "closed_ranges": [{"from": "2027-03-08", "until": "2027-03-19", "name": "Park dicht"}],
}


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize(
    ("action", "entered", "visit"),
    [
        ("visit.move", {"to": "2027-03-20"}, YEAR_AHEAD),
        ("visit.skip", {"reason": ""}, YEAR_AHEAD),
        ("contract.pause", {"from": "2027-03-01", "until": "2027-03-31", "reason": ""}, None),
        ("contract.edit", {"plans": [{"name": "A", "every": 2}]}, None),
        ("contract.edit", SHIFTED_BY_A_RANGE, None),
        ("contract.terminate", {"last_day": "2027-03-01", "reason": "MOVED"}, None),
    ],
)
def test_what_passes_it_is_confirmed_and_says_the_day_and_the_basis(
    database: Database, action: str, entered: dict[str, Any], visit: date | None
) -> None:
    number = inspected(database)
    asked = press(database, action, number, entered, visit=visit)
    assert asked.status is AnswerStatus.NEEDS_CONFIRMATION
    document = answer_document(asked, Reader("nl"))
    assert document["latest_dates"][0]["latest_date"] == "2027-03-10"
    assert document["warnings"][0].startswith("Beurt A: moet uiterlijk 10 maart 2027 (NEN 3140) gedaan zijn")
    assert asked.confirmation is not None
    done = press(database, action, number, entered, visit=visit, confirmation=asked.confirmation.token)
    assert done.status is AnswerStatus.SUCCEEDED


@on_sqlite
def test_a_visit_that_stays_in_time_is_moved_at_once(database: Database) -> None:
    moved = press(database, "visit.move", inspected(database), {"to": "2027-03-05"}, visit=YEAR_AHEAD)
    # Done five days earlier, the next inspection would be five days too late; so it is asked.
    assert [each.day for each in moved.latest_dates] == [date(2028, 3, 5)]
    number = inspected(database, replace(INSPECTION, latest_after=Period(13, PeriodUnit.MONTH)))
    moved = press(database, "visit.move", number, {"to": "2027-03-05"}, visit=YEAR_AHEAD)
    assert (moved.status, moved.latest_dates) == (AnswerStatus.SUCCEEDED, ())


def test_a_confirmation_holds_for_the_latest_dates_that_were_shown_and_no_others() -> None:
    request = Request("visit.move", Target(TargetType.VISIT, "1:A:2027-03-10:"), PLANNER, {"to": "2027-03-20"})
    without, passing = Shown(Effects()), Shown(Effects(), (PASSED,))
    later = Shown(Effects(), (replace(PASSED, comes_on=date(2027, 3, 21)),))
    for shown in (without, passing):
        token = CONFIRMATIONS.issue(request, 1, shown, NOW).token
        confirmed = replace(request, confirmation=token)
        holds = [CONFIRMATIONS.confirms(confirmed, 1, each, NOW) for each in (without, passing, later)]
        assert holds == [shown is without, shown is passing, False]


DAYS = st.integers(0, 500).map(lambda number: TODAY + timedelta(days=number))
LENGTHS = st.builds(Period, st.integers(1, 14), st.just(PeriodUnit.MONTH))
PLANS = st.builds(
    VisitPlan,
    name=st.just("A"),
    recurrence=st.builds(Recurrence, st.just(Unit.MONTH), st.integers(1, 12)),
    shift=st.sampled_from(Shift),
    latest_after=LENGTHS,
)
PRESSES: st.SearchStrategy[tuple[str, dict[str, Any], int | None]] = st.one_of(
    st.tuples(st.just("visit.move"), DAYS.map(lambda day: {"to": str(day)}), st.integers(0, 3)),
    st.tuples(st.just("visit.skip"), st.just({}), st.integers(0, 3)),
    st.tuples(
        st.just("contract.pause"),
        st.tuples(DAYS, st.integers(0, 90)).map(
            lambda each: {"from": str(each[0]), "until": str(each[0] + timedelta(days=each[1]))}
        ),
        st.none(),
    ),
    st.tuples(
        st.just("contract.edit"),
        st.builds(lambda every: {"plans": [{"name": "A", "every": every}]}, st.integers(1, 15)),
        st.none(),
    ),
    st.tuples(st.just("contract.edit"), DAYS.map(lambda day: {"end": str(day)}), st.none()),
    st.tuples(
        st.just("contract.edit"),
        st.tuples(DAYS, st.integers(0, 60), st.booleans()).map(
            lambda each: {
                "closed_ranges": [
                    {
                        "from": str(each[0]),
                        "until": str(each[0] + timedelta(days=each[1])),
                        "name": "Dicht",
                        "every_year": each[2],
                    }
                ]
            }
        ),
        st.none(),
    ),
)


@on_sqlite
@given(plan=PLANS, presses=st.lists(PRESSES, min_size=1, max_size=3))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_press_passes_a_latest_date_unconfirmed(
    database: Database, plan: VisitPlan, presses: list[tuple[str, dict[str, Any], int | None]]
) -> None:
    number = inspected(database, plan)
    for action, entered, place in presses:
        before = stands(database, number)
        visit = coming(before)[place].key.nominal_date if place is not None and len(coming(before)) > place else None
        if place is not None and visit is None:
            continue
        answer = press(database, action, number, entered, visit=visit)
        if answer.status is AnswerStatus.SUCCEEDED:
            after = stands(database, number)
            last = min(after.contract.last_day or HORIZON, HORIZON, looked_at(plan))
            assert {day for day in late_days(after) - late_days(before) if day <= last} == set(), (action, entered)


HORIZON = date(2029, 6, 1)


def looked_at(plan: VisitPlan) -> date:
    """How far ahead each press is looked at, whatever day it is about: twice the length from today."""
    assert plan.latest_after is not None
    return add_period(add_period(TODAY, plan.latest_after), plan.latest_after)


def stands(database: Database, number: str) -> ContractSituation:
    with database.read() as connection:
        contract: Contract | None = Contracts(connection, "ten_1").get(number)
        rows = Ledger(connection, "ten_1").of_contract(number)
    assert contract is not None
    return ContractSituation(contract, CALENDAR, TenantConfiguration().settings, {row.key: row for row in rows})


def coming(about: ContractSituation) -> list[Any]:
    found = visits(about, TODAY, HORIZON, TODAY)
    return [visit for visit in found if visit.state in (VisitState.PLANNED, VisitState.ORDERING)]


def late_days(about: ContractSituation) -> set[date]:
    """Day by day: those on which the last visit, done or to come, lies further back than the latest date allows."""
    comes = {visit.planned_date for visit in coming(about)}
    length = about.contract.plans[0].latest_after
    assert length is not None
    found, last = set(), DONE
    for number in range((HORIZON - DONE).days):
        day = DONE + timedelta(days=number)
        last = day if day in comes else last
        if add_period(last, length) < day:
            found.add(day)
    return found
