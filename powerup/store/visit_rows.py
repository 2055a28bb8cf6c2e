"""A ledger visit as a row, and back. Written out by hand: a cycle writes a hundred thousand of them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from powerup.contracts.visit import Doubt, LedgerVisit, Reason, VisitKey, VisitState
from powerup.store.tables import visits

KEY_COLUMNS = (
    visits.c.contract,
    visits.c.plan,
    visits.c.nominal_date,
    visits.c.object,
    visits.c.sequence,
)
"""In the order of VisitKey, so that databases sort as Python does."""

ALL_COLUMNS = (
    *KEY_COLUMNS,
    visits.c.planned_date,
    visits.c.generation_date,
    visits.c.deadline,
    visits.c.state,
    visits.c.reason,
    visits.c.pinned,
    visits.c.workorder_no,
    visits.c.try_number,
    visits.c.host_row_id,
    visits.c.attempted_at,
    visits.c.attempts,
    visits.c.refusal,
    visits.c.retry_at,
    visits.c.completed_on,
    visits.c.run_id,
    visits.c.changed_at,
    visits.c.told_date,
    visits.c.asked_for,
    visits.c.covered_by,
    visits.c.moved_from,
    visits.c.employee,
    visits.c.start_time,
    visits.c.untold,
    visits.c.doubt,
    visits.c.carries,
    visits.c.worked_minutes,
)
"""In the order of VisitKey and then of LedgerVisit, as `visits_of` takes them apart."""

_STATES = {state.value: state for state in VisitState}
_DOUBTS: dict[str | None, Doubt | None] = {None: None, **{doubt.value: doubt for doubt in Doubt}}
_REASONS: dict[str | None, Reason | None] = {None: None, **{reason.value: reason for reason in Reason}}


def key_row(key: VisitKey) -> dict[str, Any]:
    """The key as columns."""
    return {
        "contract": key.contract,
        "plan": key.plan,
        "nominal_date": key.nominal_date,
        "object": key.object,
        "sequence": key.sequence,
    }


def visit_values(visit: LedgerVisit) -> tuple[Any, ...]:
    """The visit as the values of ALL_COLUMNS."""
    key = visit.key
    return (
        key.contract,
        key.plan,
        key.nominal_date,
        key.object,
        key.sequence,
        visit.planned_date,
        visit.generation_date,
        visit.deadline,
        visit.state.value,
        visit.reason.value if visit.reason else None,
        visit.pinned,
        visit.workorder_no,
        visit.try_number,
        visit.host_row_id,
        visit.attempted_at,
        visit.attempts,
        visit.refusal,
        visit.retry_at,
        visit.completed_on,
        visit.run_id,
        visit.changed_at,
        visit.told_date,
        visit.asked_for,
        visit.covered_by,
        visit.moved_from,
        visit.employee,
        visit.start_time,
        visit.untold,
        visit.doubt.value if visit.doubt else None,
        carries_text(visit.carries),
        visit.worked_minutes,
    )


def carries_text(codes: Sequence[str]) -> str | None:
    """Object codes as the column has them; None where there are none."""
    return json.dumps(codes) if codes else None


def visits_of(rows: Iterable[Sequence[Any]]) -> list[LedgerVisit]:
    """The visits of rows of ALL_COLUMNS."""
    return [_visit(*row) for row in rows]


def _visit(
    contract: str,
    plan: str,
    nominal_date: date,
    code: str,
    sequence: int,
    planned_date: date,
    generation_date: date,
    deadline: date,
    state: str,
    reason: str | None,
    *rest: Any,
) -> LedgerVisit:
    key = VisitKey(contract, plan, nominal_date, code, sequence)
    *others, doubt, carries, worked_minutes = rest
    rest = (*others, _DOUBTS[doubt], tuple(json.loads(carries)) if carries else (), worked_minutes)
    return LedgerVisit(key, planned_date, generation_date, deadline, _STATES[state], _REASONS[reason], *rest)
