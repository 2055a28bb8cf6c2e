"""Contract templates of a tenant: what contracts have alike, kept to begin new ones from (rules: Actions)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_CONTRACT_TEMPLATES = 200
"""More than anybody looks through; all of them are read with the tenant's configuration."""


@dataclass(frozen=True, slots=True)
class ContractTemplate:
    """One template, by its code.

    name is also what contracts that are begun from it are called at first. description says what it is for, and where
    its numbers come from. contract has members of the input of contract.create, as JSON values; those that belong to
    one contract alone (its customer, objects, address and dates) are not among them.
    """

    code: str
    name: str
    description: str = ""
    contract: Mapping[str, Any] = field(default_factory=dict)
