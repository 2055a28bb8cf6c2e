"""Which materials come with a work order, and at what price (rules: Generation)."""

from decimal import ROUND_HALF_UP, Decimal

from powerup.contracts.contract import Contract, OrderMaterial


def materials_of_order(contract: Contract, plan_name: str) -> tuple[OrderMaterial, ...]:
    """The materials with the orders of a visit plan: its own, else the contract's."""
    plan = contract.plan(plan_name)
    return (plan.override.materials if plan else ()) or contract.template.materials


def names_materials(contract: Contract) -> bool:
    """Whether any order of the contract comes with materials."""
    return bool(contract.template.materials) or any(plan.override.materials for plan in contract.plans)


def rounded(price: Decimal, decimals: int) -> Decimal:
    """A price with so many decimals, half a unit rounded up."""
    return price.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
