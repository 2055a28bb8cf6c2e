"""The visits and work orders on a card, and which of their buttons make sense in which state."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from powerup.actions.catalogue import ON_VISITS
from powerup.actions.kit.action import Action
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import (
    AT_HOST,
    LedgerVisit,
    Reason,
    Visit,
    VisitState,
    awaits_a_word,
    moved_from,
)
from powerup.readings.forecast import number_of

SHOWN_VISITS = 5
SHOWN_ORDERS = 5
LOOKED_AHEAD = timedelta(days=400)


def coming_visits(
    situation: ContractSituation, today: date, on_release: Iterable[LedgerVisit] = ()
) -> Iterator[tuple[dict[str, Any], Sequence[Action]]]:
    """The next visits as JSON, each with its actions, before them the last of those that have passed and
    wait for a person's word. on_release is what is written with that word: some of them are missed then."""
    missed = {row.key for row in on_release if row.state is VisitState.WITHHELD}
    waiting = [row.planned_date for row in situation.ledger.values() if awaits_a_word(row)]
    found = visits(situation, min(waiting, default=today), today + LOOKED_AHEAD, today)
    passed = [visit for visit in found if visit.planned_date < today and visit.reason is Reason.AWAITING_CONFIRMATION]
    coming = [visit for visit in found if visit.planned_date >= today and _may_come(visit)]
    for visit in [*passed[-SHOWN_VISITS:], *coming[:SHOWN_VISITS]]:
        yield (
            {
                "id": str(visit.key),
                "plan": visit.key.plan,
                "object": visit.key.object or None,
                "planned_date": visit.planned_date.isoformat(),
                "moved_from": visit.moved_from.isoformat() if visit.moved_from else None,
                "workorder_no": None if visit.key in missed else number_of(visit, situation.settings.number_prefix),
                "state": visit.state.value,
                "reason": visit.reason.value if visit.reason else None,
            },
            _actions(visit),
        )


def last_orders(situation: ContractSituation) -> Iterator[tuple[dict[str, Any], Sequence[Action]]]:
    """The last work orders as JSON, the newest first, each with the actions of its visit."""
    made = [row for row in situation.ledger.values() if row.workorder_no and row.state is not VisitState.WITHHELD]
    made.sort(key=lambda row: (row.planned_date, row.key), reverse=True)
    for row in made[:SHOWN_ORDERS]:
        yield (
            {
                "id": str(row.key),
                "workorder_no": row.workorder_no,
                "row_id": row.host_row_id,
                "planned_date": row.planned_date.isoformat(),
                "moved_from": day.isoformat() if (day := moved_from(row)) else None,
                "state": row.state.value,
                "reason": row.refusal,
            },
            _actions(row),
        )


def _may_come(visit: Visit) -> bool:
    """What the host has is listed beside it as a work order, and what lies after the end is no visit any more."""
    return visit.state not in AT_HOST and visit.reason not in (Reason.TERMINATED, Reason.CONTRACT_ENDED)


def _actions(visit: Visit | LedgerVisit) -> Sequence[Action]:
    """The actions that make sense for it, in the order of their buttons."""
    return [action for action in ON_VISITS if action.beside_visits and action.beside_visits(visit)]
