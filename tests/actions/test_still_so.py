"""What a press was decided on is looked at once more before it is written, by as little as shows every change of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import Connection

from powerup.actions.catalogue import find_action
from powerup.actions.kit.action import Action
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.load_scene import is_still_so, load_scene
from powerup.actions.kit.request import Request, Target, TargetType
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.held_back import Waits
from powerup.contracts.settling import settled
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import VisitState
from powerup.store.contracts import Contracts, Settlement
from powerup.store.database import Database
from powerup.store.encryption import Cipher, Secret
from powerup.store.host_facts import FactKind, HostFact, KeptHostFacts
from powerup.store.ledger import Ledger
from powerup.store.marks import Mark, MarkKind, Marks
from powerup.store.tenants import Environment, Tenant, Tenants
from tests.actions.scenes import CALENDAR, PLANNER, TODAY
from tests.store.stored_examples import contract

NOW = datetime(2026, 12, 28, 10, 0, tzinfo=UTC)
AROUND = TenantCircumstances("ten_1", TODAY, TenantConfiguration(), CALENDAR)
NUMBER = "1042"
ONE = Target(TargetType.CONTRACT, NUMBER)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, Cipher([Fernet.generate_key().decode()]))
    with opened.write() as connection:
        Tenants(connection).add(
            Tenant("ten_1", "Voorbeeld", Environment.SANDBOX, "Europe/Amsterdam", "http://x/", Secret("a"), Secret("b"))
        )
        Contracts(connection, "ten_1").add(contract(NUMBER))
        Contracts(connection, "ten_1").release([NUMBER])
        Ledger(connection, "ten_1").add(list(settled(situation_of(known(connection)), TODAY, unseen=False))[:3])
    yield opened
    opened.dispose()


def known(connection: Connection) -> Contract:
    found = Contracts(connection, "ten_1").get(NUMBER)
    assert found is not None
    return found


def situation_of(of: Contract) -> ContractSituation:
    return ContractSituation(of, CALENDAR, AROUND.configuration.settings)


def edited(connection: Connection) -> None:
    contracts = Contracts(connection, "ten_1")
    contracts.save(replace(known(connection), name="Anders"), known(connection).version)


def settled_further(connection: Connection) -> None:
    version = known(connection).version
    Contracts(connection, "ten_1").save_settled([Settlement(NUMBER, version, TODAY, None)])


def ordered_by_a_cycle(connection: Connection) -> None:
    ledger = Ledger(connection, "ten_1")
    first = ledger.of_contract(NUMBER)[0]
    ledger.update(replace(first, state=VisitState.ORDERED, host_row_id=7, changed_at=NOW), first.state)


def added_by_a_cycle(connection: Connection) -> None:
    ledger = Ledger(connection, "ten_1")
    last = ledger.of_contract(NUMBER)[-1]
    ledger.add([replace(last, key=replace(last.key, sequence=7), workorder_no=None)])


def number_given_out(connection: Connection) -> None:
    Contracts(connection, "ten_1").next_number()


INACTIVE = HostFact(FactKind.CUSTOMER_INACTIVE, "1001", "", TODAY, NOW)

CHANGES: dict[str, Callable[[Connection], None]] = {
    "not seen by a cycle": lambda to: Contracts(to, "ten_1").count_as_changed([NUMBER]),
    "edited": edited,
    "settled": settled_further,
    "a visit is written over": ordered_by_a_cycle,
    "a visit is new": added_by_a_cycle,
    "held": lambda to: Contracts(to, "ten_1").hold({NUMBER: Waits(9, 0)}),
    "an object is retired": lambda to: Marks(to, "ten_1").save(Mark(MarkKind.OBJECT_RETIRED, "CV-1", "", NOW)),
    "the customer is inactive": lambda to: KeptHostFacts(to, "ten_1").save([INACTIVE]),
    "and no longer": lambda to: KeptHostFacts(to, "ten_1").remove([INACTIVE]),
    "the customer is blocked": lambda to: Marks(to, "ten_1").save(Mark(MarkKind.CUSTOMER_BLOCKED, "1001", "", NOW)),
}

OF_OTHERS: dict[str, Callable[[Connection], None]] = {
    "a mark on another object": lambda to: Marks(to, "ten_1").save(Mark(MarkKind.OBJECT_RETIRED, "CV-9", "", NOW)),
    "a mark on another customer": lambda to: Marks(to, "ten_1").save(Mark(MarkKind.CUSTOMER_BLOCKED, "9", "", NOW)),
    "another contract": lambda to: Contracts(to, "ten_1").add(contract("1043")),
}


def action_of(action_id: str) -> Action:
    found = find_action(action_id)
    assert found is not None
    return found


def still_so_after(
    database: Database,
    change: Callable[[Connection], None],
    action: Action,
    target: Target = ONE,
) -> bool:
    request = Request(action.id, target, PLANNER)
    with database.read() as connection:
        scene = load_scene(connection, AROUND, action, request, HostReadings())
    with database.write() as connection:
        change(connection)
    with database.write() as connection:
        return is_still_so(connection, AROUND, action, scene)


def test_whatever_changed_of_what_was_decided_on_is_seen(database: Database) -> None:
    pause = action_of("contract.pause")
    seen = {name: not still_so_after(database, change, pause) for name, change in CHANGES.items()}
    assert seen == dict.fromkeys(CHANGES, True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_about_the_contract_is_passed_over(database: Database) -> None:
    pause = action_of("contract.pause")
    seen = {name: not still_so_after(database, change, pause) for name, change in OF_OTHERS.items()}
    assert seen == dict.fromkeys(OF_OTHERS, False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_looks_at_the_customers_contracts_sees_another_one(database: Database) -> None:
    edit = action_of("contract.edit")
    assert still_so_after(database, lambda _: None, edit)
    assert not still_so_after(database, lambda to: Contracts(to, "ten_1").add(contract("1043")), edit)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_new_contract_is_decided_once_unless_another_one_or_its_number_came_between(database: Database) -> None:
    create, customer = action_of("contract.create"), Target(TargetType.RELATION, "1001")
    looked_past: list[Callable[[Connection], None]] = [settled_further, ordered_by_a_cycle]
    for change in looked_past:  # cycles go on while somebody fills in the form
        assert still_so_after(database, change, create, customer)
    for change in (edited, number_given_out, lambda to: Contracts(to, "ten_1").add(contract("1043"))):
        assert not still_so_after(database, change, create, customer)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_makes_a_contract_sees_that_its_number_was_given_out(database: Database) -> None:
    restart = action_of("contract.restart")
    assert still_so_after(database, lambda _: None, restart)
    assert not still_so_after(database, number_given_out, restart)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_another_day_or_configuration_is_another_scene(database: Database) -> None:
    pause = action_of("contract.pause")
    request = Request(pause.id, Target(TargetType.CONTRACT, NUMBER), PLANNER)
    settings = replace(AROUND.configuration.settings, change_cap=7)
    others = (
        replace(AROUND, today=TODAY.replace(day=29)),
        replace(AROUND, configuration=replace(AROUND.configuration, settings=settings)),
    )
    with database.write() as connection:
        scene = load_scene(connection, AROUND, pause, request, HostReadings())
        assert not any(is_still_so(connection, other, pause, scene) for other in others)
