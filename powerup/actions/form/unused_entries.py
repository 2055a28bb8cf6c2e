"""What somebody entered and the contract's type does not use: it is dropped, and said (rules: Contract types)."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from powerup.contracts.contract import Contract, ContractType, Schedule
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.texts import Text, text

_NO_SERIES = Recurrence(Unit.DAY)
"""What a file has in the plan of a yearly contract, whose days no plan decides."""


def unused(entered: Mapping[str, Any], contract: Contract) -> dict[str, Text]:
    """A sentence for each member of the form that the contract made of it has no use for, by the member's name."""
    found = {}
    plans = _unused_of_plans(entered.get("plans") or (), contract.type)
    if plans is not None:
        found["plans"] = plans
    if entered.get("orders_per_year") is not None and contract.type is not ContractType.YEARLY:
        found["orders_per_year"] = text("Only a yearly contract has a number of orders per year; it is not used.")
    if contract.lead is None and entered.get("days_in_advance_unit") is not None:
        found["days_in_advance_unit"] = text(
            "Without a number of days in advance its unit is not used; those of the settings hold."
        )
    if entered.get("sla_policy") is not None and contract.type is not ContractType.CORRECTIVE:
        found["sla_policy"] = text("Only a corrective contract has an SLA policy; it is not used.")
    if entered.get("closed_ranges") and contract.type is ContractType.CORRECTIVE:
        found["closed_ranges"] = text("A corrective contract has no closed ranges; those given are not used.")
    return found


def _unused_of_plans(plans: Sequence[Mapping[str, Any]], type_: ContractType) -> Text | None:
    match type_:
        case ContractType.PREVENTIVE:
            return None
        case ContractType.CORRECTIVE if plans:
            return text("A corrective contract has no visit plans; those given are not used.")
        case ContractType.YEARLY if any(_says_when(plan) for plan in plans):
            return text("A yearly contract goes by its number of orders; when its visit plans recur is not used.")
        case ContractType.CORRECTIVE | ContractType.YEARLY:
            return None


def no_longer_used(old: Contract, new: Contract) -> dict[str, Text]:
    """A sentence for each member that the old type of the contract used and the new one does not."""
    if old.type is new.type:
        return {}
    lost = {}
    if old.type is ContractType.PREVENTIVE:
        lost["plans"] = text("The visit plans are no longer used.")
    if old.yearly and new.yearly is None:
        lost["orders_per_year"] = text("The number of orders per year is no longer used.")
    if old.sla_policy and new.type is not ContractType.CORRECTIVE:
        lost["sla_policy"] = text("The SLA policy is no longer used.")
    if old.closed_ranges and not new.closed_ranges:
        lost["closed_ranges"] = text("The closed ranges are no longer used.")
    return lost


def _says_when(plan: Mapping[str, Any]) -> bool:
    return plan.get("schedule") is Schedule.FLOATING or any(
        each.name in plan and _plain(plan[each.name]) != getattr(_NO_SERIES, each.name) for each in fields(Recurrence)
    )


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
