"""What became of all that was agreed for a year: each visit counts once, in the year of the day that its rule gave it
(rules: Account)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from powerup.contracts.reasons import AFTER_THE_END
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation, from_the_start
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitKey, VisitState, moved_from


class SkipWish(StrEnum):
    """Who wanted a visit to be left out."""

    CUSTOMER = "customer"
    OWN = "own"


class AccountOutcome(StrEnum):
    """What came of a visit, in the order in which a sum names it. NOT_AGREED is in no sum: nobody expected the visit,
    or another one stands for it."""

    DONE = "done"
    TO_COME = "to_come"
    OVERDUE = "overdue"
    SKIPPED_AT_WISH = "skipped_at_wish"
    SKIPPED_BY_FIRM = "skipped_by_firm"
    SKIPPED = "skipped"
    PAUSED = "paused"
    CLOSED = "closed"
    OUT_OF_USE = "out_of_use"
    HELD_BACK = "held_back"
    MISSED = "missed"
    REMOVED = "removed"
    NOT_AGREED = "not_agreed"


_AROUND = timedelta(days=31)
"""A shift may carry a visit over the edge of a year, so that its neighbours are looked at, too."""

_SKIPPED: Mapping[SkipWish | None, AccountOutcome] = {
    SkipWish.CUSTOMER: AccountOutcome.SKIPPED_AT_WISH,
    SkipWish.OWN: AccountOutcome.SKIPPED_BY_FIRM,
    None: AccountOutcome.SKIPPED,
}


@dataclass(frozen=True, slots=True)
class AccountVisits:
    """What an account of some days has to answer for: agreed are the visits whose rule gave them one of these days;
    moved_in those that people moved to one of them, which the account of their own days answers for."""

    agreed: tuple[Visit, ...]
    moved_in: tuple[Visit, ...]


def account_visits(situation: ContractSituation, first: date, last: date, today: date) -> AccountVisits:
    """The visits of a contract from first to last, both inclusive: every written one, and those still computed.

    The situation has the contract's whole ledger, which is read as the audit reads it: as if none of it were settled,
    so that what it lacks is not passed over.
    """
    whole = from_the_start(situation)
    found = {visit.key: visit for visit in visits(whole, first - _AROUND, last + _AROUND, today)}
    far = [row for row in situation.ledger.values() if row.key not in found and first <= agreed_on(row) <= last]
    for row in far:
        of_its_day = visits(whole, row.planned_date, row.planned_date, today)
        found |= {visit.key: visit for visit in of_its_day if visit.key == row.key}
    told = sorted((visit for visit in found.values() if not _is_beyond_the_end(visit)), key=_in_order)
    of_these = [visit for visit in told if first <= agreed_on(visit) <= last]
    others = [visit for visit in told if first <= visit.planned_date <= last and not first <= agreed_on(visit) <= last]
    return AccountVisits(tuple(of_these), tuple(others))


def agreed_on(visit: Visit | LedgerVisit) -> date:
    """The day that its rule gave a visit, whatever day people gave it since. A written one that is computed again has
    a day of its rule again."""
    row = visit.written if isinstance(visit, Visit) else visit
    if row is None or row.planned_date != visit.planned_date:
        return visit.planned_date
    return moved_from(row) or visit.planned_date


def _in_order(visit: Visit) -> tuple[date, VisitKey]:
    return agreed_on(visit), visit.key


def outcome_of(visit: Visit, today: date, wish: SkipWish | None = None) -> AccountOutcome:
    """What came of a visit by a day; wish is whose it was that it is left out, None where nobody said it."""
    match visit.state:
        case VisitState.COMPLETED | VisitState.SETTLED:
            return AccountOutcome.DONE
        case VisitState.REMOVED:
            return AccountOutcome.REMOVED
        case VisitState.WITHHELD:
            return _withheld(visit, today, wish)
        case VisitState.RETRACTING:
            comes_again = visit.reason is Reason.CHANGED
            return _open(visit, today) if comes_again else _withheld(visit, today, wish)
        case VisitState.PLANNED | VisitState.ORDERING | VisitState.ORDERED | VisitState.IN_PROGRESS | VisitState.FAILED:
            return _open(visit, today)


def days_late(visit: Visit) -> int:
    """How many days after its deadline a visit was done; 0 where it was in time, is not done, or nobody knows."""
    done_on = done_day(visit)
    return max((done_on - visit.deadline).days, 0) if done_on is not None else 0


def done_day(visit: Visit) -> date | None:
    """The day on which a visit was done, as far as it is known."""
    if visit.written is None or visit.state not in (VisitState.COMPLETED, VisitState.SETTLED):
        return None
    return visit.written.completed_on


def is_agreed(reason: Reason) -> bool:
    """Whether a visit that is withheld for a reason was agreed all the same, so that people are told what came of it:
    not one outside of what was agreed, or for which another one stands."""
    return _of_reason(reason, None) is not AccountOutcome.NOT_AGREED


def _open(visit: Visit, today: date) -> AccountOutcome:
    return AccountOutcome.OVERDUE if visit.deadline < today else AccountOutcome.TO_COME


def _withheld(visit: Visit, today: date, wish: SkipWish | None) -> AccountOutcome:
    waits = visit.reason in (Reason.CUSTOMER_BLOCKED, Reason.PREVIOUS_OPEN, Reason.AWAITING_CONFIRMATION)
    if waits and visit.planned_date >= today:
        return AccountOutcome.TO_COME
    return _of_reason(visit.reason, wish)


def _of_reason(reason: Reason | None, wish: SkipWish | None) -> AccountOutcome:
    match reason:
        case Reason.SKIPPED:
            return _SKIPPED[wish]
        case Reason.PAUSED:
            return AccountOutcome.PAUSED
        case Reason.NOT_A_WORKING_DAY:
            return AccountOutcome.CLOSED
        case Reason.OBJECT_RETIRED:
            return AccountOutcome.OUT_OF_USE
        case Reason.MISSED | Reason.PREVIOUS_OPEN:
            return AccountOutcome.MISSED
        case Reason.CUSTOMER_BLOCKED | Reason.UNINSTALLED | Reason.AWAITING_CONFIRMATION | None:
            return AccountOutcome.HELD_BACK
        case (
            Reason.BEFORE_ENTRY
            | Reason.CONTRACT_NOT_STARTED
            | Reason.CONTRACT_ENDED
            | Reason.TERMINATED
            | Reason.CONTRACT_DELETED
            | Reason.COVERED
            | Reason.CHANGED
            | Reason.BEFORE_NEXT_VISIT
        ):
            return AccountOutcome.NOT_AGREED


def _is_beyond_the_end(visit: Visit) -> bool:
    """Whether it is computed past the end of its contract, where nobody expects anything."""
    return visit.written is None and visit.reason in AFTER_THE_END


def sum_of(outcomes: Iterable[AccountOutcome]) -> dict[AccountOutcome, int]:
    """How many visits came to what, in the order of a sum, without those that nobody agreed on."""
    counts = Counter(outcomes)
    del counts[AccountOutcome.NOT_AGREED]
    return {outcome: counts[outcome] for outcome in AccountOutcome if counts[outcome]}


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """How some visits add up: of one contract, one customer or one month.

    counts has how many came to what. late are those of the done ones that were, days_late their days together.
    worked_minutes is how long was worked on the done ones of which that is known, timed how many these are.
    """

    counts: Mapping[AccountOutcome, int] = field(default_factory=dict)
    late: int = 0
    days_late: int = 0
    worked_minutes: int = 0
    timed: int = 0

    @property
    def agreed(self) -> int:
        """How many visits were agreed."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """How many of them were done."""
        return self.counts.get(AccountOutcome.DONE, 0)

    @property
    def on_time(self) -> int:
        """How many of them were done by the end of their window, or nobody knows better."""
        return self.done - self.late

    @property
    def missed(self) -> int:
        """How many of them nobody did, though nobody wanted that."""
        return self.counts.get(AccountOutcome.MISSED, 0)

    @property
    def all_timed(self) -> bool:
        """Whether it is known of each done visit how long was worked."""
        return self.timed == self.done

    def __add__(self, other: "AccountFigures") -> "AccountFigures":
        together = Counter(self.counts) + Counter(other.counts)
        return AccountFigures(
            {outcome: together[outcome] for outcome in AccountOutcome if together[outcome]},
            self.late + other.late,
            self.days_late + other.days_late,
            self.worked_minutes + other.worked_minutes,
            self.timed + other.timed,
        )


def figures_of(found: Iterable[tuple[Visit, AccountOutcome]]) -> AccountFigures:
    """How visits add up, each with what came of it; what nobody agreed on is passed over."""
    agreed = [(visit, outcome) for visit, outcome in found if outcome is not AccountOutcome.NOT_AGREED]
    done = [visit.written for visit, outcome in agreed if outcome is AccountOutcome.DONE]
    lengths = [row.worked_minutes for row in done if row is not None and row.worked_minutes is not None]
    lateness = [days_late(visit) for visit, _ in agreed]
    return AccountFigures(
        sum_of(outcome for _, outcome in agreed),
        sum(days > 0 for days in lateness),
        sum(lateness),
        sum(lengths),
        len(lengths),
    )
