"""Where the work of an order is (rules: Generation)."""

from collections.abc import Collection

from powerup.contracts.contract import Contract


def work_address(contract: Contract, of_objects: Collection[str], split_for: str | None = None) -> str:
    """The address code of an order, empty for the customer's own address.

    of_objects: the address code at the host of each object that the order carries, empty for one that has none. The
    one that they all share goes before the one for which their date was split (`split_for`), and that before the
    contract's.
    """
    shared = set(of_objects)
    return (shared.pop() if len(shared) == 1 else "") or split_for or contract.address or ""
