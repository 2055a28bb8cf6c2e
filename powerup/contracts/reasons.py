"""Why a computed visit is withheld or waits, looked at by itself (rules: Words, Generation)."""

from datetime import date

from powerup.contracts.contract import Contract
from powerup.contracts.series import Occurrence, Series, agreed_end
from powerup.contracts.situation import ContractSituation, Facts
from powerup.contracts.visit import OPEN, LedgerVisit, Reason, Visit, VisitKey

WAITING = frozenset({Reason.CUSTOMER_BLOCKED, Reason.PREVIOUS_OPEN, Reason.AWAITING_CONFIRMATION})
"""Reasons that keep a visit planned until its planned date has passed; a person's word is waited for longer."""

AFTER_THE_END = frozenset({Reason.TERMINATED, Reason.CONTRACT_ENDED})
"""Reasons of visits that lie past the contract: they are told when asked, never written."""


def lasting_reason(
    situation: ContractSituation,
    series: Series,
    occurrence: Occurrence,
    *,
    carries: tuple[str, ...] = (),
    by_hand: bool = False,
) -> Reason | None:
    """Why no work order will come, unless a person changes something; the first that holds decides.

    carries are the objects of its order where its date was split by address. by_hand: a person gave the visit its
    planned date.
    """
    contract, planned = situation.contract, occurrence.planned_date
    if (over := _over(contract, planned)) is not None:
        return over
    if (early := _too_early(series, occurrence, contract.entered_on, by_hand=by_hand)) is not None:
        return early
    if planned < contract.start:
        return Reason.CONTRACT_NOT_STARTED
    if occurrence.shifted_out:
        return Reason.NOT_A_WORKING_DAY
    return _held_up(contract, occurrence.key, planned, carries, situation.facts)


def reason_against(contract: Contract, visit: Visit | LedgerVisit, facts: Facts) -> Reason | None:
    """Why no work order may be made for a visit of the contract on its planned date as things stand, or None when it
    may.

    What no rule and no person overrules: asked again at the moment of creation, since all of it can have happened after
    the visit was decided, and when a person wants it at once (rules: Generation; Actions).
    """
    planned_date = visit.planned_date
    held_up = _over(contract, planned_date) or _held_up(contract, visit.key, planned_date, visit.carries, facts)
    return held_up or (Reason.CUSTOMER_BLOCKED if facts.customer_blocked else None)


def _over(contract: Contract, planned_date: date) -> Reason | None:
    """Why the contract has no such day any more."""
    if contract.deleted_on is not None:
        return Reason.CONTRACT_DELETED
    if contract.termination is not None and planned_date > contract.termination.last_day:
        return Reason.TERMINATED
    if contract.end is not None and planned_date > (agreed_end(contract) or planned_date):
        return Reason.CONTRACT_ENDED
    return None


def _held_up(
    contract: Contract, key: VisitKey, planned_date: date, carries: tuple[str, ...], facts: Facts
) -> Reason | None:
    """Why nothing is done on a day of the contract; one order for several objects goes on for those that are in use."""
    if contract.pauses and contract.pause_on(planned_date):
        return Reason.PAUSED
    if key.visited_as is not None and not contract.has_on(key.object, planned_date):
        return Reason.OBJECT_RETIRED
    if facts.retired_objects or key.address is not None:
        carried = contract.carried_on(planned_date, key, carries)
        if (carried or key.address is not None) and facts.retired_objects.issuperset(carried):
            return Reason.OBJECT_RETIRED
    return None


def _too_early(series: Series, occurrence: Occurrence, entered_on: date, *, by_hand: bool) -> Reason | None:
    """What comes before the next visit that a plan names is not ordered. What comes from it on and before the day of
    entry is: it is overdue (rules: Next visit)."""
    key, planned = occurrence.key, occurrence.planned_date
    named = series.next_visit(key.visited_as)
    if named is None:
        return Reason.BEFORE_ENTRY if planned < entered_on else None
    if not named.comes_after(key.nominal_date, planned, by_hand=by_hand):
        return None
    return Reason.BEFORE_ENTRY if planned < entered_on else Reason.BEFORE_NEXT_VISIT


def waiting_reason(
    situation: ContractSituation, key: VisitKey, open_since: dict[tuple[str, str], date], *, asked_for: bool = False
) -> Reason | None:
    """Why a visit that is due is not ordered yet; open_since is as `oldest_open` has it.

    asked_for: a person asked for it by its date, so it does not wait for the one before (rules: Generation).
    """
    if situation.facts.customer_blocked:
        return Reason.CUSTOMER_BLOCKED
    if situation.awaiting_release:
        return Reason.AWAITING_CONFIRMATION
    oldest = open_since.get((key.plan, situation.contract.series_of(key.object)))
    if asked_for or oldest is None or oldest >= key.nominal_date:
        return None
    return Reason.PREVIOUS_OPEN if one_at_a_time(situation, key.plan) else None


def one_at_a_time(situation: ContractSituation, plan_name: str) -> bool:
    """Whether a visit of the plan waits while the previous one of the same object is open."""
    plan = situation.contract.plan(plan_name)
    return situation.settings.previous_open if plan is None or plan.previous_open is None else plan.previous_open


def oldest_open(situation: ContractSituation) -> dict[tuple[str, str], date]:
    """The first nominal date, per plan and object, of which the work order is under way."""
    oldest: dict[tuple[str, str], date] = {}
    for visit in situation.ledger.values():
        if visit.state in OPEN:
            series = visit.key.plan, situation.contract.series_of(visit.key.object)
            oldest[series] = min(visit.key.nominal_date, oldest.get(series, visit.key.nominal_date))
    return oldest
