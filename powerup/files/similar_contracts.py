"""Contracts of the same customers as those of a file: which may do the same work, and which are there already."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from powerup.contracts.contract import Contract, Template
from powerup.store.contracts import Contracts

_ENOUGH = 20
_NO_TEMPLATE = Template("", "", "")


class SimilarContracts:
    """Found without comparing each contract of a large file with each other one."""

    def __init__(self, contracts: Contracts) -> None:
        self._contracts = contracts
        self._customers: set[str] = set()
        self._by_object: defaultdict[tuple[str, str], list[Contract]] = defaultdict(list)
        self._numbers: dict[tuple[object, ...], str] = {}

    def load(self, customers: Collection[str]) -> None:
        """Load the contracts of these customers, where that is not done."""
        missing = set(customers) - self._customers
        self._customers |= missing
        for contract in self._contracts.by_customers(missing):
            self.add(contract)
            if contract.deleted_on is None:
                self._numbers.setdefault(_looks(contract), contract.number)

    def add(self, contract: Contract) -> None:
        """Let a contract count that is about to be made."""
        slim = replace(contract, plans=(), template=_NO_TEMPLATE)
        for code in contract.objects or ("",):
            alike = self._by_object[contract.customer, code]
            if len(alike) < _ENOUGH:
                alike.append(slim)

    def of(self, contract: Contract) -> tuple[Contract, ...]:
        """Those with a common object, or without any, each once and without its plans; some are enough to warn of."""
        found = {
            other.number: other
            for code in contract.objects or ("",)
            for other in self._by_object[contract.customer, code]
        }
        return tuple(found.values())

    def number_of_same(self, contract: Contract) -> str | None:
        """The number of a loaded contract that looks the same: its file may be imported a second time."""
        return self._numbers.get(_looks(contract))


def _looks(contract: Contract) -> tuple[object, ...]:
    return contract.customer, contract.name, contract.type, contract.start, contract.objects
