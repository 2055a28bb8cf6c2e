"""An import that was done in one transaction, as a command does it: written down so that it can be undone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import Connection

from powerup.actions.kit.request import Actor
from powerup.files.decisions import Decision
from powerup.presses.importing import done_contract, orders_in
from powerup.store.file_imports import FileImport, FileImports, ImportedContract, ImportState
from powerup.store.identifiers import new_id
from powerup.store.ledger import Ledger


class ImportedAtOnce:
    """What is kept of one such import, in its own transaction."""

    def __init__(self, connection: Connection, tenant_id: str, rows: Sequence[int]) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._rows = rows
        self._contracts: list[ImportedContract] = []

    def hear(self, decisions: Sequence[Decision]) -> None:
        """Take what was written of some of its contracts, in the order of the file."""
        for decision in decisions:
            place = len(self._contracts)
            row = ImportedContract(
                place,
                self._rows[place],
                decision.number,
                decision.result.value,
                same_as=decision.same_as,
                seen=decision.scene.target.version,
            )
            self._contracts.append(done_contract(row, decision))

    def keep(self, file_name: str, actor: Actor, locale: str, now: datetime) -> str:
        """Write it down; gives the id of the import. now is aware."""
        changed = [each.number for each in self._contracts if each.former is not None]
        ledgers = Ledger(self._connection, self._tenant_id).of_contracts(changed) if changed else {}
        contracts = [replace(each, orders_before=orders_in(ledgers.get(each.number, {}))) for each in self._contracts]
        imported = FileImport(
            id=new_id("imp"),
            file_name=PurePath(file_name).name[:200],
            actor_id=actor.id,
            actor_name=actor.name,
            role=actor.role.value,
            entrance=actor.source,
            locale=locale,
            created_at=now,
            state=ImportState.DONE,
            done=len(contracts),
            total=len(contracts),
            ended_at=now,
        )
        imports = FileImports(self._connection, self._tenant_id)
        imports.add(imported, None)
        imports.save_contracts(imported.id, contracts)
        return imported.id
