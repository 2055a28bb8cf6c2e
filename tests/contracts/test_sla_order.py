"""A work order under a contract: what is kept of what was seen, and when people are warned (rules: SLA)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.sla import SlaClock, SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_order import Promise, SlaOrder, seen, stands, urgent, was_kept, watched
from powerup.contracts.sla_standing import SlaStage

START = datetime(2027, 1, 4, 8, tzinfo=UTC)
CLOCK = ServiceClock(SlaClock.CALENDAR_HOURS, Calendar(CalendarRules()), ZoneInfo("Europe/Amsterdam"))
POLICY = SlaPolicy(
    "GOLD",
    "Goud",
    SlaClock.CALENDAR_HOURS,
    priorities=(SlaPriority("1", response=SlaTime(4, SlaUnit.HOUR), resolution=SlaTime(8, SlaUnit.HOUR)),),
)
ORDER = SlaOrder(7, "WB-1", "2001", "1", POLICY, START)


def after(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def said(order: SlaOrder, hours: float) -> list[tuple[Promise, SlaStage]]:
    return [(alarm.promise, alarm.stage) for alarm in watched(order, CLOCK, after(hours))[1]]


def test_only_what_is_new_is_kept_of_what_was_seen() -> None:
    once = seen(ORDER, "Klaargezet", "", after(1))
    assert seen(once, "Klaargezet", "", after(2)) == once
    assert len(seen(once, "Klaargezet", "WACHT", after(2)).facts) == 2


@pytest.mark.parametrize(("hours", "alarm_after"), [(0, 3), (3, 4), (4.5, 6), (7, 8), (9, None)])
def test_the_next_warning_is_that_of_the_promise_that_comes_first(hours: float, alarm_after: float | None) -> None:
    order, _ = watched(ORDER, CLOCK, after(hours))
    if alarm_after is None:
        assert order.next_alarm_at is None
    else:
        assert order.next_alarm_at is not None
        assert timedelta(0) <= order.next_alarm_at - after(alarm_after) <= timedelta(seconds=1)


def test_each_warning_is_given_once() -> None:
    assert said(ORDER, 2) == []
    assert said(ORDER, 3) == [(Promise.RESPONSE, SlaStage.WARNING)]
    warned, _ = watched(ORDER, CLOCK, after(3))
    assert said(warned, 3.5) == []
    assert said(warned, 4.5) == [(Promise.RESPONSE, SlaStage.BREACHED)]


def test_a_breach_that_was_slept_through_is_told_without_the_warning_before_it() -> None:
    assert said(ORDER, 9) == [(Promise.RESPONSE, SlaStage.BREACHED), (Promise.RESOLUTION, SlaStage.BREACHED)]


def test_what_was_closed_stands_as_it_stood_then_and_warns_nobody() -> None:
    removed = replace(ORDER, closed_at=after(1))
    assert said(removed, 9) == []
    response = stands(removed, CLOCK, after(9)).response
    assert response is not None
    assert (response.stage, response.time_left) == (SlaStage.RUNNING, timedelta(hours=3))


def test_what_counts_now_is_the_open_promise_that_ends_first() -> None:
    counting = urgent(stands(ORDER, CLOCK, after(1)))
    assert counting is not None
    assert counting.time_left == timedelta(hours=3)
    responded = seen(ORDER, "Opgehaald", "", after(2))
    counting = urgent(stands(responded, CLOCK, after(3)))
    assert counting is not None
    assert counting.time_left == timedelta(hours=5)


def test_when_all_is_met_what_was_late_counts() -> None:
    done = seen(ORDER, "Compleet", "", after(5))
    counting = urgent(stands(done, CLOCK, after(6)))
    assert counting is not None
    assert counting.stage is SlaStage.MET_LATE
    assert urgent(stands(replace(ORDER, priority="9"), CLOCK, after(1))) is None


@pytest.mark.parametrize("hours", [1, 3.5, 4.5, 7, 9])
@pytest.mark.parametrize("done_after", [None, 2, 6])
def test_a_months_figures_and_the_standing_of_an_order_agree(hours: float, done_after: float | None) -> None:
    order = ORDER
    if done_after is not None and done_after <= hours:
        order = seen(order, "Compleet", "", after(done_after))
    order, _ = watched(order, CLOCK, after(hours))
    response = stands(order, CLOCK, after(hours)).response
    assert response is not None
    decided = {SlaStage.MET: True, SlaStage.MET_LATE: False, SlaStage.BREACHED: False}
    assert was_kept(order.response_due_at, order.responded_at, after(hours)) is decided.get(response.stage)
