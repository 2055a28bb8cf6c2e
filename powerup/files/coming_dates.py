"""The next visits of a contract, for people who look at a file."""

from datetime import date, timedelta

from powerup.contracts.days import A_DAY
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation, last_due_day
from powerup.contracts.visit import VisitState

SHOWN_DATES = 3
"""So many of the coming visits of each contract are told."""

_LOOKED_AHEAD = (timedelta(days=60), timedelta(days=400), timedelta(days=4000))
_DO_NOT_COME = (VisitState.WITHHELD, VisitState.REMOVED, VisitState.FAILED, VisitState.RETRACTING)


def coming_dates(situation: ContractSituation, today: date, most: int = SHOWN_DATES) -> tuple[date, ...]:
    """The planned dates, from today on, of the next visits for which an order comes or is there, each once."""
    if situation.contract.deleted_on is not None:
        return ()
    found: list[date] = []
    since = today
    for ahead in _LOOKED_AHEAD:
        until = last_due_day(situation, today + ahead)
        coming = (each for each in visits(situation, since, until, today) if each.state not in _DO_NOT_COME)
        found = list(dict.fromkeys([*found, *(visit.planned_date for visit in coming)]))
        if len(found) >= most:
            break
        since = max(since, until + A_DAY)
    return tuple(found[:most])
