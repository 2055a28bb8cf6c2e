"""What a card offers of an action beside a work order, with what there is to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from powerup.contracts.contract import Contract
from powerup.texts import Text


@dataclass(frozen=True, slots=True)
class OrderOnCard:
    """How a work order of the host stands to contracts, as far as is known here: made_by is the number of the contract
    that made it, under are the numbers of those that it falls under, corrective all contracts of that type."""

    made_by: str | None
    under: frozenset[str]
    corrective: Sequence[Contract]


Choices = Mapping[str, Sequence[tuple[str, Text]]]
"""What members of a form can be chosen from: values with their words, by the name of the member."""
