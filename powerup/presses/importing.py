"""Imports of files by pages and other software: found out, shown, done in turns, and undone.

What a file does is decided by the code of `powerup contracts import`. A command does all of it in one transaction;
here others work meanwhile, so it is done some contracts at a time, each as it was shown (decision 0013). While it goes
on the tenant has no cycle, so that the change cap counts all of it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from pathlib import PurePath
from time import monotonic, sleep
from typing import Any, TypeVar

from sqlalchemy import Connection

from powerup.actions.contract import delete
from powerup.actions.kit.answer import Refusal, invalid
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.kit.writing import write_change, write_changes
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.file_mapping import FileMapping
from powerup.contracts.heavy_weeks import MadeHeavy, WeekOfWork
from powerup.documents.file_mapping import file_mapping_document, file_mapping_from_document
from powerup.errors import PowerupError
from powerup.files.contract_export import export_csv
from powerup.files.contract_import import (
    AUDITED_AS,
    ContractFile,
    Outcome,
    check,
    counts,
    import_request,
    read_contract_file,
)
from powerup.files.decisions import Decision, Decisions, Result
from powerup.files.entries import Entry
from powerup.files.host_lists import READ_ON_DEMAND, read_host_lists
from powerup.files.problems import InvalidFile
from powerup.files.saved_mappings import mapping_for
from powerup.files.suggestion import suggest_mapping
from powerup.files.understood import understood_document
from powerup.outsmart.errors import OutsmartError
from powerup.presses.entrance import Entrance
from powerup.presses.holding import first_held
from powerup.presses.press import Presses
from powerup.readings.heavy_weeks import heavy_document, weeks_made_heavy
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.file_imports import (
    FileImport,
    FileImports,
    ImportedContract,
    ImportedState,
    ImportState,
    due_imports,
)
from powerup.store.identifiers import new_id
from powerup.store.leases import Lease, acquire, release, renew
from powerup.store.ledger import Ledger
from powerup.store.tenants import Environment, Tenants
from powerup.store.turns import take_turn
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.configure import configure
from powerup.texts import Reader, Text, counted, in_a_row, sentence_of, text
from powerup.timing import Clock, Stopwatch

_Left = TypeVar("_Left")
"""What is left to carry out of one contract."""

MOST_BYTES = 10 * 1024 * 1024
"""Of a file; a larger one is imported by a command, or divided."""

MOST_PROBLEMS = 500
"""So many of the errors of a file are told; the others are counted."""

UNDONE_AS = "contract.undo_import"
"""The name under which the audit trail has what the undoing of an import did."""

_HELD = timedelta(seconds=120)
"""How long a turn is nobody else's; a process that died leaves it for the next after that."""

_HOST_SECONDS = 300.0
"""For all lists that are read at the host; nobody waits for it."""

_HOST_AGAIN = timedelta(seconds=60)
_LEASE_AGAIN = timedelta(seconds=2)
_AT_ONCE = 25
"""Contracts in one transaction: short enough that nobody notices who writes beside it."""

_TURN_SECONDS = 20.0
"""After so long the imports of other tenants have their turn, and a cycle of this one may come between."""

_REST_SECONDS = 0.12
"""Between two transactions: SQLite lets a writer who waits look again every 0.1 s, and would else never let them in."""

_LOOKING_RESTS_SECONDS = 0.03
"""Between the contracts that are looked at together, in which pages of the same process have the processor."""

_TOLD_EVERY_SECONDS = 1.0
_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class Hindered:
    """A contract of an import that keeps it from being undone, and why."""

    number: str
    why: Text


class UndoRefused(PowerupError):
    """An import that cannot be undone, with the contracts that are in its way."""

    def __init__(self, hindered: Sequence[Hindered]) -> None:
        self.hindered = tuple(hindered)
        self.sentence = counted(
            "The import cannot be undone, because of {number} contract.",
            "The import cannot be undone, because of {number} contracts.",
            len(hindered),
        )
        super().__init__(str(self.sentence))


@dataclass(frozen=True, slots=True)
class Imports:
    """What takes and answers for imports. clock gives aware moments in UTC."""

    presses: Presses
    clock: Clock

    def begin(
        self, tenant_id: str, actor: Actor, file_name: str, content: bytes, *, locale: str,
        mapping: FileMapping | None = None, at_once: bool = False, again: bool = False, intent_id: str | None = None,
    ) -> str:  # fmt: skip
        """Begin to find out what a file would do; gives the id of the import.

        Args:
            mapping: how it is read; None looks for a kept one, reads our own columns, or suggests one.
            at_once: do it when nothing is wrong with it, without showing it first.
            again: make contracts a second time that look the same as some that are there.
            intent_id: one per press of the button; of two that come with the same one, the first begins it.

        Raises InvalidInput for a file that is empty or too large.
        """
        if not 0 < len(content) <= MOST_BYTES:
            most = text("Choose a file of at most {most} MB.", most=MOST_BYTES // 1024**2)
            raise invalid("/file", "size_of_file", most)
        now = self.clock()
        imported = FileImport(
            id=_id_of(actor, intent_id) if intent_id else new_id("imp"),
            file_name=PurePath(file_name).name[:200],
            actor_id=actor.id,
            actor_name=actor.name,
            role=actor.role.value,
            entrance=actor.source,
            locale=locale,
            created_at=now,
            mapping=file_mapping_document(mapping) if mapping else None,
            at_once=at_once,
            again=again,
            next_turn_at=now,
        )
        with self.presses.database.write() as connection:
            take_turn(connection, f"import {tenant_id} {imported.id}")
            FileImports(connection, tenant_id).add(imported, content)
        return imported.id

    def find(self, tenant_id: str, import_id: str) -> FileImport | None:
        """The import, for whoever may import at its tenant."""
        with self.presses.database.read() as connection:
            return FileImports(connection, tenant_id).get(import_id)

    def look_again(self, tenant_id: str, imported: FileImport, mapping: FileMapping | None) -> bool:
        """Find out anew what it would do, with another mapping; says whether it still was there to be changed."""
        if imported.state not in (ImportState.WRONG, ImportState.SHOWN):
            return False
        read = {"mapping": file_mapping_document(mapping) if mapping else None}
        anew = {"next_turn_at": self.clock(), "problems": None, "message": "", "done": 0, "total": 0}
        return self._become(tenant_id, imported, ImportState.LOOKING, read | anew, keeps=True)

    def confirm(self, tenant_id: str, imported: FileImport, *, again: bool) -> bool:
        """Have done what was shown; again makes contracts a second time that look the same. Says whether it waited."""
        if imported.state is not ImportState.SHOWN:
            return False
        values = {"next_turn_at": self.clock(), "again": again, "done": 0}
        return self._become(tenant_id, imported, ImportState.WORKING, values, keeps=True)

    def drop(self, tenant_id: str, imported: FileImport) -> bool:
        """Forget the file of an import that was not done."""
        if imported.state not in (ImportState.WRONG, ImportState.SHOWN):
            return False
        return self._become(tenant_id, imported, ImportState.DROPPED, {"ended_at": self.clock()}, keeps=False)

    def undo(self, tenant_id: str, imported: FileImport, actor: Actor) -> bool:
        """Begin to undo it: new contracts are deleted, changed ones become as they were. Says whether it was done.

        Raises UndoRefused where any of it has an order since, or was changed since.
        """
        if imported.state is not ImportState.DONE:
            return False
        with self.presses.database.read() as connection:
            if hindered := list(hindered_by(connection, tenant_id, imported)):
                raise UndoRefused(hindered)
        who = {"actor_id": actor.id, "actor_name": actor.name, "role": actor.role.value, "entrance": actor.source}
        values = who | {"next_turn_at": self.clock(), "done": 0, "message": ""}
        return self._become(tenant_id, imported, ImportState.UNDOING, values, keeps=False)

    def _become(
        self, tenant_id: str, imported: FileImport, state: ImportState, values: Mapping[str, Any], *, keeps: bool
    ) -> bool:
        with self.presses.database.write() as connection:
            return FileImports(connection, tenant_id).become(imported, state, values, keeps=keeps)


def hindered_by(connection: Connection, tenant_id: str, imported: FileImport) -> Iterator[Hindered]:
    """The contracts of an import that was done which keep it from being undone."""
    imports, behind = FileImports(connection, tenant_id), -1
    while some := imports.contracts(imported.id, (ImportedState.DONE,), behind=behind, limit=500):
        yield from _hindered(connection, tenant_id, imported, some)
        behind = some[-1].place


def _hindered(
    connection: Connection, tenant_id: str, imported: FileImport, some: Sequence[ImportedContract]
) -> Iterator[Hindered]:
    made = [each for each in some if each.result != Result.UNCHANGED.value]
    numbers = [each.number for each in made]
    present = {each.number: each for each in Contracts(connection, tenant_id).of_numbers(numbers)}
    ledgers = Ledger(connection, tenant_id).of_contracts(numbers)
    pressed = AuditTrail(connection, tenant_id).with_pressed_visits(imported.created_at)
    for each in made:
        contract = present.get(each.number)
        if contract is None or contract.version != each.version or contract.deleted_on is not None:
            yield Hindered(each.number, text("It was changed since."))
        elif orders_in(ledgers.get(each.number, {})) > each.orders_before:
            yield Hindered(each.number, text("It has a work order since."))
        elif each.number in pressed:
            yield Hindered(each.number, text("Something was done to a visit of it since."))


def orders_in(ledger: Mapping[Any, Any]) -> int:
    """How many work orders a contract's ledger has."""
    return sum(visit.workorder_no is not None for visit in ledger.values())


@dataclass(frozen=True, slots=True)
class ImportWork:
    """What works on the imports of all tenants of its environment. clock gives aware moments in UTC.

    entrances are all ways in that this version knows, by name; owner names the process that has a tenant's lease. rest
    waits for so many seconds, in which others write.
    """

    presses: Presses
    environment: Environment
    clock: Clock
    entrances: Mapping[str, Entrance]
    owner: str
    stopwatch: Stopwatch = monotonic
    rest: Callable[[float], None] = sleep

    def take_turn(self) -> bool:
        """Work on the import that waits longest; says whether there was one. For the timer.

        Several at once do no harm: a turn is one process's.
        """
        now = self.clock()
        held = first_held(
            self.presses.database,
            lambda connection: due_imports(connection, now, self.environment, _CANDIDATES),
            lambda connection, tenant_id, imported: FileImports(connection, tenant_id).hold(imported, now + _HELD),
        )
        if held is None:
            return False
        tenant_id, imported = held
        _Turn(self, tenant_id, replace(imported, turns=imported.turns + 1)).work()
        return True


class _Stopped(Exception):
    """The turn is another process's by now, or its import was ended."""


class _NotAllowed(Exception):
    """Whoever pressed may not any more, or the tenant is suspended; what was done stays."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(slots=True)
class _Turn:
    """One turn on one import."""

    work_of: ImportWork
    tenant_id: str
    imported: FileImport

    def work(self) -> None:
        entrance = self.work_of.entrances.get(self.imported.entrance)
        if entrance is None:
            return  # one of a newer version, which takes it up when this turn is over
        try:
            match self.imported.state:
                case ImportState.LOOKING:
                    self._look()
                case ImportState.WORKING:
                    self._with_lease(entrance, self._do)
                case ImportState.UNDOING:
                    self._with_lease(entrance, self._undo)
                case (
                    ImportState.WRONG | ImportState.SHOWN | ImportState.DONE | ImportState.UNDONE | ImportState.DROPPED
                ):
                    raise ValueError(f"An import that is {self.imported.state} has nothing to do.")
        except _Stopped:
            return
        except _NotAllowed as error:
            self._end(error.sentence)
        except OutsmartError as error:
            self._host_is_out_of_reach(error)

    def _with_lease(self, entrance: Entrance, go_on: Callable[[Entrance, Lease], None]) -> None:
        """Go on while no cycle of the tenant runs; in a moment, where one does."""
        with self._lease() as lease:
            if lease is None:
                self._put_back(_LEASE_AGAIN)
            else:
                go_on(entrance, lease)

    def _look(self) -> None:
        """What the file would do, as the command finds it out."""
        content = self._content()
        with self._database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, self.tenant_id, self.work_of.clock())
        given = self.imported.mapping
        mapping = file_mapping_from_document(given) if given else mapping_for(content, around.configuration.mappings)
        notes: Sequence[Text] = ()
        try:
            file = _own_or_mapped(content, mapping)
            with self.work_of.presses.open_host(tenant, _HOST_SECONDS) as host:
                if file is None:
                    suggested = suggest_mapping(content, self._stem, read_host_lists(host))
                    mapping, notes = suggested.mapping, suggested.notes
                    file = read_contract_file(content, mapping)
                readings = read_host_lists(host, file.columns_filled(READ_ON_DEMAND, around.configuration))
        except InvalidFile as error:
            self._tell_wrong(error, {})
            return
        found = {
            "mapping": file_mapping_document(mapping) if mapping else None,
            "understood": understood_document(file.table, mapping, notes, self._reader),
            "total": len(file.rows),
        }
        try:
            added: Counter[WeekOfWork] = Counter()
            with self._database.read() as connection:
                outcomes = check(connection, around, file, readings, self._actor, self._progress(), _AT_ONCE, added)
                heavy = weeks_made_heavy(connection, around, added)
        except InvalidFile as error:
            self._tell_wrong(error, found)
        else:
            self._show(file, outcomes, found, heavy)

    def _show(
        self, file: ContractFile, outcomes: Sequence[Outcome], found: Mapping[str, Any], heavy: Sequence[MadeHeavy]
    ) -> None:
        rows = [
            self._row(place, of_contract[0].number, outcome)
            for place, (of_contract, outcome) in enumerate(zip(file.rows, outcomes, strict=True))
        ]
        told = counts(outcomes) | {
            "orders": sum(outcome.orders for outcome in outcomes),
            "same": sum(outcome.same_as is not None for outcome in outcomes),
            "passed": sum(bool(outcome.passed) for outcome in outcomes),
            "heavy_weeks": [heavy_document(each) for each in heavy],
        }
        goes_on = self.imported.at_once and not told["passed"]  # a latest date is passed by a person's word alone
        state = ImportState.WORKING if goes_on else ImportState.SHOWN
        next_turn_at = self.work_of.clock() if goes_on else None
        values = {**found, "counts": told, "problems": None, "done": 0, "next_turn_at": next_turn_at}
        with self._database.write() as connection:
            imports = FileImports(connection, self.tenant_id)
            if imports.become(self.imported, state, values, keeps=True):
                imports.save_contracts(self.imported.id, rows)

    def _tell_wrong(self, error: InvalidFile, found: Mapping[str, Any]) -> None:
        say = self._reader.say
        told = [
            {"row": each.row, "column": each.column, "code": each.code, "message": say(each.message)}
            for each in error.problems[:MOST_PROBLEMS]
        ]
        values = {
            **found,
            "problems": told,
            "counts": {"problems": len(error.problems)},
            "message": " ".join(map(say, error.notes)),
        }
        with self._database.write() as connection:
            FileImports(connection, self.tenant_id).become(self.imported, ImportState.WRONG, values, keeps=True)

    def _row(self, place: int, row: int, outcome: Outcome) -> ImportedContract:
        return ImportedContract(
            place,
            row,
            outcome.number,
            outcome.result.value,
            orders=outcome.orders,
            coming=[day.isoformat() for day in outcome.coming],
            warnings=list(map(self._reader.say, outcome.warnings)),
            same_as=outcome.same_as,
            seen=outcome.seen,
        )

    def _do(self, entrance: Entrance, lease: Lease) -> None:
        """Contract by contract what was shown, as far as one turn goes; what is otherwise by now is left out."""
        content, given = self._content(), self.imported.mapping
        mapping = file_mapping_from_document(given) if given else None
        file = read_contract_file(content, mapping)
        with self._database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, self.tenant_id, self.work_of.clock())
            shown = FileImports(connection, self.tenant_id).contracts(self.imported.id, limit=len(file.rows))
        with self.work_of.presses.open_host(tenant, _HOST_SECONDS) as host:
            readings = read_host_lists(host, file.columns_filled(READ_ON_DEMAND, around.configuration))
        entries = (entry for entry, _ in file.entries())
        pairs = islice(zip(entries, shown, strict=False), self.imported.done, None)
        made = {each.number for each in shown if each.state is ImportedState.DONE}
        carry_out = partial(self._carried_out, file=file, readings=readings, made=made)
        if not self._go_through(entrance, lease, pairs, carry_out):
            return
        with self._database.write() as connection:
            around = self._allowed(connection, entrance, lease)
            self._keep_mapping(connection, around, mapping)
            over = {"ended_at": self.work_of.clock()}
            FileImports(connection, self.tenant_id).become(self.imported, ImportState.DONE, over, keeps=False)

    def _carried_out(
        self, connection: Connection, around: TenantCircumstances, some: Sequence[tuple[Entry, ImportedContract]],
        *, file: ContractFile, readings: HostReadings, made: set[str],
    ) -> list[ImportedContract]:  # fmt: skip
        """How each of them ended; made are the numbers that this import has made, and grows."""
        deciding = Decisions(connection, around, file.numbers(), readings, self._actor, writing=True)
        deciding.load([entry for entry, _ in some])
        ended, decided = [], []
        for entry, row in some:
            try:
                decision = deciding.decide(entry)
            except Refusal as refusal:
                ended.append(replace(row, state=ImportedState.FAILED, message=self._reader.say(_in_words(refusal))))
                continue
            if (why_not := self._why_not(row, decision, made)) is not None:
                ended.append(replace(row, state=ImportedState.LEFT_OUT, message=self._reader.say(why_not)))
                continue
            decided.append(decision)
            made.add(decision.number)
            ended.append(done_contract(row, decision))
        now = self.work_of.clock()
        requests = [(import_request(each), each.scene, each.change) for each in decided if each.change is not None]
        write_changes(connection, around, requests, now)
        changed = [row.number for row in ended if row.former is not None]
        ledgers = Ledger(connection, self.tenant_id).of_contracts(changed) if changed else {}
        return [replace(row, orders_before=orders_in(ledgers.get(row.number, {}))) for row in ended]

    def _why_not(self, row: ImportedContract, decision: Decision, made: set[str]) -> Text | None:
        same = decision.same_as if decision.same_as not in made else None
        if same is not None and not self.imported.again:
            return text("It looks the same as contract {number}.", number=same)
        if decision.result.value != row.result or decision.scene.target.version != row.seen:
            return text("It was changed meanwhile, so it was left out.")
        return None

    def _go_through(
        self, entrance: Entrance, lease: Lease, left: Iterator[_Left],
        carry_out: Callable[[Connection, TenantCircumstances, Sequence[_Left]], list[ImportedContract]],
    ) -> bool:  # fmt: skip
        """Carry out what is left, some in each transaction, as far as one turn goes; says whether that was all."""
        until, done = self.work_of.stopwatch() + _TURN_SECONDS, self.imported.done
        while some := list(islice(left, _AT_ONCE)):
            with self._database.write() as connection:
                around = self._allowed(connection, entrance, lease)
                ended = carry_out(connection, around, some)
                done += len(some)
                imports = FileImports(connection, self.tenant_id)
                imports.update_contracts(self.imported.id, ended)
                imports.go_on(self.imported, done, self.work_of.clock() + _HELD)
            self.work_of.rest(_REST_SECONDS)
            if self.work_of.stopwatch() > until:
                self._put_back(timedelta())
                return False
        return True

    def _keep_mapping(self, connection: Connection, around: TenantCircumstances, mapping: FileMapping | None) -> None:
        """Keep the mapping under its name, so that the next such file needs nothing."""
        kept = around.configuration.mappings
        if mapping is None or mapping in kept:
            return
        others = [each for each in kept if each.name != mapping.name]
        wanted = replace(around.configuration, mappings=(*others, mapping))
        configure(connection, around, wanted, self._actor, self.work_of.clock())

    def _undo(self, entrance: Entrance, lease: Lease) -> None:
        """Contract by contract, as far as one turn goes; what got an order or was changed meanwhile is left out."""
        with self._database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, self.tenant_id, self.work_of.clock())
            imports = FileImports(connection, self.tenant_id)
            rows = imports.contracts(self.imported.id, (ImportedState.DONE,), limit=1_000_000)
        readings = HostReadings()
        if any(row.former is not None for row in rows):
            with self.work_of.presses.open_host(tenant, _HOST_SECONDS) as host:
                readings = read_host_lists(host, _named_in(rows, around.configuration))
        left = iter([row for row in rows if row.result != Result.UNCHANGED.value])
        if not self._go_through(entrance, lease, left, partial(self._undone, readings=readings)):
            return
        with self._database.write() as connection:
            self._allowed(connection, entrance, lease)
            over = {"ended_at": self.work_of.clock()}
            FileImports(connection, self.tenant_id).become(self.imported, ImportState.UNDONE, over, keeps=False)

    def _undone(
        self, connection: Connection, around: TenantCircumstances, some: Sequence[ImportedContract],
        *, readings: HostReadings,
    ) -> list[ImportedContract]:  # fmt: skip
        hindered = {each.number: each.why for each in _hindered(connection, self.tenant_id, self.imported, some)}
        ended = []
        for row in some:
            try:
                if row.number in hindered:
                    raise Refusal(hindered[row.number])
                if row.former is None:
                    self._remove(connection, around, row)
                else:
                    self._bring_back(connection, around, readings, row.former)
            except Refusal as refusal:
                ended.append(replace(row, state=ImportedState.FAILED, message=self._reader.say(_in_words(refusal))))
            else:
                ended.append(replace(row, state=ImportedState.UNDONE, message=""))
        return ended

    def _remove(self, connection: Connection, around: TenantCircumstances, row: ImportedContract) -> None:
        """Delete a new contract; its number stays used, and its history can be looked at."""
        target = Target(TargetType.CONTRACT, row.number, row.version)
        request = Request(UNDONE_AS, target, self._actor)
        scene = load_scene(connection, around, delete.ACTION, request, HostReadings())
        change = delete.decide(scene, NoInput())
        write_change(connection, around, request, scene, change, self.work_of.clock())

    def _bring_back(
        self, connection: Connection, around: TenantCircumstances, readings: HostReadings, former: str
    ) -> None:
        """Edit a changed contract to what it was, as a file of it would."""
        file = read_contract_file(former.encode())
        deciding = Decisions(connection, around, file.numbers(), readings, self._actor, writing=True)
        entries = [entry for entry, _ in file.entries()]
        deciding.load(entries)
        decisions = [deciding.decide(entry) for entry in entries]
        requests = [
            (replace(import_request(each), action=UNDONE_AS), each.scene, each.change)
            for each in decisions
            if each.change is not None
        ]
        write_changes(connection, around, requests, self.work_of.clock())

    def _allowed(self, connection: Connection, entrance: Entrance, lease: Lease) -> TenantCircumstances:
        """The tenant as it is, while the turn is ours and whoever pressed still may. Raises _Stopped, _NotAllowed."""
        now = self.work_of.clock()
        if not FileImports(connection, self.tenant_id).is_held(self.imported):
            raise _Stopped
        renew(connection, lease, now, _HELD.total_seconds())
        _, around = tenant_in_circumstances(connection, self.tenant_id, now, open_tokens=False)
        request = Request(AUDITED_AS, Target(TargetType.TENANT, self.tenant_id), self._actor)
        if around.suspended:
            raise _NotAllowed(text("The power-up is suspended: contracts can be looked at, not changed."))
        if (refusal := entrance.hindrance(connection, self.tenant_id, request)) is not None:
            raise _NotAllowed(refusal.message)
        return around

    def _end(self, why: Text) -> None:
        """End it where it is, and say why; undoing can be begun again."""
        values = {"message": self._reader.say(why), "ended_at": self.work_of.clock()}
        with self._database.write() as connection:
            FileImports(connection, self.tenant_id).become(self.imported, ImportState.DONE, values, keeps=False)

    @contextmanager
    def _lease(self) -> Iterator[Lease | None]:
        """The tenant's lease for the turn; None while a cycle has it."""
        now = self.work_of.clock()
        with self._database.write() as connection:
            lease = acquire(connection, self.tenant_id, self.work_of.owner, now, _HELD.total_seconds())
        try:
            yield lease
        finally:
            if lease is not None:
                with self._database.write() as connection:
                    release(connection, lease)
                    Tenants(connection).wake(self.tenant_id, self.work_of.clock())

    def _host_is_out_of_reach(self, error: OutsmartError) -> None:
        """A file that nobody said yes to yet is told so; what was begun goes on in a while."""
        if self.imported.state is not ImportState.LOOKING:
            self._put_back(_HOST_AGAIN)
            return
        told = text("The host could not be asked, so nothing was checked there. {words}", words=sentence_of(error))
        values = {"message": self._reader.say(told), "counts": {"problems": 0}, "problems": []}
        with self._database.write() as connection:
            FileImports(connection, self.tenant_id).become(self.imported, ImportState.WRONG, values, keeps=True)

    def _put_back(self, after: timedelta) -> None:
        with self._database.write() as connection:
            FileImports(connection, self.tenant_id).put_back(self.imported, self.work_of.clock() + after)

    def _progress(self) -> Any:
        """Writes down now and then how far the looking is."""
        told_at = self.work_of.stopwatch()

        def told(done: int, _: int) -> None:
            nonlocal told_at
            self.work_of.rest(_LOOKING_RESTS_SECONDS)
            if self.work_of.stopwatch() - told_at >= _TOLD_EVERY_SECONDS:
                told_at = self.work_of.stopwatch()
                with self._database.write() as connection:
                    until = self.work_of.clock() + _HELD
                    FileImports(connection, self.tenant_id).go_on(self.imported, done, until)

        return told

    def _content(self) -> bytes:
        with self._database.read() as connection:
            content = FileImports(connection, self.tenant_id).content(self.imported.id)
        if content is None:
            raise _Stopped
        return content

    @property
    def _actor(self) -> Actor:
        imported = self.imported
        return Actor(imported.actor_id, imported.actor_name, Role(imported.role), imported.entrance)

    @property
    def _stem(self) -> str:
        """What a mapping that is suggested for the file is called."""
        return PurePath(self.imported.file_name).stem

    @property
    def _database(self) -> Database:
        return self.work_of.presses.database

    @property
    def _reader(self) -> Reader:
        return Reader(self.imported.locale)


def _named_in(rows: Sequence[ImportedContract], configuration: TenantConfiguration) -> Collection[str]:
    """Which of the host's lists that few contracts need those do that become as they were."""
    former = (read_contract_file(row.former.encode()) for row in rows if row.former is not None)
    return {name for file in former for name in file.columns_filled(READ_ON_DEMAND, configuration)}


def _own_or_mapped(content: bytes, mapping: FileMapping | None) -> ContractFile | None:
    """The file read with its mapping, or as one of our own; None where neither fits and one is to be suggested."""
    if mapping is not None:
        return read_contract_file(content, mapping)
    try:
        file = read_contract_file(content)
    except InvalidFile as error:
        if any(each.code == "no_headings" for each in error.problems):
            return None
        raise
    return None if file.table.missing else file


def done_contract(row: ImportedContract, decision: Decision) -> ImportedContract:
    """A contract as the import leaves it, with what is needed to undo that."""
    changed = decision.change.contract if decision.change else None
    known = decision.scene.situation
    former = export_csv([known.contract]).decode() if changed is not None and known is not None else None
    version = changed.version if changed else decision.situation.contract.version
    return replace(row, number=decision.number, state=ImportedState.DONE, version=version, former=former)


def _in_words(refusal: Refusal) -> Text:
    if not refusal.problems:
        return refusal.message
    return in_a_row(each.message for each in refusal.problems)


def _id_of(actor: Actor, intent_id: str) -> str:
    """The same whenever the same person sends the same press of the button."""
    return f"imp_{sha256(f'{actor.source} {actor.id} {intent_id}'.encode()).hexdigest()[:24]}"
