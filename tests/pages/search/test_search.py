"""One search field finds whatever a person has at hand, and says of an object whether it is covered."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import Contract, ContractType, Termination
from powerup.contracts.sla import SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.visit import VisitState
from powerup.parts import Parts
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from tests.actions.scenes import ordered, the_contract
from tests.pages.conftest import TENANT
from tests.pages.reading import PageClient
from tests.store.query_counting import counted_queries

TODAY = date(2027, 1, 17)

GOLD = SlaPolicy(
    "GOLD",
    "Goud",
    priorities=(
        SlaPriority("2", SlaTime(2, SlaUnit.DAY)),
        SlaPriority("1", SlaTime(4, SlaUnit.HOUR), SlaTime(1, SlaUnit.DAY)),
    ),
)


@pytest.fixture
def parts(parts: Parts) -> Parts:
    return replace(parts, clock=lambda: datetime(2027, 1, 17, 12, tzinfo=UTC))


def keep(parts: Parts, *contracts: Contract, tenant_id: str = TENANT.id) -> None:
    with parts.database.write() as connection:
        for contract in contracts:
            Contracts(connection, tenant_id).add(contract)
            rows = ordered(contract, TODAY).ledger.values()
            Ledger(connection, tenant_id).add([replace(row, host_row_id=None) for row in rows])
        HostNames(connection, tenant_id).keep(
            {
                (NameKind.CUSTOMER, "1001"): HostName("Bakkerij Smit", "Zutphen", "7201 DA", "14"),
                (NameKind.OBJECT, "CV-1"): HostName("Ketel kantoor", "Zolder", serial_number="SN-0042"),
                (NameKind.OBJECT, "CV-7"): HostName("Ketel loods"),
            }
        )


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def found(client: PageClient, typed: str) -> str:
    response = client.get("/search", query_string={"q": typed})
    assert response.status_code == 200
    return response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("smit bakkerij", "/customer/1001"),
        ("1001", "/customer/1001"),
        ("7201da 14", "/customer/1001"),
        ("7201 DA 14", "/customer/1001"),
        ("sn-0042", "/object/CV-1"),
        ("Ketel zolder", "/object/CV-1"),
        ("CV-2", "/object/CV-2"),  # its name was never read
        ("1042", "/contract/1042"),
        ("c1042-a-20270131-cv-1", "/contract/1042?day=2027-01-31"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_one_has_at_hand_is_found(parts: Parts, viewer: PageClient, typed: str, link: str) -> None:
    keep(parts, the_contract())
    assert f'href="{link}"' in found(viewer, typed)


def test_an_object_is_answered_in_one_line(parts: Parts, viewer: PageClient) -> None:
    over = Termination(date(2026, 12, 30), "MOVED")
    keep(
        parts,
        the_contract(),
        the_contract(number="1043", objects=("CV-1",), type=ContractType.CORRECTIVE, plans=(), sla_policy="GOLD"),
        the_contract(number="900", objects=("CV-9",), termination=over),
    )
    with parts.database.write() as connection:
        Tenants(connection).save_configuration(TENANT.id, replace(TenantConfiguration(), sla_policies=(GOLD,)))
        ledger = Ledger(connection, TENANT.id)
        done = next(each for each in ledger.of_contract("1042") if each.state is VisitState.ORDERED)
        done = replace(done, state=VisitState.COMPLETED, completed_on=date(2027, 1, 12))
        ledger.update(done, VisitState.ORDERED)
    said = words(found(viewer, "ketel kantoor"))
    assert "Gedekt door 1042, voor onbepaalde tijd, respons binnen 4 uur, laatste bezoek 12 januari 2027" in said
    assert "volgend bezoek 31 januari 2027." in said
    assert "Geen lopend contract heeft het." in words(found(viewer, "CV-9"))
    page = words(viewer.get("/object/CV-1").get_data(as_text=True))
    assert "serienummer SN-0042" in page
    assert "Gedekt door 1042" in page
    assert "1043" in page
    assert "Geen contract heeft dit object" in words(viewer.get("/object/CV-7").get_data(as_text=True))


def test_what_is_found_is_the_tenants_own(parts: Parts, planner: PageClient) -> None:
    with parts.database.write() as connection:
        Tenants(connection).add(replace(TENANT, id="ten_2"))
    keep(parts, the_contract(), tenant_id="ten_2")
    for typed in ("smit", "1001", "CV-1", "CV-2", "1042", "C1042-A-20270131-CV-1", "%", "_"):
        assert "Niets gevonden" in found(planner, typed), typed
    assert planner.get("/object/CV-1").status_code == planner.get("/object/404").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_typed_says_what_can_be_and_what_was_typed_stays(parts: Parts, planner: PageClient) -> None:
    assert "Typ in het veld hierboven" in found(planner, " ")
    assert 'value="&lt;b&gt; niets"' in found(planner, "<b> niets")
    keep(parts, *(the_contract(number=str(number), objects=(f"CV-{number}",)) for number in range(1, 30)))
    with counted_queries() as asked:
        page = found(planner, "smit")
    assert 'href="/contracts?q=smit"' in page  # there are more
    assert len(asked) <= 20
