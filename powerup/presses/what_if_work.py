"""What works on what ifs: finds out what a year would be like, and carries the steps out one after the other.

A year is found out of some contracts at a time: those that steps are about, with all of their customers, and behind
them all others where the configuration is changed. They are copied, their year is computed, the steps are done on the
copy, and their year is computed once more (decision 0015).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.request import Request, Target, TargetType
from powerup.contracts.capacity import available_minutes
from powerup.contracts.days import A_DAY
from powerup.contracts.visit import visit_key
from powerup.documents.configuration import configuration_document
from powerup.documents.document_change import parts_changed_likewise
from powerup.documents.file_mapping import file_mapping_from_document
from powerup.files.contract_import import read_contract_file
from powerup.presses.bulk_actions import find_bulk_action
from powerup.presses.configuring import ConfigurationRefused, change_configuration
from powerup.presses.entrance import Entrance
from powerup.presses.holding import first_held
from powerup.presses.importing import Imports
from powerup.presses.press import Presses
from powerup.presses.supposed import BulkOfStep, HostOutOfReach, ImportOfStep, Supposed, actor_of, reader_of
from powerup.presses.what_if_found import A_WEEK, FoundOfYear, mondays_of, until_of
from powerup.store.bulk_runs import BulkRuns, BulkState
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.file_imports import FileImports, ImportState
from powerup.store.planned_days import PlannedDays
from powerup.store.tenant_copy import copy_of_tenant
from powerup.store.tenants import Environment
from powerup.store.turns import take_turn
from powerup.store.what_ifs import (
    STEPS_LEFT,
    KeptWhatIfs,
    StepKind,
    StepState,
    WhatIf,
    WhatIfState,
    WhatIfStep,
    due_what_ifs,
    steps_of,
)
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.tenants.configure import CONFIGURE
from powerup.texts import Text, text
from powerup.timing import Clock, Stopwatch

MOST_BESIDE = 5_000
"""Contracts of all customers that the steps are about: they are copied together."""

_CONTRACTS_AT_ONCE = 500
_TURN_SECONDS = 5.0
_HELD = timedelta(seconds=120)
"""How long a turn is nobody else's; a process that died leaves it for the next after that."""

_AGAIN = timedelta(seconds=1)
"""Until it is seen whether a step is over."""

_SET_ASIDE = (BulkState.LOOKING, BulkState.SHOWN)
"""Bulk runs of which nothing is done: they wait for what they are a step of."""

_CANDIDATES = 10
_MOST = 100_000


def _planned(connection: Connection, tenant_id: str, since: date) -> dict[str, int]:
    """The minutes of all work in each week of the year by its Monday, as it was last worked out."""
    mondays, found = mondays_of(since, until_of(since)), Counter[str]()
    for day, minutes in PlannedDays(connection, tenant_id).minutes_of(mondays[0], mondays[-1] + A_WEEK - A_DAY).items():
        found[(day - timedelta(days=day.weekday())).isoformat()] += minutes
    return dict(found)


class _Stopped(Exception):
    """The turn is another process's by now, or steps were added, or it was dropped."""


class _Hindered(Exception):
    """It cannot go on, and why."""

    def __init__(self, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class WhatIfWork:
    """What works on the what ifs of all tenants of its environment. clock gives aware moments in UTC.

    entrances are all ways in that this version knows, by name.
    """

    presses: Presses
    environment: Environment
    clock: Clock
    entrances: Mapping[str, Entrance]
    stopwatch: Stopwatch = monotonic

    def take_turn(self) -> bool:
        """Work a few seconds on the what if that waits longest; says whether there was one. For the timer."""
        now = self.clock()
        held = first_held(
            self.presses.database,
            lambda connection: due_what_ifs(connection, now, self.environment, _CANDIDATES),
            lambda connection, tenant_id, what_if: KeptWhatIfs(connection, tenant_id).hold(what_if, now + _HELD),
        )
        if held is None:
            return False
        tenant_id, what_if = held
        _Turn(self, tenant_id, replace(what_if, turns=what_if.turns + 1)).work()
        return True


@dataclass(frozen=True, slots=True)
class _Some:
    """Contracts that are looked at together; with their steps where they are the first, else with changes of the
    configuration alone. is_last: no others follow."""

    numbers: Sequence[str]
    is_first: bool
    is_last: bool
    total: int


@dataclass(slots=True)
class _Turn:
    """One turn on one what if."""

    work_of: WhatIfWork
    tenant_id: str
    what_if: WhatIf

    def work(self) -> None:
        entrance = self.work_of.entrances.get(self.what_if.entrance)
        if entrance is None:
            return  # one of a newer version, which takes it up when this turn is over
        try:
            match self.what_if.state:
                case WhatIfState.LOOKING:
                    self._look()
                case WhatIfState.WORKING:
                    self._carry_out(entrance)
                case WhatIfState.WRONG | WhatIfState.SHOWN | WhatIfState.DONE | WhatIfState.STOPPED:
                    raise ValueError(f"A what if that is {self.what_if.state} has nothing to do.")
        except _Stopped:
            return
        except _Hindered as error:
            over = {"message": reader_of(self.what_if).say(error.sentence)}
            looking = self.what_if.state is WhatIfState.LOOKING
            ended = {} if looking else {"ended_at": self.work_of.clock()}
            self._become(WhatIfState.WRONG if looking else WhatIfState.STOPPED, over | ended)

    def _look(self) -> None:
        """Some contracts after the others, as far as one turn goes."""
        until = self.work_of.stopwatch() + _TURN_SECONDS
        while True:
            with self._database.read() as connection:
                steps = KeptWhatIfs(connection, self.tenant_id).steps(self.what_if.id)
                some = self._next(connection, steps)
            found = self._found(steps, some)
            self._keep(found, some)
            if some.is_last:
                return
            if self.work_of.stopwatch() > until:
                self._go_on(timedelta())
                return

    def _next(self, connection: Connection, steps: Sequence[WhatIfStep]) -> _Some:
        """The contracts that are looked at next."""
        about = self._about(connection, steps)
        if len(about) > MOST_BESIDE:
            told = text(
                "The steps are about customers with more than {most} contracts together, "
                "and so many are not looked at.",
                most=MOST_BESIDE,
            )
            raise _Hindered(told)
        others: list[str] = []
        if steps_of(steps, StepKind.CONFIGURATION):
            others = sorted(set(Contracts(connection, self.tenant_id).numbers()) - about)
        total = len(about) + len(others)
        if self.what_if.behind is None:
            return _Some(sorted(about), is_first=True, is_last=not others, total=total)
        left = [number for number in others if number > self.what_if.behind]
        some = left[:_CONTRACTS_AT_ONCE]
        return _Some(some, is_first=False, is_last=len(some) == len(left), total=total)

    def _about(self, connection: Connection, steps: Sequence[WhatIfStep]) -> set[str]:
        """The contracts that bulk runs and imports are about, with all others of their customers."""
        numbers: set[str] = set()
        customers: set[str] = set()
        runs, imports = BulkRuns(connection, self.tenant_id), FileImports(connection, self.tenant_id)
        for step in steps_of(steps, StepKind.BULK):
            bulk = runs.get(step.run_id)
            action = find_bulk_action(bulk.action) if bulk else None
            for press in runs.presses(step.run_id, limit=_MOST) if action else ():
                if action is not None and action.of_each.target is TargetType.RELATION:
                    customers.add(press.target_id)
                elif action is not None and action.of_each.target is TargetType.VISIT:
                    key = visit_key(press.target_id)
                    numbers.update({key.contract} if key else ())
                else:
                    numbers.add(press.target_id)
        for step in steps_of(steps, StepKind.IMPORT):
            numbers.update(each.number for each in imports.contracts(step.run_id, limit=_MOST))
            imported, content = imports.get(step.run_id), imports.content(step.run_id)
            if imported is not None and content is not None:
                mapping = file_mapping_from_document(imported.mapping) if imported.mapping else None
                entries = read_contract_file(content, mapping).entries()
                customers.update(str(entry.form["customer"]) for entry, _ in entries if "customer" in entry.form)
        contracts = Contracts(connection, self.tenant_id)
        customers.update(each.customer for each in contracts.of_numbers(sorted(numbers)))
        return {each.number for each in contracts.by_customers(customers)}

    def _found(self, steps: Sequence[WhatIfStep], some: _Some) -> FoundOfYear:
        """The year of some contracts with and without; their copy is gone afterwards."""
        work = self.work_of
        with ExitStack() as stack:
            with self._database.read() as connection:
                copy = stack.enter_context(copy_of_tenant(connection, self.tenant_id, some.numbers))
                waiting = self._waiting(connection, steps) if some.is_first else {}
            presses = replace(work.presses, database=copy)
            supposed = Supposed(presses, self.tenant_id, self.what_if, work.environment, work.clock, self._still_wanted)
            before = supposed.around()
            since = self.what_if.since or before.today
            until = until_of(since)
            found = FoundOfYear(since, was=supposed.years(since, until))
            self._do_steps(supposed, steps, waiting, found)
            found.will = supposed.years(since, until)
            after = supposed.around()
            for monday in mondays_of(since, until):
                hours = (before.configuration.capacity.in_all, after.configuration.capacity.in_all)
                calendars = (before.calendar, after.calendar)
                if hours != (None, None):
                    found.available[monday.isoformat()] = [
                        None if of is None else available_minutes(of, monday, calendar)
                        for of, calendar in zip(hours, calendars, strict=True)
                    ]
        return found

    def _do_steps(
        self,
        supposed: Supposed,
        steps: Sequence[WhatIfStep],
        waiting: Mapping[int, BulkOfStep | ImportOfStep],
        found: FoundOfYear,
    ) -> None:
        say = reader_of(self.what_if).say
        for step in steps:
            match waiting.get(step.place):
                case BulkOfStep() as bulk:
                    found.presses[step.place] = (bulk.bulk, supposed.do_bulk(bulk))
                    found.steps.append(replace(step, state=StepState.WAITING, message=""))
                case ImportOfStep() as imported:
                    again = bool((step.document or {}).get("again"))
                    try:
                        came = supposed.do_import(imported, again=again)
                    except HostOutOfReach:
                        raise _Hindered(text("The host could not be asked, so it was not found out.")) from None
                    found.steps.append(
                        replace(
                            step,
                            state=StepState.WAITING,
                            document={"again": again, "came": came},
                            message=str(came["message"]),
                        )
                    )
                case None if step.kind is StepKind.CONFIGURATION:
                    done, warnings = supposed.do_configuration(step, say)
                    found.steps.append(done)
                    found.warnings += warnings
                case None:
                    if self.what_if.behind is None:
                        gone = say(text("It is not there any more."))
                        found.steps.append(replace(step, state=StepState.FAILED, message=gone))
            self._still_wanted()

    def _waiting(self, connection: Connection, steps: Sequence[WhatIfStep]) -> dict[int, BulkOfStep | ImportOfStep]:
        """The bulk runs and imports of the steps as they wait, by the place of their step."""
        found: dict[int, BulkOfStep | ImportOfStep] = {}
        runs, imports = BulkRuns(connection, self.tenant_id), FileImports(connection, self.tenant_id)
        for step in steps:
            match step.kind:
                case StepKind.BULK:
                    bulk = runs.get(step.run_id)
                    if bulk is not None and bulk.state in _SET_ASIDE:
                        found[step.place] = BulkOfStep(bulk, runs.presses(bulk.id, limit=_MOST))
                case StepKind.IMPORT:
                    imported, content = imports.get(step.run_id), imports.content(step.run_id)
                    if imported is not None and content is not None and imported.state is ImportState.SHOWN:
                        contracts = imports.contracts(imported.id, limit=_MOST)
                        found[step.place] = ImportOfStep(imported, content, contracts)
                case StepKind.CONFIGURATION:
                    continue
        return found

    def _keep(self, found: FoundOfYear, some: _Some) -> None:
        """Write what was found out, and that it is shown where nothing is left."""
        now = self.work_of.clock()
        figures = deepcopy(dict(self.what_if.figures or {}))
        contracts, visits = found.differences(figures)
        behind = "" if some.is_first else some.numbers[-1]
        done = self.what_if.done + len(some.numbers)
        values = {"behind": behind, "done": done, "total": some.total, "figures": figures, "since": found.since}
        with self._database.write() as connection:
            kept = KeptWhatIfs(connection, self.tenant_id)
            if not kept.is_held(self.what_if):
                raise _Stopped
            if some.is_first:
                for step in found.steps:
                    kept.write_step(self.what_if.id, step)
                for bulk, presses in found.presses.values():
                    BulkRuns(connection, self.tenant_id).show_found(bulk, presses, now)
            kept.keep_found(self.what_if.id, contracts, visits)
            if some.is_last:
                figures["planned"] = _planned(connection, self.tenant_id, found.since)
                kept.become(self.what_if, WhatIfState.SHOWN, values | {"looked_at": now})
            else:
                kept.put_back(self.what_if, now + _HELD, values)
        self.what_if = replace(self.what_if, behind=behind, done=done, figures=figures, since=found.since)

    def _carry_out(self, entrance: Entrance) -> None:
        """Go on with the step that is next, until one has to be waited for or all are over."""
        while True:
            with self._database.read() as connection:
                steps = KeptWhatIfs(connection, self.tenant_id).steps(self.what_if.id)
            left = [step for step in steps if step.state in STEPS_LEFT]
            if not left:
                self._become(WhatIfState.DONE, {"ended_at": self.work_of.clock()})
                return
            match left[0].kind:
                case StepKind.BULK:
                    is_over = self._bulk(left[0])
                case StepKind.IMPORT:
                    is_over = self._import(left[0])
                case StepKind.CONFIGURATION:
                    is_over = self._configuration(left[0], entrance)
            if not is_over:
                self._go_on(_AGAIN)
                return

    def _bulk(self, step: WhatIfStep) -> bool:
        """Have its presses done as they were shown; says whether that is over."""
        now = self.work_of.clock()
        with self._database.write() as connection:
            self._check_held(connection)
            runs, kept = BulkRuns(connection, self.tenant_id), KeptWhatIfs(connection, self.tenant_id)
            bulk = runs.get(step.run_id)
            match bulk.state if bulk else None:
                case BulkState.SHOWN if bulk is not None and step.state is StepState.WAITING:
                    runs.confirm(bulk, now)
                    kept.write_step(self.what_if.id, replace(step, state=StepState.WORKING))
                    return False
                case BulkState.SHOWN | BulkState.WORKING:
                    return False
                case BulkState.DONE | BulkState.STOPPED:
                    kept.write_step(self.what_if.id, replace(step, state=StepState.DONE))
                    return True
                case BulkState.LOOKING | None:
                    return self._is_gone(kept, step)

    def _import(self, step: WhatIfStep) -> bool:
        """Have its file imported as it was shown; says whether that is over."""
        with self._database.read() as connection:
            imported = FileImports(connection, self.tenant_id).get(step.run_id)
        if imported is not None and imported.state is ImportState.SHOWN and step.state is StepState.WAITING:
            again = bool((step.document or {}).get("again"))
            Imports(self.work_of.presses, self.work_of.clock).confirm(self.tenant_id, imported, again=again)
        with self._database.write() as connection:
            self._check_held(connection)
            kept = KeptWhatIfs(connection, self.tenant_id)
            match imported.state if imported else None:
                case ImportState.SHOWN | ImportState.WORKING | ImportState.LOOKING:
                    kept.write_step(self.what_if.id, replace(step, state=StepState.WORKING))
                    return False
                case ImportState.DONE | ImportState.UNDOING | ImportState.UNDONE:
                    said = imported.message if imported else ""
                    kept.write_step(self.what_if.id, replace(step, state=StepState.DONE, message=said))
                    return True
                case ImportState.WRONG | ImportState.DROPPED | None:
                    return self._is_gone(kept, step)

    def _configuration(self, step: WhatIfStep, entrance: Entrance) -> bool:
        """Change the configuration, where it is as it was when that was shown. Raises _Hindered."""
        change, now = step.document or {}, self.work_of.clock()
        with self._database.write() as connection:
            self._check_held(connection)
            take_turn(connection, f"configuration {self.tenant_id}")
            _, around = tenant_in_circumstances(connection, self.tenant_id, now, open_tokens=False)
            actor = actor_of(self.what_if)
            request = Request(CONFIGURE, Target(TargetType.TENANT, self.tenant_id), actor)
            if (refusal := entrance.hindrance(connection, self.tenant_id, request)) is not None:
                raise _Hindered(refusal.message)
            if around.suspended:
                raise _Hindered(text("The power-up is suspended: contracts can be looked at, not changed."))
            before = configuration_document(around.configuration)
            document = parts_changed_likewise(before, change["base"], change["wanted"])
            if before != change["before"]:
                raise _Hindered(
                    text("The settings were changed meanwhile, so this step and those behind it were left.")
                )
            try:
                change_configuration(
                    connection, around, document, actor, now,
                    to_contracts=bool(change["to_contracts"]), passing_latest=True,
                )  # fmt: skip
            except ConfigurationRefused as refused:
                raise _Hindered(refused.sentence) from refused
            KeptWhatIfs(connection, self.tenant_id).write_step(self.what_if.id, replace(step, state=StepState.DONE))
        return True

    def _is_gone(self, kept: KeptWhatIfs, step: WhatIfStep) -> bool:
        gone = reader_of(self.what_if).say(text("It is not there any more."))
        kept.write_step(self.what_if.id, replace(step, state=StepState.FAILED, message=gone))
        return True

    def _still_wanted(self) -> None:
        """Keep holding it. Raises _Stopped."""
        self._go_on(_HELD)

    def _go_on(self, after: timedelta) -> None:
        with self._database.write() as connection:
            if not KeptWhatIfs(connection, self.tenant_id).put_back(self.what_if, self.work_of.clock() + after):
                raise _Stopped

    def _check_held(self, connection: Connection) -> None:
        if not KeptWhatIfs(connection, self.tenant_id).is_held(self.what_if):
            raise _Stopped

    def _become(self, state: WhatIfState, values: Mapping[str, Any]) -> None:
        with self._database.write() as connection:
            KeptWhatIfs(connection, self.tenant_id).become(self.what_if, state, values)

    @property
    def _database(self) -> Database:
        return self.work_of.presses.database
