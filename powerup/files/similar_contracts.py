"""Contracts that may do the same work as another one: of one customer, with a common object or without any."""

from collections import defaultdict
from collections.abc import Collection

from powerup.contracts.contract import Contract
from powerup.store.contracts import Contracts

_FEW_CUSTOMERS = 50
_ENOUGH = 20


class SimilarContracts:
    """Found without comparing each contract of a large file with each other one."""

    def __init__(self, contracts: Contracts, customers: Collection[str]) -> None:
        """Load the contracts of these customers; one by one only where that is quicker than reading all."""
        self._by_object: defaultdict[tuple[str, str], list[Contract]] = defaultdict(list)
        few = len(customers) <= _FEW_CUSTOMERS
        found = [each for customer in customers for each in contracts.by_customer(customer)] if few else contracts.all()
        for contract in found:
            self.add(contract)

    def add(self, contract: Contract) -> None:
        """Let a contract count that is about to be made."""
        for code in contract.objects or ("",):
            self._by_object[contract.customer, code].append(contract)

    def of(self, contract: Contract) -> tuple[Contract, ...]:
        """Those that may do the same work, each once; some are enough to warn of them."""
        found = {
            other.number: other
            for code in contract.objects or ("",)
            for other in self._by_object[contract.customer, code][:_ENOUGH]
        }
        return tuple(found.values())
