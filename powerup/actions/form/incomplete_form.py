"""What the rules say against a contract's form of which some members could not be loaded."""

from collections.abc import Callable, Mapping
from typing import Any

from powerup.actions.form.contract_check import contract_problems
from powerup.actions.kit.answer import FieldProblem, InvalidInput
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract


def problems_so_far(
    readable: Mapping[str, Any],
    contract_of: Callable[[Mapping[str, Any]], Contract],
    configuration: TenantConfiguration,
    before: Contract | None = None,
) -> list[FieldProblem]:
    """What is wrong with the members that could be loaded; contract_of makes the contract that they describe,
    before is the one that they change."""
    plans = [{"name": "", **plan} for plan in readable.get("plans", [])]
    try:
        contract = contract_of({**readable, "plans": plans} if plans else readable)
    except InvalidInput as refusal:
        return list(refusal.problems)
    return list(contract_problems(contract, configuration, before))
