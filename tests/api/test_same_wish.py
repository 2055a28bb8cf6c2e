"""The same wish by button, page, API and command: the same effects and answer, in one test over all actions."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from powerup.actions.catalogue import ACTIONS
from powerup.actions.kit.action import Action
from powerup.actions.kit.request import Role, TargetType
from powerup.app import create_app
from powerup.commands.act import act_on_contract, act_on_visit, act_on_work_order
from powerup.commands.kit.surroundings import Surroundings
from powerup.contracts.contract import Contract, ContractType, Pause, Spread, Termination, YearlyOrders
from powerup.contracts.held_back import Waits
from powerup.contracts.price import ByPercentage, Price
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import LedgerVisit, Reason, VisitKey, VisitState
from powerup.pages.forms.entries import entries_of
from powerup.pages.forms.schema import schema_of
from powerup.pages.visitor import Visitor
from powerup.parts import Parts
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.server import SandboxServer
from powerup.store.audit_trail import AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.ledger import Ledger
from tests.actions.scenes import FORM, TODAY, the_contract
from tests.api.calling import Firm
from tests.pages.edit.test_edit import opened
from tests.pages.reading import PageClient
from tests.sandbox.calling import Caller
from tests.webhooks.installed import ADMIN, Clock, House

BY_HAND = Terms(
    "STD",
    "Standaard",
    duration=Period(1, PeriodUnit.YEAR),
    renewal=Renewal.BY_HAND,
    renewal_period=Period(1, PeriodUnit.YEAR),
)
SUMMER = Pause(date(2027, 7, 1), date(2027, 8, 31), "Zomer")
DAY = date(2027, 3, 31)


@dataclass(frozen=True)
class Wish:
    """What is entered, about a contract that is like this; written is the state of its visit of DAY."""

    entered: Mapping[str, Any]
    contract: Mapping[str, Any] | None = None
    written: VisitState | None = None
    held: bool = False


WISHES: Mapping[str, Wish] = {
    "contract.create": Wish(FORM | {"plans": [FORM["plans"][0] | {"shift": "as_is"}]}),
    "contract.edit": Wish({"name": "Zolder", "plans": [{"name": "A", "unit": "month", "every": 3, "month_day": 31}]}),
    "contract.terminate": Wish({"last_day": "2027-06-30", "reason": "MOVED"}),
    "contract.undo_termination": Wish({}, {"termination": Termination(date(2027, 6, 30), "MOVED")}),
    "contract.restart": Wish({"start": "2027-07-01"}, {"termination": Termination(date(2026, 11, 30), "MOVED")}),
    "contract.delete": Wish({}),
    "contract.undo_delete": Wish({}, {"deleted_on": TODAY}),
    "contract.refresh": Wish({}),
    "contract.note": Wish({"text": "Sleutel ligt bij de buren."}),
    "contract.pause": Wish({"from": "2027-07-01", "until": "2027-08-31", "reason": "Zomer"}),
    "contract.resume": Wish({"on": "2027-08-01"}, {"pauses": (SUMMER,)}),
    "contract.renew": Wish({}, {"end": date(2027, 1, 30), "terms": BY_HAND}),
    "contract.remind": Wish({}, {"end": date(2027, 12, 30), "terms": BY_HAND}),
    "contract.index": Wish(
        {"from": "2028-01-01"},
        {"price": Price(Decimal("120.00"), date(2027, 1, 1), indexation=ByPercentage(Decimal("2.5")))},
    ),
    "contract.call_off": Wish(
        {"date": "2027-05-14", "object": "CV-1"},
        {"type": ContractType.YEARLY, "yearly": YearlyOrders(4, Spread.CALL_OFF)},
    ),
    "contract.replace_object": Wish({"old": "CV-1", "new": "AC-1", "from": "2027-07-01"}),
    "contract.release": Wish({}, held=True),
    "tenant.release": Wish({}, held=True),
    "visit.skip": Wish({"reason": "Vakantie"}),
    "visit.unskip": Wish({}, written=VisitState.WITHHELD),
    "visit.move": Wish({"to": "2027-04-02"}),
    "visit.assign": Wish({"employee": "1"}),
    "visit.order_now": Wish({}),
    "visit.retry": Wish({}, written=VisitState.FAILED),
    "work_order.attach": Wish({}, {"type": ContractType.CORRECTIVE, "plans": (), "sla_policy": "GOLD"}),
    "work_order.detach": Wish({}),
}


class InHouse(Surroundings):
    """A command line that works on this house, by its clock."""

    def __init__(self, house: House) -> None:
        super().__init__({"LANG": "nl_NL.UTF-8"}, house.clock)
        object.__setattr__(self, "_house", house)

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        yield self._house.parts  # type: ignore[attr-defined]  # set above


@dataclass
class Worlds:
    """Four firms that are alike, each with its way in: a button, the API, the command line, pages."""

    firms: Mapping[str, Firm]
    row_id: str
    pages: PageClient

    def set_up(self, number: str, wish: Wish) -> None:
        for firm in self.firms.values():
            with firm.house.parts.database.write() as connection:
                contract = replace(the_contract(), number=number, **wish.contract or {})
                contracts = Contracts(connection, firm.tenant_id)
                contracts.add(contract)
                if wish.held:
                    contracts.hold({number: Waits(1, 0)})
                if wish.written:
                    Ledger(connection, firm.tenant_id).add([_written(contract, wish.written)])

    def kept(self, entrance: str, action: Action) -> Any:
        """All contracts, the last lines about them, but who it was, and what was entered."""
        firm = self.firms[entrance]
        with firm.house.parts.database.read() as connection:
            contracts = Contracts(connection, firm.tenant_id).all()
            lines = AuditTrail(connection, firm.tenant_id).latest(1000)
        done = [each for each in lines if each.action == action.id]
        effects = [(each.target_id.replace(firm.tenant_id, ""), each.before, each.after, each.counts) for each in done]
        return contracts, effects, [each.input for each in done]


def _written(contract: Contract, state: VisitState) -> LedgerVisit:
    key = VisitKey(contract.number, "A", DAY, "CV-1")
    reason = Reason.SKIPPED if state is VisitState.WITHHELD else None
    number = f"C{contract.number}-A-20270331-CV-1"
    refusal = "Object CV-1 is onbekend." if state is VisitState.FAILED else None
    return LedgerVisit(
        key, DAY, DAY - timedelta(60), DAY, state, reason, workorder_no=number, refusal=refusal, pinned=True
    )


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Worlds]:
    with SandboxServer(tmp_path_factory.mktemp("host")) as host:
        fill_with_example(host.host)
        row_id = Caller(host).post_order("W-1")
        firms = {}
        for entrance in ("button", "api", "command", "page"):
            directory = tmp_path_factory.mktemp(entrance)
            (directory / "powerup.db").write_bytes(sqlite_template.read_bytes())
            house = House.build(f"sqlite:///{directory / 'powerup.db'}", directory / "data", Clock(), host)
            assert house.install()["status"] == "succeeded"
            firms[entrance] = Firm(house)
            firms[entrance].make_keys()
        visitor = Visitor(firms["page"].tenant_id, "Voorbeeld", "u_1", "A. de Wit", Role.ADMIN, "nl", bytes(32))
        app = create_app(firms["page"].house.parts, lambda: visitor)
        yield Worlds(firms, str(row_id), PageClient(app, app.response_class))
        for firm in firms.values():
            firm.house.parts.close()


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_the_same_wish_has_the_same_effects_and_answer_by_every_entrance(worlds: Worlds, action: Action) -> None:
    place = ACTIONS.index(action)
    number, wish = f"{2000 + place}", WISHES[action.id]
    worlds.set_up(number, wish)
    entered = dict(wish.entered)
    if action.id == "work_order.attach":
        entered["contract"] = number
    target_id = {
        TargetType.RELATION: "1001",
        TargetType.CONTRACT: number,
        TargetType.VISIT: f"{number}:A:{DAY}:CV-1",
        TargetType.WORK_ORDER: worlds.row_id,
    }.get(action.target)
    answers = {
        entrance: [_told(each) for each in pressed(worlds.firms[entrance], action, target_id, entered)]
        for entrance, pressed in PRESSED.items()
    }
    assert answers["button"][-1]["status"] in ("succeeded", "accepted"), answers["button"][-1]
    assert answers["api"] == answers["button"]
    assert answers["command"] == answers["button"]
    told = _by_page(worlds, action, target_id, entered)
    kept = worlds.kept("button", action)
    assert kept[1]
    assert worlds.kept("api", action) == worlds.kept("command", action) == kept
    assert worlds.kept("page", action)[:2] == kept[:2]  # a page sends all of its form
    assert answers["button"][-1]["message"] in told


def _told(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answer without what is of one press alone, and of its tenant."""
    told = {name: value for name, value in answer.items() if name not in ("confirmation", "run")}
    if told.get("target", {}).get("type") == "tenant":
        told |= {"target": {}, "refresh": []}
    return told


def _by_button(
    firm: Firm, action: Action, target_id: str | None, entered: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    target = {"type": action.target.value, "id": target_id or firm.tenant_id}
    press = firm.house.press(action.id, target, entered, actor=ADMIN)
    shown = firm.house.told("action.invoked", press | {"preview": True})
    token = shown.get("confirmation", {}).get("token")
    return [shown, firm.house.told("action.invoked", press | {"confirmation": token})]


def _by_api(firm: Firm, action: Action, target_id: str | None, entered: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    name = action.id.rpartition(".")[2]
    path = {
        TargetType.RELATION: "/contracts",
        TargetType.CONTRACT: f"/contracts/{target_id}/actions/{name}",
        TargetType.VISIT: f"/visits/{target_id}/actions/{name}",
        TargetType.WORK_ORDER: f"/work-orders/{target_id}/actions/{name}",
        TargetType.TENANT: f"/tenant/actions/{name}",
    }[action.target]
    headers = {"If-Match": "*", "Idempotency-Key": action.id}
    shown = firm.act(path, entered, preview=True, headers=headers).get_json()
    token = shown.get("confirmation", {}).get("token")
    done = firm.act(path, entered, confirmation=token, headers=headers).get_json()
    return [each.get("answer", each) for each in (shown, done)]


def _by_command(
    firm: Firm, action: Action, target_id: str | None, entered: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    command = {TargetType.VISIT: act_on_visit, TargetType.WORK_ORDER: act_on_work_order}.get(
        action.target, act_on_contract
    )
    named = [] if target_id is None or action.target is TargetType.RELATION else [target_id]
    typed = [firm.tenant_id, action.id.rpartition(".")[2], *named, "--input", json.dumps(entered), "--json"]

    def run(option: str) -> Mapping[str, Any]:
        result = CliRunner().invoke(command, [*typed, option], obj=InHouse(firm.house), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return dict(json.loads(result.stdout))

    return [run("--preview"), run("--yes")]


def _by_page(worlds: Worlds, action: Action, target_id: str | None, entered: Mapping[str, Any]) -> str:
    """The form of the page filled in and sent, after a look at what it does; gives what the next page says."""
    pages, own = worlds.pages, {"Sec-Fetch-Site": "same-origin"}
    address = {
        "contract.create": "/contract-new?customer=1001",
        "contract.edit": f"/contract-edit/{target_id}",
    }.get(action.id, f"/actions/{action.id}/{target_id or worlds.firms['page'].tenant_id}")
    fields: dict[str, Any] = opened(pages, address)
    filled = entries_of(schema_of(action), entered, "nl")
    fields |= {name: filled.getlist(name) for name in filled}
    looked = pages.post(address, headers=own, data=fields | {"preview": "1"})
    carried = re.findall(r'name="(intent_id|confirmation)" value="([^"]+)"', looked.get_data(as_text=True))
    fields = {name: html.unescape(value) for name, value in reversed(carried)} | fields
    fields |= {name: html.unescape(value) for name, value in reversed(carried) if name == "confirmation"}
    done = pages.post(address, headers=own, data=fields)
    assert done.status_code == 303, html.unescape(done.get_data(as_text=True))
    return html.unescape(pages.get(done.headers["Location"]).get_data(as_text=True))


PRESSED = {"button": _by_button, "api": _by_api, "command": _by_command}
