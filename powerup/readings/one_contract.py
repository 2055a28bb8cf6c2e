"""One contract with all that is shown of it: what was agreed, how it stands, its visits, and its buttons."""

from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.documents.contract import contract_document
from powerup.readings.cards import Cards
from powerup.store.contracts import Contracts
from powerup.store.errors import UnknownContractError
from powerup.texts import Reader

_OF_ITS_CARD = (
    "status",
    "status_date",
    "status_reason",
    "status_by",
    "summary",
    "next_visits",
    "work_orders",
    "sla",
    "warnings",
    "actions",
)


class OneContract:
    """Contracts of one tenant, each by its number, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._contracts = Contracts(connection, around.tenant_id)
        self._cards = Cards(connection, around)

    def document(self, number: str, actor: Actor, reader: Reader) -> dict[str, Any]:
        """The contract as JSON values, as that person sees it. Raises UnknownContractError, also for one that was
        deleted and cannot be brought back."""
        contract = self._contracts.get(number)
        cards = self._cards.beside(Target(TargetType.CONTRACT, number), actor, reader)["cards"]
        if contract is None or not cards:
            raise UnknownContractError(number)
        agreed = contract_document(contract)
        return {"number": agreed.pop("contract_no"), **agreed} | {name: cards[0][name] for name in _OF_ITS_CARD}
