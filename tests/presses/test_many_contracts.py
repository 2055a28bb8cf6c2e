"""One contract to many: a list gives one each, as a run that is shown first; doubles told, and never one twice
(rules: Contract templates)."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from powerup.actions.kit.answer import InvalidInput
from powerup.contracts.contract import Contract
from powerup.contracts.contract_template import ContractTemplate
from powerup.presses.bulk import Bulks
from powerup.presses.bulk_actions import MANY_CONTRACTS
from powerup.presses.many_contracts import ManyContracts
from powerup.store.bulk_runs import BulkPressState, BulkState
from powerup.store.contracts import Contracts
from powerup.store.tenants import Tenants
from powerup.tenants.host_choices import HostChoices
from tests.presses.office import PLANNER, Office
from tests.presses.test_bulk import Bulk, Killed, work_of

TEMPLATE = ContractTemplate(
    "KETEL",
    "Ketelonderhoud",
    "",
    {
        "type": "preventive",
        "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening"},
        "plans": [{"name": "A", "unit": "year", "every": 1, "months": [5]}],
    },
)
DONE, SHOWN, FAILED = BulkPressState.DONE, BulkPressState.SHOWN, BulkPressState.FAILED
HOMES = {"contract_template": "KETEL", "start": "2027-01-01", "kind": "addresses"}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def firm(office: Office) -> Office:
    with office.house.parts.database.write() as connection:
        tenants = Tenants(connection)
        configuration = replace(tenants.configuration(office.tenant_id), contract_templates=(TEMPLATE,))
        tenants.save_configuration(office.tenant_id, configuration)
    return office


def begin(office: Office, entered: Mapping[str, Any]) -> Bulk:
    parts, now = office.house.parts, office.house.clock()
    many = ManyContracts(parts.database, HostChoices(parts.database, parts.open_host, within_seconds=5.0))
    presses = many.presses(office.tenant_id, PLANNER, entered, now, "nl")
    bulks = Bulks(office.presses, office.house.clock)
    begun = bulks.begin_presses(office.tenant_id, PLANNER, MANY_CONTRACTS, entered, presses, locale="nl")
    return Bulk(office, begun)


def made(office: Office) -> list[Contract]:
    with office.house.parts.database.read() as connection:
        return Contracts(connection, office.tenant_id).all()


def flaws(office: Office, **entered: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        begin(office, HOMES | entered)
    return [(problem.pointer, problem.code) for problem in refusal.value.problems]


def test_a_pasted_list_gives_one_contract_for_each_address_and_doubles_are_told(firm: Office) -> None:
    pasted = "1004-A\nParkweg 2, Zeist\n\nhandelsweg 18; 1004-A"
    bulk = begin(firm, HOMES | {"pasted": pasted}).go_on()
    assert (bulk.run.state, bulk.states, made(firm)) == (BulkState.SHOWN, {SHOWN: 3}, [])
    first = bulk.presses[0]
    assert first.called == "Parklaan 40, 3701 GH Zeist (1004)"
    assert (first.answer or {})["schedule"]["rows"][0]["planned_date"].startswith("2027-05")
    bulk.confirmed().go_on()
    assert [(each.address, each.name, each.contract_template) for each in made(firm)] == [
        ("1004-A", "Ketelonderhoud – Parklaan 40", "KETEL"),
        ("1004-B", "Ketelonderhoud – Parkweg 2", "KETEL"),
        ("1010-MAG", "Ketelonderhoud", "KETEL"),
    ]
    double = begin(firm, HOMES | {"addresses": ["1004-A", "1002-GYM"]}).go_on()
    assert [press.state for press in double.presses] == [FAILED, SHOWN]
    assert made(firm)[0].number in (double.presses[0].answer or {})["message"]
    assert begin(firm, HOMES | {"addresses": ["1004-A"], "again": True}).go_on().states == {SHOWN: 1}


def test_of_two_lists_that_were_shown_side_by_side_the_second_makes_none_twice(firm: Office) -> None:
    one, other = (begin(firm, HOMES | {"addresses": ["1004-A"]}).go_on() for _ in range(2))
    one.confirmed().go_on()
    other.confirmed().go_on()
    assert (one.states, other.states, len(made(firm))) == ({DONE: 1}, {FAILED: 1}, 1)


def test_killed_between_two_creations_it_goes_on_and_makes_none_twice(firm: Office) -> None:
    objects = ["CV-1", "CV-2", "CV-3"]
    bulk = begin(firm, HOMES | {"kind": "objects", "objects": objects}).go_on().confirmed()
    calls = count(1)

    def die_at_the_second() -> float:
        if next(calls) == 2:
            raise Killed
        return 0.0

    with pytest.raises(Killed):
        work_of(firm, stopwatch=die_at_the_second).take_turn()
    assert (len(made(firm)), bulk.states) == (1, {DONE: 1, SHOWN: 2})
    firm.house.clock.go_on(minutes=3)
    bulk.go_on()
    assert (bulk.run.state, bulk.states) == (BulkState.DONE, {DONE: 3})
    assert [each.objects for each in made(firm)] == [("CV-1",), ("CV-2",), ("CV-3",)]


def test_one_for_all_objects_of_a_customer_like_a_contract_that_there_is(firm: Office) -> None:
    like = firm.contract().id
    wanted = {"contract": like, "start": "2027-01-01", "kind": "objects", "together": True, "again": True}
    begin(firm, wanted | {"pasted": "CV-3\nCV-4\nAC-1"}).go_on().confirmed().go_on()
    before, *others = made(firm)
    assert [(each.customer, each.objects) for each in others] == [("1002", ("CV-3", "CV-4")), ("1001", ("AC-1",))]
    assert all(each.plans == before.plans and each.name == before.name for each in others)


def test_one_for_all_objects_that_lie_at_several_addresses_of_a_customer(firm: Office) -> None:
    begin(firm, HOMES | {"pasted": "1004-A\n1004-B", "together": True}).go_on().confirmed().go_on()
    assert [(each.customer, each.address, each.objects) for each in made(firm)] == [("1004", None, ("CV-5", "CV-6"))]
    assert flaws(firm, pasted="1010-MAG", together=True) == [("/input/pasted", "no_objects")]


def test_what_is_not_at_the_host_or_could_be_several_is_told_at_once(firm: Office) -> None:
    assert flaws(firm, pasted="Dorpsplein 99\nZeist") == [("/input/pasted", "unknown"), ("/input/pasted", "several")]
    assert flaws(firm) == [("/input/addresses", "number_of_entries")]
    assert flaws(firm, contract="1042", pasted="1004-A") == [("/input/contract_template", "template_or_contract")]
    assert flaws(firm, contract_template="GAS", pasted="1004-A") == [
        ("/input/contract_template", "unknown_contract_template")
    ]
