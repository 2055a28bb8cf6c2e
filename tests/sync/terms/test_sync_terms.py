"""Terms in the cycle: contracts renew by themselves, and people are reminded once (rules: Terms)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, text

from powerup.actions.contract import remind as contract_remind
from powerup.actions.contract.renew_in_bulk import renew_in_bulk
from powerup.actions.contract.renewal_by_itself import TIMER
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.host_questions import HostReadings
from powerup.actions.kit.input import NoInput
from powerup.actions.kit.load_scene import load_scene
from powerup.actions.kit.request import Actor, Request, Role, Target, TargetType
from powerup.actions.kit.writing import write_change
from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Status
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.sandbox.faults import FaultName
from powerup.sandbox.records import KINDS
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.reminders import Reminder, Reminders
from powerup.store.tenants import Tenants
from powerup.sync.kit.context import Wish
from tests.sync.boundaries import Death, KilledError, watched_database, watched_host
from tests.sync.counting import queries
from tests.sync.workplace import NEW_YEAR, TENANT, Workplace, contract, only_sqlite

YEAR, MONTH, QUARTER = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH), Period(3, PeriodUnit.MONTH)
UNTIL = date(2027, 9, 30)
"""The last notice date of the contracts below."""

RENEWS = UNTIL + timedelta(days=1)
REFERENCE = "C1001-NOTICE-20270930"


def terms(renewal: Renewal = Renewal.AUTOMATIC) -> Terms:
    return Terms(
        "STD",
        "Standaard",
        duration=YEAR,
        renewal=renewal,
        renewal_period=YEAR,
        notice_before_end=QUARTER,
        notice_after_renewal=MONTH,
    )


def agreed(number: str = "1001", renewal: Renewal = Renewal.AUTOMATIC, **fields: Any) -> Contract:
    """For the year 2027, without visits, so that nothing else wakes it."""
    return contract(number, **{"terms": terms(renewal), "end": date(2027, 12, 31), "plans": ()} | fields)


def before(days: int) -> date:
    return UNTIL - timedelta(days=days)


def renewals(place: Workplace, number: str = "1001") -> list[AuditLine]:
    with place.database.read() as connection:
        lines = AuditTrail(connection, TENANT).of_target("contract", number)
    return [line for line in lines if line.action == "contract.renew"]


def noted(place: Workplace, number: str = "1001") -> list[Reminder]:
    with place.database.read() as connection:
        return Reminders(connection, TENANT).of_contract(number)


def at_host(place: Workplace) -> list[dict[str, Any]]:
    """The tasks at the host."""
    return place.server.host.masterdata.all(KINDS["tasks"])


def tasks(place: Workplace) -> list[str]:
    """The references of the tasks at the host."""
    return sorted(task["tsk_reference"] for task in at_host(place))


def remind(place: Workplace, day: date) -> None:
    """Have a planner ask for a task about the notice date on a day."""
    around = TenantCircumstances(TENANT, day, TenantConfiguration(), Calendar(CalendarRules()))
    request = Request("contract.remind", Target(TargetType.CONTRACT, "1001"), Actor("u", "Jan", Role.PLANNER, "panel"))
    with place.database.write() as connection:
        about = load_scene(connection, around, contract_remind.ACTION, request, HostReadings())
        change = contract_remind.decide(about, NoInput())
        write_change(connection, around, request, about, change, place.clock())


def dies_at(place: Workplace, boundary: int) -> bool:
    """Whether a worker that is killed at that boundary got there; the next one can begin."""
    death = Death(boundary)
    place.wrap_host = lambda host: watched_host(host, death)
    try:
        place.cycles(f"worker {boundary}", watched_database(place.database, death)).run(TENANT, Wish())
    except KilledError:
        place.clock.go_on(seconds=61)
    return death.struck


def test_a_contract_renews_when_the_last_notice_date_has_passed(place: Workplace) -> None:
    place.add(agreed())
    place.run(NEW_YEAR)
    place.run(UNTIL)
    assert place.contract("1001").end == date(2027, 12, 31)
    place.run(RENEWS)
    renewed = place.contract("1001")
    assert (renewed.end, renewed.renewals, renewed.version) == (date(2028, 12, 31), 1, 2)


def test_a_renewal_leaves_a_line_of_history_in_the_timers_name(place: Workplace) -> None:
    place.add(agreed())
    place.run(RENEWS)
    (line,) = renewals(place)
    assert (line.actor_id, line.source) == (TIMER.id, "timer")
    assert line.before is not None
    assert line.after is not None
    assert (line.before["end"], line.after["end"]) == ("2027-12-31", "2028-12-31")


@only_sqlite
def test_a_timer_that_stood_still_for_years_renews_over_all_of_them(place: Workplace) -> None:
    place.add(agreed())
    place.run(NEW_YEAR)
    place.run(date(2030, 6, 1))
    renewed = place.contract("1001")
    assert (renewed.end, renewed.renewals) == (date(2030, 12, 31), 3)
    assert [line.counts for line in renewals(place)] == [{"renewed": 3}]
    place.run(date(2030, 12, 1))
    assert place.contract("1001").end == date(2031, 12, 31)


@only_sqlite
def test_a_renewal_is_woken_by_its_own_day_and_by_nothing_else(place: Workplace) -> None:
    place.add(agreed(), agreed("1002", terms=None))
    place.configure(reminder_days=())
    place.run(NEW_YEAR)
    place.run(UNTIL)
    with queries() as asked:
        place.run(UNTIL)
    assert not [statement for statement in asked if "FROM visit_plans" in statement], "no contract was read"
    place.run(RENEWS)
    assert place.contract("1001").renewals == 1


@only_sqlite
def test_a_renewed_contract_goes_on_with_its_visits_and_counts_as_changed_by_nobody(place: Workplace) -> None:
    place.configure(change_cap=0)
    place.add(contract(terms=terms(), end=date(2027, 12, 31)))
    place.run(NEW_YEAR, release=True)
    place.run(RENEWS)
    place.run(date(2028, 1, 31))
    assert "C1001-A-20280131-ALL" in place.numbers()
    assert place.contract("1001").status(date(2028, 1, 31)) is Status.ACTIVE


def test_indefinite_terms_go_on_without_an_end_when_the_last_notice_date_has_passed(place: Workplace) -> None:
    indefinite = replace(terms(Renewal.INDEFINITE), renewal_period=None)
    place.add(contract(terms=indefinite, end=date(2027, 12, 31)))
    place.run(NEW_YEAR, release=True)
    place.run(before(30))
    (task,) = at_host(place)
    words = "goes on without an end after December 31, 2027 unless notice is given by September 30, 2027."
    assert task["tsk_name"].endswith(words)
    place.run(RENEWS)
    gone_on = place.contract("1001")
    assert (gone_on.end, gone_on.renewals, gone_on.status(date(2031, 1, 1))) == (None, 1, Status.ACTIVE)
    place.run(date(2028, 1, 31))
    assert "C1001-A-20280131-ALL" in place.numbers()
    assert len(renewals(place)) == 1


@only_sqlite
@pytest.mark.parametrize("renewal", [Renewal.NONE, Renewal.BY_HAND])
def test_other_terms_let_the_contract_end(place: Workplace, renewal: Renewal) -> None:
    place.add(agreed(renewal=renewal))
    place.run(NEW_YEAR)
    place.run(date(2028, 1, 1))
    assert place.contract("1001").status(date(2028, 1, 1)) is Status.ENDED


@only_sqlite
def test_a_contract_that_cannot_renew_says_so_and_the_others_go_on(place: Workplace) -> None:
    broken = Terms("STD", "Standaard", duration=YEAR, renewal=Renewal.AUTOMATIC)
    place.add(agreed(), agreed("1002"))
    place.change("1001", terms=broken)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("powerup.documents.terms.problems", lambda _: [])
        place.run(NEW_YEAR)
        place.run(date(2028, 1, 1))
        assert "renewal period" in place.problems()["1001"]
        assert place.contract("1002").renewals == 1


@only_sqlite
def test_a_dry_run_renews_nothing_and_reminds_nobody(place: Workplace) -> None:
    place.add(agreed())
    place.run(RENEWS, dry_run=True)
    assert place.contract("1001").renewals == 0
    place.run(before(30), dry_run=True)
    assert tasks(place) == []


def test_people_are_reminded_90_60_and_30_days_before_once_each(place: Workplace) -> None:
    place.add(agreed())
    place.run(NEW_YEAR)
    reminded = []
    for days in (91, 90, 89, 60, 59, 30, 29, 0):
        place.run(before(days))
        reminded.append(len(tasks(place)))
    assert reminded == [0, 1, 1, 2, 2, 3, 3, 3]
    assert tasks(place) == [f"{REFERENCE}-{days}" for days in (30, 60, 90)]
    assert all(reminder.sent_at for reminder in noted(place))


@only_sqlite
def test_a_reminder_says_who_and_until_when(place: Workplace) -> None:
    place.add(agreed())
    place.run(before(30))
    (task,) = at_host(place)
    assert task["tsk_name"] == "Contract 1001 (CV-ketel) renews unless notice is given by September 30, 2027."
    assert (task["tsk_debtor_nr"], task["tsk_timestamp_due"]) == ("1001", "2027-09-30 17:00:00")


@only_sqlite
def test_a_timer_that_stood_still_sends_only_the_latest_reminder(place: Workplace) -> None:
    place.add(agreed())
    place.run(NEW_YEAR)
    place.run(before(45))
    assert tasks(place) == [f"{REFERENCE}-60"]


@only_sqlite
def test_a_person_who_wants_a_reminder_gets_a_task_beside_the_usual_ones_once_a_day(place: Workplace) -> None:
    place.add(agreed())
    place.run(NEW_YEAR)
    for _ in range(2):
        remind(place, before(45))
        place.run(before(45))
    assert tasks(place) == [f"{REFERENCE}-{days}" for days in (45, 60)]
    assert [(each.days, each.asked) for each in noted(place)] == [(60, False), (45, True)]


@only_sqlite
def test_no_reminder_comes_after_the_last_notice_date(place: Workplace) -> None:
    place.add(agreed(renewal=Renewal.BY_HAND))
    place.run(NEW_YEAR)
    place.run(RENEWS)
    assert tasks(place) == []


@only_sqlite
def test_the_days_are_a_setting(place: Workplace) -> None:
    place.configure(reminder_days=(14,))
    place.add(agreed())
    place.run(NEW_YEAR)
    place.run(before(30))
    assert tasks(place) == []
    place.run(before(14))
    assert tasks(place) == [f"{REFERENCE}-14"]


@only_sqlite
def test_after_the_renewal_people_are_reminded_of_the_next_last_notice_date(place: Workplace) -> None:
    place.add(agreed())
    place.run(RENEWS)
    place.run(date(2028, 11, 1))
    assert tasks(place) == ["C1001-NOTICE-20281130-30"]


@only_sqlite
def test_a_lost_answer_makes_no_second_task_and_loses_none(place: Workplace) -> None:
    place.add(agreed())
    place.fault(FaultName.LOST_ANSWER, calls=(1,), endpoints={"tasks"})
    assert "could not be sent" in place.run(before(30)).attention[0]
    (task,) = at_host(place)
    place.server.host.masterdata.save(KINDS["tasks"], [{**task, "tsk_status": "COMPLETED"}])
    place.clock.go_on(minutes=30)
    place.run()
    assert all(reminder.sent_at for reminder in noted(place))
    (kept,) = at_host(place)
    assert kept["tsk_status"] == "COMPLETED", "somebody had done it meanwhile"


@only_sqlite
def test_a_worker_may_die_anywhere_and_the_reminder_still_comes_once(place: Workplace) -> None:
    place.add(agreed())
    place.run(NEW_YEAR)
    place.clock.go_to(before(30))
    for boundary in count(1):
        if not dies_at(place, boundary):
            break
    assert tasks(place) == [f"{REFERENCE}-30"]
    assert boundary > 5


@only_sqlite
def test_a_reminder_that_was_not_sent_is_dropped_when_notice_was_given(place: Workplace) -> None:
    place.add(agreed())
    place.fault(FaultName.LOST_REQUEST, rate=1.0, endpoints={"tasks"})
    place.run(before(30))
    place.change("1001", terms=None)
    place.server.host.faults.clear()
    place.run(before(29))
    assert (tasks(place), noted(place)) == ([], [])


def test_renewing_in_bulk_and_a_cycle_wait_for_each_other_in_one_order(place: Workplace) -> None:
    place.add(agreed("1001", renewal=Renewal.BY_HAND), agreed("1002", renewal=Renewal.BY_HAND))
    around = TenantCircumstances(TENANT, NEW_YEAR, TenantConfiguration(), Calendar(CalendarRules()))
    operator = Actor("operator", "Operator", Role.ADMIN, "command")

    def renew() -> int:
        with place.database.write() as connection:
            return len(renew_in_bulk(connection, around, date(2028, 1, 1), operator, place.clock(), writing=True))

    with ThreadPoolExecutor(1) as others:
        with place.database.write() as connection:
            Contracts(connection, TENANT).versions_of(["1002"], lock=True)  # as a cycle does
            renewing = others.submit(renew)
            _wait_until_another_waits(connection)
            Tenants(connection).wake(TENANT, place.clock())
        assert renewing.result(60) == 2


def _wait_until_another_waits(connection: Connection) -> None:
    """On PostgreSQL until it waits for a row that is locked here; on SQLite there is one writer at a time anyway."""
    activity = "FROM pg_stat_activity WHERE datname = current_database()"
    waits = text(f"SELECT count(*) {activity} AND wait_event_type = 'Lock'")
    while connection.dialect.name == "postgresql" and not connection.scalar(waits):
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))  # else it says what it said at first
