"""A what if as people look at it: its steps, a year without and with them, and the contracts and visits that differ
(rules: Planning, What if)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from powerup.contracts.capacity import Fullness
from powerup.contracts.planned_work import Work
from powerup.contracts.visit import visit_key
from powerup.contracts.with_and_without import DifferenceKind, kind_of
from powerup.documents.price import plain
from powerup.store.bulk_runs import BulkPressState, BulkRuns
from powerup.store.host_names import HostNames, NameKind
from powerup.store.what_ifs import (
    ContractOfWhatIf,
    KeptWhatIfs,
    StepKind,
    VisitOfWhatIf,
    WhatIf,
    WhatIfStep,
)

_AT_ONCE = 1_000

Place = tuple[str, date, str]
"""Where a visit stands in the list."""


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What the contracts that differ come to in the year, on one side. amount is in euros without VAT."""

    work: Work
    amount: Decimal


@dataclass(frozen=True, slots=True)
class WeekFigures:
    """The minutes of a week by its Monday, without and with, and how full it is where its hours are known."""

    monday: date
    was: int
    will: int
    was_full: Fullness | None = None
    will_full: Fullness | None = None


@dataclass(frozen=True, slots=True)
class StepShown:
    """A step with how many of its presses or contracts are in each state, by the word for it."""

    step: WhatIfStep
    numbers: Mapping[str, int]

    @property
    def in_all(self) -> int:
        """How many it is about."""
        return sum(self.numbers.values())

    @property
    def trouble(self) -> int:
        """How many of them are not done, or would not be."""
        return self.numbers.get("failed", 0) + self.numbers.get("left_out", 0)


@dataclass(frozen=True, slots=True)
class ContractShown:
    """A contract that has another year; was or will is None where it has none."""

    number: str
    name: str
    customer: str
    customer_name: str
    is_new: bool
    was: YearFigures | None
    will: YearFigures | None


@dataclass(frozen=True, slots=True)
class VisitSide:
    """A visit on one side."""

    planned_date: date
    ordered_on: date
    comes: bool
    reason: str
    employee: str
    minutes: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class VisitShown:
    """A visit that differs."""

    contract: str
    plan: str
    object: str
    kind: DifferenceKind
    was: VisitSide | None
    will: VisitSide | None
    place: Place


class WhatIfReading:
    """One what if, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str, what_if: WhatIf) -> None:
        self._connection = connection
        self._tenant_id = tenant_id
        self._what_if = what_if
        self._kept = KeptWhatIfs(connection, tenant_id)

    def steps(self) -> list[StepShown]:
        """Its steps in their order."""
        return [StepShown(step, self._numbers(step)) for step in self._kept.steps(self._what_if.id)]

    def totals(self) -> tuple[YearFigures, YearFigures]:
        """What the contracts that differ come to, without and with."""
        figures = self._what_if.figures or {}
        was, will = (_year(figures.get(side)) for side in ("was", "will"))
        return was or _NOTHING, will or _NOTHING

    def weeks(self) -> list[WeekFigures]:
        """The weeks of the year in their order: all planned work where it is worked out, and in any case that of the
        contracts that differ."""
        figures = self._what_if.figures or {}
        planned, differing = figures.get("planned", {}), figures.get("weeks", {})
        available = figures.get("available", {})
        found = []
        for monday in sorted({*planned, *differing, *available}):
            was, will = differing.get(monday, (0, 0))
            all_work = max(int(planned.get(monday, was)), was)
            before, after = available.get(monday, (None, None))
            found.append(
                WeekFigures(
                    date.fromisoformat(monday),
                    all_work,
                    all_work - was + will,
                    None if before is None else Fullness(all_work, before),
                    None if after is None else Fullness(all_work - was + will, after),
                )
            )
        return found

    def contracts(self, *, behind: str = "", limit: int) -> list[ContractShown]:
        """The contracts that differ, by number."""
        found = self._kept.contracts(self._what_if.id, behind=behind, limit=limit)
        names = HostNames(self._connection, self._tenant_id).of(
            NameKind.CUSTOMER, sorted({str(each.document["customer"]) for each in found})
        )
        called = {code: name.name for code, name in names.items()}
        return [_contract(each, called) for each in found]

    def visits(self, *, contract: str = "", behind: Place | None = None, limit: int) -> list[VisitShown]:
        """The visits that differ, by contract and day."""
        return [
            _visit(each) for each in self._kept.visits(self._what_if.id, contract=contract, behind=behind, limit=limit)
        ]

    def every_visit(self) -> Iterator[VisitShown]:
        """All visits that are listed, read some at a time."""
        behind: Place | None = None
        while some := self.visits(behind=behind, limit=_AT_ONCE):
            yield from some
            behind = some[-1].place

    def _numbers(self, step: WhatIfStep) -> Mapping[str, int]:
        match step.kind:
            case StepKind.BULK:
                numbers = BulkRuns(self._connection, self._tenant_id).how_many(step.run_id)
                return {state.value: numbers[state] for state in BulkPressState if numbers.get(state)}
            case StepKind.IMPORT:
                came = (step.document or {}).get("came", {})
                return {name: number for name, number in came.items() if name not in ("message", "said")}
            case StepKind.CONFIGURATION:
                return {}


_NOTHING = YearFigures(Work(), Decimal("0.00"))


def _year(document: Mapping[str, Any] | None) -> YearFigures | None:
    if document is None:
        return None
    return YearFigures(Work(document["visits"], document["minutes"], document["guessed"]), Decimal(document["amount"]))


def _contract(each: ContractOfWhatIf, called: Mapping[str, str]) -> ContractShown:
    customer = str(each.document["customer"])
    return ContractShown(
        each.contract,
        str(each.document["name"]),
        customer,
        called.get(customer, ""),
        each.is_new,
        _year(each.document["was"]),
        _year(each.document["will"]),
    )


def _visit(each: VisitOfWhatIf) -> VisitShown:
    key = visit_key(each.visit)
    was, will = _side(each.was), _side(each.will)
    return VisitShown(
        each.contract,
        key.plan if key else "",
        (key.object if key else "").removeprefix("@"),
        kind_of(*((side.planned_date if side and side.comes else None) for side in (was, will))),
        was,
        will,
        (each.contract, each.day, each.visit),
    )


def visit_shown_document(visit: VisitShown) -> dict[str, Any]:
    """A visit that differs, as JSON values."""
    return {
        "contract": visit.contract,
        "plan": visit.plan,
        "object": visit.object or None,
        "kind": visit.kind.value,
        "was": _side_document(visit.was),
        "will": _side_document(visit.will),
    }


def _side_document(side: VisitSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "planned_date": side.planned_date.isoformat(),
        "ordered_on": side.ordered_on.isoformat(),
        "comes": side.comes,
        "reason": side.reason or None,
        "employee": side.employee or None,
        "minutes": side.minutes,
        "amount": plain(side.amount),
    }


def _side(document: Mapping[str, Any] | None) -> VisitSide | None:
    if document is None:
        return None
    return VisitSide(
        date.fromisoformat(document["planned_date"]),
        date.fromisoformat(document["ordered_on"]),
        bool(document["comes"]),
        document["reason"] or "",
        document["employee"] or "",
        int(document["minutes"]),
        Decimal(document["amount"]),
    )
