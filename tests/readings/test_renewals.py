"""Contracts by the day on which somebody has to decide about them (rules: Terms)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, Termination
from powerup.contracts.notice import AtEnd
from powerup.contracts.price import ByIndex, ByPercentage, EarlierPrice, Price
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.readings.list_cursor import CursorRefused
from powerup.readings.renewals import ReminderState, RenewalFilter, RenewalRow, Renewals
from powerup.store.contracts import Contracts
from powerup.store.database import Database
from powerup.store.reminders import Reminder, Reminders
from tests.actions.scenes import the_contract
from tests.contracts.test_indexation import CPI_2015
from tests.readings.test_forecast import AROUND as PLAIN

TODAY = date(2027, 3, 1)
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
AROUND = replace(PLAIN, today=TODAY, configuration=replace(TenantConfiguration(), indexes=(CPI_2015,)))
A_YEAR, A_MONTH = Period(1, PeriodUnit.YEAR), Period(1, PeriodUnit.MONTH)
PRICE = Price(Decimal("120.00"), date(2026, 1, 1), indexation=ByPercentage(Decimal("2.5")))


def terms(renewal: Renewal) -> Terms:
    period = None if renewal in (Renewal.NONE, Renewal.INDEFINITE) else A_YEAR
    return Terms(renewal.value.upper(), "Een jaar", "", A_YEAR, renewal, period, A_MONTH)


def ending(number: str, end: date, renewal: Renewal | None, **more: object) -> Contract:
    return the_contract(
        number=number, start=date(2026, 5, 1), end=end, terms=terms(renewal) if renewal else None, **more
    )


GIVEN = (
    ending("1", date(2027, 4, 30), Renewal.AUTOMATIC, price=PRICE),
    ending("2", date(2027, 4, 30), Renewal.BY_HAND, price=replace(PRICE, indexation=ByIndex("CPI-2015", "2025-06"))),
    ending("3", date(2027, 4, 15), Renewal.NONE, customer="1002"),
    ending("4", date(2027, 4, 30), Renewal.INDEFINITE),
    ending("5", date(2027, 4, 20), Renewal.AUTOMATIC, termination=Termination(date(2027, 3, 10), "MOVED")),
    ending("6", date(2027, 3, 20), None),
    ending("7", date(2027, 2, 20), None),
    ending("8", date(2029, 4, 30), Renewal.BY_HAND),
    ending("9", date(2027, 3, 20), None, deleted_on=TODAY),
    the_contract(number="10", end=None),
)


@pytest.fixture
def kept(database: Database) -> Database:
    with database.write() as connection:
        for each in GIVEN:
            Contracts(connection, "ten_1").add(each)
        until = date(2027, 3, 31)
        reminders = Reminders(connection, "ten_1")
        for days, sent, again in ((90, NOON, None), (60, None, NOON), (30, None, None)):
            reminder = Reminder("1", until, days, f"C1-NOTICE-{days}")
            reminders.note(reminder)
            reminders.save(replace(reminder, sent_at=sent, retry_at=again))
        reminders.note(Reminder("1", date(2026, 3, 31), 90, "C1-NOTICE-before"))
    return database


def listed(database: Database, wanted: RenewalFilter = RenewalFilter()) -> list[RenewalRow]:  # noqa: B008 - frozen
    with database.read() as connection:
        return list(Renewals(connection, AROUND).page(wanted).rows)


def test_by_the_last_day_to_decide_stands_what_renews_by_itself_by_hand_or_ends(kept: Database) -> None:
    found = [(row.contract.number, row.act_by, row.at_end, row.new_end) for row in listed(kept)]
    assert found == [
        ("5", date(2027, 3, 10), AtEnd.ENDS, None),
        ("6", date(2027, 3, 20), AtEnd.ENDS, None),
        ("1", date(2027, 3, 31), AtEnd.BY_ITSELF, date(2028, 4, 30)),
        ("4", date(2027, 3, 31), AtEnd.BY_ITSELF, None),
        ("3", date(2027, 4, 15), AtEnd.ENDS, None),
        ("2", date(2027, 4, 30), AtEnd.BY_HAND, date(2028, 4, 30)),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_filters_hold_together_and_kinds_are_counted_without_theirs(kept: Database) -> None:
    def numbers(**asked: object) -> list[str]:
        return [row.contract.number for row in listed(kept, RenewalFilter(**asked))]  # type: ignore[arg-type]

    assert numbers(kinds=(AtEnd.BY_HAND,)) == ["2"]
    assert numbers(within=19) == ["5", "6"]
    assert numbers(customer="1002") == ["3"]
    assert numbers(terms="AUTOMATIC") == ["5", "1"]
    assert numbers(within=3_000, kinds=(AtEnd.BY_HAND,)) == ["2", "8"]
    with kept.read() as connection:
        counts = Renewals(connection, AROUND).counts(RenewalFilter(kinds=(AtEnd.BY_HAND,)))
        targets = Renewals(connection, AROUND).targets(RenewalFilter(kinds=(AtEnd.BY_HAND,)))
    assert counts == {AtEnd.BY_ITSELF: 2, AtEnd.BY_HAND: 1, AtEnd.ENDS: 3}
    assert targets == [("2", 1)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_new_price_is_what_was_agreed_gives_or_why_nobody_can_say(kept: Database) -> None:
    by_number = {row.contract.number: row.price for row in listed(kept)}
    agreed, unknown = by_number["1"], by_number["2"]
    assert agreed is not None
    assert unknown is not None
    assert (str(agreed.old), str(agreed.new), agreed.since, agreed.is_kept) == (
        "120.00",
        "123.00",
        date(2027, 5, 1),
        False,
    )
    assert unknown.new is None
    assert "CPI-2015 ended" in str(unknown.why_not)
    assert by_number["3"] is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_price_that_stands_for_later_is_the_new_one(database: Database) -> None:
    before = EarlierPrice(date(2026, 1, 1), Decimal("120.00"))
    later = replace(PRICE, amount=Decimal("125.00"), price_date=date(2027, 5, 1), earlier=(before,))
    with database.write() as connection:
        Contracts(connection, "ten_1").add(ending("1", date(2027, 4, 30), Renewal.AUTOMATIC, price=later))
    (row,) = listed(database)
    assert row.price is not None
    assert (str(row.price.old), str(row.price.new), row.price.is_kept) == ("120.00", "125.00", True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_reminders_of_the_present_notice_date_say_how_far_they_are(kept: Database) -> None:
    (row,) = [row for row in listed(kept) if row.contract.number == "1"]
    assert [(each.days, each.state) for each in row.reminders] == [
        (90, ReminderState.SENT),
        (60, ReminderState.REFUSED),
        (30, ReminderState.WAITING),
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_long_list_comes_in_pages_without_a_row_twice(kept: Database) -> None:
    with kept.read() as connection:
        reading, numbers, cursor = Renewals(connection, AROUND), [], None
        while True:
            page = reading.page(RenewalFilter(), 2, cursor)
            numbers += [row.contract.number for row in page.rows]
            if (cursor := page.next) is None:
                break
        assert numbers == ["5", "6", "1", "4", "3", "2"]
        with pytest.raises(CursorRefused):
            reading.page(RenewalFilter(within=9), 2, reading.page(RenewalFilter(), 2).next)
