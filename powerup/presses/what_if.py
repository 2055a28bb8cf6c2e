"""What ifs: presses that a person collects, to see a year with and without them before anything is done.

Steps are bulk runs and imports that were shown, and changes of the configuration. They are carried out in their order,
each as it was shown, or dropped; nothing is done before a person says so (decision 0015).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.answer import InvalidInput, invalid
from powerup.actions.kit.request import Actor, Role
from powerup.documents.configuration import configuration_document
from powerup.presses.bulk import SHOWN_FOR
from powerup.presses.bulk_actions import find_bulk_action
from powerup.presses.configuring import plan_configuration
from powerup.presses.press import Presses
from powerup.store.bulk_runs import BulkRun, BulkRuns, BulkState
from powerup.store.database import Database
from powerup.store.file_imports import FileImport, FileImports, ImportState
from powerup.store.identifiers import new_id
from powerup.store.what_ifs import (
    OPEN_WHAT_IFS,
    KeptWhatIfs,
    StepKind,
    WhatIf,
    WhatIfState,
    WhatIfStep,
)
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, in_a_row, text
from powerup.timing import Clock

MOST_STEPS = 20
"""Of one what if."""

MOST_PRESSES = 1_000
"""Of all its steps together: contracts and visits of bulk runs, and contracts of files."""

MOST_NAME = 100

KEPT = timedelta(days=7)
"""After its steps were changed last, or it was looked at anew."""

_LISTED = 100


@dataclass(frozen=True, slots=True)
class ChosenWhatIf:
    """The what if that a step is added to: one that is there, or a new one of that name where id is empty."""

    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class WhatIfs:
    """What takes and answers for what ifs. clock gives aware moments in UTC."""

    presses: Presses
    clock: Clock

    def find(self, tenant_id: str, what_if_id: str) -> WhatIf | None:
        """The what if, for everybody of its tenant who may look."""
        with self._database.read() as connection:
            return KeptWhatIfs(connection, tenant_id).get(what_if_id)

    def open_of(self, tenant_id: str, actor: Actor) -> list[WhatIf]:
        """Those to which this person can add steps, the newest first."""
        with self._database.read() as connection:
            latest = KeptWhatIfs(connection, tenant_id).latest(_LISTED)
        return [each for each in latest if each.state in OPEN_WHAT_IFS and is_of(each, actor)]

    def add_bulk(self, tenant_id: str, actor: Actor, bulk: BulkRun, chosen: ChosenWhatIf, *, locale: str) -> str:
        """Add a bulk run that was shown to this person; gives the what if's id. Raises InvalidInput."""
        action = find_bulk_action(bulk.action)
        if action is None or not action.shows_in_a_year:
            raise invalid("", "no_step", text("What this does is not seen in a year."))
        with self._database.write() as connection:
            runs = BulkRuns(connection, tenant_id)
            if bulk.state is not BulkState.SHOWN or not runs.set_aside(bulk):
                raise _gone()
            called = Reader(locale).say(action.label)
            step = WhatIfStep(0, StepKind.BULK, bulk.id, called=called)
            return self._add(
                connection, tenant_id, self._chosen(connection, tenant_id, actor, chosen, step, locale), step
            )

    def add_import(
        self, tenant_id: str, actor: Actor, imported: FileImport, chosen: ChosenWhatIf, *, again: bool, locale: str
    ) -> str:
        """Add an import that was shown; again makes contracts a second time that look the same. Gives the what if's id.
        Raises InvalidInput."""
        with self._database.write() as connection:
            kept = KeptWhatIfs(connection, tenant_id)
            if imported.state is not ImportState.SHOWN or kept.of_run(imported.id) is not None:
                raise _gone()
            called = Reader(locale).say(text("Import of {file}", file=imported.file_name or "–"))
            step = WhatIfStep(0, StepKind.IMPORT, imported.id, {"again": again}, called)
            return self._add(
                connection, tenant_id, self._chosen(connection, tenant_id, actor, chosen, step, locale), step
            )

    def add_configuration(
        self, tenant_id: str, actor: Actor, document: Mapping[str, Any], chosen: ChosenWhatIf,
        *, to_contracts: bool = False, locale: str,
    ) -> str:  # fmt: skip
        """Add a change of the configuration, by an admin; to_contracts gives changed terms to the contracts that carry
        them. Gives the what if's id. Raises InvalidInput, ConfigurationRefused."""
        if not actor.role.may(Role.ADMIN):
            raise invalid("", "admin", text("An admin changes the configuration."))
        with self._database.write() as connection:
            _, around = tenant_in_circumstances(connection, tenant_id, self.clock(), open_tokens=False)
            planned = plan_configuration(connection, around, document, actor)
            if not planned.differences:
                raise invalid("", "nothing_changes", text("Nothing changes."))
            base = {name: configuration_document(around.configuration).get(name) for name in document}
            wanted = {name: configuration_document(planned.after).get(name) for name in document}
            called = Reader(locale).say(in_a_row(each.line for each in planned.differences))
            change = {"base": base, "wanted": wanted, "to_contracts": to_contracts}
            step = WhatIfStep(0, StepKind.CONFIGURATION, document=change, called=called)
            return self._add(
                connection, tenant_id, self._chosen(connection, tenant_id, actor, chosen, step, locale), step
            )

    def remove_step(self, tenant_id: str, what_if: WhatIf, place: int) -> bool:
        """Take a step away, and find out anew; the last one takes the what if along. Says whether it still was open."""
        now = self.clock()
        with self._database.write() as connection:
            kept = KeptWhatIfs(connection, tenant_id)
            steps = {step.place: step for step in kept.steps(what_if.id)}
            if what_if.state not in OPEN_WHAT_IFS or place not in steps or not kept.look_anew(what_if, now):
                return False
            if steps[place].kind is StepKind.BULK:
                BulkRuns(connection, tenant_id).stop(steps[place].run_id, now)
            kept.remove_step(what_if.id, place)
            if len(steps) == 1:
                kept.drop(what_if.id, now)
            return True

    def look_anew(self, tenant_id: str, what_if: WhatIf) -> bool:
        """Find out anew what its year would be like; says whether it still was open."""
        if what_if.state not in OPEN_WHAT_IFS:
            return False
        with self._database.write() as connection:
            return KeptWhatIfs(connection, tenant_id).look_anew(what_if, self.clock())

    def confirm(self, tenant_id: str, what_if: WhatIf) -> bool:
        """Have what was shown carried out. What was shown too long ago is found out anew first, to be confirmed then;
        says whether it was in time."""
        now = self.clock()
        if what_if.state is not WhatIfState.SHOWN:
            return False
        in_time = what_if.looked_at is not None and now <= what_if.looked_at + SHOWN_FOR
        with self._database.write() as connection:
            kept = KeptWhatIfs(connection, tenant_id)
            if not in_time:
                kept.look_anew(what_if, now)
                return False
            begins = {"next_turn_at": now, "turns": what_if.turns + 1, "changed_at": now, "message": ""}
            return kept.become(what_if, WhatIfState.WORKING, begins)

    def stop(self, tenant_id: str, what_if: WhatIf) -> bool:
        """Begin nothing of it any more; what was done stays."""
        now = self.clock()
        if what_if.state is not WhatIfState.WORKING:
            return False
        with self._database.write() as connection:
            kept = KeptWhatIfs(connection, tenant_id)
            if not kept.become(what_if, WhatIfState.STOPPED, {"ended_at": now, "turns": what_if.turns + 1}):
                return False
            for step in kept.steps(what_if.id):
                if step.kind is StepKind.BULK:
                    BulkRuns(connection, tenant_id).stop(step.run_id, now)
            return True

    def drop(self, tenant_id: str, what_if: WhatIf) -> bool:
        """Remove it; says whether nothing of it is being carried out. An import that was a step can be done by
        itself."""
        if what_if.state is WhatIfState.WORKING:
            return False
        with self._database.write() as connection:
            KeptWhatIfs(connection, tenant_id).drop(what_if.id, self.clock())
        return True

    def _chosen(
        self, connection: Connection, tenant_id: str, actor: Actor, chosen: ChosenWhatIf, step: WhatIfStep, locale: str
    ) -> WhatIf:
        """The what if that a step is added to, written where it is a new one."""
        kept = KeptWhatIfs(connection, tenant_id)
        if chosen.id:
            found = kept.get(chosen.id)
            if found is None or not is_of(found, actor):
                raise invalid("", "unknown_what_if", text("There is no such what if."))
            if found.state not in OPEN_WHAT_IFS:
                raise invalid("", "over", text("It was carried out; begin a new what if."))
            return found
        now = self.clock()
        made = WhatIf(
            id=new_id("wif"),
            name=" ".join((chosen.name or step.called).split())[:MOST_NAME],
            actor_id=actor.id,
            actor_name=actor.name,
            role=actor.role.value,
            entrance=actor.source,
            locale=locale,
            created_at=now,
            changed_at=now,
        )
        kept.add(made)
        return made

    def _add(self, connection: Connection, tenant_id: str, what_if: WhatIf, step: WhatIfStep) -> str:
        kept = KeptWhatIfs(connection, tenant_id)
        kept.add_step(what_if.id, step)
        steps = kept.steps(what_if.id)
        if len(steps) > MOST_STEPS:
            raise invalid("", "too_many_steps", text("A what if has at most {most} steps.", most=MOST_STEPS))
        runs, imports = BulkRuns(connection, tenant_id), FileImports(connection, tenant_id)
        presses = 0
        for each in steps:
            match each.kind:
                case StepKind.BULK:
                    presses += sum(runs.how_many(each.run_id).values())
                case StepKind.IMPORT:
                    presses += sum(imports.how_many(each.run_id).values())
                case StepKind.CONFIGURATION:
                    presses += 1
        if presses > MOST_PRESSES:
            most = text("A what if has at most {most} contracts and visits in its steps.", most=MOST_PRESSES)
            raise invalid("", "too_many_presses", most)
        if not kept.look_anew(what_if, self.clock()):
            raise _gone()
        return what_if.id

    @property
    def _database(self) -> Database:
        return self.presses.database


def is_of(what_if: WhatIf, actor: Actor) -> bool:
    """Whether it is this person's, who alone adds to it, carries it out and drops it; others of the tenant look."""
    return (what_if.entrance, what_if.actor_id) == (actor.source, actor.id)


def _gone() -> InvalidInput:
    return invalid("", "gone", text("That is not possible any more; look at how it is now."))
