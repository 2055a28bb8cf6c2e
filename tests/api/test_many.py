"""One contract to many by the API: looked at in the background, confirmed, and made once."""

from dataclasses import replace

import pytest

from powerup.contracts.contract_template import ContractTemplate
from powerup.store.api_keys import Scope
from powerup.store.tenants import Tenants
from tests.api.calling import Firm

TEMPLATE = ContractTemplate(
    "CV",
    "Ketelonderhoud",
    "",
    {
        "type": "preventive",
        "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening"},
        "plans": [{"name": "A", "unit": "year", "every": 1}],
    },
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_a_list_is_shown_confirmed_and_made_once(firm: Firm) -> None:
    with firm.house.parts.database.write() as connection:
        configuration = Tenants(connection).configuration(firm.tenant_id)
        Tenants(connection).save_configuration(firm.tenant_id, replace(configuration, contract_templates=(TEMPLATE,)))
    entered = {"contract_template": "CV", "start": "2027-01-01", "kind": "addresses", "pasted": "1004-A\nParkweg 2"}
    once = {"Idempotency-Key": "homes-1"}
    begun = firm.call("POST", "/contracts/many", {"input": entered}, headers=once, scope=Scope.WRITE)
    assert begun.status_code == 202, begun.get_data(as_text=True)
    where = begun.headers["Location"].removeprefix("/api/v1")
    again = firm.call("POST", "/contracts/many", {"input": entered}, headers=once, scope=Scope.WRITE)
    assert again.headers["Location"] == begun.headers["Location"]
    assert firm.call("GET", where, scope=Scope.READ).status_code == 404  # another key's
    while firm.house.parts.bulk_work().take_turn():
        pass
    shown = firm.call("GET", where, scope=Scope.WRITE).get_json()
    assert (shown["state"], shown["numbers"]["shown"]) == ("shown", 2)
    assert shown["items"][0]["answer"]["schedule"]["rows"]
    assert firm.call("POST", f"{where}/confirm", scope=Scope.WRITE).get_json()["state"] == "working"
    while firm.house.parts.bulk_work().take_turn():
        pass
    assert firm.call("GET", where, scope=Scope.WRITE).get_json()["numbers"]["done"] == 2
    made = firm.call("GET", "/contracts", contract_template="CV").get_json()["items"]
    assert [row["contract_template"] for row in made] == ["CV", "CV"]
    wrong = firm.call("POST", "/contracts/many", {"input": entered | {"pasted": "WEG-9"}}, scope=Scope.WRITE)
    assert (wrong.status_code, wrong.get_json()["errors"][0]["pointer"]) == (422, "/input/pasted")
