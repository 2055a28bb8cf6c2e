"""Who does a visit: whom a person gave it to, else whom its plan names, else the contract (rules: Generation)."""

from dataclasses import dataclass
from datetime import time

from powerup.contracts.contract import Contract, TemplateOverride
from powerup.contracts.visit import LedgerVisit


@dataclass(frozen=True, slots=True)
class WhoGoes:
    """An employee of the host, and when the work begins (local time of the tenant), where that is known."""

    employee: str
    start_time: time | None = None


def who_goes(contract: Contract, visit: LedgerVisit) -> WhoGoes | None:
    """None where nobody is named, so that the order has a deadline only."""
    plan = contract.plan(visit.key.plan)
    own = plan.override if plan else TemplateOverride()
    employee = visit.employee or own.employee or contract.template.employee
    if not employee:
        return None
    return WhoGoes(employee, visit.start_time or own.start_time or contract.template.start_time)
