"""Files imported on pages: what was understood is shown and corrected, then done in turns, and undone for a while."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from powerup.actions.kit.audit_lines import audit_line
from powerup.actions.kit.request import Actor, Role
from powerup.contracts.contract import Contract
from powerup.contracts.transitions import to_be_ordered
from powerup.contracts.visit import Visit, VisitKey, VisitState
from powerup.pages.entrance import PANEL
from powerup.parts import Parts
from powerup.presses.entrance import Entrance
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.file_imports import FileImport, FileImports, ImportState
from powerup.store.leases import acquire
from powerup.store.ledger import Ledger
from powerup.store.tenants import Tenants
from powerup.timing import Clock
from tests.pages.conftest import BASE_URL, TENANT
from tests.pages.listed_host import ListedHost
from tests.pages.reading import PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
OWN = "contract_no;name;type;customer;objects;start;type_of_work;payment_method;plan;unit;every\n"
TWO = OWN + (
    "7001;Ketel oost;preventive;1001;K-1;2027-02-15;Onderhoud;Op rekening;A;month;6\n"
    ";Ketel west;preventive;1002;K/2;2027-03-01;Onderhoud;Op rekening;A;year;1\n"
)
FOREIGN = (
    "Onderhoudslijst 2027;;;;\n"
    "Klantnr;Klantnaam;Installatie;Volgende beurt;Frequentie\n"
    "1001;Bakkerij Bergström;K-1;15-2-2027;halfjaarlijks\n"
    "1002;Zuivel De Berg;K/2;31-02-2027;jaarlijks\n"
)


@pytest.fixture
def clock() -> Clock:
    return lambda: NOW


@pytest.fixture
def host() -> ListedHost:
    return ListedHost()


Work = Callable[[], None]


@pytest.fixture
def work(parts: Parts, host: ListedHost) -> Work:
    """What the timer has done until nothing is left."""
    known = parts.import_work()
    presses = replace(known.presses, open_host=lambda *_: host)  # type: ignore[arg-type]

    def until_nothing_is_left() -> None:
        while replace(
            known, presses=presses, entrances={PANEL.name: Entrance(PANEL.name)}, rest=lambda _: None
        ).take_turn():
            pass

    return until_nothing_is_left


def post(client: PageClient, path: str, **form: object) -> TestResponse:
    token = re.search(r'X-CSRF-Token": "([^"]+)"', client.get("/importing").get_data(as_text=True))
    assert token
    return client.post(path, data=form | {"csrf_token": token[1]}, headers={"Origin": BASE_URL.rstrip("/")})


def drop(client: PageClient, content: str, name: str = "lijst.csv") -> str:
    """Gives the address of the import."""
    sent = post(client, "/importing", file=(BytesIO(content.encode()), name))
    assert sent.status_code == 303
    return str(sent.headers["Location"])


def page(client: PageClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def imported(parts: Parts, address: str) -> FileImport:
    with parts.database.read() as connection:
        found = FileImports(connection, TENANT.id).get(address.rpartition("/")[2])
    assert found
    return found


def contracts(parts: Parts) -> dict[str, Contract]:
    with parts.database.read() as connection:
        return {each.name: each for each in Contracts(connection, TENANT.id).all() if each.deleted_on is None}


def test_what_a_file_does_is_shown_first_and_done_by_a_word(admin: PageClient, parts: Parts, work: Work) -> None:
    address = drop(admin, TWO)
    assert "wordt bekeken" in page(admin, address)
    work()
    part = admin.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in part
    assert "15 feb 2027" in part
    shown = page(admin, address)
    assert "Nieuw: 2" in shown
    assert "15 feb 2027" in shown
    assert contracts(parts) == {}
    assert post(admin, address, do="import").status_code == 303
    work()
    assert set(contracts(parts)) == {"Ketel oost", "Ketel west"}
    assert contracts(parts)["Ketel oost"].number == "7001"
    assert imported(parts, address).state is ImportState.DONE
    with parts.database.read() as connection:
        assert FileImports(connection, TENANT.id).content(imported(parts, address).id) is None
        assert {line.action for line in AuditTrail(connection, TENANT.id).latest(9)} == {"contract.import"}
    assert "Nieuw: 1" not in page(admin, address)
    assert "Geïmporteerd" in page(admin, "/importing")


def test_errors_stand_beside_their_rows_and_nothing_is_done(admin: PageClient, parts: Parts, work: Work) -> None:
    address = drop(admin, TWO.replace("2027-03-01", "31-02-2027").replace("K-1", "K-9"))
    work()
    wrong = page(admin, address)
    assert "2 fouten" in wrong
    assert re.search(r'<td class="numeric">3</td><th scope="row">start</th>', wrong)
    assert post(admin, address, do="import").status_code == 303
    work()
    assert contracts(parts) == {}
    post(admin, address, do="drop")
    assert imported(parts, address).state is ImportState.DROPPED


def test_a_foreign_list_is_understood_corrected_and_its_mapping_kept(
    admin: PageClient, parts: Parts, work: Work
) -> None:
    address = drop(admin, FOREIGN.replace("31-02-2027", "1-3-2027"), "onderhoud.csv")
    work()
    found = page(admin, address)
    assert "Wat er is begrepen" in found
    assert re.search(r'name="column-0".*?<option value="customer" selected>', found, re.DOTALL)
    sent = {
        "heading": ["Klantnr", "Klantnaam", "Installatie", "Volgende beurt", "Frequentie"],
        "column-0": "customer",
        "column-1": "name",
        "column-2": "objects",
        "column-3": "start;next_visit",
        "value-4": ["halfjaarlijks", "jaarlijks"],
        "cells-4": ["unit=month; every=6", "unit=year; every=1"],
        "constant-type": "preventive",
        "constant-plan": "A",
        "constant-type_of_work": "Onderhoud",
        "constant-payment_method": "Op rekening",
    }
    nameless = post(admin, address, do="mapping", name="", **sent)
    assert nameless.status_code == 422
    assert 'value="unit=month; every=6"' in nameless.get_data(as_text=True)
    assert post(admin, address, do="mapping", name="onderhoud", **sent).status_code == 303
    work()
    assert "Nieuw: 2" in page(admin, address)
    post(admin, address, do="import")
    work()
    assert contracts(parts)["Zuivel De Berg"].start == date(2027, 3, 1)
    with parts.database.read() as connection:
        assert [each.name for each in Tenants(connection).configuration(TENANT.id).mappings] == ["onderhoud"]
    again = drop(admin, FOREIGN.replace("31-02-2027", "1-3-2027"), "volgende maand.csv")
    work()
    assert "2 contracten lijken hetzelfde" in page(admin, again)
    post(admin, again, do="import")
    work()
    assert len(contracts(parts)) == 2
    assert "Niet gedaan" in page(admin, again)


def test_a_contract_that_was_changed_meanwhile_is_left_out(admin: PageClient, parts: Parts, work: Work) -> None:
    first = drop(admin, TWO)
    work()
    post(admin, first, do="import")
    work()
    address = drop(admin, TWO.splitlines()[0] + "\n" + TWO.splitlines()[1].replace("Ketel oost", "Ketel noord"))
    work()
    assert "Gewijzigd: 1" in page(admin, address)
    change(parts, "7001")
    post(admin, address, do="import")
    work()
    assert "Het is intussen gewijzigd" in page(admin, address)
    assert "Ketel oost" in contracts(parts)


def change(parts: Parts, number: str) -> None:
    """Somebody presses on a contract."""
    with parts.database.write() as connection:
        kept = Contracts(connection, TENANT.id)
        contract = kept.get(number)
        assert contract
        kept.save(replace(contract, overlap_days=1, version=contract.version + 1), contract.version)


def test_an_import_is_undone_new_ones_deleted_and_changed_ones_as_they_were(
    admin: PageClient, parts: Parts, work: Work
) -> None:
    first = drop(admin, TWO)
    work()
    post(admin, first, do="import")
    work()
    before = contracts(parts)["Ketel oost"]
    rows = TWO.splitlines()
    changing = f"{rows[0]}\n{rows[1].replace('Ketel oost', 'Ketel noord').replace(';6', ';3')}\n7002{rows[2]}".replace(
        "Ketel west", "Derde"
    )
    address = drop(admin, changing)
    work()
    post(admin, address, do="import")
    work()
    assert set(contracts(parts)) == {"Ketel noord", "Ketel west", "Derde"}
    assert post(admin, first, do="undo").status_code == 409
    assert post(admin, address, do="undo").status_code == 303
    work()
    assert imported(parts, address).state is ImportState.UNDONE
    after = contracts(parts)
    assert set(after) == {"Ketel oost", "Ketel west"}
    assert after["Ketel oost"].plans[0].recurrence == before.plans[0].recurrence
    with parts.database.read() as connection:
        assert Contracts(connection, TENANT.id).get("7002") is not None  # its number stays used
        actions = [line.action for line in AuditTrail(connection, TENANT.id).latest(99)]
    assert actions.count("contract.undo_import") == 2


def test_an_order_of_any_of_it_keeps_an_import_from_being_undone(admin: PageClient, parts: Parts, work: Work) -> None:
    address = drop(admin, TWO)
    work()
    post(admin, address, do="import")
    work()
    day = date(2027, 2, 15)
    planned = Visit(VisitKey("7001", "A", day), day, day, day, VisitState.PLANNED)
    with parts.database.write() as connection:
        Ledger(connection, TENANT.id).add([to_be_ordered(planned, "C")])
    refused = post(admin, address, do="undo")
    assert refused.status_code == 409
    assert ">7001</a>: Het heeft sindsdien een werkbon." in refused.get_data(as_text=True)
    assert len(contracts(parts)) == 2


def test_a_later_press_on_a_visit_keeps_an_import_from_being_undone(
    admin: PageClient, parts: Parts, work: Work
) -> None:
    address = drop(admin, TWO)
    work()
    post(admin, address, do="import")
    work()
    anna = Actor("u_1", "Anna", Role.PLANNER, "panel")
    with parts.database.write() as connection:
        AuditTrail(connection, TENANT.id).add(audit_line(anna, parts.clock(), "visit.skip", ("visit", "7001:A:x:")))
    refused = post(admin, address, do="undo")
    assert refused.status_code == 409
    assert ">7001</a>: Sindsdien is er iets met een bezoek ervan gedaan." in refused.get_data(as_text=True)


def test_a_silent_host_is_told_and_looked_at_again(
    admin: PageClient, parts: Parts, work: Work, host: ListedHost
) -> None:
    host.down = True
    address = drop(admin, TWO)
    work()
    assert "kon niet worden gevraagd" in page(admin, address)
    host.down = False
    post(admin, address, do="look")
    work()
    assert imported(parts, address).state is ImportState.SHOWN


def test_no_cycle_runs_while_an_import_goes_on_and_no_import_while_a_cycle_does(
    admin: PageClient, parts: Parts, work: Work
) -> None:
    address = drop(admin, TWO)
    work()
    with parts.database.write() as connection:
        assert acquire(connection, TENANT.id, "a cycle", NOW, 60)
    post(admin, address, do="import")
    work()
    waiting = imported(parts, address)
    assert waiting.state is ImportState.WORKING
    assert waiting.next_turn_at is not None
    assert waiting.next_turn_at > NOW
    assert contracts(parts) == {}


def test_a_file_that_is_empty_or_missing_is_told_beside_its_field(admin: PageClient) -> None:
    empty = post(admin, "/importing", file=(BytesIO(b""), "leeg.csv"))
    assert empty.status_code == 422
    assert 'id="file-flaw"' in empty.get_data(as_text=True)


def test_an_import_of_another_tenant_is_not_there(admin: PageClient, viewer: PageClient) -> None:
    assert admin.get("/importing/imp_of_somebody").status_code == 404
    assert viewer.get("/importing").status_code == 403


def test_the_weeks_that_become_heavy_by_a_file_are_told_before_it_is_imported(
    admin: PageClient, parts: Parts, work: Work
) -> None:
    heavy = (
        OWN.replace("every", "every;duration_minutes")
        + "7001;Ketel;preventive;1001;K-1;2027-02-15;Onderhoud;Op rekening;A;year;1;540\n"
    )
    parts.planning_ahead().look_ahead()
    address = drop(admin, heavy)
    work()
    told = page(admin, address)
    assert "Week 7 vanaf 15 februari 2027: 9\N{NO-BREAK SPACE}uur Onderhoud, gewoonlijk 0" in told
    assert imported(parts, address).state is ImportState.SHOWN
