"""The year plan of a customer says what its reader may rely on (the office: A customer)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Pause, Schedule, Termination
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from powerup.readings.host_language import language_of
from powerup.readings.year_plan import PlanMark, YearPlan, YearPlans, as_planned
from powerup.readings.year_plan_words import in_words
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.texts import Reader
from tests.actions.scenes import CALENDAR, TODAY, ordered, the_contract

CONTRACT = the_contract(objects=("CV-1",))
DAY = date(2027, 2, 28)


def written(**changes: object) -> Visit:
    """The visit of 28 February as it is written, ordered unless told otherwise."""
    situation = ordered(CONTRACT)
    computed = next(each for each in visits(situation, DAY, DAY, TODAY))
    row = LedgerVisit(computed.key, DAY, computed.generation_date, computed.deadline, VisitState.ORDERED)
    row = replace(row, **changes)  # type: ignore[arg-type]
    return Visit(row.key, row.planned_date, row.generation_date, row.deadline, row.state, row.reason, row)


@pytest.mark.parametrize(
    ("visit", "today", "mark", "said"),
    [
        (written(), TODAY, PlanMark.PLANNED, "Gepland"),
        (
            written(planned_date=date(2027, 3, 2), moved_from=DAY, pinned=True),
            TODAY,
            PlanMark.PLANNED,
            "Gepland (verplaatst van 28 februari 2027)",
        ),
        (written(), date(2027, 3, 1), PlanMark.NOT_DONE, "Nog niet uitgevoerd"),
        (written(state=VisitState.IN_PROGRESS), TODAY, PlanMark.UNDER_WAY, "Bezig"),
        (
            written(state=VisitState.SETTLED, completed_on=date(2027, 3, 1)),
            TODAY,
            PlanMark.DONE,
            "Uitgevoerd (op 1 maart 2027)",
        ),
        (
            written(state=VisitState.FAILED, refusal="Onbekende medewerker 12"),
            TODAY,
            PlanMark.UNCERTAIN,
            "Nog niet zeker (nog te bevestigen)",
        ),
        (written(state=VisitState.REMOVED), TODAY, PlanMark.DROPPED, "Gaat niet door"),
        (
            written(state=VisitState.WITHHELD, reason=Reason.SKIPPED),
            TODAY,
            PlanMark.DROPPED,
            "Gaat niet door (het vervalt)",
        ),
        (
            written(state=VisitState.WITHHELD, reason=Reason.CUSTOMER_BLOCKED),
            TODAY,
            PlanMark.UNCERTAIN,
            "Nog niet zeker (nog te bevestigen)",
        ),
    ],
)
def test_a_visit_is_told_as_far_as_it_is_its_customers_business(
    visit: Visit, today: date, mark: PlanMark, said: str
) -> None:
    shown = as_planned(CONTRACT, visit, today)
    assert shown is not None
    assert shown.mark is mark
    assert in_words(shown, Reader("nl")) == said


@pytest.mark.parametrize("reason", [Reason.BEFORE_ENTRY, Reason.CONTRACT_ENDED, Reason.TERMINATED, Reason.COVERED])
def test_what_nobody_expected_is_not_in_the_plan(reason: Reason) -> None:
    assert as_planned(CONTRACT, written(state=VisitState.WITHHELD, reason=reason), TODAY) is None


def test_the_day_of_a_floating_plan_is_not_certain_before_its_order_is_made() -> None:
    floating = replace(CONTRACT, plans=(replace(CONTRACT.plans[0], schedule=Schedule.FLOATING),))
    (visit,) = visits(ContractSituation(floating, CALENDAR, TenantConfiguration().settings), DAY, DAY, TODAY)[:1]
    shown = as_planned(floating, visit, TODAY)
    assert shown is not None
    assert (shown.mark, in_words(shown, Reader("en"))) == (
        PlanMark.UNCERTAIN,
        "Not certain yet (depends on when the visit before is done)",
    )


@pytest.mark.parametrize(
    ("said", "tag"), [("NL", "nl"), ("nl-BE", "nl"), ("Engels", "en"), ("en_GB", "en"), ("", None), ("1", None)]
)
def test_a_language_is_known_by_its_tag_or_its_name(said: str, tag: str | None) -> None:
    assert language_of(said) == tag


@pytest.fixture
def plan(database: Database) -> YearPlan:
    """Of 2027: two boilers of one name at an address, one without a place, a contract that ends and one paused."""
    two = the_contract(objects=("CV-1", "CV-2"), pauses=(Pause(date(2027, 7, 1), date(2027, 7, 31)),))
    ends = the_contract(
        number="7",
        name="Keuring",
        objects=("CV-3",),
        order_per_object=False,
        termination=Termination(date(2027, 2, 28), "MOVED"),
    )
    with database.write() as connection:
        for contract in (two, ends, the_contract(number="9", customer="1002", objects=("CV-9",))):
            Contracts(connection, "ten_1").add(contract)
            Ledger(connection, "ten_1").add(
                [replace(row, host_row_id=None) for row in ordered(contract).ledger.values()]
            )
        HostNames(connection, "ten_1").keep(
            {
                (NameKind.CUSTOMER, "1001"): HostName("Smit", "Zutphen", language="EN"),
                (NameKind.OBJECT, "CV-1"): HostName("Ketel", "Dorpsstraat 10", serial_number="AB-1"),
                (NameKind.OBJECT, "CV-2"): HostName("Ketel", "Dorpsstraat 10"),
                (NameKind.OBJECT, "CV-3"): HostName("Lift"),
            }
        )
    with database.read() as connection:
        around = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
        found = YearPlans(connection, around).find("1001", date(2027, 1, 1), date(2027, 12, 31))
    assert found is not None
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plan_goes_by_place_and_object_and_has_names_for_codes(plan: YearPlan) -> None:
    assert [(place.name, [row.object_name for row in place.rows]) for place in plan.places] == [
        ("Dorpsstraat 10", ["Ketel (AB-1)", "Ketel (CV-2)"]),
        ("", ["Lift"]),
    ]
    assert plan.language == "en"
    assert plan.number == 24 + 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_plan_says_what_falls_out_of_it(plan: YearPlan) -> None:
    july = [visit for place in plan.places for row in place.rows for visit in row.visits if visit.day.month == 7]
    assert [visit.mark for visit in july] == [PlanMark.DROPPED] * 2
    assert [str(note) for note in plan.notes] == ["Keuring: until February 28, 2027."]
    assert plan.made_on == TODAY
    assert plan.until - plan.since == timedelta(days=364)
