"""Import of contracts: the whole file is checked first, also against the host, then all of it is done or nothing.

New contracts pass the checks of contract.create, known ones go through the plan of contract.edit.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from powerup.actions.form.contract_form import ContractForm
from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.input import invalid_input
from powerup.actions.kit.request import Actor, Request
from powerup.actions.kit.writing import keep_names, write_change
from powerup.documents.errors import InvalidDocumentError
from powerup.documents.schema import read_document
from powerup.files.decisions import Decision, Decisions, Form, Result
from powerup.files.entries import Entry, read_entries
from powerup.files.problems import FileProblem, InvalidFile
from powerup.files.table import Table, read_table

AUDITED_AS = "contract.import"
"""The name under which the audit trail has what an import did."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What could be read of a file: each entry with its loaded form, and the cells that could not be read."""

    table: Table
    forms: tuple[tuple[Entry, Form], ...]
    problems: tuple[FileProblem, ...] = ()


def read_cells(content: bytes) -> Sheet:
    """What can be read of a file, so that the rest of it is checked too before anything is said.

    Raises InvalidFile when it is no such file at all.
    """
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
    return Sheet(table, tuple(forms), tuple(problems))


def decide(
    connection: Connection,
    around: TenantCircumstances,
    sheet: Sheet,
    readings: HostReadings,
    actor: Actor,
    *,
    writing: bool,
) -> list[Decision]:
    """What the file does, contract by contract; writing locks what it touches and takes numbers for new contracts.

    Raises InvalidFile with everything that is wrong with any contract, cells that could not be read included.
    """
    deciding = Decisions(connection, around, sheet.forms, readings, actor, writing=writing)
    problems = list(sheet.problems)
    decisions = []
    for entry, form in sheet.forms:
        try:
            decisions.append(deciding.decide(entry, form))
        except Refusal as refusal:
            problems += _file_problems(sheet.table, entry, refusal)
    if problems:
        raise InvalidFile(problems)
    return decisions


def write(connection: Connection, around: TenantCircumstances, decisions: Sequence[Decision], now: datetime) -> None:
    """Write what was decided on the same connection, with an audit line each; now is aware."""
    for decision in decisions:
        if decision.change is not None:
            request = Request(AUDITED_AS, decision.scene.target, decision.scene.actor)
            write_change(connection, around, request, decision.scene, decision.change, now)
    if decisions:
        changes = [decision.change for decision in decisions if decision.change]
        made = [contract for change in changes for contract in (*change.added, change.contract) if contract]
        keep_names(connection, around.tenant_id, decisions[0].scene.readings, made)


def counts(decisions: Sequence[Decision]) -> dict[str, int]:
    """How many contracts are created, changed and unchanged."""
    found = Counter(decision.result for decision in decisions)
    return {result.value: found[result] for result in Result}


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
