"""Import of contracts: the whole file is checked, also against the host, then all of it is done or nothing.

New contracts pass the checks of contract.create, known ones go through the plan of contract.edit. A large file is gone
through some contracts at a time, so that it takes little memory; what was written by then is undone with the
transaction when something behind it is wrong.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from sqlalchemy import Connection

from powerup.actions.kit.answer import FieldProblem, Refusal
from powerup.actions.kit.change import Change
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.input import invalid_input
from powerup.actions.kit.request import Actor, Request
from powerup.actions.kit.scene import ActionScene
from powerup.actions.kit.writing import write_changes
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.file_mapping import FileMapping
from powerup.contracts.heavy_weeks import WeekOfWork, added_work
from powerup.contracts.latest import LatestDate
from powerup.contracts.schedule import due
from powerup.contracts.settling import orders_of
from powerup.documents.errors import InvalidDocumentError
from powerup.errors import PowerupError
from powerup.files.begun_entries import begun_from, read_new
from powerup.files.cells import with_separator_told
from powerup.files.coming_dates import coming_dates
from powerup.files.decisions import Decision, Decisions, Result
from powerup.files.entries import Entry, entry_rows, read_entry
from powerup.files.problems import FileProblem, InvalidFile, each_once
from powerup.files.table import Row, Table, read_table
from powerup.tenants.latest_passed import PassedOf, passed_of_contracts
from powerup.texts import Text, in_a_row

AUDITED_AS = "contract.import"
"""The name under which the audit trail has what an import did."""

_AT_ONCE = 500
"""Contracts that are in memory together."""

Progress = Callable[[int, int], None]
"""Is told how many contracts of how many are done."""


class AlreadyThereError(PowerupError):
    """Contracts of a file without numbers look the same as some that are there; numbers are those of the latter."""

    def __init__(self, numbers: Sequence[str]) -> None:
        super().__init__(f"The file has contracts that look the same as these: {', '.join(numbers)}.")
        self.numbers = tuple(numbers)


class LatestDatesPassedError(PowerupError):
    """Visits of contracts of a file pass their latest dates, and nobody has confirmed that; said is a sentence of each
    contract."""

    def __init__(self, said: Sequence[Text]) -> None:
        super().__init__(str(in_a_row(said)))
        self.said = tuple(said)


@dataclass(frozen=True, slots=True)
class ContractFile:
    """A file whose rows could be read, put together as contracts."""

    table: Table
    rows: Sequence[tuple[Row, ...]]

    def entries(self) -> Iterator[tuple[Entry, list[FileProblem]]]:
        """Each contract of the file with its cells that cannot be read."""
        return (read_entry(self.table, rows) for rows in self.rows)

    def numbers(self) -> frozenset[str]:
        """The numbers that the file gives its contracts."""
        return frozenset(number for rows in self.rows if (number := rows[0].cell("contract_no")))

    def columns_filled(self, names: Iterable[str], configuration: TenantConfiguration) -> frozenset[str]:
        """Which of these columns say something of a contract of the file, or a template that it is begun from does."""
        codes = {row.cell("contract_template") for rows in self.rows for row in rows}
        begun = list(begun_from(codes, configuration))
        return frozenset(
            name
            for name in names
            if any(said.get(name) for said in begun) or any(row.cell(name) for rows in self.rows for row in rows)
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the file does with one contract, for people.

    counts are those of the effects; orders are made by the next cycle, if nobody has to release them first; coming are
    the planned dates of its next visits, told when nothing is done yet. same_as is the number of a contract that looks
    the same, of one that the file gives no number; passed are the latest dates that visits pass by it. seen is the
    version of a contract that was there.
    """

    number: str
    result: Result
    counts: dict[str, int | dict[str, int]]
    orders: int
    coming: tuple[date, ...]
    warnings: tuple[Text, ...] = ()
    same_as: str | None = None
    passed: tuple[LatestDate, ...] = ()
    seen: int | None = None


def read_contract_file(content: bytes, mapping: FileMapping | None = None) -> ContractFile:
    """The contracts of a file. Raises InvalidFile when it is no such file at all."""
    table = read_table(content, mapping)
    return ContractFile(table, entry_rows(table))


def problems_of_cells(file: ContractFile, configuration: TenantConfiguration) -> list[FileProblem]:
    """What is wrong with the file by itself, where the host cannot be asked."""
    problems = list(file.table.problems)
    for entry, found in file.entries():
        problems += found
        try:
            read_new(entry, configuration)
        except InvalidDocumentError as error:
            problems += _file_problems(file.table, entry, invalid_input(error).problems, found)
        except Refusal as refusal:
            problems += _file_problems(file.table, entry, refusal.problems, found)
    return each_once(problems)


def check(
    connection: Connection,
    around: TenantCircumstances,
    file: ContractFile,
    readings: HostReadings,
    actor: Actor,
    progress: Progress | None = None,
    at_once: int = _AT_ONCE,
    added: Counter[WeekOfWork] | None = None,
) -> list[Outcome]:
    """What the file would do, contract by contract, so many of them at once. added is given the work that it adds to
    each week.

    Raises InvalidFile with everything that is wrong with any.
    """
    return _Import(connection, around, file, readings, actor, progress, added).run(
        lambda _: None, writing=False, at_once=at_once
    )


def carry_out(
    connection: Connection,
    around: TenantCircumstances,
    file: ContractFile,
    readings: HostReadings,
    actor: Actor,
    now: datetime,
    *,
    again: bool = False,
    passing_latest: bool,
    progress: Progress | None = None,
    told: Callable[[Sequence[Decision]], None] = lambda _: None,
) -> list[Outcome]:
    """Do it, in the transaction that is given, with an audit line each; now is aware. told hears of all decisions, some
    at a time, once they are written.

    Raises InvalidFile as `check`, AlreadyThereError unless contracts that look the same are to be made again, and
    LatestDatesPassedError unless somebody has confirmed that visits pass their latest dates (passing_latest); the
    transaction has to be given up then.
    """

    def write(decisions: Sequence[Decision]) -> None:
        write_changes(connection, around, [_to_be_written(each) for each in decisions if each.change is not None], now)
        told(decisions)

    outcomes = _Import(connection, around, file, readings, actor, progress).run(write, writing=True)
    same = [outcome.same_as for outcome in outcomes if outcome.same_as is not None]
    if same and not again:
        raise AlreadyThereError(same)
    if not passing_latest and (passed := [outcome for outcome in outcomes if outcome.passed]):
        raise LatestDatesPassedError(list(passed_of_contracts([PassedOf(each.number, each.passed) for each in passed])))
    return outcomes


def counts(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many contracts are created, changed and unchanged."""
    found = Counter(outcome.result for outcome in outcomes)
    return {result.value: found[result] for result in Result}


class _Import:
    """One file on its way through the decisions, with all that is wrong with it."""

    def __init__(
        self,
        connection: Connection,
        around: TenantCircumstances,
        file: ContractFile,
        readings: HostReadings,
        actor: Actor,
        progress: Progress | None,
        added: Counter[WeekOfWork] | None = None,
    ) -> None:
        self._connection = connection
        self._around = around
        self._file = file
        self._readings = readings
        self._actor = actor
        self._progress = progress
        self._added = added
        self._problems = list(file.table.problems)
        self._counts: dict[str, dict[str, int | dict[str, int]]] = {}

    def run(
        self, write: Callable[[Sequence[Decision]], None], *, writing: bool, at_once: int = _AT_ONCE
    ) -> list[Outcome]:
        """Decide about every contract; what is decided is written as long as nothing is wrong. Raises InvalidFile."""
        file, around = self._file, self._around
        deciding = Decisions(self._connection, around, file.numbers(), self._readings, self._actor, writing=writing)
        outcomes: list[Outcome] = []
        entries = file.entries()
        done = 0
        while some := list(islice(entries, at_once)):
            decided = list(self._decided(deciding, some))
            if not self._problems:
                write(decided)
                outcomes += [self._outcome(each, writing=writing) for each in decided]
            done += len(some)
            if self._progress is not None:
                self._progress(done, len(file.rows))
        if self._problems:
            raise InvalidFile(each_once(self._problems), file.table.notes)
        return outcomes

    def _decided(self, deciding: Decisions, some: Sequence[tuple[Entry, list[FileProblem]]]) -> Iterator[Decision]:
        deciding.load([entry for entry, _ in some])
        for entry, found in some:
            self._problems += found
            try:
                yield deciding.decide(entry)
            except Refusal as refusal:
                self._tell(entry, refusal.problems or _of_the_whole(refusal), found)

    def _outcome(self, decision: Decision, *, writing: bool) -> Outcome:
        """What is kept of a decision: most of a large file's contracts have the same counts, which are kept once."""
        today = self._around.today
        effects = decision.change.effects.counts() if decision.change else {}
        effects = self._counts.setdefault(repr(effects), effects)
        # What is due at once is among what is created soon: most contracts need not be looked at again.
        orders = orders_of(due(decision.situation, today)) if effects.get("created") else 0
        coming = () if writing else coming_dates(decision.situation, today)
        if self._added is not None and decision.change is not None:
            before = decision.scene.situation if decision.result is Result.CHANGED else None
            self._added.update(added_work(before, decision.situation, today))
        return Outcome(
            decision.number,
            decision.result,
            effects,
            orders,
            coming,
            decision.warnings,
            decision.same_as,
            decision.passed,
            decision.scene.target.version,
        )

    def _tell(self, entry: Entry, flaws: Iterable[FieldProblem], found: Collection[FileProblem]) -> None:
        self._problems += _file_problems(self._file.table, entry, flaws, found)


def _of_the_whole(refusal: Refusal) -> list[FieldProblem]:
    return [FieldProblem("/input/contract_no", refusal.status.value, refusal.message)]


def _file_problems(
    table: Table, entry: Entry, flaws: Iterable[FieldProblem], found: Collection[FileProblem]
) -> Iterator[FileProblem]:
    """The flaws at their cells, but for cells that were found at fault before, and columns that are missing.

    One of a constant is the mapping's: it is told at the headings, once for all rows.
    """
    at_fault = {(problem.row, problem.column) for problem in found}
    for flaw in flaws:
        row, name = entry.place_of(flaw.pointer)
        if name in table.missing:
            continue
        column = table.heading_of(name)
        number = table.headings_at.row if name in table.constants else row.number
        if (number, column) not in at_fault and (number, column) not in table.at_fault:
            message = with_separator_told(flaw.message) if _needs_separator(flaw, row.cell(name)) else flaw.message
            yield FileProblem(number, column, flaw.code, message)


def _needs_separator(flaw: FieldProblem, cell: str) -> bool:
    """Whether several objects were taken for one, since commas stand between them."""
    return flaw.code == "unknown_object" and "," in cell


def import_request(decision: Decision) -> Request:
    """What an import asks for one contract, as the audit trail has it."""
    return Request(AUDITED_AS, decision.scene.target, decision.scene.actor)


def _to_be_written(decision: Decision) -> tuple[Request, ActionScene, Change]:
    if decision.change is None:
        raise ValueError("An unchanged contract is not written.")
    return import_request(decision), decision.scene, decision.change
