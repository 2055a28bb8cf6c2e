"""What `contract.refresh` finds: what changed at the host since it was last read (rules: Actions)."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from powerup.actions.kit.answer_document import effect_document
from powerup.contracts.contract import Contract
from powerup.contracts.effects import EffectKind
from powerup.contracts.effects_of_change import of_existing
from powerup.outsmart.records import Employee, HostObject, Relation
from powerup.store.runs import Run
from powerup.store.snapshots import HostSnapshots
from powerup.sync.following.record_words import record_changes
from powerup.sync.kit.context import Cycle
from powerup.texts import Text, text

Document = dict[str, Any]


def refreshed(cycle: Cycle, run: Run) -> tuple[Text, list[Document]]:
    """What is said, and a line per work order whose state changed in this cycle. Raises OutsmartError, StoreError."""
    with cycle.read() as connection:
        contract = cycle.contracts(connection).get(run.contract or "")
    if contract is None:
        return text("The contract is not there any more."), []
    orders = [visit for visit in cycle.tally.followed if visit.key.contract == contract.number]
    changes = _record_changes(cycle, contract)
    changes += [
        text("work order {number} is {state}", number=visit.workorder_no or "", state=visit.state) for visit in orders
    ]
    if not changes:
        message = text("Contract {number} was read again; nothing has changed.", number=contract.number)
    else:
        message = text("Contract {number} was read again. Changed: {changes}.", number=contract.number, changes=changes)
    return message, [effect_document(of_existing(visit, EffectKind.KEPT, None)) for visit in orders]


def _record_changes(cycle: Cycle, contract: Contract) -> list[Text]:
    """What is otherwise than when the records were last read, which this reading takes the place of."""
    read = [(kind, code, _document(record)) for kind, code, record in _records(cycle, contract)]
    found: list[Text] = []
    with cycle.write() as connection:
        snapshots = HostSnapshots(connection, cycle.tenant.id)
        for kind, code, document in read:
            found += record_changes(kind, code, snapshots.get(kind, code), document)
            snapshots.save(kind, code, document, cycle.clock())
    return found


def _records(cycle: Cycle, contract: Contract) -> Iterator[tuple[str, str, Relation | HostObject | Employee | None]]:
    """Each by its kind and code, None where the host has none."""
    cycle.facts.learn([contract])
    yield "relation", contract.customer, cycle.facts.customer(contract.customer)
    for code in contract.lasting_objects:
        yield "object", code, cycle.facts.object(code)
    numbers = _employees(contract)
    employees = {each.number: each for each in cycle.host.employees()} if numbers else {}
    for number in numbers:
        yield "employee", number, employees.get(number)


def _employees(contract: Contract) -> list[str]:
    """Those of the contract and of its visit plans, each once."""
    named = [contract.template.employee, *(plan.override.employee for plan in contract.plans)]
    return list(dict.fromkeys(number for number in named if number))


def _document(record: Relation | HostObject | Employee | None) -> Document:
    return {name: _plain(value) for name, value in asdict(record).items()} if record else {}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
