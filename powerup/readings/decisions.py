"""Who decided that a visit did not come as its rule gave it, and why, from the audit trail (rules: Account)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection

from powerup.actions.visit import move, skip
from powerup.contracts.account import SkipWish
from powerup.contracts.contract import Contract, Pause
from powerup.contracts.visit import Reason, Visit
from powerup.store.audit_trail import AuditLine, AuditTrail


@dataclass(frozen=True, slots=True)
class Decision:
    """by is whose press it was, why what they said; each empty where it is not known. wish is whose wish it was that a
    visit is skipped, None where nobody said it."""

    by: str = ""
    why: str = ""
    wish: SkipWish | None = None


class Decisions:
    """What people decided about visits of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, tenant_id: str) -> None:
        self._trail = AuditTrail(connection, tenant_id)

    def of(self, found: Sequence[tuple[Contract, Visit]]) -> dict[str, Decision]:
        """By the visit's public id, of those that were skipped, moved, or lay in a pause: what was decided last."""
        moved = [str(visit.key) for _, visit in found if visit.moved_from is not None]
        skipped = [str(visit.key) for _, visit in found if visit.reason is Reason.SKIPPED]
        decided = dict(self._of_presses(moved, move.ACTION.id))
        decided |= dict(self._of_presses(skipped, skip.ACTION.id))
        paused = [(contract, visit) for contract, visit in found if visit.reason is Reason.PAUSED]
        lines: dict[str, list[AuditLine]] = {}
        for line in self._trail.of_pauses(sorted({contract.number for contract, _ in paused})):
            lines.setdefault(line.target_id, []).append(line)
        for contract, visit in paused:
            decided[str(visit.key)] = _of_pause(contract, visit.planned_date, lines.get(contract.number, ()))
        return decided

    def _of_presses(self, ids: Sequence[str], action: str) -> Iterator[tuple[str, Decision]]:
        for line in self._trail.of_action(action, ids, "visit"):
            entered = line.input or {}
            yield line.target_id, Decision(line.actor_name, entered.get("reason") or "", _wish(entered.get("wish")))


def _wish(said: str | None) -> SkipWish | None:
    return SkipWish(said) if said in set(SkipWish) else None


def _of_pause(contract: Contract, day: date, lines: Iterable[AuditLine]) -> Decision:
    """Who brought the pause of that day, the last one where there were several; its reason as it stands now."""
    by, why = "", ""
    for line in lines:
        before, after = (replace(contract, pauses=_pauses_in(each)).pause_on(day) for each in (line.before, line.after))
        if after is not None and before is None:
            by, why = line.actor_name, after.reason
    standing = contract.pause_on(day)
    return Decision(by, standing.reason if standing else why)


def _pauses_in(document: Mapping[str, Any] | None) -> tuple[Pause, ...]:
    return tuple(
        Pause(
            date.fromisoformat(each["from"]),
            date.fromisoformat(each["until"]) if each.get("until") else None,
            each.get("reason") or "",
            every_year=bool(each.get("every_year")),
        )
        for each in (document or {}).get("pauses") or ()
    )
