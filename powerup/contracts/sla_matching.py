"""Which contract a work order falls under (rules: SLA)."""

from collections.abc import Iterable
from datetime import date

from powerup.contracts.contract import Contract, ContractType, Status


def contract_of_work_order(
    contracts: Iterable[Contract], day: date, customer: str, objects: Iterable[str], linked: str | None = None
) -> Contract | None:
    """The corrective contract that a work order of a customer falls under on a day, or None.

    linked is the number of a contract that a person named. It comes first, then a contract on one of the work order's
    objects, then one of the customer without objects; ties go to the newest. A contract on objects covers only those.
    """
    active = [contract for contract in contracts if _is_active_corrective(contract, day)]
    of_customer = [contract for contract in active if contract.customer == customer]
    carried = frozenset(objects)
    for candidates in (
        [contract for contract in active if contract.number == linked],
        [contract for contract in of_customer if not carried.isdisjoint(contract.objects_on(day))],
        [contract for contract in of_customer if not contract.objects],
    ):
        if candidates:
            return max(candidates, key=_newness)
    return None


def _is_active_corrective(contract: Contract, day: date) -> bool:
    return (
        contract.type is ContractType.CORRECTIVE
        and contract.deleted_on is None
        and contract.status(day) is Status.ACTIVE
    )


def _newness(contract: Contract) -> tuple[date, date, int, str]:
    """Numbers count by length first, so that 1042 is newer than 999."""
    return contract.start, contract.entered_on, len(contract.number), contract.number
