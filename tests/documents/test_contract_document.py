"""A contract as a document shows all that was agreed, in the words of the import columns."""

import json
from dataclasses import fields, replace
from datetime import date, time

from hypothesis import given, settings

from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.contract import (
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    Pause,
    Template,
    TemplateOverride,
    Termination,
    VisitPlan,
)
from powerup.contracts.recurrence import Moment, Recurrence, Unit
from powerup.documents.contract import contract_document
from tests.store.stored_examples import contracts

THIRD_FRIDAY = Recurrence(
    Unit.MONTH, every=3, moment=Moment(3, 4), months=(4, 10), extra_dates=(date(2026, 5, 5),), excluded_dates=()
)
CONTRACT = Contract(
    number="1042",
    name="CV-ketel",
    type=ContractType.PREVENTIVE,
    customer="1001",
    start=date(2026, 1, 31),
    entered_on=date(2026, 1, 1),
    template=Template("Onderhoud", "op rekening", start_time=time(8, 30), duration_minutes=60),
    objects=("CV-1",),
    lead=Lead(60),
    plans=(
        VisitPlan(
            "A",
            THIRD_FRIDAY,
            lead=Lead(5, LeadUnit.WORKING),
            override=TemplateOverride(description="Grote beurt"),
            anchors=(("CV-1", date(2025, 3, 1)),),
        ),
        VisitPlan("B", Recurrence(Unit.WEEK, weekdays=(0, 3))),
    ),
    termination=Termination(date(2026, 12, 30), "MOVED"),
    pauses=(Pause(date(2026, 7, 1), None, "Verbouwing"),),
)

NOT_SHOWN = {"end_counts_from", "settled_through"}
"""What no person agreed or did: how the end is counted, and how far the ledger is complete."""


def test_a_contract_is_shown_in_the_words_of_the_import_columns() -> None:
    document = contract_document(CONTRACT)
    assert document["contract_no"] == "1042"
    assert (document["start"], document["end"]) == ("2026-01-31", None)
    assert (document["days_in_advance"], document["days_in_advance_unit"]) == (60, "calendar")
    assert document["template"]["start_time"] == "08:30"
    assert (document["last_day"], document["reason"]) == ("2026-12-30", "MOVED")
    assert document["pauses"][0].items() >= {"from": "2026-07-01", "until": None, "reason": "Verbouwing"}.items()


def test_a_plan_shows_its_rule_its_lead_and_what_it_has_otherwise() -> None:
    quarterly, weekly = contract_document(CONTRACT)["plans"]
    assert quarterly.items() >= {"unit": "month", "every": 3, "moment": "third fri", "months": [4, 10]}.items()
    assert (quarterly["extra_dates"], quarterly["excluded_dates"]) == (["2026-05-05"], [])
    assert (quarterly["days_in_advance"], quarterly["days_in_advance_unit"]) == (5, "working")
    assert quarterly["description"] == "Grote beurt"
    assert quarterly["anchors"] == {"CV-1": "2025-03-01"}
    assert (weekly["unit"], weekly["weekdays"], weekly["moment"]) == ("week", ["mon", "thu"], None)


@given(contracts)
def test_any_contract_can_be_shown_as_json(contract: Contract) -> None:
    assert json.loads(json.dumps(contract_document(contract))) == contract_document(contract)


def test_a_change_of_what_was_agreed_is_seen_in_the_document() -> None:
    plain = contract_document(CONTRACT)
    for changed in (
        replace(CONTRACT, name="Anders"),
        replace(CONTRACT, objects=("CV-1", "CV-2")),
        replace(CONTRACT, order_per_object=True),
        replace(CONTRACT, plans=CONTRACT.plans[:1]),
        replace(CONTRACT, termination=None),
        replace(CONTRACT, pauses=()),
        replace(CONTRACT, closed_ranges=(ClosedDay(date(2026, 7, 27), "Bouwvak"),)),
    ):
        assert contract_document(changed) != plain


def test_any_field_that_changes_is_seen_in_the_document() -> None:
    members = {field.name for field in fields(Contract)} - NOT_SHOWN
    changed_once: set[str] = set()

    @settings(max_examples=40)
    @given(contracts, contracts)
    def is_seen(contract: Contract, other: Contract) -> None:
        plain = contract_document(contract)
        for member in members:
            if _agreed(contract, member) != _agreed(other, member):
                assert contract_document(replace(contract, **{member: getattr(other, member)})) != plain, member
                changed_once.add(member)

    is_seen()
    assert changed_once == members


def _agreed(contract: Contract, member: str) -> object:
    """What counts of a member: terms are shown by their code."""
    value = getattr(contract, member)
    return value.code if member == "terms" and value else value
