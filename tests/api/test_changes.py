"""Changes out by the API: addresses that are told of changes, and one visit read again by its id."""

import pytest

from tests.actions.scenes import FORM
from tests.api.calling import Firm

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

URL = "https://erp.example/hook"


def test_an_address_is_added_looked_at_changed_given_another_key_and_removed(firm: Firm) -> None:
    made = firm.call("POST", "/webhook-addresses", {"url": URL})
    document = made.get_json()
    assert (made.status_code, document["state"], document["testing"]) == (201, "untested", True)
    path = made.headers["Location"].removeprefix("/api/v1")
    assert firm.get(path) == {name: value for name, value in document.items() if name != "key"}
    again = firm.call("POST", "/webhook-addresses", {"url": URL})
    assert [(each["pointer"], each["code"]) for each in again.get_json()["errors"]] == [("/url", "exists")]
    assert firm.call("POST", "/webhook-addresses", {"url": URL, "events": ["nothing"]}).status_code == 422
    assert firm.call("PATCH", path, {"events": ["visit.changed"]}).get_json()["events"] == ["visit.changed"]
    assert firm.call("PATCH", path, {"events": []}).status_code == 422
    assert firm.call("POST", f"{path}/rotate", {}).get_json()["key"] != document["key"]
    tested = firm.call("POST", f"{path}/test", {})
    assert (tested.status_code, tested.headers["Location"]) == (202, made.headers["Location"])
    assert firm.call("DELETE", path).get_json() == {"removed": document["id"]}
    assert firm.call("GET", path).status_code == 404


def test_one_visit_is_read_by_its_id_as_the_list_has_it(firm: Firm) -> None:
    number = firm.act("/contracts", FORM).get_json()["target"]["id"]
    listed = firm.get(f"/contracts/{number}/visits", **{"from": "2027-01-01", "to": "2027-06-30"})["items"]
    assert listed
    for visit in listed:
        assert firm.get(f"/visits/{visit['id']}") == visit
    day = listed[0]["id"].split(":")[2]
    for nobodys in ("nonsense", listed[0]["id"].replace(day, "2027-02-03"), f"99999:A:{day}:CV-1"):
        assert firm.call("GET", f"/visits/{nobodys}").status_code == 404
