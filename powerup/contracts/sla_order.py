"""A work order under a corrective contract: what was promised, what was seen of it, and when people are warned
(rules: SLA)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from powerup.contracts.sla import SlaPolicy
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_standing import SlaProgress, SlaStage, SlaStanding, StatusFact, standing

_A_MOMENT = timedelta(seconds=1)
"""A promise is broken once its moment has passed, not at it."""


class Promise(StrEnum):
    """The two things that an SLA promises."""

    RESPONSE = "response"
    RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class WorkOrderLink:
    """A person's word on which contract a work order falls under, by the host's row id; None: under none."""

    row_id: int
    contract: str | None


@dataclass(frozen=True, slots=True)
class SlaOrder:
    """A work order that falls under a contract. All moments are in UTC.

    policy is that of the contract when the work order came under it. response_told and resolution_told are the last
    stage of which people were warned. next_alarm_at is when they have to be if nothing changes before. closed_at is
    set once it is resolved and neither to be done nor under way at the host, or in no open list of the host any more.
    """

    row_id: int
    workorder_no: str
    contract: str
    priority: str | None
    policy: SlaPolicy
    came_in_at: datetime
    facts: tuple[StatusFact, ...] = ()
    response_due_at: datetime | None = None
    resolution_due_at: datetime | None = None
    responded_at: datetime | None = None
    resolved_at: datetime | None = None
    response_told: SlaStage | None = None
    resolution_told: SlaStage | None = None
    next_alarm_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """What people have to be told of a work order: a promise that will be broken soon, or is broken."""

    order: SlaOrder
    promise: Promise
    stage: SlaStage
    due_at: datetime | None


def seen(order: SlaOrder, status: str, work_status: str, now: datetime) -> SlaOrder:
    """The work order after the host was seen to have it in that status; only what is new is kept."""
    last = order.facts[-1] if order.facts else None
    if last is not None and (last.status, last.work_status or "") == (status, work_status):
        return order
    return replace(order, facts=(*order.facts, StatusFact(now, status, work_status or None)))


def stands(order: SlaOrder, clock: ServiceClock, now: datetime) -> SlaStanding:
    """How the work order stands with what was promised, or stood when it was closed."""
    return standing(order.policy, order.priority, order.came_in_at, order.facts, clock, order.closed_at or now)


def watched(order: SlaOrder, clock: ServiceClock, now: datetime) -> tuple[SlaOrder, list[Alarm]]:
    """The work order with its deadlines as they are now, and what people are told of it, each thing once."""
    standing_ = stands(order, clock, now)
    response, resolution = standing_.response, standing_.resolution
    order = replace(
        order,
        response_due_at=response.due_at if response else None,
        resolution_due_at=resolution.due_at if resolution else None,
        responded_at=response.met_at if response else None,
        resolved_at=resolution.met_at if resolution else None,
        next_alarm_at=None if order.closed_at else min(_alarm_moments(response, resolution), default=None),
    )
    alarms = []
    if response and _is_news(order, response.stage, order.response_told):
        order = replace(order, response_told=_said(response.stage))
        alarms.append(Alarm(order, Promise.RESPONSE, _said(response.stage), response.due_at))
    if resolution and _is_news(order, resolution.stage, order.resolution_told):
        order = replace(order, resolution_told=_said(resolution.stage))
        alarms.append(Alarm(order, Promise.RESOLUTION, _said(resolution.stage), resolution.due_at))
    return order, alarms


def was_kept(due_at: datetime | None, met_at: datetime | None, until: datetime) -> bool | None:
    """Whether a promise was kept by a moment, as it stands in an order that is followed: that of its closing, else now.

    None while it runs or its clock stands still, where nothing was promised, and of an order that was gone before the
    promise could be broken.
    """
    if met_at is not None:
        return due_at is None or met_at <= due_at
    return False if due_at is not None and until > due_at else None


def urgent(standing_: SlaStanding) -> SlaProgress | None:
    """The promise that counts now: what is not met yet, the one that ends first; else what was met last, or None."""
    promises = [each for each in (standing_.response, standing_.resolution) if each is not None]
    still_open = [each for each in promises if each.met_at is None]
    if still_open:
        return min(still_open, key=lambda each: each.time_left)
    late = [each for each in promises if each.stage is SlaStage.MET_LATE]
    return next(iter([*late, *reversed(promises)]), None)


def _is_news(order: SlaOrder, stage: SlaStage, told: SlaStage | None) -> bool:
    """Of a work order that was removed at the host nobody needs to hear that it was not done."""
    if order.closed_at is not None and stage is not SlaStage.MET_LATE:
        return False
    if stage is SlaStage.WARNING:
        return told is None
    return stage in _BROKEN and told is not SlaStage.BREACHED


def _said(stage: SlaStage) -> SlaStage:
    return SlaStage.BREACHED if stage in _BROKEN else stage


_BROKEN = (SlaStage.BREACHED, SlaStage.MET_LATE)


def _alarm_moments(*promises: SlaProgress | None) -> Iterable[datetime]:
    for promise in promises:
        if promise is None or promise.met_at is not None:
            continue
        if promise.stage is SlaStage.RUNNING and promise.warning_at:
            yield promise.warning_at
        if promise.stage is SlaStage.WARNING and promise.due_at:
            yield promise.due_at + _A_MOMENT
