"""How large a contract is, counted by arithmetic: nothing of its schedule is worked out for it (rules: Sizes)."""

from collections.abc import Mapping

from powerup.contracts.contract import Contract, ContractType, VisitPlan
from powerup.contracts.recurrence import Recurrence, Unit

MOST_NAME = 255
"""Characters of a contract's name."""

MOST_TEXT = 4000
"""Characters of a work order's text."""

MOST_PLANS = 50
"""Visit plans of a contract."""

MOST_VISITS_A_YEAR = 20_000
"""Dates of a year of all plans, each for every object that gets an order of its own."""

_IN_A_YEAR: Mapping[Unit, int] = {Unit.DAY: 366, Unit.WORKDAY: 366, Unit.WEEK: 54, Unit.MONTH: 12, Unit.YEAR: 1}


def visits_of_a_year(contract: Contract) -> int:
    """At most so many visits come of the contract in one year; it may well be fewer."""
    match contract.type:
        case ContractType.CORRECTIVE:
            dates = 0
        case ContractType.YEARLY:
            dates = contract.yearly.number if contract.yearly else 0
        case ContractType.PREVENTIVE:
            dates = sum(_dates_of_a_year(plan) for plan in contract.plans)
    return dates * _visited_at_once(contract)


def _visited_at_once(contract: Contract) -> int:
    return len([code for code in contract.visited_objects() if code is None or code in contract.lasting_objects])


def _dates_of_a_year(plan: VisitPlan) -> int:
    return _by_rule(plan.recurrence) + len(plan.recurrence.extra_dates)


def _by_rule(recurrence: Recurrence) -> int:
    turns = -(-_IN_A_YEAR[recurrence.unit] // max(recurrence.every, 1))
    match recurrence.unit:
        case Unit.WEEK:
            return turns * max(len(set(recurrence.weekdays)), 1)
        case Unit.YEAR:
            return turns * max(len(set(recurrence.months)), 1)
        case Unit.DAY | Unit.WORKDAY | Unit.MONTH:
            return turns
