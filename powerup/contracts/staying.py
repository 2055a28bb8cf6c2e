"""What stays on closed days: orders that exist, visits that a person gave their day, plans that do not shift (rules:
Closed ranges)."""

from collections.abc import Collection, Iterable
from datetime import date

from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.effects_of_change import visits_to_come
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Visit, VisitState

_COMES = frozenset(
    {VisitState.PLANNED, VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.FAILED}
)


def added(before: Iterable[ClosedDay], after: Iterable[ClosedDay]) -> tuple[ClosedDay, ...]:
    """The closed days that there were not before; in their order."""
    known = frozenset(before)
    return tuple(each for each in after if each not in known)


def staying_on(situation: ContractSituation, closed: Collection[ClosedDay], today: date, until: date) -> list[Visit]:
    """The visits that come on such days from today until a day, by planned date; situation has the days already."""
    if not closed:
        return []
    found = [
        visit
        for visit in visits_to_come(situation, today, until, today).values()
        if visit.state in _COMES and today <= visit.planned_date <= until
    ]
    on_them = [visit for visit in found if any(each.is_on(visit.planned_date) for each in closed)]
    return sorted(on_them, key=lambda visit: (visit.planned_date, visit.key))
