"""The steps of a what if, done on a copy of the tenant by the code that does them when somebody means it.

Bulk runs and imports are the same runs, under the same ids, worked on by the same work; so what a press was shown to do
here is what it is confirmed to do there, and is left out where it would do something else by then (decision 0015).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, Role
from powerup.contracts.contract import Contract
from powerup.contracts.visit import Visit
from powerup.contracts.with_and_without import ContractYear, contract_year
from powerup.documents.configuration import configuration_document
from powerup.documents.document_change import parts_changed_likewise
from powerup.presses.bulk import BulkWork
from powerup.presses.configuring import ConfigurationRefused, change_configuration
from powerup.presses.entrance import Entrance
from powerup.presses.importing import Imports, ImportWork
from powerup.presses.press import Presses
from powerup.readings.forecast import Forecast
from powerup.store.bulk_runs import BulkPress, BulkPressState, BulkRun, BulkRuns, BulkState
from powerup.store.contracts import Contracts
from powerup.store.file_imports import FileImport, FileImports, ImportedContract, ImportedState, ImportState
from powerup.store.tenants import Environment
from powerup.store.what_ifs import StepState, WhatIf, WhatIfStep
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, Text
from powerup.timing import Clock

_MOST = 100_000
_SAID = 10


class HostOutOfReach(Exception):
    """An import asks the host, and it did not answer."""


@dataclass(frozen=True, slots=True)
class BulkOfStep:
    """A bulk run as it waits in the tenant's own database."""

    bulk: BulkRun
    presses: Sequence[BulkPress]


@dataclass(frozen=True, slots=True)
class ImportOfStep:
    """An import as it waits there, with its file."""

    imported: FileImport
    content: bytes
    contracts: Sequence[ImportedContract]


@dataclass(frozen=True, slots=True)
class Supposed:
    """A copy of a tenant on which steps are done. presses work on the copy; clock gives aware moments in UTC.

    go_on is called between pieces of work, and raises where nobody wants to know any more.
    """

    presses: Presses
    tenant_id: str
    what_if: WhatIf
    environment: Environment
    clock: Clock
    go_on: Callable[[], None]

    def around(self) -> TenantCircumstances:
        """The tenant as it is on the copy by now."""
        with self.presses.database.read() as connection:
            _, around = tenant_in_circumstances(connection, self.tenant_id, self.clock(), open_tokens=False)
        return around

    def years(self, since: date, until: date) -> dict[str, ContractYear]:
        """The year of each contract that is not deleted, from since to until, both inclusive, by number."""
        with self.presses.database.read() as connection:
            _, around = tenant_in_circumstances(connection, self.tenant_id, self.clock(), open_tokens=False)
            found = [each for each in Contracts(connection, self.tenant_id).all() if each.deleted_on is None]
            return years_of(Forecast(connection, around), found, since, until)

    def do_bulk(self, step: BulkOfStep) -> list[BulkPress]:
        """Find out what each press does and do it; gives them as they were shown, those that were not done with why."""
        bulk = replace(step.bulk, state=BulkState.LOOKING, shown_at=None, next_turn_at=self.clock())
        with self.presses.database.write() as connection:
            BulkRuns(connection, self.tenant_id).add(bulk, [_untouched(press) for press in step.presses])
        work = BulkWork(self.presses, self.environment, self.clock, self._entrances(bulk.entrance))
        self._all_turns(work.take_turn)
        shown = self._presses(bulk)
        with self.presses.database.write() as connection:
            runs = BulkRuns(connection, self.tenant_id)
            if (looked := runs.get(bulk.id)) is not None and looked.state is BulkState.SHOWN:
                runs.confirm(looked, self.clock())
        self._all_turns(work.take_turn)
        came = {press.place: press for press in self._presses(bulk)}
        called = {press.place: press.called for press in step.presses}
        return [
            replace(
                press if came[press.place].state is BulkPressState.DONE else came[press.place],
                called=called[press.place] or press.called,
            )
            for press in shown
        ]

    def do_import(self, step: ImportOfStep, *, again: bool) -> dict[str, Any]:
        """Do what the file was shown to do; gives how many contracts became what, and what is said of those that did
        not. Raises HostOutOfReach."""
        imported = replace(step.imported, state=ImportState.SHOWN, next_turn_at=None, done=0)
        with self.presses.database.write() as connection:
            imports = FileImports(connection, self.tenant_id)
            imports.add(imported, step.content)
            imports.save_contracts(
                imported.id, [replace(each, state=ImportedState.SHOWN, message="") for each in step.contracts]
            )
        Imports(self.presses, self.clock).confirm(self.tenant_id, imported, again=again)
        entrances = self._entrances(imported.entrance)
        work = ImportWork(
            self.presses, self.environment, self.clock, entrances, f"what if {self.what_if.id}", rest=_no_rest
        )
        self._all_turns(work.take_turn)
        with self.presses.database.read() as connection:
            imports = FileImports(connection, self.tenant_id)
            came = imports.get(imported.id)
            numbers = imports.how_many(imported.id)
            trouble = imports.contracts(imported.id, (ImportedState.LEFT_OUT, ImportedState.FAILED), limit=_SAID)
        if came is None or came.state is not ImportState.DONE:
            raise HostOutOfReach
        found: dict[str, Any] = {
            "message": came.message,
            "said": [f"{each.number}: {each.message}" for each in trouble],
        }
        for (result, state), number in numbers.items():
            name = result if state is ImportedState.DONE else state.value
            found[name] = found.get(name, 0) + number
        return found

    def do_configuration(self, step: WhatIfStep, say: Callable[[Text], str]) -> tuple[WhatIfStep, list[str]]:
        """Change the configuration; gives the step with what it is before and after, and what is to be known of it."""
        change = dict(step.document or {})
        with self.presses.database.write() as connection:
            _, around = tenant_in_circumstances(connection, self.tenant_id, self.clock(), open_tokens=False)
            before = configuration_document(around.configuration)
            try:
                planned = change_configuration(
                    connection,
                    around,
                    parts_changed_likewise(before, change["base"], change["wanted"]),
                    actor_of(self.what_if),
                    self.clock(),
                    to_contracts=bool(change["to_contracts"]),
                    passing_latest=True,
                )
            except ConfigurationRefused as refused:
                return replace(step, state=StepState.FAILED, message=say(refused.sentence)), []
        change |= {"before": before, "after": configuration_document(planned.after)}
        return replace(step, state=StepState.WAITING, document=change, message=""), list(map(say, planned.warnings))

    def _all_turns(self, take_turn: Callable[[], bool]) -> None:
        while take_turn():
            self.go_on()

    def _presses(self, bulk: BulkRun) -> list[BulkPress]:
        with self.presses.database.read() as connection:
            return BulkRuns(connection, self.tenant_id).presses(bulk.id, limit=_MOST)

    def _entrances(self, name: str) -> Mapping[str, Entrance]:
        """On the copy nobody is kept from anything: whoever asks has been let in."""
        return {name: Entrance(name)}


def _untouched(press: BulkPress) -> BulkPress:
    return BulkPress(press.place, press.target_id, called=press.called, input=press.input)


def years_of(forecast: Forecast, found: Sequence[Contract], since: date, until: date) -> dict[str, ContractYear]:
    """The year of each of these contracts from since to until, both inclusive, by number."""
    planned: dict[str, list[Visit]] = {each.number: [] for each in found}
    for contract, visit in forecast.visits_of(found, since, until, before_entry=False):
        planned[contract.number].append(visit)
    return {each.number: contract_year(each, planned[each.number], since, until) for each in found}


def actor_of(what_if: WhatIf) -> Actor:
    """Whose it is."""
    return Actor(what_if.actor_id, what_if.actor_name, Role(what_if.role), what_if.entrance)


def reader_of(what_if: WhatIf) -> Reader:
    """In whose words it is told."""
    return Reader(what_if.locale)


def _no_rest(_: float) -> None:
    """Nobody else writes on the copy."""
