"""The page of a contract: what it says of each kind and state of contract, and which buttons lead where."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from powerup.actions.kit.request import Role
from powerup.contracts.contract import (
    Contract,
    ContractType,
    Pause,
    ReplacedObject,
    Spread,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.held_back import Waits
from powerup.contracts.recurrence import Recurrence, Unit
from powerup.contracts.sla import SlaPolicy, SlaPriority, SlaTime, SlaUnit
from powerup.contracts.sla_order import SlaOrder
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.parts import Parts
from powerup.readings.contract_page import LINES_ON_A_PAGE, ContractPages
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.encryption import Secret
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.installations import (
    HostLinks,
    Installation,
    InstallationKey,
    Installations,
    InstallationState,
)
from powerup.store.ledger import Ledger
from powerup.store.sla_orders import SlaOrders
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader
from tests.actions.scenes import TODAY, ordered, the_contract
from tests.pages.conftest import TENANT, VISITORS
from tests.pages.reading import PageClient
from tests.store.query_counting import counted_queries

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NOON = datetime.combine(TODAY, time(12), UTC)
A_YEAR = Period(1, PeriodUnit.YEAR)
STD = Terms("STD", "Standaard", "", A_YEAR, Renewal.AUTOMATIC, A_YEAR, Period(1, PeriodUnit.MONTH))
GOLD = SlaPolicy("GOLD", "Goud", priorities=(SlaPriority("1", SlaTime(4, SlaUnit.HOUR), SlaTime(1, SlaUnit.DAY)),))

BY_ITSELF = {"HX-Request": "true", "HX-Target": "day"}
"""As a script asks for the part of a day."""

Rows = Callable[[list[LedgerVisit]], list[LedgerVisit]]


def keep(parts: Parts, contract: Contract, rows: Rows = lambda rows: rows, tenant: str = TENANT.id) -> None:
    """The contract with its due work orders at the host, and what the host calls its customer and an object."""
    with parts.database.write() as connection:
        Contracts(connection, tenant).add(contract)
        Ledger(connection, tenant).add(rows(list(ordered(contract).ledger.values())))
        named = {(NameKind.CUSTOMER, "1001"): HostName("Voorbeeld BV"), (NameKind.OBJECT, "CV-1"): HostName("Ketel")}
        HostNames(connection, tenant).keep(named)


def read(client: PageClient, query: str = "", number: str = "1042", status: int = 200) -> str:
    answer = client.get(
        f"/contract/{number}{query}", headers={"HX-Target": "day", "HX-Request": "true"} if "|" in query else {}
    )
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def words_of(html: str) -> str:
    """What is read of a page: no tags, and one blank wherever there are several."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def actions_of(html: str) -> list[str]:
    """The actions that links lead to, each once, in their order."""
    return list(dict.fromkeys(re.findall(r'href="/actions/([a-z_.]+)/', html)))


def test_a_contract_that_runs_says_what_it_is_what_comes_and_what_was_done(parts: Parts, planner: PageClient) -> None:
    def first_is_done(rows: list[LedgerVisit]) -> list[LedgerVisit]:
        first = next(row for row in rows if row.host_row_id)
        return [replace(first, state=VisitState.COMPLETED, completed_on=TODAY), *(row for row in rows if row != first)]

    keep(parts, the_contract(terms=STD, end=date(2027, 1, 30)), first_is_done)
    html = read(planner)
    said = words_of(html)
    assert "Contract 1042 · CV-ketel" in said
    assert '<a class="customer" href="/customer/1001">Voorbeeld BV</a>' in html
    assert "Actief" in said
    assert "elke maand op dag 31" in said
    assert re.search(r"Eerstvolgende bezoek 31 december 2026, werkbon C1042-A-20261231-CV-\d: ", said)
    assert "op tijd gedaan 1" in said  # the legend counts
    assert "do 31 dec 2026" in said
    assert '<a href="/object/CV-1">Ketel</a>' in html
    assert "zonder opzegging wordt het verlengd met 1 jaar" in said
    assert "Er is nog geen notitie geschreven." in said
    assert actions_of(html)[:3] == ["contract.edit", "contract.pause", "contract.terminate"]
    assert "Contract 1042 heeft geen vroegtijdig einde om ongedaan te maken." in said  # why a button is grey
    assert re.search(r'href="/actions/visit.skip/1042%3AA%3A2026-12-31%3ACV-\d\?version=1&amp;back=', html)
    assert "3 werkbonnen na vandaag kunnen worden ingetrokken." in said


def test_an_object_is_replaced_from_beside_it(parts: Parts, planner: PageClient) -> None:
    replaced = (ReplacedObject("CV-1", "CV-9", date(2027, 4, 1)),)
    keep(parts, the_contract(objects=("CV-1", "CV-9", "CV-2"), replaced=replaced))
    html = read(planner)
    assert "CV-9 wordt vanaf 1 april 2027 bezocht in plaats van CV-1." in words_of(html)
    assert "Ketel CV-1 tot en met 31 maart 2027, daarna CV-9" in words_of(html)
    assert "CV-9 vanaf 1 april 2027, in plaats van CV-1" in words_of(html)
    offered = re.findall(r'href="/actions/contract.replace_object/1042\?[^"]*old=([^"&]+)', html)
    assert offered == ["CV-9", "CV-2"]


def test_the_years_before_and_after_have_addresses(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract(end=date(2028, 1, 30)))
    html = read(planner, "?year=2027")
    assert 'href="/contract/1042?year=2026"' in html
    assert 'href="/contract/1042?year=2028"' in html
    assert "Bezoeken van 2027" in words_of(html)
    assert "year=2029" not in read(planner, "?year=2028")
    assert "Bezoeken van 2026" in words_of(read(planner, "?year=nonsense"))


def test_latest_dates_stand_in_the_picture_the_table_and_a_list(parts: Parts, planner: PageClient) -> None:
    inspection = VisitPlan(
        "A",
        Recurrence(Unit.YEAR),
        latest_after=Period(12, PeriodUnit.MONTH),
        basis="NEN 3140",
        anchor=date(2026, 2, 20),
    )
    keep(parts, the_contract(start=date(2026, 2, 20), plans=(inspection,), order_per_object=False))
    html = read(planner, "?year=2027")
    assert html.count('<path class="latest"') == 2  # of the day, and of the legend
    assert "Beurt A: uiterste datum (NEN 3140)" in html
    said = words_of(html)
    assert "uiterste datum 1" in said
    assert "za 20 feb 2027 NEN 3140" in said
    assert "vr 20 feb 2026 hier nog niet gedaan" in said
    assert "komt op" not in said  # the visit comes on the day itself


YEARLY = {
    "type": ContractType.YEARLY,
    "yearly": YearlyOrders(6, Spread.CALL_OFF),
    "plans": (VisitPlan("Y", Recurrence(Unit.DAY)),),
    "order_per_object": False,
}
CORRECTIVE = {"type": ContractType.CORRECTIVE, "plans": (), "sla_policy": "GOLD", "objects": ()}


ENDED_EARLY = {"termination": Termination(date(2026, 12, 1), "MOVED", "naar Zwolle")}
PAUSED = {"pauses": (Pause(TODAY - timedelta(days=3), None, "verbouwing"),)}


@pytest.mark.parametrize(
    ("changes", "said", "first"),
    [
        (ENDED_EARLY, "Vroegtijdig beëindigd per 1 december 2026 Verhuisd: naar Zwolle", "contract.restart"),
        (PAUSED, "Gepauzeerd tot nader bericht verbouwing", "contract.edit"),
        (YEARLY, "Nog over dit contractjaar: 6", "contract.edit"),
        (CORRECTIVE, "Onder dit contract staat geen werkbon open.", "contract.edit"),
        ({"deleted_on": TODAY}, "Verwijderd op 28 december 2026", "contract.undo_delete"),
        ({"start": date(2027, 5, 1)}, "Begint op 1 mei 2027", "contract.edit"),
    ],
    ids=["ended early", "paused", "on call-off", "corrective", "deleted", "not started"],
)
def test_each_state_has_its_badge_and_its_first_button(
    parts: Parts, admin: PageClient, changes: dict[str, object], said: str, first: str
) -> None:
    keep(parts, the_contract(**changes))
    html = read(admin)
    assert said in words_of(html)
    assert actions_of(html)[0] == first


def test_orders_that_wait_are_released_first(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract())
    with parts.database.write() as connection:
        Contracts(connection, TENANT.id).hold({"1042": Waits(orders=4)})
    html = read(planner)
    assert "Werkbonnen wachten op uw akkoord" in words_of(html)
    assert actions_of(html)[0] == "contract.release"


def test_an_open_order_under_an_sla_says_how_much_time_is_left(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract(**CORRECTIVE))
    with parts.database.write() as connection:
        tenants = Tenants(connection)
        configuration = replace(tenants.configuration(TENANT.id), sla_policies=(GOLD,))
        tenants.save_configuration(TENANT.id, configuration)
        came_in = NOON - timedelta(hours=4)
        SlaOrders(connection, TENANT.id).save([SlaOrder(77, "W-77", "1042", "1", GOLD, came_in)])
    said = words_of(read(planner))
    assert "Werkbon W-77: nog 3 uur, 0 minuten." in said
    assert "reactie binnen 4 uur, opgelost binnen 1 dag" in said


def test_a_day_says_why_in_the_page_and_by_itself(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract())
    with_visits = read(planner, "?day=2027-01-31")
    assert "2 bezoeken" in words_of(with_visits)
    assert "Beurt A: elke maand op dag 31" in words_of(with_visits)
    without = read(planner, "?day=2027-01-30")
    assert "Geen bezoek op 30 januari 2027" in words_of(without)
    part = planner.get("/contract/1042?day=2027-01-30", headers={"HX-Request": "true", "HX-Target": "day"})
    assert part.get_data(as_text=True).strip().startswith('<div id="day"')
    assert (
        part.get_data(as_text=True).strip() in re.sub(r"^ +", "", without, flags=re.MULTILINE) or len(part.data) < 2_000
    )
    assert "xyz is geen dag" in words_of(read(planner, "?day=xyz"))


def test_a_visit_is_moved_alone_or_with_all_that_follow(parts: Parts, planner: PageClient, viewer: PageClient) -> None:
    keep(parts, the_contract())
    moving = "?move=1042:A:2027-02-28:CV-1"
    assert 'name="move" value="1042:A:2027-02-28:CV-1"' in read(planner, moving)
    html = read(planner, f"{moving}&day=2027-03-06")
    assert "za 6 mrt 2027" in words_of(html)
    assert "wordt niet gewerkt" in words_of(html)  # what the action itself warns of
    assert 'href="/actions/visit.move/1042%3AA%3A2027-02-28%3ACV-1?version=1' in html
    assert "to=2027-03-06" in html
    assert 'href="/contract-edit/1042?plan=A&amp;object=CV-1&amp;next_visit=2027-03-06"' in html
    assert "Kies een dag" in words_of(read(planner, f"{moving}&day=2020-01-01"))  # the action's own refusal
    assert "rol planner nodig" in words_of(read(viewer, f"{moving}&day=2027-03-06"))
    for unknown in ("1042:A:2027-02-27:CV-1", "1043:A:2027-02-28:CV-1", "nonsense"):
        read(planner, f"?move={unknown}", status=404)


def test_a_viewer_reads_it_all_and_each_button_says_why_it_is_grey(parts: Parts, viewer: PageClient) -> None:
    keep(parts, the_contract())
    html = read(viewer)
    assert actions_of(html) == []
    grey = re.findall(r'aria-disabled="true" tabindex="0" aria-describedby="([^"]+)"', html)
    assert len(grey) > 10
    assert all(f'id="{reason}"' in html for reason in grey)


def test_another_tenants_contract_and_none_are_the_same_404(parts: Parts, planner: PageClient) -> None:
    other = Tenant("ten_2", "Ander", Environment.SANDBOX, "Europe/Amsterdam", "http://y/", Secret("c"), Secret("d"))
    with parts.database.write() as connection:
        Tenants(connection).add(other)
    keep(parts, the_contract(), tenant="ten_2")
    foreign = planner.get("/contract/1042")
    assert foreign.status_code == 404
    assert words_of(foreign.text) == words_of(planner.get("/contract/9").text)
    assert (
        planner.get("/contract/1042?day=2027-01-31", headers={"HX-Request": "true", "HX-Target": "day"}).status_code
        == 404
    )


def test_orders_lead_to_the_pages_of_a_host_that_told_where_they_are(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract())
    assert "https://host.example" not in read(planner)
    links = HostLinks(work_order="https://host.example/o?id={row_id}", relation="https://host.example/c/{debtor_no}")
    keys = (InstallationKey(Secret("key")),)
    installed = Installation(TENANT.id, "ins_1", 1, InstallationState.ACTIVE, keys, links=links)
    with parts.database.write() as connection:
        Installations(connection).add(installed)
    html = read(planner)
    assert re.search(r'href="https://host.example/o\?id=\d+" rel="noreferrer">C1042-A-20261231-CV-1</a>', html)
    assert 'href="https://host.example/c/1001"' in html
    assert "https://host.example/o?id=" in read(planner, "?day=2026-12-31")


def test_a_number_may_hold_any_character(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract(number="A/1?b"))
    html = read(planner, number="A%2F1%3Fb")
    assert 'href="/contract/A%2F1%3Fb?day=2026-12-31#day"' in html
    assert 'href="/actions/contract.edit/A%2F1%3Fb?' in html


def test_what_was_done_is_told_page_by_page_and_notes_by_themselves(parts: Parts, planner: PageClient) -> None:
    keep(parts, the_contract())
    lines = [
        AuditLine(f"a{number:02}", NOON + timedelta(minutes=number), "u1", "A. Planner", "planner", "panel",
                  "contract.edit", "contract", "1042", {}, {"name": f"naam {number}"}, {"name": f"naam {number + 1}"})
        for number in range(LINES_ON_A_PAGE + 1)
    ]  # fmt: skip
    note = replace(
        lines[0], id="note", at=NOON - timedelta(1), action="contract.note", input={"text": "Let op: <hond>"}
    )
    with parts.database.write() as connection:
        AuditTrail(connection, TENANT.id).add_all([*lines, note])
    html = read(planner)
    assert "Naam: naam 20 → naam 21" in words_of(html)
    assert "Naam: naam 0 → naam 1" not in words_of(html)
    assert "Let op: &lt;hond&gt;" in html
    assert 'href="/contract/1042?history=2#history-heading"' in html
    assert "Naam: naam 0 → naam 1" in words_of(read(planner, "?history=2"))


def test_a_chain_of_restarts_is_walked_by_links(parts: Parts, planner: PageClient) -> None:
    old = the_contract(number="900", end=date(2026, 12, 5), objects=(), restarted_as="1042")
    keep(parts, old)
    keep(parts, the_contract(restarted_from="900"))
    html = read(planner)
    assert '<a href="/contract/900">900</a>' in html
    assert '<strong aria-current="page">1042</strong>' in html


def test_a_page_asks_the_database_a_set_number_of_times(parts: Parts) -> None:
    plan = the_contract().plans[0]
    many = the_contract(
        number="1043",
        objects=tuple(f"CV-{number}" for number in range(10)),
        plans=tuple(replace(plan, name=name, rank=place) for place, name in enumerate("ABCD")),
    )
    keep(parts, the_contract())
    keep(parts, many)
    with parts.database.read() as connection:
        _, around = tenant_in_circumstances(connection, TENANT.id, NOON)
        pages = ContractPages(connection, around, VISITORS[Role.PLANNER].actor, Reader("nl"))
        for number in ("1042", "1043"):
            with counted_queries(connection) as statements:
                pages.page(number)
            assert len(statements) == 14
