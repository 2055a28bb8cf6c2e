"""The ledger of one tenant: every visit that was ever written, never removed (rules: The two ideas)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError

from powerup.contracts.contract import Contract, Schedule
from powerup.contracts.days import A_DAY
from powerup.contracts.situation import ledger_needed_from
from powerup.contracts.visit import ADDRESS_MARK, LedgerVisit, VisitKey, VisitState
from powerup.store.batches import batches
from powerup.store.changes_out import ChangesOut
from powerup.store.database import is_duplicate
from powerup.store.errors import LedgerConflictError
from powerup.store.planning_wanted import want_planning
from powerup.store.tables import STATES_IN_PLAY, in_play, visits
from powerup.store.visit_rows import ALL_COLUMNS, KEY_COLUMNS, key_row, visit_values, visits_of
from powerup.store.visit_writing import insert_visits, update_visits, write_outcomes

LedgerOfContract = dict[VisitKey, LedgerVisit]

WAITING_STATES = (VisitState.ORDERING, VisitState.RETRACTING, VisitState.FAILED)
"""States in which the cycle may have something to do later the same day."""


_DONE = (VisitState.COMPLETED.value, VisitState.SETTLED.value)

_OF_THESE = select(*ALL_COLUMNS).where(
    visits.c.tenant_id == bindparam("tenant"), visits.c.contract.in_(bindparam("contracts", expanding=True))
)
_OF_CONTRACTS = _OF_THESE.order_by(visits.c.contract, visits.c.nominal_date)
_SINCE = union_all(
    _OF_THESE.where(visits.c.nominal_date > bindparam("settled")),
    _OF_THESE.where(visits.c.planned_date > bindparam("settled"), visits.c.nominal_date <= bindparam("settled")),
    _OF_THESE.where(in_play(visits.c.state)),
)
"""A visit can come more than once; each part goes by an index of its own, past the contracts' history."""

_EARLIEST_WAITS = select(
    func.min(visits.c.attempted_at).filter(visits.c.retry_at.is_(None)), func.min(visits.c.retry_at)
).where(
    visits.c.tenant_id == bindparam("tenant"),
    in_play(visits.c.state),
    visits.c.state.in_([state.value for state in WAITING_STATES]),
)


class Ledger:
    """Reads and writes the visits of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._changes_out = ChangesOut(connection, tenant_id)

    @property
    def _of_tenant(self) -> ColumnElement[bool]:
        return visits.c.tenant_id == self._tenant_id

    def get(self, key: VisitKey) -> LedgerVisit | None:
        """The visit of that key, or None when it is not written."""
        found = self._read(self._all().where(*(column == value for column, value in _columns_of(key))))
        return found[0] if found else None

    def of_contract(self, number: str, since_nominal: date | None = None) -> list[LedgerVisit]:
        """The visits of a contract sorted by nominal date, those on or after a nominal date where one is given."""
        return list(self.of_contracts([number], since_nominal)[number].values())

    def of_contracts(self, numbers: Sequence[str], since_nominal: date | None = None) -> dict[str, LedgerOfContract]:
        """The visits of several contracts by number and key; an empty one for a contract without visits."""
        found: dict[str, LedgerOfContract] = {number: {} for number in numbers}
        for some in batches(list(found)):
            query = _OF_CONTRACTS
            if since_nominal is not None:
                query = query.where(visits.c.nominal_date >= since_nominal)
            named = {"tenant": self._tenant_id, "contracts": some}
            _sort_in(visits_of(self._connection.execute(query, named)), found)
        return found

    def completed(self, numbers: Sequence[str], first: date, last: date) -> dict[str, list[LedgerVisit]]:
        """The visits of several contracts that were done from one day to another, both inclusive, by number."""
        found: dict[str, list[LedgerVisit]] = {}
        done = visits.c.completed_on.between(first, last) & visits.c.state.in_(_DONE)
        for some in batches(list(numbers)):
            query = self._all().where(visits.c.contract.in_(some), done)
            for visit in self._read(query.order_by(visits.c.contract, visits.c.completed_on)):
                found.setdefault(visit.key.contract, []).append(visit)
        return found

    def for_schedule(self, due: Sequence[Contract], since: date | None = None) -> dict[str, LedgerOfContract]:
        """What `contracts.schedule` has to know of each contract (a situation's ledger), without its settled history.

        since: visits planned from that day on are wanted too, settled or not.

        That is: visits with a nominal or planned date from `ledger_needed_from` on (the earliest of those given), and
        all that are in play; everything where a plan is floating, since its next date counts from the last completion.
        """
        found = self.of_contracts([each.number for each in due if _needs_all_history(each)])
        others = [each for each in due if not _needs_all_history(each)]
        recent: dict[str, LedgerOfContract] = {each.number: {} for each in others}
        needed_from = [ledger_needed_from(each) for each in others if each.settled_through]
        settled = min([*needed_from, since or date.max]) - A_DAY if needed_from else date.min
        for some in batches(list(recent)):
            named = {"tenant": self._tenant_id, "contracts": some, "settled": settled}
            _sort_in(visits_of(self._connection.execute(_SINCE, named)), recent)
        return found | recent

    def by_workorder_numbers(self, numbers: Sequence[str]) -> dict[str, LedgerVisit]:
        """The visits that carry these work order numbers, by number; unknown numbers are left out."""
        found: dict[str, LedgerVisit] = {}
        for some in batches(numbers):
            read = self._read(self._all().where(visits.c.workorder_no.in_(some)))
            found |= {visit.workorder_no: visit for visit in read if visit.workorder_no}
        return found

    def by_row_ids(self, row_ids: Sequence[int]) -> dict[int, LedgerVisit]:
        """The visits whose work order has one of these row ids of the host, by row id."""
        found: dict[int, LedgerVisit] = {}
        for some in batches(row_ids):
            read = self._read(self._all().where(visits.c.host_row_id.in_(some)))
            found |= {visit.host_row_id: visit for visit in read if visit.host_row_id is not None}
        return found

    def known_numbers(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of the work order numbers that a visit carries."""
        known: set[str] = set()
        for some in batches(numbers):
            query = select(visits.c.workorder_no).where(self._of_tenant, visits.c.workorder_no.in_(some))
            known |= {*self._connection.scalars(query)}
        return frozenset(known)

    def row_ids(self, states: Iterable[VisitState]) -> frozenset[int]:
        """The host's row ids of all visits that are in one of the states, quick for states in play."""
        found: set[int] = set()
        for state in dict.fromkeys(states):
            query = select(visits.c.host_row_id).where(self._of_tenant, _is_in(state))
            found |= {row_id for row_id in self._connection.scalars(query) if row_id is not None}
        return frozenset(found)

    def covered_by(self, covering: Sequence[LedgerVisit]) -> list[tuple[LedgerVisit, LedgerVisit]]:
        """The visits of later contracts that one of these stands for, each with that."""
        by_key = {visit.key: visit for visit in covering}
        found: list[tuple[LedgerVisit, LedgerVisit]] = []
        for some in batches(sorted({key.contract for key in by_key})):
            for visit in self._read(self._all().where(visits.c.covered_by.in_(some)).order_by(*KEY_COLUMNS)):
                key = replace(visit.key, contract=visit.covered_by or "")
                if key in by_key:
                    found.append((visit, by_key[key]))
        return found

    def in_states(self, states: Iterable[VisitState], limit: int, after: VisitKey | None = None) -> list[LedgerVisit]:
        """Visits in one of the states sorted by key, those behind the given key, at most limit.

        Quick for states in play; for those at rest all history is read.
        """
        found: list[LedgerVisit] = []
        for state in dict.fromkeys(states):
            query = _first_in(state)
            if after is not None:
                query = query.where(tuple_(*KEY_COLUMNS) > tuple_(*key_row(after).values()))
            found += visits_of(self._connection.execute(query, {"tenant": self._tenant_id, "most": limit}))
        return sorted(found, key=lambda visit: visit.key)[:limit]

    def withheld_since(self, moment: datetime) -> list[LedgerVisit]:
        """The visits that were withheld at or after a moment (aware) and have no work order; all history is read."""
        query = self._all().where(_is_in(VisitState.WITHHELD), visits.c.changed_at >= moment)
        return self._read(query.where(visits.c.host_row_id.is_(None)).order_by(*KEY_COLUMNS))

    def earliest_waits(self) -> tuple[datetime | None, datetime | None]:
        """The earliest attempt with an unknown outcome and the earliest retry among the visits in play (UTC); an
        attempt that is retried counts as a retry."""
        attempted_at, retry_at = self._connection.execute(_EARLIEST_WAITS, {"tenant": self._tenant_id}).one()
        return attempted_at, retry_at

    def retry_failed(self, now: datetime) -> None:
        """Have the timer try failed visits again from now (aware) on, but those that only a person's word sends."""
        waits = visits.c.retry_at.is_not(None) & (visits.c.retry_at > now)
        failed = self._of_tenant & _is_in(VisitState.FAILED) & waits
        self._connection.execute(update(visits).where(failed).values(retry_at=now))

    def of_run(self, run_id: str) -> list[LedgerVisit]:
        """The visits in play that a run of an action waits for."""
        return self._read(self._all().where(in_play(visits.c.state), visits.c.run_id == run_id))

    def add(self, new: Sequence[LedgerVisit]) -> None:
        """Write visits that were not written yet.

        Raises LedgerConflictError when one of them, or its work order number, is there already; the transaction (or
        the savepoint around this) has to be rolled back then.
        """
        if not new:
            return
        try:
            insert_visits(self._connection, self._tenant_id, [visit_values(visit) for visit in new])
        except IntegrityError as error:
            if not is_duplicate(error):
                raise
            raise LedgerConflictError([visit.key for visit in new], None) from error
        self._follow_up(new)

    def update(self, visit: LedgerVisit, expected_state: VisitState) -> None:
        """Write a visit over what it was, if it still is in the state expected. Raises LedgerConflictError."""
        self.update_all([visit], expected_state)

    def update_all(self, changed: Sequence[LedgerVisit], expected_state: VisitState) -> None:
        """Write visits that were all in one state over what they were, if each still is. Raises LedgerConflictError.

        After that the transaction (or the savepoint around this) has to be rolled back.
        """
        if not changed:
            return
        rows = [visit_values(visit) for visit in changed]
        if update_visits(self._connection, self._tenant_id, expected_state.value, rows) != len(rows):
            raise LedgerConflictError(self._others(changed), expected_state)
        self._follow_up(changed)

    def parts_of(self, keys: Collection[VisitKey]) -> list[LedgerVisit]:
        """The visits of the dates of these keys that were split by address, sorted by key."""
        dates = {key.whole for key in keys}
        found: list[LedgerVisit] = []
        for some in batches(sorted(dates)):
            by_contract = visits.c.contract.in_({key.contract for key in some})
            by_day = visits.c.nominal_date.in_({key.nominal_date for key in some})
            query = self._all().where(by_contract, by_day, visits.c.object.startswith(ADDRESS_MARK))
            found += [row for row in self._read(query.order_by(*KEY_COLUMNS)) if row.key.whole in dates]
        return found

    def split(self, visit: LedgerVisit, parts: Sequence[LedgerVisit]) -> None:
        """Write the visits, one per address, that one is from now on, whose order was not sent. Raises
        LedgerConflictError where it is not in its state any more, as `update_all` does."""
        first, *others = parts
        same = (column == value for column, value in _columns_of(visit.key))
        whole = self._of_tenant & and_(*same) & (visits.c.state == visit.state.value)
        renamed = self._connection.execute(update(visits).where(whole).values(object=first.key.object))
        if renamed.rowcount != 1:
            raise LedgerConflictError([visit.key], visit.state)
        self.update(first, visit.state)
        self.add(others)

    def mark_attempted(self, attempted: Sequence[LedgerVisit]) -> None:
        """Write the first attempt, the same moment for all, of visits in `ordering`, and nothing else of them.

        Raises LedgerConflictError, as `update_all` does.
        """
        for some in batches([visit.workorder_no for visit in attempted]):
            at = attempted[0].attempted_at
            marked = self._connection.execute(
                update(visits)
                .where(self._of_tenant, visits.c.workorder_no.in_(some), _was_ordering())
                .values(attempted_at=at, attempts=1, changed_at=at)
            )
            if marked.rowcount != len(some):
                raise LedgerConflictError(self._others(attempted), VisitState.ORDERING)

    def mark_ordered(self, ordered: Sequence[LedgerVisit]) -> None:
        """Write that visits in `ordering` are ordered now: row id, told date, moment, doubt, and nothing else of them.

        Raises LedgerConflictError, as `update_all` does.
        """
        if not ordered:
            return
        rows = [
            (
                visit.workorder_no,
                visit.state.value,
                visit.host_row_id,
                visit.told_date,
                visit.changed_at,
                visit.doubt.value if visit.doubt else None,
            )
            for visit in ordered
        ]
        if write_outcomes(self._connection, self._tenant_id, VisitState.ORDERING.value, rows) != len(rows):
            raise LedgerConflictError(self._others(ordered), VisitState.ORDERING)
        self._changes_out.tell_of_visits(ordered)

    def believe(self, seen: Sequence[LedgerVisit]) -> None:
        """Write that the orders of these visits were seen and are their own; nothing else of them changes."""
        for some in batches([visit.workorder_no for visit in seen]):
            self._connection.execute(
                update(visits)
                .where(self._of_tenant, visits.c.workorder_no.in_(some), visits.c.host_row_id.is_not(None))
                .values(doubt=None)
            )

    def _follow_up(self, written: Sequence[LedgerVisit]) -> None:
        """What depends on them is worked out again, and who wants to hear of them is told."""
        self._changes_out.tell_of_visits(written)
        want_planning(self._connection, self._tenant_id, {visit.key.contract for visit in written})

    def _all(self) -> Select[Any]:
        return select(*ALL_COLUMNS).where(self._of_tenant)

    def _read(self, query: Select[Any]) -> list[LedgerVisit]:
        return visits_of(self._connection.execute(query))

    def _others(self, changed: Sequence[LedgerVisit]) -> list[VisitKey]:
        """Those of the visits that are not as they were just to be written."""
        return [visit.key for visit in changed if self.get(visit.key) != visit]


def _was_ordering() -> ColumnElement[bool]:
    return visits.c.state == VisitState.ORDERING.value


def _columns_of(key: VisitKey) -> Iterable[tuple[ColumnElement[Any], Any]]:
    return ((visits.c[name], value) for name, value in key_row(key).items())


def _is_in(state: VisitState) -> ColumnElement[bool]:
    is_in = visits.c.state == literal(state.value, literal_execute=True)
    return and_(is_in, in_play(visits.c.state)) if state in STATES_IN_PLAY else is_in


@lru_cache(maxsize=len(VisitState))
def _first_in(state: VisitState) -> Select[Any]:
    """The first visits of a tenant in a state, sorted by key, at most so many."""
    ours = select(*ALL_COLUMNS).where(visits.c.tenant_id == bindparam("tenant"), _is_in(state))
    return ours.order_by(*KEY_COLUMNS).limit(bindparam("most"))


def _needs_all_history(contract: Contract) -> bool:
    return contract.settled_through is None or any(plan.schedule is Schedule.FLOATING for plan in contract.plans)


def _sort_in(found: Iterable[LedgerVisit], ledgers: dict[str, LedgerOfContract]) -> None:
    for visit in found:
        ledgers[visit.key.contract][visit.key] = visit
