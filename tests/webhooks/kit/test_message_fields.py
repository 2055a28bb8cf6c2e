"""What a message may write as a moment, a whole number, a language or a zone (webhooks page, section 2)."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from powerup.documents.schema import Whole
from powerup.texts import Reader
from powerup.webhooks.kit.message_fields import Language, Moment, check_timezone


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-12-28T10:00:00Z", datetime(2026, 12, 28, 10, tzinfo=UTC)),
        ("2026-12-28t10:00:00z", datetime(2026, 12, 28, 10, tzinfo=UTC)),
        ("2026-12-28T11:30:00.25+01:30", datetime(2026, 12, 28, 10, 0, 0, 250000, tzinfo=UTC)),
        ("2026-12-28T10:00:00.123456789Z", datetime(2026, 12, 28, 10, 0, 0, 123456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00-00:00", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_rfc_3339_says(written: str, moment: datetime) -> None:
    assert Moment().deserialize(written) == moment
    assert Moment().deserialize(written).tzinfo is UTC


@pytest.mark.parametrize(
    "written",
    [
        "2026-12-28",
        "2026-12-28T10:00:00",
        "2026-12-28 10:00:00Z",
        "2026-12-28T10:00Z",
        "20261228T100000Z",
        "2026-12-28T24:00:00Z",
        "2026-12-28T10:00:61Z",
        "2026-02-30T10:00:00Z",
        "2026-W53-1T10:00:00Z",
        "2026-12-28T10:00:00+01",
        "2026-12-28T10:00:00+24:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:60Z",
        "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00Z",
        "\u0662026-12-28T10:00:00Z",
        "2026-12-28T10:00:00Z\n",
        1798452000,
        None,
    ],
)
def test_what_is_no_moment_of_the_years_1_to_9999_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Moment().deserialize(written)


def test_a_whole_number_may_have_a_point_behind_it() -> None:
    assert Whole().deserialize(1.0) == 1
    assert isinstance(Whole().deserialize(3.0), int)
    for no_whole in (1.5, "1", True, 1e300, float("inf"), float("nan"), None):
        with pytest.raises(ValidationError):
            Whole().deserialize(no_whole)


@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=64))
def test_any_printable_language_is_taken_and_read(written: str) -> None:
    assert Reader(Language().deserialize(written)).language in ("en", "nl")


@pytest.mark.parametrize("written", ["", "n" * 65, "nl\n", "nl\x00", 7])
def test_what_is_no_line_is_no_language(written: object) -> None:
    with pytest.raises(ValidationError):
        Language().deserialize(written)


def test_zones_are_those_of_the_tzdata_package() -> None:
    check_timezone("Europe/Amsterdam")
    for unknown in ("localtime", "posix/Europe/Amsterdam", "europe/amsterdam", "../Europe/Amsterdam", "", "CEST"):
        with pytest.raises(ValidationError):
            check_timezone(unknown)
