"""Calendars by the API: a key of its own for each, made and revoked; the same that the page gives."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from tests.actions.scenes import FORM
from tests.api.calling import Firm

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def made(firm: Firm, **of: str) -> dict[str, Any]:
    answer = firm.call("POST", "/calendar-keys", of)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return dict(answer.get_json())


def path_of(key: dict[str, Any]) -> str:
    parts = urlsplit(key["address"])
    return f"{parts.path}?{parts.query}"


def test_each_kind_is_read_by_its_key_alone_until_that_is_revoked(firm: Firm) -> None:
    number = firm.act("/contracts", FORM).get_json()["target"]["id"]
    keys = [
        made(firm, kind="contract", code=number),
        made(firm, kind="customer", code="1001"),
        made(firm, kind="tenant"),
    ]
    for key in keys:
        read = firm.client.get(path_of(key))
        assert (read.status_code, read.mimetype) == (200, "text/calendar")
        assert len(Calendar.from_ical(read.data).walk("VEVENT")) > 0
        assert firm.client.get(path_of(key), headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
        secret = key["address"].partition("key=")[2]
        assert firm.client.get(f"/calendar/{key['kind']}/{secret}.ics").status_code == 200
        others = {
            "/calendar.ics",
            "/contracts/99/calendar.ics",
            "/customers/2/calendar.ics",
            "/employees/7/calendar.ics",
        }
        for other in others - ({"/calendar.ics"} if key["kind"] == "tenant" else set()):
            refused = firm.client.get(f"/api/v1{other}?key={secret}")
            assert (refused.status_code, refused.mimetype) == (404, "application/problem+json")
        assert secret not in firm.call("GET", "/calendar-keys").get_data(as_text=True)
        assert firm.call("DELETE", f"/calendar-keys/{key['id']}").get_json() == {"revoked": key["id"]}
        assert firm.client.get(path_of(key)).status_code == 404
        assert firm.call("DELETE", f"/calendar-keys/{key['id']}").status_code == 404
    assert firm.client.get("/api/v1/calendar.ics").status_code == 404


def test_there_is_no_key_of_what_is_not_there_and_a_calendar_is_not_read_without_end(firm: Firm) -> None:
    refused = firm.call("POST", "/calendar-keys", {"kind": "customer", "code": "nobody"})
    assert [each["pointer"] for each in refused.get_json()["errors"]] == ["/code"]
    key = made(firm, kind="tenant")
    answers = [firm.client.get(path_of(key)) for _ in range(21)]
    assert [each.status_code for each in answers] == [200] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
