"""What was changed of a tenant's contracts and visits since a day, by whom or by which rule, from the audit trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.effects import EffectKind
from powerup.readings.contract_history import action_in_words, changes_in_words, through_in_words, trail_names
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.tables import contracts
from powerup.texts import Text

_MOST_DETAILS = 3


@dataclass(frozen=True, slots=True)
class RecentChange:
    """One change: at in the tenant's zone; name is that of its contract; counts are those of its effects by
    kind, as far as the change counted them."""

    at: datetime
    by: str
    through: Text
    action: Text
    contract: str
    name: str
    details: tuple[Text, ...]
    more: int
    counts: Mapping[EffectKind, int]


def recent_changes(
    connection: Connection, around: TenantCircumstances, since: datetime, limit: int
) -> tuple[list[RecentChange], bool]:
    """The newest changes from a moment (aware) on, at most limit, and whether there are more; on a connection that a
    transaction of Database has given."""
    lines = AuditTrail(connection, around.tenant_id).of_contracts_since(since, limit + 1)
    numbers = {_contract_of(line) for line in lines}
    names = _names(connection, around.tenant_id, numbers)
    trail = trail_names(connection, around.tenant_id, around.configuration)
    found = []
    for line in lines[:limit]:
        number = _contract_of(line)
        details = tuple(changes_in_words(line, trail))
        found.append(
            RecentChange(
                line.at.astimezone(around.zone),
                line.actor_name,
                through_in_words(line),
                action_in_words(line),
                number,
                names.get(number, ""),
                details[:_MOST_DETAILS],
                max(len(details) - _MOST_DETAILS, 0),
                _totals(line.counts or {}),
            )
        )
    return found, len(lines) > limit


def _contract_of(line: AuditLine) -> str:
    """The number that its id is, or that the id of its visit begins with."""
    return line.target_id.partition(":")[0]


def _totals(counts: Mapping[str, Any]) -> dict[EffectKind, int]:
    """By kind; those that are withheld are counted by reason, and told as one number."""
    totals = {kind: sum(each.values()) if isinstance(each, dict) else each for kind, each in counts.items()}
    return {kind: number for kind in EffectKind if isinstance(number := totals.get(kind), int) and number}


def _names(connection: Connection, tenant_id: str, numbers: set[str]) -> dict[str, str]:
    query = select(contracts.c.number, contracts.c.name).where(
        contracts.c.tenant_id == tenant_id, contracts.c.number.in_(sorted(numbers))
    )
    return {row.number: row.name for row in connection.execute(query)}
