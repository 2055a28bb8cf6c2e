"""What is planned from day to day, past and future alike, read without changing anything."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.scene import Circumstances
from powerup.contracts.contract import Contract
from powerup.contracts.schedule import Situation, visits
from powerup.contracts.visit import Visit, VisitState, work_order_number
from powerup.store.contracts import Contracts
from powerup.store.errors import UnknownContractError
from powerup.store.host_facts import known_hindrances
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from


def situations(
    connection: Connection, around: Circumstances, number: str | None = None, since: date | None = None
) -> Iterator[Situation]:
    """All contracts that are not deleted, or the one of that number, each with its whole ledger, or with what is needed
    of it for the visits planned since a day.

    Raises UnknownContractError.
    """
    contracts = Contracts(connection, around.tenant_id)
    found = (
        [each for each in contracts.all() if each.deleted_on is None]
        if number is None
        else [_of_number(contracts, number)]
    )
    ledger = Ledger(connection, around.tenant_id)
    ledgers = ledger.for_schedule(found, since) if since else ledger.of_contracts([each.number for each in found])
    known, held = known_hindrances(connection, around.tenant_id), contracts.held_numbers()
    for contract in found:
        yield Situation(
            contract,
            around.calendar,
            around.configuration.settings,
            ledgers[contract.number],
            facts_from(known, contract),
            awaiting_release=contract.number in held,
        )


def forecast(
    connection: Connection, around: Circumstances, since: date, until: date, number: str | None = None
) -> list[Visit]:
    """Every visit planned from since to until, both inclusive, whatever its state. Raises UnknownContractError."""
    found = [
        visit
        for situation in situations(connection, around, number, since)
        for visit in visits(situation, since, until, around.today)
    ]
    return sorted(found, key=lambda visit: (visit.planned_date, visit.key.contract))  # those of a contract are sorted


def visit_document(visit: Visit, number_prefix: str) -> dict[str, Any]:
    """A visit as JSON values; a planned one has the number that its work order will get, one without order has none."""
    written = visit.written
    number = written.workorder_no if written else None
    if number is None and visit.state is VisitState.PLANNED:
        number = work_order_number(number_prefix, visit.key, written.try_number if written else 1)
    reason = written.refusal if written and visit.state is VisitState.FAILED else visit.reason
    return {
        "contract": visit.key.contract,
        "plan": visit.key.plan,
        "object": visit.key.object or None,
        "nominal_date": visit.key.nominal_date.isoformat(),
        "planned_date": visit.planned_date.isoformat(),
        "generation_date": visit.generation_date.isoformat(),
        "deadline": visit.deadline.isoformat(),
        "state": visit.state.value,
        "reason": str(reason) if reason else None,
        "workorder_no": number,
    }


def _of_number(contracts: Contracts, number: str) -> Contract:
    contract = contracts.get(number)
    if contract is None:
        raise UnknownContractError(number)
    return contract
