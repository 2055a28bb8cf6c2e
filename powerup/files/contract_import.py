"""Import of contracts: the whole file is checked first, also against the host, then all of it is done or nothing.

New contracts pass the checks of contract.create, known ones go through the plan of contract.edit.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import count
from typing import Any

from sqlalchemy import Connection

from powerup.actions import edit
from powerup.actions.answer import InvalidInput, Refusal
from powerup.actions.change import Change, HostReadings, Scene
from powerup.actions.contract_check import contract_problems, host_problems
from powerup.actions.contract_form import ContractForm, entered_contract, with_entries
from powerup.actions.create import warnings_of
from powerup.actions.input import invalid_input
from powerup.actions.request import Actor, Request, Target, TargetType
from powerup.actions.scene import Circumstances
from powerup.actions.writing import write_change
from powerup.contracts.changes import effects_of
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract
from powerup.contracts.schedule import Situation
from powerup.contracts.terms import renewed_end
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.schema import read_document
from powerup.files.csv_file import Table, read_table
from powerup.files.entries import Entry, read_entries
from powerup.files.problems import FileProblem, InvalidFile
from powerup.files.state import after_change, joined, state_change, with_state
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from powerup.texts import text

ACTION = "contract.import"
"""The name under which the audit trail has what an import did."""


_FEW_CUSTOMERS = 50


class Result(StrEnum):
    """What an import does with one contract of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file whose cells and forms could all be read; each entry with its loaded form."""

    table: Table
    forms: tuple[tuple[Entry, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done for one contract of the file; change is None where nothing is."""

    number: str
    result: Result
    scene: Scene
    change: Change | None


def read_sheet(content: bytes) -> Sheet:
    """The contracts of a file. Raises InvalidFile with every cell that cannot be read."""
    table = read_table(content)
    entries, problems = read_entries(table)
    schema = ContractForm()
    at_fault = {(problem.row, problem.column) for problem in problems}
    forms = []
    for entry in entries:
        try:
            forms.append((entry, read_document(schema, entry.form)))
        except InvalidDocumentError as error:
            found = _file_problems(table, entry, invalid_input(error))
            problems += [problem for problem in found if (problem.row, problem.column) not in at_fault]
    if problems:
        raise InvalidFile(problems)
    return Sheet(table, tuple(forms))


def new_contract(
    entry: Entry, form: Mapping[str, Any], number: str, today: date, configuration: TenantConfiguration
) -> Contract:
    """The contract that a new entry describes, entered today. Raises InvalidInput for terms, reasons and days."""
    contract = entered_contract(form, number, today, configuration)
    return _with_renewals(with_state(contract, entry.state, configuration))


def decide(
    connection: Connection,
    around: Circumstances,
    sheet: Sheet,
    readings: HostReadings,
    actor: Actor,
    *,
    writing: bool,
) -> list[Decision]:
    """What the file does, contract by contract; writing locks what it touches and takes numbers for new contracts.

    Raises InvalidFile with everything that is wrong with any contract.
    """
    desk = _Desk(connection, around, sheet, readings, actor, writing=writing)
    problems: list[FileProblem] = []
    decisions = []
    for entry, form in sheet.forms:
        try:
            decisions.append(desk.decide(entry, form))
        except Refusal as refusal:
            problems += _file_problems(sheet.table, entry, refusal)
    if problems:
        raise InvalidFile(problems)
    return decisions


def write(connection: Connection, around: Circumstances, decisions: Sequence[Decision], now: datetime) -> None:
    """Write what was decided on the same connection, with an audit line each; now is aware."""
    for decision in decisions:
        if decision.change is not None:
            request = Request(ACTION, decision.scene.target, decision.scene.actor)
            write_change(connection, around, request, decision.scene, decision.change, now)


def counts(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many contracts are created, changed and unchanged."""
    found = Counter(decision.result for decision in decisions)
    return {result.value: found[result] for result in Result}


class _Desk:
    """Decides about the contracts of one file, with all that is known loaded at once."""

    def __init__(
        self,
        connection: Connection,
        around: Circumstances,
        sheet: Sheet,
        readings: HostReadings,
        actor: Actor,
        *,
        writing: bool,
    ) -> None:
        contracts = Contracts(connection, around.tenant_id)
        numbers = [entry.number for entry, _ in sheet.forms if entry.number]
        self._known = {each.number: each for each in contracts.of_numbers(numbers, lock=writing)}
        self._ledgers = Ledger(connection, around.tenant_id).for_schedule(list(self._known.values()))
        self._unseen = contracts.changed_numbers()
        self._numbers = _numbers(contracts, writing=writing)
        self._of_customer = _of_customers(contracts, {form["customer"] for _, form in sheet.forms})
        self._around = around
        self._readings = readings
        self._actor = actor

    def decide(self, entry: Entry, form: Mapping[str, Any]) -> Decision:
        known = self._known.get(entry.number or "")
        if known is None:
            return self._new(entry, form)
        return self._again(entry, form, known)

    def _new(self, entry: Entry, form: Mapping[str, Any]) -> Decision:
        around = self._around
        number = entry.number or next(self._numbers)
        contract = new_contract(entry, form, number, around.today, around.configuration)
        problems = (*contract_problems(contract, around.configuration), *host_problems(contract, self._readings))
        if problems:
            raise InvalidInput(text("The contract cannot be made like this; nothing was changed."), problems)
        scene = self._scene(Target(TargetType.RELATION, contract.customer), None)
        situation = Situation(contract, around.calendar, around.configuration.settings)
        change = Change(
            text("Contract {number} is created.", number=number),
            effects_of(None, situation, around.today),
            added=(contract,),
            warnings=warnings_of(scene, contract),
        )
        self._of_customer[contract.customer].append(contract)
        return Decision(number, Result.CREATED, scene, change)

    def _again(self, entry: Entry, form: Mapping[str, Any], known: Contract) -> Decision:
        around = self._around
        situation = Situation(
            known, around.calendar, around.configuration.settings, self._ledgers.get(known.number, {})
        )
        scene = self._scene(Target(TargetType.CONTRACT, known.number, known.version), situation)
        changes = []
        entered = _without_agreed_terms(form, known)
        if with_entries(known, entered, around.configuration) != known:
            changes.append(edit.plan(scene, entered))
        later = after_change(scene, changes[0]) if changes else scene
        if (of_state := state_change(later, entry.state)) is not None:
            changes.append(of_state)
        change = joined(changes)
        if change is None or change.contract is None:
            return Decision(known.number, Result.UNCHANGED, scene, None)
        change = replace(change, contract=replace(change.contract, version=known.version + 1))
        return Decision(known.number, Result.CHANGED, scene, change)

    def _scene(self, target: Target, situation: Situation | None) -> Scene:
        customer = situation.contract.customer if situation else target.id
        return Scene(
            target=target,
            actor=self._actor,
            today=self._around.today,
            configuration=self._around.configuration,
            calendar=self._around.calendar,
            readings=self._readings,
            situation=situation,
            related=tuple(self._of_customer[customer]),
            unseen=situation is not None and situation.contract.number in self._unseen,
        )


def _of_customers(contracts: Contracts, customers: Collection[str]) -> defaultdict[str, list[Contract]]:
    """The contracts that these customers have by now; one by one only where that is quicker than reading all."""
    few = len(customers) <= _FEW_CUSTOMERS
    found = [each for customer in customers for each in contracts.by_customer(customer)] if few else contracts.all()
    by_customer: defaultdict[str, list[Contract]] = defaultdict(list)
    for contract in found:
        by_customer[contract.customer].append(contract)
    return by_customer


def _numbers(contracts: Contracts, *, writing: bool) -> Iterator[str]:
    """Numbers for new contracts: taken where they are written, else those that would come."""
    if writing:
        return iter(contracts.next_number, "")
    return map(str, count(int(contracts.coming_number())))


def _without_agreed_terms(form: Mapping[str, Any], known: Contract) -> dict[str, Any]:
    """The form; terms that the contract has already stay as they were agreed (rules: Terms)."""
    same = known.terms is not None and form.get("terms") == known.terms.code
    return {name: value for name, value in form.items() if not (same and name == "terms")}


def _with_renewals(contract: Contract) -> Contract:
    """An end that the terms give after some renewals is computed, and not one that a person chose."""
    if contract.terms is None or contract.end is None or contract.end_counts_from is None:
        return contract
    end = renewed_end(contract.start, contract.terms, 0)
    renewals = 0
    while end is not None and end < contract.end and contract.terms.renewal_period is not None:
        renewals += 1
        end = renewed_end(contract.start, contract.terms, renewals)
    return replace(contract, renewals=renewals, end_counts_from=None) if end == contract.end else contract


def _file_problems(table: Table, entry: Entry, refusal: Refusal) -> list[FileProblem]:
    """The refusal's flaws at their cells; one without any at the contract's first row."""
    if not refusal.problems:
        column = table.headings.get("contract_no", "contract_no")
        return [FileProblem(entry.rows[0].number, column, refusal.status.value, refusal.message)]
    found = []
    for problem in refusal.problems:
        row, column = entry.place_of(problem.pointer)
        found.append(FileProblem(row.number, table.headings.get(column, column), problem.code, problem.message))
    return found
