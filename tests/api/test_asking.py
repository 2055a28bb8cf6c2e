"""What every request is held to, and what goes wrong as problem details (RFC 9457)."""

import json
from typing import Any

import pytest

from powerup.store.api_keys import Scope
from tests.actions.scenes import FORM
from tests.api.calling import ROOT, Firm

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def problem(answer: Any, status: int, code: str) -> Any:
    document = answer.get_json()
    assert (answer.status_code, document["code"]) == (status, code), document
    assert answer.mimetype == "application/problem+json"
    assert {"type", "title", "status", "detail", "request_id"} <= set(document)
    assert answer.headers["X-Request-Id"] == document["request_id"]
    return document


WRONG_QUERIES: list[tuple[str, dict[str, Any], str, str]] = [
    ("/contracts", {"statuss": "ended"}, "/query/statuss", "unknown"),
    ("/contracts", {"status": "over"}, "/query/status/0", "unknown_choice"),
    ("/contracts", {"limit": "201"}, "/query/limit", "out_of_range"),
    ("/contracts", {"limit": "1_0"}, "/query/limit", "invalid"),
    ("/contracts", {"held": "1"}, "/query/held", "invalid"),
    ("/contracts", {"customer": ["1", "2"]}, "/query/customer", "given_twice"),
    ("/contracts", {"search": "\0"}, "/query/search", "invalid"),
    ("/contracts", {"cursor": "nonsense"}, "/query/cursor", "invalid_cursor"),
    ("/audit", {"cursor": "W10"}, "/query/cursor", "invalid_cursor"),
    ("/forecast", {"from": "2027-01-31"}, "/query/to", "required"),
    ("/forecast", {"from": "2027-01-31", "to": "2027-01-30"}, "/query/to", "until_out_of_range"),
    ("/contracts/1/why", {"date": "31-1-2027"}, "/query/date", "invalid"),
    ("/planning", {"from": "2027-01-31", "to": "2029-01-30"}, "/query/to", "until_out_of_range"),
    ("/planning/2027", {"region": "35A"}, "/query/region", "invalid"),
]


def test_an_unknown_name_or_value_in_the_query_is_refused_by_its_place(firm: Firm) -> None:
    """A misspelt filter that was passed over would end the wrong contracts."""
    for path, query, pointer, code in WRONG_QUERIES:
        (error,) = problem(firm.call("GET", path, **query), 422, "invalid")["errors"]
        assert (error["pointer"], error["code"]) == (pointer, code), query


def test_a_body_is_json_of_its_schema_and_no_larger_than_allowed(firm: Firm) -> None:
    def posted(content: bytes | str, content_type: str = "application/json") -> Any:
        headers = {"Authorization": f"Bearer {firm.keys[Scope.WRITE]}", "Content-Type": content_type}
        return firm.client.post(f"{ROOT}/contracts", data=content, headers=headers)

    problem(posted("{}", "text/plain"), 415, "unsupported_media_type")
    assert "byte 9" in problem(posted('{"input":'), 400, "malformed")["detail"]
    problem(posted('{"input": {}, "input": {}}'), 400, "malformed")
    problem(posted(b'{"input": "' + b"x" * 300_000), 413, "request_entity_too_large")
    errors = problem(posted(json.dumps({"input": [], "prewiew": True})), 422, "invalid")["errors"]
    assert [(each["pointer"], each["code"]) for each in errors] == [("/input", "invalid"), ("/prewiew", "unknown")]
    for no_truth in (0, 1, "true"):
        problem(posted(json.dumps({"input": FORM, "preview": no_truth})), 422, "invalid")
    found = problem(posted(json.dumps({"input": FORM | {"start": "never", "colour": 1}})), 422, "invalid")
    assert {each["pointer"] for each in found["errors"]} == {"/input/start", "/input/colour"}
    assert found["answer"]["status"] == "invalid"


def test_problems_speak_the_language_that_was_asked_for_else_the_tenants(firm: Firm) -> None:
    for languages, title in (({"Accept-Language": "en"}, "This is not there"), ({}, "Dit is er niet")):
        assert firm.call("GET", "/contracts/77", headers=languages).get_json()["title"] == title


def test_what_no_operation_is_at_is_told_as_a_problem_too(firm: Firm) -> None:
    problem(firm.call("GET", "/nothing"), 404, "not_found")
    problem(firm.client.get("/api"), 404, "not_found")
    refused = firm.call("DELETE", "/contracts")
    problem(refused, 405, "method_not_allowed")
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    assert firm.client.options(f"{ROOT}/contracts").status_code == 405


def test_the_hundred_and_first_request_at_once_of_a_key_is_429_and_other_keys_go_on(firm: Firm) -> None:
    answers = [firm.call("GET", "/reasons", scope=Scope.READ) for _ in range(101)]
    assert [answers[0].headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining", "Reset")] == ["100", "99", "1"]
    assert [each.status_code for each in answers[98:]] == [200, 200, 429]
    problem(answers[-1], 429, "too_many_requests")
    assert (answers[-1].headers["Retry-After"], answers[-1].headers["RateLimit-Remaining"]) == ("1", "0")
    assert firm.call("GET", "/reasons", scope=Scope.WRITE).status_code == 200
    firm.house.clock.go_on(seconds=1)
    assert firm.call("GET", "/reasons", scope=Scope.READ).status_code == 200


def test_numbers_with_a_slash_in_them_are_asked_for_as_they_are(firm: Firm) -> None:
    for path in ("/contracts/2026/7", "/contracts/2026%2F7/visits", "/contracts/%00", "/visits/1:A/actions/skip"):
        method = "POST" if path.startswith("/visits") else "GET"
        query: dict[str, Any] = {"from": "2027-01-01", "to": "2027-01-31"} if path.endswith("visits") else {}
        body = {"input": {"reason": "x"}} if method == "POST" else None
        problem(firm.call(method, path, body, **query), 404, "not_found")


def test_pages_of_a_list_go_on_where_the_last_ended_and_a_cursor_belongs_to_its_filters(firm: Firm) -> None:
    numbers = [firm.act("/contracts", FORM | {"name": name}).get_json()["target"]["id"] for name in ("C", "B", "A")]
    seen, cursor = [], None
    for _ in range(3):
        page = firm.get("/contracts", sort="name", limit="1", cursor=cursor)
        seen += [row["number"] for row in page["items"]]
        cursor = page["next"] or cursor
    assert (seen, page["next"]) == (numbers[::-1], None)
    problem(firm.call("GET", "/contracts", sort="-name", limit="1", cursor=cursor), 422, "invalid")
    period: dict[str, Any] = {"from": "2027-01-01", "to": "2027-03-31"}
    first = firm.get("/forecast", limit="4", **period)
    rest = firm.get("/forecast", limit="200", cursor=first["next"], **period)
    whole = firm.get("/forecast", limit="200", **period)
    assert (first["items"] + rest["items"], rest["next"]) == (whole["items"], None)
    problem(firm.call("GET", f"/contracts/{numbers[0]}/visits", cursor=first["next"], **period), 422, "invalid")
    lines = firm.get("/audit", limit="2")
    lines = lines["items"] + firm.get("/audit", cursor=lines["next"])["items"]
    assert {line["target"] for line in lines if line["action"] == "contract.create"} == set(numbers)
    assert len({line["id"] for line in lines}) == len(lines)


def test_planned_work_is_told_by_day_and_by_week(firm: Firm) -> None:
    for _ in range(9):
        firm.act("/contracts", FORM | {"start": "2027-01-31"})
    year = str(firm.house.clock().year + 1)  # which needs no run
    first = firm.get("/planning", **{"from": f"{year}-01-01", "to": f"{year}-12-31", "limit": "2"})
    assert first["not_worked_out"] == 0
    assert {each["group"] for each in first["items"]} == {"Onderhoud"}
    assert {each["minutes"] for each in first["items"]} == {18 * 60}
    assert {each["without_duration"] for each in first["items"]} == {18}
    assert first["next"]
    weeks = firm.get(f"/planning/{year}", by="region", limit="200")["items"]
    assert sum(each["visits"] for each in weeks) >= 18 * 10
    assert {(each["usual_minutes"], each["heavy"]) for each in weeks} == {(0, True)}
    problem(firm.call("GET", "/planning/1999"), 404, "not_found")
