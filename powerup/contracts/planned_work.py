"""How much work there is on which day: what a planner sees of a month and of a year (rules: Planning).

A contract's share in it is derived from its visits alone, so it may be thrown away and made again at any time.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from powerup.contracts.contract import Contract
from powerup.contracts.schedule import written_from
from powerup.contracts.visit import Reason, Visit, VisitState
from powerup.contracts.who_goes import who_goes

USUAL_MINUTES = 60
"""What a visit counts as whose plan and contract name no duration; it is said of how many that is so."""

_FIGURES_OF_REGION = re.compile(r"\s*(\d\d)").match


class WorkKey(NamedTuple):
    """What planned work is told apart by. employee is empty where nobody is named, region where no postal code is
    known."""

    day: date
    type_of_work: str
    employee: str
    region: str


@dataclass(frozen=True, slots=True)
class Work:
    """So many visits and the minutes of them; guessed is how many of them have no duration of their own."""

    visits: int = 0
    minutes: int = 0
    guessed: int = 0

    def __add__(self, other: "Work") -> "Work":
        return Work(self.visits + other.visits, self.minutes + other.minutes, self.guessed + other.guessed)

    def __sub__(self, other: "Work") -> "Work":
        return Work(self.visits - other.visits, self.minutes - other.minutes, self.guessed - other.guessed)


NO_WORK = Work()

Share = Mapping[WorkKey, Work]
"""What one contract has in the work of all days."""


def share_of(contract: Contract, visits: Iterable[Visit], region: str) -> Share:
    """What these visits of a contract have in the work of their days."""
    found: defaultdict[WorkKey, Work] = defaultdict(Work)
    for visit in visits:
        if is_work(visit):
            found[_key_of(contract, visit, region)] += work_of(contract, visit)
    return dict(found)


def is_work(visit: Visit) -> bool:
    """Whether a visit is done, or to be done: none that is left out, deleted at the host or taken back for good."""
    match visit.state:
        case VisitState.WITHHELD | VisitState.REMOVED:
            return False
        case VisitState.RETRACTING:
            return visit.reason is Reason.CHANGED
        case (
            VisitState.PLANNED
            | VisitState.ORDERING
            | VisitState.ORDERED
            | VisitState.IN_PROGRESS
            | VisitState.COMPLETED
            | VisitState.SETTLED
            | VisitState.FAILED
        ):
            return True


def region_of(postal_code: str) -> str:
    """The first two figures of a postal code, empty where it does not begin with two."""
    found = _FIGURES_OF_REGION(postal_code)
    return found[1] if found else ""


def _key_of(contract: Contract, visit: Visit, region: str) -> WorkKey:
    goes, plan = who_goes(contract, written_from(visit)), contract.plan(visit.key.plan)
    type_of_work = (plan.override.type_of_work if plan else None) or contract.template.type_of_work
    return WorkKey(visit.planned_date, type_of_work, goes.employee if goes else "", region)


def work_of(contract: Contract, visit: Visit) -> Work:
    """One visit and its minutes."""
    plan = contract.plan(visit.key.plan)
    minutes = (plan.override.duration_minutes if plan else None) or contract.template.duration_minutes
    return Work(1, minutes or USUAL_MINUTES, 0 if minutes else 1)
