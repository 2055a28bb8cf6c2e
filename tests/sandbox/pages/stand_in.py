"""A small power-up for the tests of the host's pages: a manifest, cards, and contracts that live in memory."""

import json
import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import requests

from powerup.sandbox.signing import signed_headers
from tests.sandbox.calling import order
from tests.sandbox.receiver import Receiver, accept

MANIFEST = json.loads((Path(__file__).parent / "sample_manifest.json").read_text(encoding="utf-8"))
TOKEN = "cnf_for_the_test"

Json = dict[str, Any]

_VISIT_BUTTONS = [{"id": "visit.move", "enabled": True}, {"id": "visit.skip", "enabled": True}]


@dataclass
class Contract:
    """A contract as the stand-in keeps it."""

    id: str
    name: str
    customer: str
    status: str = "active"
    last_day: str = ""
    version: int = 1
    orders: list[Json] = field(default_factory=list)

    @property
    def target(self) -> Json:
        return {"type": "contract", "id": self.id, "version": self.version}


class StandIn:
    """Creates at once, terminates only when confirmed and then in the background, posts an order for each new day.

    shown: what its answers to a preview of a new contract and to an edit carry too; moved_from: of visits on cards.
    is_slow: every press is accepted, and its answer comes later; while it holds_back, only when it lets go.
    """

    def __init__(self) -> None:
        self.receiver = Receiver(answer=self._answer, manifest=MANIFEST)
        self.contracts: dict[str, Contract] = {}
        self.today = "2027-01-01"
        self.is_slow = self.holds_back = False
        self.shown: Json = {}
        self.moved_from: str | None = None
        self.sla: Json | None = None
        self.why: tuple[str | None, str | None] = (None, None)
        self._held: list[Json] = []
        self._host: Json = {}
        self._callbacks: list[threading.Thread] = []

    def __enter__(self) -> "StandIn":
        self.receiver.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.receiver.__exit__(None, None, None)
        for thread in self._callbacks:
            thread.join()

    def _answer(self, envelope: Json) -> tuple[int, Any]:
        data = envelope["data"]
        match envelope["type"]:
            case "installation.created":
                self._host = {**data, "installation": envelope["installation"]}
            case "installation.updated":
                self._new_day(data["today"])
            case "cards.requested":
                return 200, {"cards": self._cards(data["target"])}
            case "action.invoked":
                return 200, self._later(self._act(data)) if self.is_slow else self._act(data)
        return accept(envelope)

    def _later(self, answer: Json) -> Json:
        run = {"id": f"run_{len(self._callbacks)}"}
        if self.holds_back:
            self._held.append(answer | {"run": run})
        else:
            self._call_back(answer | {"run": run})
        return {"status": "accepted", "message": "Gaat verder.", "run": run}

    def lets_go(self) -> None:
        """Send the answers that were held back."""
        for answer in self._held:
            self._call_back(answer)
        self._held = []

    def _act(self, data: Json) -> Json:
        contract = self.contracts.get(data["target"]["id"])
        match data["action"]:
            case "contract.create":
                return self._create(data)
            case "contract.delete":
                return {"status": "failed", "message": "1 work order is completed: C1042-A-20270102-ALL"}
            case "contract.terminate" if contract:
                return self._terminate(contract, data)
            case "tenant.release":
                return self._release(data)
            case "contract.edit" if contract:
                contract.name = data["input"].get("name", contract.name)
                return {"status": "succeeded", "message": "Done.", **self.shown}
            case "contract.restart" if contract:
                self.add_contract(f"{contract.name} (opnieuw)", contract.customer)
        return {"status": "succeeded", "message": "Done."}

    def _create(self, data: Json) -> Json:
        entered = data["input"]
        errors = [
            {"pointer": f"/input/{name}", "code": "required", "message": f"{name} must be filled in."}
            for name in ("name", "plans/0/unit")
            if _at(entered, name) is None
        ]
        if errors:
            return {"status": "invalid", "message": "Something is not right.", "errors": errors}
        effects = [_effect("created", self.today, plan["name"]) for plan in entered["plans"]]
        counts = {"created": len(effects), "withheld": {"before_entry": 2}}
        if data["preview"]:
            return {
                "status": "needs_confirmation",
                "message": "",
                "effects": effects,
                "counts": counts,
                "confirmation": _token(),
                **self.shown,
            }
        contract = self.add_contract(entered["name"], entered["customer"])
        message = f"Contract {contract.id} is aangemaakt."
        return {
            "status": "succeeded",
            "message": message,
            "target": contract.target,
            "effects": effects,
            "counts": counts,
        }

    def add_contract(self, name: str, customer: str) -> Contract:
        number = str(1042 + len(self.contracts))
        self.contracts[number] = Contract(number, name, customer)
        return self.contracts[number]

    def _terminate(self, contract: Contract, data: Json) -> Json:
        if data.get("confirmation") != TOKEN:
            effects = [_effect("kept", self.today), _effect("retracted", "2027-02-01")]
            counts = {"kept": 1, "retracted": 1, "withheld": {"terminated": 4}}
            return {
                "status": "needs_confirmation",
                "message": "",
                "effects": effects,
                "counts": counts,
                "confirmation": _token(),
            }
        contract.status, contract.last_day, contract.version = "terminated", data["input"]["last_day"], 2
        run = {"id": f"run_{contract.id}"}
        self._call_back({"status": "succeeded", "message": f"Contract {contract.id} is beëindigd.", "run": run})
        return {"status": "accepted", "message": "Bezig.", "run": run}

    def _release(self, data: Json) -> Json:
        effects = [_effect("created", self.today) | {"contract": number} for number in ("1042", "1043")]
        if data.get("confirmation") != TOKEN:
            asked = {"status": "needs_confirmation", "message": "Vrijgeven maakt nu 2 werkbonnen."}
            return asked | {"effects": effects, "counts": {"created": 2}, "confirmation": _token()}
        return {"status": "succeeded", "message": "Vrijgegeven.", "target": data["target"], "effects": effects}

    def says_that_cards_changed(self, customer: str) -> None:
        """Call back that the cards beside a customer look otherwise now."""
        self._call_back({"targets": [{"type": "relation", "id": customer}]}, "cards.changed")

    def _call_back(self, data: Json, type_: str = "run.finished") -> None:
        envelope = {
            "type": type_,
            "audience": self._host["callback_url"],
            "installation": self._host["installation"],
            "data": data,
        }
        body = json.dumps(envelope).encode()
        headers = signed_headers(
            f"msg_{type_}_{len(self._callbacks)}",
            self._host["installation"]["id"],
            body,
            [self._host["key"]],
            datetime.now(UTC),
        )
        post = threading.Thread(
            target=lambda: requests.post(self._host["callback_url"], data=body, headers=headers, timeout=5).close()
        )
        post.start()
        self._callbacks.append(post)

    def _new_day(self, today: str) -> None:
        self.today = today
        deadline = f"{date.fromisoformat(today) + timedelta(days=3):%d-%m-%Y}"
        for contract in self.contracts.values():
            number = f"C{contract.id}-A-{today.replace('-', '')}-ALL"
            made = {"id": f"{contract.id}:A:{today}:", "workorder_no": number, "state": "ordered"}
            contract.orders.append(_effect("created", today) | made | {"actions": _VISIT_BUTTONS})
            fields = {"CustomerDebtorNr": contract.customer, "WorkDeadline": deadline, "WorkObjects": ["CV-1"]}
            api = self._host["api"]
            tokens = {name: api[name] for name in ("token", "software_token")}
            body = [order(number, ShortWorkDescription=contract.name, **fields)]
            requests.post(f"{api['base_url']}PostWorkorders/", params=tokens, json=body, timeout=5).close()

    def _cards(self, target: Json) -> list[Json]:
        shown = [
            contract
            for contract in self.contracts.values()
            if target["type"] != "contract" or contract.id == target["id"]
            if target["type"] != "relation" or contract.customer == target["id"]
        ]
        return [self._card(contract) for contract in shown]

    def _card(self, contract: Contract) -> Json:
        ended = contract.status == "terminated"
        visit = _effect("created", "2027-02-01") | {"id": f"{contract.id}:A:2027-02-01:", "state": "planned"}
        visit["moved_from"] = self.moved_from
        return {
            "id": contract.id,
            "name": contract.name,
            "version": contract.version,
            "status": contract.status,
            "status_date": contract.last_day or None,
            "status_reason": self.why[0],
            "status_by": self.why[1],
            "next_visits": [] if ended else [visit | {"actions": _VISIT_BUTTONS}],
            "work_orders": contract.orders[-3:],
            "sla": self.sla,
            "warnings": ["Het object CV-1 staat ook in een ander contract."],
            "actions": [
                {"id": "contract.edit", "enabled": True, "input": {"name": contract.name, "end": "2027-12-31"}},
                {"id": "contract.terminate", "enabled": not ended, "reason": "Het contract is al beëindigd."},
                {"id": "contract.restart", "enabled": ended, "reason": "Het contract loopt nog."},
                {"id": "contract.delete", "enabled": True, "reason": None},
            ],
        }


def _at(value: Any, path: str) -> Any:
    for name in path.split("/"):
        value = (value[int(name)] if len(value) > int(name) else None) if isinstance(value, list) else value.get(name)
        if value is None:
            return None
    return value


def _token() -> Json:
    return {"token": TOKEN, "expires_at": "2027-01-01T10:10:00Z"}


def _effect(effect: str, day: str, plan: str = "A") -> Json:
    return {
        "effect": effect,
        "plan": plan,
        "object": "CV-1",
        "nominal_date": day,
        "planned_date": day,
        "workorder_no": f"C1042-{plan}-{day.replace('-', '')}-CV-1",
        "state": "planned",
        "reason": {"kept": "started", "retracted": "terminated"}.get(effect),
    }
