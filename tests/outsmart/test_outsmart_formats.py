"""The several ways in which the host writes (host page 4.5), and the addresses people enter (host page 4.1)."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from powerup.outsmart.address import api_address
from powerup.outsmart.errors import InvalidApiAddress
from powerup.outsmart.formats import (
    read_date,
    read_datetime,
    read_flag,
    read_length,
    read_money,
    read_time,
    written_date,
    written_time,
    written_timestamp,
)


@pytest.mark.parametrize(
    "text",
    [
        "11-06-2013",
        "11-6-2013",
        "2013-06-11",
        "2013-06-11 07:08",
        "2013-06-11 07:08:09",
        "11-06-2013 07:08",
        " 2013-06-11 ",
    ],
)
def test_a_date_is_read_however_the_host_writes_it(text: str) -> None:
    assert read_date(text) == date(2013, 6, 11)


@pytest.mark.parametrize("text", ["", " ", "0000-00-00", "00-00-0000", "0000-00-00 00:00:00"])
def test_the_hosts_empty_dates_are_none(text: str) -> None:
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["31-02-2026", "2026-13-01", "soon", "1/2/2026", "12-31"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_date(text)


def test_day_and_month_are_not_taken_for_each_other() -> None:
    assert read_date("02-03-2026") == date(2026, 3, 2)


def test_creation_dates_come_with_and_without_seconds() -> None:
    assert read_datetime("2026-01-02 03:04") == datetime(2026, 1, 2, 3, 4)  # noqa: DTZ001 - the host states no zone
    assert read_datetime("2026-01-02 03:04:05") == datetime(2026, 1, 2, 3, 4, 5)  # noqa: DTZ001


def test_midnight_is_a_time_and_empty_is_none() -> None:
    assert read_time("00:00") == time(0, 0)
    assert read_time("7:30") == time(7, 30)
    assert read_time("07:30:00") == time(7, 30)
    assert read_time("") is None


def test_a_length_of_time_may_be_longer_than_a_day() -> None:
    assert [read_length(written) for written in ("01:30", " 7:05:00 ", "26:00")] == [90, 425, 1560]
    with pytest.raises(ValueError, match="expected hours and minutes"):
        read_length("1,5")


def test_flags_are_words_or_digits() -> None:
    assert read_flag("1")
    assert read_flag("True")
    assert not read_flag("0")
    with pytest.raises(ValueError, match="expected 1 or 0"):
        read_flag("perhaps")


def test_we_write_what_the_documentation_shows() -> None:
    assert written_date(date(2013, 6, 11)) == "11-06-2013"
    assert written_time(time(7, 8)) == "07:08"
    assert written_timestamp(datetime(2026, 1, 2, 3, 4, 5)) == "2026-01-02 03:04:05"  # noqa: DTZ001


@pytest.mark.parametrize(
    "entered",
    [
        "https://app.out-smart.com",
        "https://app.out-smart.com/",
        "https://app.out-smart.com/openapi",
        "https://app.out-smart.com/openapi/8",
        "https://app.out-smart.com/openapi/8/",
        " https://APP.out-smart.com/openapi/8// ",
    ],
)
def test_the_api_address_is_taken_in_every_form(entered: str) -> None:
    assert api_address(entered) == "https://app.out-smart.com/openapi/8"


def test_a_path_before_the_api_stays() -> None:
    assert api_address("http://localhost:8001/host/openapi/8") == "http://localhost:8001/host/openapi/8"


@pytest.mark.parametrize(
    "entered",
    [
        "",
        "app.out-smart.com",
        "ftp://app.out-smart.com",
        "https://",
        "https://app.out-smart.com:port",
        "https://user:pass@app.out-smart.com",
        "https://app.out-smart.com/openapi/8?token=abc",
        "https://app.out-smart.com/openapi/7",
        "https://app.out-smart.com/openapi/8/relations",
    ],
)
def test_another_address_is_refused_without_repeating_it(entered: str) -> None:
    with pytest.raises(InvalidApiAddress) as caught:
        api_address(entered)
    assert "abc" not in str(caught.value)
    assert "pass@" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("18,50", "18.50"),
        ("18.5", "18.5"),
        ("18", "18"),
        ("-3,10", "-3.10"),
        ("1.234,50", "1234.50"),
        ("1.234", "1.234"),
        (" 0,00 ", "0"),
    ],
)
def test_an_amount_is_read_with_a_comma_or_a_point(text: str, amount: str) -> None:
    assert read_money(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "NaN", "Infinity", "1e9", "1,2,3", "12.34,50", "18,50 euro", "9" * 40, "\u0661"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected an amount"):
        read_money(text)
