"""Which forms of the host, such as checklists, come with a work order (rules: Generation)."""

from powerup.contracts.contract import Contract


def forms_of(contract: Contract, plan_name: str) -> tuple[str, ...]:
    """The names of the forms with the orders of a visit plan: its own, else the contract's."""
    plan = contract.plan(plan_name)
    return (plan.override.forms if plan else ()) or contract.template.forms


def forms_named(contract: Contract) -> frozenset[str]:
    """The names of all forms that may come with an order of the contract."""
    return frozenset(contract.template.forms).union(*(plan.override.forms for plan in contract.plans))
