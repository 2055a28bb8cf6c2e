"""Planned work by day, as it was last worked out of each contract, and which contracts are to be worked out again.

Whatever changes what a contract's visits are marks it (`planning_wanted.py`) in the same transaction; what works them
out takes the marks away that it saw, and no others.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Insert, bindparam, delete, exists, func, insert, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from powerup.contracts.planned_work import Share, Work, WorkKey
from powerup.store.batches import batches
from powerup.store.planning_tables import planned_days, planned_shares, planning_reach, planning_wanted
from powerup.store.planning_wanted import want_all_planning
from powerup.store.tables import tenants
from powerup.store.tenants import Environment
from powerup.store.turns import take_turn

_SUMS = ("visits", "minutes", "guessed")


@dataclass(frozen=True, slots=True)
class Reach:
    """From which day and through which day planned work is worked out."""

    since: date
    until: date


Marks = Mapping[str, frozenset[str]]
"""The marks of contracts that are to be worked out again, by number."""


class PlannedDays:
    """The planned work of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._connection = connection
        self._tenant_id = tenant_id

    def reach(self) -> Reach | None:
        """What was worked out, or is being; None before that began."""
        row = self._connection.execute(select(planning_reach).where(_of(planning_reach, self._tenant_id))).one_or_none()
        return Reach(row.since, row.until) if row else None

    def begin_anew(self, reach: Reach) -> None:
        """Have all contracts be worked out for this reach; what is there is read until then."""
        self._connection.execute(delete(planning_reach).where(_of(planning_reach, self._tenant_id)))
        row = {"tenant_id": self._tenant_id, "since": reach.since, "until": reach.until}
        self._connection.execute(insert(planning_reach), row)
        want_all_planning(self._connection, self._tenant_id)

    def wanted(self, limit: int) -> Marks:
        """Contracts that are to be worked out again, in the order of their numbers, at most so many."""
        table = planning_wanted.c
        some = select(table.contract).where(table.tenant_id == self._tenant_id).group_by(table.contract)
        numbers = list(self._connection.scalars(some.order_by(table.contract).limit(limit)))
        return self._marks_of(numbers)

    def how_many_wanted(self) -> int:
        """How many contracts are to be worked out again."""
        number = select(func.count(planning_wanted.c.contract.distinct()))
        return int(self._connection.scalar(number.where(_of(planning_wanted, self._tenant_id))) or 0)

    def shares(self, numbers: Sequence[str]) -> dict[str, Share]:
        """What these contracts have in the sums, by number; those that have nothing are left out."""
        found: dict[str, Share] = {}
        for some in batches(sorted(set(numbers))):
            query = select(planned_shares).where(
                _of(planned_shares, self._tenant_id), planned_shares.c.contract.in_(some)
            )
            found |= {row.contract: _share_from(row.share) for row in self._connection.execute(query)}
        return found

    def minutes(self, kinds: Sequence[str], since: date, until: date) -> dict[tuple[date, str], int]:
        """The minutes of each of these kinds of work on each day from since to until, both inclusive, as they were last
        worked out."""
        table = planned_days.c
        query = (
            select(table.day, table.type_of_work, func.sum(table.minutes))
            .where(table.tenant_id == self._tenant_id, table.day.between(since, until), table.type_of_work.in_(kinds))
            .group_by(table.day, table.type_of_work)
        )
        return {(day, kind): int(minutes) for day, kind, minutes in self._connection.execute(query)}

    def minutes_of(self, since: date, until: date, employee: str = "") -> dict[date, int]:
        """All minutes of each day from since to until, both inclusive, as they were last worked out; those of one
        employee where one is named."""
        table = planned_days.c
        query = (
            select(table.day, func.sum(table.minutes))
            .where(table.tenant_id == self._tenant_id, table.day.between(since, until))
            .group_by(table.day)
        )
        chosen = query.where(table.employee == employee) if employee else query
        return {day: int(minutes) for day, minutes in self._connection.execute(chosen)}

    def visits_in_region(self, region: str, since: date, until: date) -> dict[date, dict[str, int]]:
        """How many visits each employee has in a region on each day from since to until, both inclusive, as they were
        last worked out; an employee is empty where nobody is named."""
        table = planned_days.c
        query = (
            select(table.day, table.employee, func.sum(table.visits))
            .where(table.tenant_id == self._tenant_id, table.day.between(since, until), table.region == region)
            .group_by(table.day, table.employee)
        )
        found: defaultdict[date, dict[str, int]] = defaultdict(dict)
        for day, employee, visits in self._connection.execute(query):
            found[day][employee] = int(visits)
        return dict(found)

    def put(self, shares: Mapping[str, Share], marks: Marks) -> None:
        """Write what contracts have in the planned work, in the place of what they had, and take away the marks that
        were seen before they were worked out.

        Those of which somebody else took a mark away are left out: what they have may be older than what is there.
        """
        take_turn(self._connection, f"planned days of {self._tenant_id}")
        there = self._marks_of(list(shares))
        ours = {number: share for number, share in shares.items() if marks[number] <= there.get(number, frozenset())}
        self._forget({number: marks[number] for number in ours})
        self._add_up(ours, self.shares(list(ours)))
        gone = [number for number, share in ours.items() if not share]
        for some in batches(list(ours)):
            self._connection.execute(
                delete(planned_shares).where(_of(planned_shares, self._tenant_id), planned_shares.c.contract.in_(some))
            )
        rows = [
            {"tenant_id": self._tenant_id, "contract": number, "share": _share_text(share)}
            for number, share in ours.items()
            if number not in gone
        ]
        if rows:
            self._connection.execute(insert(planned_shares), rows)

    def _marks_of(self, numbers: Sequence[str]) -> Marks:
        found: defaultdict[str, set[str]] = defaultdict(set)
        table = planning_wanted.c
        for some in batches(numbers):
            query = select(table.contract, table.mark).where(
                table.tenant_id == self._tenant_id, table.contract.in_(some)
            )
            for number, mark in self._connection.execute(query):
                found[number].add(mark)
        return {number: frozenset(marks) for number, marks in sorted(found.items())}

    def _forget(self, marks: Marks) -> None:
        rows = [{"contract_": number, "mark_": mark} for number, each in marks.items() for mark in each]
        if rows:
            table = planning_wanted.c
            same = (table.contract == bindparam("contract_")) & (table.mark == bindparam("mark_"))
            self._connection.execute(delete(planning_wanted).where(_of(planning_wanted, self._tenant_id), same), rows)

    def _add_up(self, now: Mapping[str, Share], before: Mapping[str, Share]) -> None:
        changed: defaultdict[WorkKey, Work] = defaultdict(Work)
        for share in now.values():
            for key, work in share.items():
                changed[key] += work
        for share in before.values():
            for key, work in share.items():
                changed[key] -= work
        rows = [self._row(key, work) for key, work in sorted(changed.items()) if work != Work()]
        if not rows:
            return
        self._connection.execute(_adding(self._connection), rows)
        fewer = [{f"{name}_": row[name] for name in WorkKey._fields} for row in rows if row["visits"] < 0]
        if fewer:
            same = [planned_days.c[name] == bindparam(f"{name}_") for name in WorkKey._fields]
            empty = planned_days.c.visits == 0
            self._connection.execute(
                delete(planned_days).where(_of(planned_days, self._tenant_id), *same, empty), fewer
            )

    def _row(self, key: WorkKey, work: Work) -> dict[str, Any]:
        return {"tenant_id": self._tenant_id, **key._asdict(), **{name: getattr(work, name) for name in _SUMS}}


def tenants_with_planning_wanted(connection: Connection, environment: Environment) -> list[str]:
    """The ids of all tenants of that environment of which a contract is to be worked out again."""
    wanted = exists(select(planning_wanted.c.tenant_id).where(planning_wanted.c.tenant_id == tenants.c.id))
    return list(connection.scalars(select(tenants.c.id).where(tenants.c.environment == environment.value, wanted)))


def _of(table: Any, tenant_id: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = table.c.tenant_id == tenant_id
    return found


def _adding(connection: Connection) -> Insert:
    """Adds to the sums that are there, and writes those that are not."""
    made = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    statement = made(planned_days)
    sums = {name: planned_days.c[name] + statement.excluded[name] for name in _SUMS}
    return statement.on_conflict_do_update(index_elements=planned_days.primary_key.columns, set_=sums)


def _share_text(share: Share) -> str:
    """Days by what else is told apart, as most visits of a contract differ in their day alone."""
    alike: defaultdict[tuple[str, str, str], list[list[int]]] = defaultdict(list)
    for key, work in share.items():
        alike[key[1:]].append([key.day.toordinal(), work.visits, work.minutes, work.guessed])
    return json.dumps([[*key, days] for key, days in alike.items()], ensure_ascii=False, separators=(",", ":"))


def _share_from(text: str) -> Share:
    return {
        WorkKey(date.fromordinal(day), type_of_work, employee, region): Work(visits, minutes, guessed)
        for type_of_work, employee, region, days in json.loads(text)
        for day, visits, minutes, guessed in days
    }
