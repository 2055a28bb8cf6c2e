"""What was found out of some contracts of a what if: their year without its steps and with them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from powerup.contracts.days import A_DAY
from powerup.contracts.with_and_without import (
    ContractYear,
    VisitDifference,
    VisitOfYear,
    difference_of,
    visit_differences,
)
from powerup.documents.price import plain
from powerup.store.bulk_runs import BulkPress, BulkRun
from powerup.store.what_ifs import ContractOfWhatIf, VisitOfWhatIf, WhatIfStep

MOST_VISITS = 20_000
"""So many visits that become others are listed; all of them are counted."""

A_WEEK = timedelta(days=7)
_MOST_WARNINGS = 20

_SIDES = ("was", "will")

_NO_YEAR: Mapping[str, Any] = {"visits": 0, "minutes": 0, "guessed": 0, "amount": "0.00"}


class FoundOfYear:
    """What was found out of some contracts: their years, and what became of the steps; by place of their step the bulk
    runs with their presses. available has the minutes of each week by its Monday, before and after."""

    def __init__(self, since: date, was: Mapping[str, ContractYear]) -> None:
        self.since = since
        self.was = was
        self.will: Mapping[str, ContractYear] = {}
        self.steps: list[WhatIfStep] = []
        self.presses: dict[int, tuple[BulkRun, Sequence[BulkPress]]] = {}
        self.warnings: list[str] = []
        self.available: dict[str, list[int | None]] = {}

    def differences(self, figures: dict[str, Any]) -> tuple[list[ContractOfWhatIf], list[VisitOfWhatIf]]:
        """The contracts and visits that are others with the steps; adds them to what was counted before."""
        contracts: list[ContractOfWhatIf] = []
        visits: list[VisitOfWhatIf] = []
        counted_before = int(figures.get("visits", 0))
        kinds = Counter(figures.get("kinds", {}))
        weeks = {monday: list(minutes) for monday, minutes in figures.get("weeks", {}).items()}
        totals = {side: dict(figures.get(side, _NO_YEAR)) for side in _SIDES}
        number_of_visits = counted_before
        for number in sorted({**self.was, **self.will}):
            was, will = self.was.get(number), self.will.get(number)
            others = sorted(visit_differences(was, will), key=lambda each: (each.day, each.key))
            if not others and _amount(was) == _amount(will) and (was is None) == (will is None):
                continue
            contracts.append(_contract(number, was, will))
            for side, year in zip(_SIDES, (was, will), strict=True):
                _add(totals[side], year)
                _add_weeks(weeks, _SIDES.index(side), year)
            for each in others:
                kinds[difference_of(each).value] += 1
                number_of_visits += 1
                if number_of_visits <= MOST_VISITS:
                    visits.append(_visit(each))
        figures |= {"contracts": int(figures.get("contracts", 0)) + len(contracts), "visits": number_of_visits}
        figures |= {"kinds": dict(kinds), "weeks": weeks, **totals, "available": self.available}
        warnings = [*figures.get("warnings", ()), *self.warnings]
        figures["warnings"] = list(dict.fromkeys(warnings))[:_MOST_WARNINGS]
        return contracts, visits


def _contract(number: str, was: ContractYear | None, will: ContractYear | None) -> ContractOfWhatIf:
    contract = (will or was or _nobody()).contract
    document = {
        "name": contract.name,
        "customer": contract.customer,
        "was": _year_document(was),
        "will": _year_document(will),
    }
    return ContractOfWhatIf(number, was is None, document)


def _nobody() -> ContractYear:
    raise ValueError("A contract is on one side at least.")


def _year_document(year: ContractYear | None) -> dict[str, Any] | None:
    if year is None:
        return None
    work = year.work
    return {"visits": work.visits, "minutes": work.minutes, "guessed": work.guessed, "amount": plain(year.amount)}


def _add(total: dict[str, Any], year: ContractYear | None) -> None:
    document = _year_document(year)
    if document is not None:
        for name in ("visits", "minutes", "guessed"):
            total[name] += document[name]
        total["amount"] = plain(Decimal(total["amount"]) + Decimal(document["amount"]))


def _add_weeks(weeks: dict[str, list[int]], side: int, year: ContractYear | None) -> None:
    for visit in year.visits.values() if year else ():
        if visit.comes:
            monday = visit.planned_date - timedelta(days=visit.planned_date.weekday())
            weeks.setdefault(monday.isoformat(), [0, 0])[side] += visit.minutes


def _amount(year: ContractYear | None) -> Decimal:
    return year.amount if year else Decimal("0.00")


def _visit(difference: VisitDifference) -> VisitOfWhatIf:
    return VisitOfWhatIf(
        difference.key.contract,
        difference.day,
        str(difference.key),
        visit_document(difference.was),
        visit_document(difference.will),
    )


def visit_document(visit: VisitOfYear | None) -> dict[str, Any] | None:
    """What a visit is on one side, as JSON values; None where it is none there."""
    if visit is None:
        return None
    return {
        "planned_date": visit.planned_date.isoformat(),
        "ordered_on": visit.ordered_on.isoformat(),
        "comes": visit.comes,
        "reason": visit.reason or None,
        "employee": visit.employee or None,
        "minutes": visit.minutes,
        "guessed": visit.guessed,
        "amount": plain(visit.amount),
    }


def until_of(since: date) -> date:
    """The last day of the year that begins on a day."""
    return since + relativedelta(years=1) - A_DAY


def mondays_of(since: date, until: date) -> list[date]:
    """The Mondays of the weeks that have a day from since to until, both inclusive."""
    monday, found = since - timedelta(days=since.weekday()), []
    while monday <= until:
        found.append(monday)
        monday += A_WEEK
    return found
