"""One contract to many on a page: a template, a list, and the way to what all of it will do."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from powerup.actions.kit.request import Role
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract_template import ContractTemplate
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.tenants import Tenants
from powerup.store.users import User, Users
from tests.pages.conftest import TENANT, VISITORS, SignedIn
from tests.pages.listed_host import ListedHost
from tests.pages.reading import PageClient

OWN = {"Sec-Fetch-Site": "same-origin"}
NOON = datetime(2026, 12, 28, 12, tzinfo=UTC)
TEMPLATE = ContractTemplate(
    "KETEL",
    "Ketelonderhoud",
    "",
    {
        "type": "preventive",
        "template": {"type_of_work": "Onderhoud", "payment_method": "Op rekening"},
        "plans": [{"name": "A", "unit": "year", "every": 1, "months": [5]}],
    },
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def parts(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> Parts:
    host = ListedHost()
    monkeypatch.setattr(Parts, "open_host", lambda *_, **__: host)
    with parts.database.write() as connection:
        Tenants(connection).save_configuration(TENANT.id, TenantConfiguration(contract_templates=(TEMPLATE,)))
        Users(connection, TENANT.id).add(
            User(TENANT.id, "usr_1", "b@voorbeeld.example", "B. Jacobs", "planner", "nl", NOON)
        )
    return replace(parts, clock=lambda: NOON)


@pytest.fixture
def office(signed_in: SignedIn) -> PageClient:
    return signed_in(replace(VISITORS[Role.PLANNER], actor_id="usr_1"))


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="(csrf_token|intent_id)" value="([^"]+)"', page))


def send(client: PageClient, **entered: str) -> Any:
    page = client.get("/contract-many?contract_template=KETEL").get_data(as_text=True)
    given = {f"input/{name}": value for name, value in entered.items()}
    form = hidden(page) | {"input/contract_template": "KETEL", "input/start": "1-1-2027", "input/kind": "objects"}
    return client.post("/contract-many", headers=OWN, data=form | given)


def test_a_list_is_shown_with_its_first_days_before_anything_is_made(office: PageClient, parts: Parts) -> None:
    begun = send(office, pasted="K-1\nketel west")
    assert begun.status_code == 303, begun.get_data(as_text=True)
    while parts.bulk_work().take_turn():
        pass
    shown = office.get(begun.headers["Location"]).get_data(as_text=True)
    assert "Eerste bezoeken:" in shown
    assert "28 mei 2027" in shown or "mei 2027" in shown
    with parts.database.read() as connection:
        assert Contracts(connection, TENANT.id).all() == []
    office.post(begun.headers["Location"], headers=OWN, data=hidden(shown) | {"confirm": "1"})
    while parts.bulk_work().take_turn():
        pass
    with parts.database.read() as connection:
        made = Contracts(connection, TENANT.id).all()
    assert [(each.objects, each.contract_template) for each in made] == [(("K-1",), "KETEL"), (("K/2",), "KETEL")]
    assert f'href="/contract/{made[0].number}"' in office.get(begun.headers["Location"]).get_data(as_text=True)


def test_what_the_host_does_not_have_is_told_and_the_list_stays(office: PageClient) -> None:
    answer = send(office, pasted="K-1\nWEG-9")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "WEG-9" in page
    assert 'href="#input-pasted"' in page
    assert "K-1\nWEG-9</textarea>" in page
