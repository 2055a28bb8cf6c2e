"""How a work order stands with what its SLA promises, from the statuses it has had (rules: SLA)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from powerup.contracts.sla import SlaPolicy, SlaTime
from powerup.contracts.sla_clock import ServiceClock, Stop

HOST_STATUSES = ("Klaargezet", "Opgehaald", "Compleet", "Afgehandeld")
"""The way of a work order at the host (host page 4.8): a later status counts for an earlier one that was not seen."""


class SlaStage(StrEnum):
    """Where a promise stands at a moment."""

    RUNNING = "running"
    STOPPED = "stopped"
    WARNING = "warning"
    BREACHED = "breached"
    MET = "met"
    MET_LATE = "met_late"


@dataclass(frozen=True, slots=True)
class StatusFact:
    """What status and work status a work order was seen to have from a moment (aware) on."""

    moment: datetime
    status: str
    work_status: str | None = None


@dataclass(frozen=True, slots=True)
class SlaProgress:
    """One promise at a moment; its moments are in UTC.

    due_at and warning_at are None while the clock stands still before them, and nobody knows for how long.
    time_left is what the clock may still run; it is negative by how long it ran over.
    """

    stage: SlaStage
    due_at: datetime | None
    warning_at: datetime | None
    met_at: datetime | None
    time_left: timedelta


@dataclass(frozen=True, slots=True)
class SlaStanding:
    """Response and resolution; None where nothing is promised for the work order's priority."""

    response: SlaProgress | None
    resolution: SlaProgress | None


def standing(
    policy: SlaPolicy,
    priority: str | None,
    start: datetime,
    facts: Iterable[StatusFact],
    clock: ServiceClock,
    now: datetime,
) -> SlaStanding:
    """How a work order that came in at start stands now, with the priority code it has at the host.

    The first time that a status counts is when the promise was met; opening the work order again does not undo that.
    What counts as resolved counts as response too.
    """
    known = sorted((fact for fact in facts if fact.moment <= now), key=lambda fact: fact.moment)
    stops = _stops(policy, known)
    resolved_at = _first(policy.resolved_statuses, known)
    responded_at = _first(policy.response_statuses + policy.resolved_statuses, known)
    promised = next((entry for entry in policy.priorities if entry.priority == priority), None)

    def progress(length: SlaTime | None, met_at: datetime | None) -> SlaProgress | None:
        return None if length is None else _progress(clock, start, length, stops, met_at, now)

    if promised is None:
        return SlaStanding(None, None)
    return SlaStanding(progress(promised.response, responded_at), progress(promised.resolution, resolved_at))


def _progress(
    clock: ServiceClock, start: datetime, length: SlaTime, stops: Sequence[Stop], met_at: datetime | None, now: datetime
) -> SlaProgress:
    due_at, warning_at = clock.deadline(start, length, stops), clock.warning_at(start, length, stops)
    time_left = clock.allowed(start, length) - clock.elapsed(start, met_at or now, stops)
    return SlaProgress(_stage(due_at, warning_at, met_at, stops, now), due_at, warning_at, met_at, time_left)


def _stage(
    due_at: datetime | None, warning_at: datetime | None, met_at: datetime | None, stops: Sequence[Stop], now: datetime
) -> SlaStage:
    if met_at is not None:
        return SlaStage.MET if due_at is None or met_at <= due_at else SlaStage.MET_LATE
    if due_at is not None and now > due_at:
        return SlaStage.BREACHED
    if stops and stops[-1].until is None:
        return SlaStage.STOPPED
    return SlaStage.WARNING if warning_at is not None and now >= warning_at else SlaStage.RUNNING


def _stops(policy: SlaPolicy, facts: Iterable[StatusFact]) -> list[Stop]:
    """From each stopping work status to the first fact without one; the last is open when that has not come."""
    stops: list[Stop] = []
    since: datetime | None = None
    for fact in facts:
        if fact.work_status in policy.stopping_work_statuses:
            since = since or fact.moment
        elif since is not None:
            stops.append(Stop(since, fact.moment))
            since = None
    return stops if since is None else [*stops, Stop(since, None)]


def _first(counting: tuple[str, ...], facts: Iterable[StatusFact]) -> datetime | None:
    reached = {*counting, *_later_than(counting)}
    return next((fact.moment for fact in facts if fact.status in reached or fact.work_status in reached), None)


def _later_than(counting: tuple[str, ...]) -> tuple[str, ...]:
    places = [HOST_STATUSES.index(status) for status in counting if status in HOST_STATUSES]
    return HOST_STATUSES[min(places) :] if places else ()
