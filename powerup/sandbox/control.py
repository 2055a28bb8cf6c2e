"""A small JSON interface for tests and tools that run in another process. It is no part of API 8.

It answers this machine only, and writes only for JSON bodies, so that no page in a browser can use it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date, time
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from powerup.sandbox import board
from powerup.sandbox.accounts import Account, Accounts
from powerup.sandbox.callbacks import Callbacks
from powerup.sandbox.control_marketplace import add_marketplace_views
from powerup.sandbox.errors import NotFoundError, SandboxError
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.host import Host
from powerup.sandbox.marketplace import Marketplace
from powerup.sandbox.reading import as_reply
from powerup.sandbox.strangers import is_this_machine
from powerup.sandbox.workorders import WorkOrder

Move = Callable[[Host, int, Mapping[str, Any]], WorkOrder | None]


def _complete(host: Host, row_id: int, data: Mapping[str, Any]) -> WorkOrder:
    period = board.WorkPeriod(date.fromisoformat(data["work_date"])) if data.get("work_date") else None
    return board.complete(host, row_id, period, finished=bool(data.get("finished", True)))


def _reschedule(host: Host, row_id: int, data: Mapping[str, Any]) -> WorkOrder:
    day = date.fromisoformat(data["date"]) if data.get("date") else None
    start = time.fromisoformat(data["time"]) if data.get("time") else None
    return board.reschedule(host, row_id, day, start)


_MOVES: dict[str, Move] = {
    "pick_up": lambda host, row_id, _: board.pick_up(host, row_id),
    "complete": _complete,
    "settle": lambda host, row_id, _: board.settle(host, row_id),
    "put_back": lambda host, row_id, _: board.put_back(host, row_id),
    "reschedule": _reschedule,
    "assign": lambda host, row_id, data: board.assign(host, row_id, str(data.get("employee_nr", ""))),
    "change": lambda host, row_id, data: board.change_fields(host, row_id, data),
    "archive": lambda host, row_id, _: board.archive(host, row_id),
    "delete": lambda host, row_id, _: board.delete(host, row_id),
}


def control_blueprint(accounts: Accounts, marketplace: Marketplace, callbacks: Callbacks) -> Blueprint:
    """The addresses under `/control`; those of work orders take `?account=2` for another account than the firm's."""
    blueprint = Blueprint("control", __name__, url_prefix="/control")
    blueprint.before_request(_refuse_strangers)
    blueprint.register_error_handler(SandboxError, _refusal)
    _add_account_views(blueprint, accounts)
    _add_order_views(blueprint, accounts)
    _add_behaviour_views(blueprint, accounts.first)
    add_marketplace_views(blueprint, marketplace, callbacks)
    return blueprint


def _refuse_strangers() -> ResponseReturnValue | None:
    if not is_this_machine():
        return jsonify(error="control answers this machine only"), 403
    if request.method not in ("GET", "DELETE") and not request.is_json:
        return jsonify(error="send application/json"), 415
    return None


def _refusal(error: Exception) -> ResponseReturnValue:
    return jsonify(error=str(error)), 404 if isinstance(error, NotFoundError) else 400


def _add_account_views(blueprint: Blueprint, accounts: Accounts) -> None:
    @blueprint.get("/accounts")
    def accounts_listed() -> ResponseReturnValue:
        return jsonify(accounts=[_account_as_json(account) for account in accounts.listed()])

    @blueprint.post("/accounts")
    def account_added() -> ResponseReturnValue:
        return jsonify(_account_as_json(accounts.add()))


def _account_as_json(account: Account) -> dict[str, Any]:
    """With its tokens, which are asked for here; only this machine is answered."""
    tokens = account.credentials
    return {"number": account.number, "token": tokens.token, "software_token": tokens.software_token}


def _asked_for(accounts: Accounts) -> Host:
    return accounts.numbered(request.args.get("account", 1, type=int)).host


def _add_order_views(blueprint: Blueprint, accounts: Accounts) -> None:
    @blueprint.get("/orders")
    def orders() -> ResponseReturnValue:
        host = _asked_for(accounts)
        rows = [as_reply(host, order) for order in host.orders.all()]
        return jsonify(orders=rows, number_counts=host.orders.number_counts())

    @blueprint.post("/orders/<int:row_id>/<move>")
    def move(row_id: int, move: str) -> ResponseReturnValue:
        host = _asked_for(accounts)
        if move not in _MOVES:
            raise NotFoundError(f"no move is called {move}; there are {', '.join(_MOVES)}")
        try:
            order = _MOVES[move](host, row_id, request.get_json())
        except (ValueError, TypeError) as flaw:
            raise SandboxError(f"{move} could not be read: {flaw}") from flaw
        return jsonify(as_reply(host, order) if order else None)

    @blueprint.post("/example")
    def example() -> ResponseReturnValue:
        fill_with_example(_asked_for(accounts))
        return jsonify(filled=True)

    @blueprint.get("/calls")
    def calls() -> ResponseReturnValue:
        after = request.args.get("after", 0, type=int)
        return jsonify(calls=[asdict(call) for call in _asked_for(accounts).calls.listed(after)])


def _add_behaviour_views(blueprint: Blueprint, host: Host) -> None:
    @blueprint.get("/switches")
    def switches() -> ResponseReturnValue:
        return jsonify(host.switches.as_json())

    @blueprint.patch("/switches")
    def change_switches() -> ResponseReturnValue:
        host.change_switches(request.get_json())
        return jsonify(host.switches.as_json())

    @blueprint.get("/faults")
    def faults() -> ResponseReturnValue:
        return jsonify(faults=[_fault_as_json(fault) for fault in host.faults.listed()])

    @blueprint.put("/faults/<name>")
    def set_fault(name: str) -> ResponseReturnValue:
        host.faults.set(_fault_from_json(name, request.get_json()))
        return jsonify(faults=[_fault_as_json(fault) for fault in host.faults.listed()])

    @blueprint.delete("/faults")
    def clear_faults() -> ResponseReturnValue:
        host.faults.clear()
        return jsonify(faults=[])


def _fault_as_json(fault: Fault) -> dict[str, Any]:
    return {**asdict(fault), "calls": sorted(fault.calls), "endpoints": sorted(fault.endpoints)}


def _fault_from_json(name: str, data: Mapping[str, Any]) -> Fault:
    if name not in set(FaultName):
        raise SandboxError(f"no fault is called {name!r}; there are {', '.join(FaultName)}")
    sets = {key: frozenset(data.get(key, ())) for key in ("calls", "endpoints")}
    try:
        return Fault(FaultName(name), **{**data, **sets})
    except TypeError as flaw:
        raise SandboxError(f"fault {name} could not be read: {flaw}") from flaw
