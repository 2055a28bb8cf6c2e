"""The tenant's configuration as a document: read, merged, and refused with every flaw named (architecture)."""

import json
from copy import deepcopy
from datetime import date, time
from typing import Any

import pytest

from powerup.contracts.calendar import Calendar, CalendarRules
from powerup.contracts.closed_days import ClosedDay
from powerup.contracts.configuration import Mode, TenantConfiguration, TenantSettings, TerminationReason
from powerup.contracts.sla import SlaClock, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.terms import Period, PeriodUnit, Renewal
from powerup.documents.configuration import configuration_document, configuration_from_document, merge_configuration
from powerup.documents.errors import InvalidDocumentError

PUBLISHED = json.loads("""
{"settings": {"days_in_advance": 14, "days_in_advance_unit": "calendar",
              "catch_up": "latest", "reason_required": true, "change_cap": 50,
              "batch_size": 25, "number_prefix": "C", "mode": "live"},
 "calendar": {"country": "NL", "region": null, "working_days": ["mon", "tue", "wed", "thu", "fri"],
              "working_hours": {"from": "08:00", "to": "17:00"}, "good_friday": false,
              "liberation_day": "every_fifth_year",
              "closed_days": [{"date": "2027-12-27", "name": "Kerstsluiting"}]},
 "terms": [{"code": "STD", "name": "Standaard", "duration": {"number": 1, "unit": "year"}, "renewal": "automatic",
            "renewal_period": {"number": 1, "unit": "year"}, "notice_before_end": {"number": 3, "unit": "month"},
            "notice_after_renewal": {"number": 1, "unit": "month"}, "invoice_period": {"number": 1, "unit": "month"}}],
 "reasons": [{"code": "MOVED", "name": "Verhuisd"}],
 "sla_policies": [{"code": "GOLD", "name": "Goud", "clock": "business_hours", "response_statuses": ["Opgehaald"],
                   "resolved_statuses": ["Compleet"], "stopping_work_statuses": [],
                   "priorities": [{"priority": "1", "response": {"number": 4, "unit": "hour"},
                                   "resolution": {"number": 8, "unit": "hour"}}]}]}
""")


def test_the_published_document_is_taken() -> None:
    configuration = configuration_from_document(PUBLISHED)
    assert configuration.settings == TenantSettings()
    assert configuration.calendar == CalendarRules(closed_days=(ClosedDay(date(2027, 12, 27), "Kerstsluiting"),))
    assert configuration.reasons == (TerminationReason("MOVED", "Verhuisd"),)
    (terms,) = configuration.terms
    assert (terms.renewal, terms.notice_before_end) == (Renewal.AUTOMATIC, Period(3, PeriodUnit.MONTH))
    (policy,) = configuration.sla_policies
    assert policy.clock is SlaClock.BUSINESS_HOURS
    assert policy.priorities == (SlaPriority("1", SlaTime(4, SlaUnit.HOUR), SlaTime(8, SlaUnit.HOUR)),)


def test_what_is_written_is_what_is_read() -> None:
    for configuration in (TenantConfiguration(), configuration_from_document(PUBLISHED)):
        document = configuration_document(configuration)
        assert configuration_from_document(json.loads(json.dumps(document))) == configuration
    document = configuration_document(configuration_from_document(PUBLISHED))
    for part in ("settings", "calendar"):
        assert document[part].items() >= PUBLISHED[part].items()


def test_parts_and_settings_that_are_absent_stay_as_they_are() -> None:
    before = configuration_from_document(PUBLISHED)
    after = merge_configuration(before, {"settings": {"mode": "stopped"}, "reasons": []})
    assert after.settings == TenantSettings(mode=Mode.STOPPED)
    assert after.reasons == ()
    assert (after.calendar, after.terms, after.sla_policies) == (before.calendar, before.terms, before.sla_policies)

    later = merge_configuration(after, {"calendar": {"working_hours": {"from": "07:30", "to": "16:00"}}})
    assert later.settings.mode is Mode.STOPPED
    assert (later.calendar.works_from, later.calendar.works_until) == (time(7, 30), time(16, 0))
    assert later.calendar.closed_days == before.calendar.closed_days
    assert merge_configuration(later, {}) == later


CHANGES: list[tuple[dict[str, Any], str, str]] = [
    ({"colour": "red"}, "/colour", "unknown"),
    ({"settings": {"colour": "red"}}, "/settings/colour", "unknown"),
    ({"settings": []}, "/settings", "invalid"),
    ({"settings": {"change_cap": -1}}, "/settings/change_cap", "out_of_range"),
    ({"settings": {"change_cap": "50"}}, "/settings/change_cap", "invalid"),
    ({"settings": {"change_cap": True}}, "/settings/change_cap", "invalid"),
    ({"settings": {"change_cap": None}}, "/settings/change_cap", "null"),
    ({"settings": {"batch_size": 0}}, "/settings/batch_size", "out_of_range"),
    ({"settings": {"mode": "on"}}, "/settings/mode", "unknown_choice"),
    ({"settings": {"reason_required": "yes"}}, "/settings/reason_required", "invalid"),
    ({"settings": {"number_prefix": "C 1"}}, "/settings/number_prefix", "invalid"),
    ({"settings": {"reminder_days": [30, 0]}}, "/settings/reminder_days/1", "out_of_range"),
    ({"settings": {"reminder_days": [10**10]}}, "/settings/reminder_days/0", "out_of_range"),
    ({"settings": {"calls_per_minute": 10**30}}, "/settings/calls_per_minute", "out_of_range"),
    ({"settings": {"cost_per_hour": "52,5"}}, "/settings/cost_per_hour", "invalid_amount"),
    ({"calendar": {"country": "XX"}}, "/calendar/country", "unknown_country"),
    ({"calendar": {"region": "XX"}}, "/calendar/region", "unknown_region"),
    ({"calendar": {"working_days": ["mon", "monday"]}}, "/calendar/working_days/1", "unknown_choice"),
    ({"calendar": {"working_days": []}}, "/calendar/working_days", "no_working_day"),
    ({"calendar": {"working_hours": {"from": "08:00"}}}, "/calendar/working_hours/to", "required"),
    (
        {"calendar": {"working_hours": {"from": "17:00", "to": "08:00"}}},
        "/calendar/working_hours/to",
        "not_after_works_from",
    ),
    ({"calendar": {"liberation_day": "sometimes"}}, "/calendar/liberation_day", "unknown_choice"),
    ({"calendar": {"closed_days": [{"date": "27-12-2027", "name": "x"}]}}, "/calendar/closed_days/0/date", "invalid"),
    ({"calendar": {"closed_days": [{"name": "x"}]}}, "/calendar/closed_days/0/date", "required"),
    ({"calendar": {"closed_days": [{"name": "x", "from": "2027-07-26"}]}}, "/calendar/closed_days/0/until", "required"),
    (
        {"calendar": {"closed_days": [{"name": "x", "from": "2027-07-26", "until": "2027-07-25"}]}},
        "/calendar/closed_days/0/until",
        "until_out_of_range",
    ),
    (
        {"calendar": {"closed_days": [{"name": "x", "from": "2027-07-26", "until": "2028-07-26"}]}},
        "/calendar/closed_days/0/until",
        "until_out_of_range",
    ),
    (
        {"calendar": {"closed_days": [{"name": "x", "date": "2027-07-26", "until": "2027-07-28"}]}},
        "/calendar/closed_days/0/date",
        "date_or_from",
    ),
    ({"capacity": {"hours": -1}}, "/capacity/hours", "out_of_range"),
    ({"capacity": {"employees": [{"employee": "10"}]}}, "/capacity/employees/0/hours", "required"),
    ({"capacity": {"regions": [{"region": "3511", "hours": 4}]}}, "/capacity/regions/0/region", "invalid"),
    ({"capacity": {"employees": [{"employee": "10", "hours": 4}] * 2}}, "/capacity/employees/1/employee", "not_unique"),
    ({"terms": [{"code": "A"}]}, "/terms/0/name", "required"),
    ({"terms": [{"code": " A", "name": "a"}]}, "/terms/0/code", "blank"),
    ({"terms": [{"code": "A", "name": "a"}, {"code": "A", "name": "b"}]}, "/terms/1/code", "not_unique"),
    (
        {"terms": [{"code": "A", "name": "a", "renewal": "automatic", "duration": {"number": 1, "unit": "year"}}]},
        "/terms/0/renewal_period",
        "required_for_renewal",
    ),
    (
        {"terms": [{"code": "A", "name": "a", "duration": {"number": 0, "unit": "year"}}]},
        "/terms/0/duration/number",
        "out_of_range",
    ),
    (
        {"terms": [{"code": "A", "name": "a", "duration": {"number": 1, "unit": "decade"}}]},
        "/terms/0/duration/unit",
        "unknown_choice",
    ),
    (
        {"sla_policies": [{"code": "A", "name": "a", "priorities": [{"priority": "1"}]}]},
        "/sla_policies/0/priorities/0",
        "response_or_resolution_required",
    ),
    ({"sla_policies": [{"code": "A", "name": "a", "priorities": []}]}, "/sla_policies/0/priorities", "required"),
]


@pytest.mark.parametrize(("change", "pointer", "code"), CHANGES)
def test_a_flaw_is_named_by_its_place_and_its_kind(change: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(InvalidDocumentError) as told:
        merge_configuration(TenantConfiguration(), change)
    assert [(error.pointer, error.code) for error in told.value.errors] == [(pointer, code)]
    assert all(error.message for error in told.value.errors)


def test_all_flaws_are_named_at_once() -> None:
    document = deepcopy(PUBLISHED)
    document["settings"]["change_cap"] = -1
    document["terms"][0]["code"] = ""
    document["a/b~c"] = 1
    with pytest.raises(InvalidDocumentError) as told:
        merge_configuration(TenantConfiguration(), document)
    assert {error.pointer for error in told.value.errors} == {"/settings/change_cap", "/terms/0/code", "/a~1b~0c"}
    assert {"pointer": "/a~1b~0c", "code": "unknown", "message": "Unknown field."} in told.value.as_json()


def test_the_error_says_in_one_line_what_is_wrong_where() -> None:
    with pytest.raises(InvalidDocumentError) as told:
        merge_configuration(TenantConfiguration(), {"settings": {"change_cap": -1}, "colour": "red"})
    assert str(told.value).startswith("The document cannot be taken: ")
    assert "/settings/change_cap: A number from 0 to 1000000 is expected." in str(told.value)
    assert "; /colour: Unknown field." in str(told.value)
    with pytest.raises(InvalidDocumentError, match="taken: /: An object is expected"):
        merge_configuration(TenantConfiguration(), [])


@pytest.mark.parametrize("document", [None, [], "settings", 1])
def test_a_document_that_is_no_object_is_refused(document: object) -> None:
    with pytest.raises(InvalidDocumentError) as told:
        merge_configuration(TenantConfiguration(), document)
    assert [error.pointer for error in told.value.errors] == [""]


def test_closed_days_may_be_a_time_from_one_day_to_another() -> None:
    document = {"calendar": {"closed_days": [{"from": "2027-07-26", "until": "2027-08-13", "name": "Bouwvak"}]}}
    configuration = configuration_from_document(document)
    assert configuration_document(configuration)["calendar"]["closed_days"] == document["calendar"]["closed_days"]
    calendar = Calendar(configuration.calendar)
    assert calendar.reason_closed(date(2027, 8, 2)) == "Bouwvak"
    assert calendar.next_working_day(date(2027, 7, 26)) == date(2027, 8, 16)


def test_indexes_are_a_part_of_it_with_their_links() -> None:
    older = {"code": "CPI-2015", "reference_year": 2015,
             "values": {"2025-06": {"value": "131.0", "kind": "definitive"}},
             "links": [], "ended": "2025-12"}  # fmt: skip
    newer = {"code": "CPI-2025", "reference_year": 2025,
             "values": {"2026-10": {"value": "102.1", "kind": "provisional"}},
             "links": [{"from": "CPI-2015", "month": "2025-12", "factor": "0.7634"}], "ended": None}  # fmt: skip
    configuration = configuration_from_document({"indexes": [older, newer]})
    assert configuration_document(configuration)["indexes"] == [older, newer]
    for flawed, pointer in (([newer], "/indexes/0/links/0/from"), ([older, older], "/indexes/1/code")):
        with pytest.raises(InvalidDocumentError) as told:
            configuration_from_document({"indexes": flawed})
        assert [error.pointer for error in told.value.errors] == [pointer]


def test_mappings_are_a_part_of_it_each_named_once() -> None:
    mapping = {
        "name": "lijst",
        "columns": {"Klantnr": "customer"},
        "values": {"Freq": {"jaar": {"unit": "year", "every": "1"}}},
        "constants": {"plan": "A"},
    }
    configuration = configuration_from_document({"mappings": [mapping]})
    assert configuration_document(configuration)["mappings"] == [mapping]
    with pytest.raises(InvalidDocumentError, match="lijst is there twice"):
        configuration_from_document({"mappings": [mapping, mapping]})
