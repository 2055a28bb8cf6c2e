"""How a work order stands with its SLA, and what is wrong with a policy (rules: SLA)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.sla import SlaClock, SlaPolicy, SlaPriority, SlaTime, SlaUnit, problems
from powerup.contracts.sla_clock import ServiceClock
from powerup.contracts.sla_standing import SlaProgress, SlaStage, StatusFact, standing

CLOCK = ServiceClock(SlaClock.BUSINESS_HOURS, Calendar(CalendarRules()), ZoneInfo("Europe/Amsterdam"))
POLICY = SlaPolicy(
    "GOLD",
    "Goud",
    stopping_work_statuses=("WACHT",),
    priorities=(
        SlaPriority("1", response=SlaTime(4, SlaUnit.HOUR), resolution=SlaTime(8, SlaUnit.HOUR)),
        SlaPriority("2", resolution=SlaTime(3, SlaUnit.DAY)),
    ),
)


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    """A moment of September 2026 in UTC; the tenant's working hours are 6:00 to 15:00 there."""
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC)


START = at(6)


def response(now: datetime, *facts: StatusFact) -> SlaProgress:
    found = standing(POLICY, "1", START, facts, CLOCK, now).response
    assert found is not None
    return found


def resolution(now: datetime, *facts: StatusFact) -> SlaProgress:
    found = standing(POLICY, "1", START, facts, CLOCK, now).resolution
    assert found is not None
    return found


CREATED = StatusFact(START, "Klaargezet")


@pytest.mark.parametrize(
    ("now", "stage"),
    [
        (at(8, 59), SlaStage.RUNNING),
        (at(9), SlaStage.WARNING),
        (at(10), SlaStage.WARNING),
        (at(10, 1), SlaStage.BREACHED),
    ],
)
def test_a_promise_runs_warns_at_three_quarters_and_is_breached_after_its_time(now: datetime, stage: SlaStage) -> None:
    progress = response(now, CREATED)
    assert progress.stage is stage
    assert (progress.warning_at, progress.due_at) == (at(9), at(10))


def test_time_left_is_what_the_clock_may_still_run_and_negative_when_it_ran_over() -> None:
    assert response(at(9, 30), CREATED).time_left == timedelta(minutes=30)
    assert response(at(10, 30), CREATED).time_left == -timedelta(minutes=30)


def test_breach_at_closing_time_is_breach_in_the_evening_too() -> None:
    start_that_ends_at_closing = at(11)
    found = standing(POLICY, "1", start_that_ends_at_closing, [], CLOCK, at(18)).response
    assert found is not None
    assert found.stage is SlaStage.BREACHED


def test_the_first_status_that_counts_meets_the_promise() -> None:
    fetched, later = StatusFact(at(8), "Opgehaald"), StatusFact(at(9), "Opgehaald")
    progress = response(at(12), CREATED, later, fetched)
    assert (progress.stage, progress.met_at, progress.time_left) == (SlaStage.MET, at(8), timedelta(hours=2))


def test_meeting_it_at_the_deadline_is_in_time_and_a_minute_later_is_late() -> None:
    assert response(at(14), StatusFact(at(10), "Opgehaald")).stage is SlaStage.MET
    assert response(at(14), StatusFact(at(10, 1), "Opgehaald")).stage is SlaStage.MET_LATE


def test_a_status_that_was_passed_without_being_seen_counts() -> None:
    assert response(at(12), StatusFact(at(9), "Compleet")).met_at == at(9)
    assert resolution(at(12), StatusFact(at(9), "Afgehandeld")).met_at == at(9)
    assert resolution(at(12), StatusFact(at(9), "Opgehaald")).met_at is None


def test_statuses_between_those_that_were_named_count_too() -> None:
    policy = replace(POLICY, resolved_statuses=("Opgehaald", "Afgehandeld"))
    found = standing(policy, "1", START, [StatusFact(at(9), "Compleet")], CLOCK, at(12)).resolution
    assert found is not None
    assert found.met_at == at(9)


def test_opening_it_again_does_not_undo_what_was_met() -> None:
    assert resolution(at(12), StatusFact(at(9), "Compleet"), StatusFact(at(10), "Opgehaald")).met_at == at(9)


def test_a_work_status_can_count_as_response() -> None:
    policy = replace(POLICY, response_statuses=("ONDERWEG",))
    facts = [StatusFact(at(7), "Opgehaald"), StatusFact(at(8), "Opgehaald", "ONDERWEG")]
    found = standing(policy, "1", START, facts, CLOCK, at(9)).response
    assert found is not None
    assert found.met_at == at(8)


def test_a_stopping_work_status_stops_the_clock_until_it_is_over() -> None:
    waiting = StatusFact(at(8), "Opgehaald", "WACHT")
    still_waiting = StatusFact(at(9), "Opgehaald", "WACHT")
    going_on = StatusFact(at(10), "Opgehaald", "BEZIG")
    stopped = resolution(at(12), CREATED, waiting, still_waiting)
    assert (stopped.stage, stopped.due_at, stopped.time_left) == (SlaStage.STOPPED, None, timedelta(hours=6))
    resumed = resolution(at(12), CREATED, waiting, still_waiting, going_on)
    assert (resumed.stage, resumed.due_at) == (SlaStage.RUNNING, at(7, day=2))


def test_a_stop_that_began_after_the_breach_leaves_it_breached() -> None:
    assert resolution(at(8, day=2), StatusFact(at(7, day=2), "Opgehaald", "WACHT")).stage is SlaStage.BREACHED


def test_what_is_resolved_while_the_clock_stands_still_is_met() -> None:
    facts = [StatusFact(at(8), "Opgehaald", "WACHT"), StatusFact(at(14), "Compleet", "WACHT")]
    assert resolution(at(16), *facts).stage is SlaStage.MET


def test_facts_of_later_than_now_are_not_known_yet() -> None:
    assert response(at(7), StatusFact(at(8), "Opgehaald")).met_at is None
    assert response(at(8), StatusFact(at(8), "Opgehaald")).met_at == at(8)


def test_what_a_priority_does_not_promise_is_left_empty() -> None:
    found = standing(POLICY, "2", START, [], CLOCK, at(7))
    assert found.response is None
    assert found.resolution is not None
    unknown = standing(POLICY, "9", START, [], CLOCK, at(7))
    assert (unknown.response, unknown.resolution) == (None, None)


def test_a_usable_policy_has_no_problems() -> None:
    assert problems(POLICY) == []
    shortest_and_longest = SlaPriority("1", SlaTime(1, SlaUnit.MINUTE), SlaTime(9999, SlaUnit.MINUTE))
    assert problems(replace(POLICY, priorities=(shortest_and_longest,))) == []


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        (replace(POLICY, code=""), ("code", "required")),
        (replace(POLICY, name=" "), ("name", "required")),
        (replace(POLICY, response_statuses=()), ("response_statuses", "required")),
        (replace(POLICY, resolved_statuses=()), ("resolved_statuses", "required")),
        (replace(POLICY, priorities=()), ("priorities", "required")),
        (replace(POLICY, priorities=POLICY.priorities[:1] * 2), ("priorities/1/priority", "named_twice")),
        (replace(POLICY, priorities=(SlaPriority("1"),)), ("priorities/0", "response_or_resolution_required")),
        (
            replace(POLICY, priorities=(SlaPriority("1", response=SlaTime(0, SlaUnit.HOUR)),)),
            ("priorities/0/response", "must_be_1_to_9999"),
        ),
    ],
)
def test_an_unusable_policy_is_refused_with_field_and_code(policy: SlaPolicy, problem: tuple[str, str]) -> None:
    assert problems(policy) == [problem]
