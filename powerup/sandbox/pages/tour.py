"""The guided tour: seven things to try, ticked off when a person has really done them, and what to try after it."""

import json
from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.host import Host
from powerup.sandbox.pages.addresses import back

STEPS = ("install", "contract", "time", "complete", "delete", "terminate", "restart")
"""In the order in which they are told; they can be done in any."""

FAULT = "fault"
AFTER = {
    FAULT: "/customers/1012",
    "move": "/customers/1001",
    "pause": "/customers/1001",
    "tasks": "/tasks",
    "faults": "/behaviour",
    "deliveries": "/deliveries",
}
"""What to try when the tour is done, and where."""

_WHERE = {"install": "/marketplace/powerup", "complete": "/board", "time": "/time"}
_STEP_OF_ACTION = {"contract.create": "contract", "contract.terminate": "terminate", "contract.restart": "restart"}
_SETTING = "tour"
_CUSTOMER = "tour_customer"
_HIDDEN = "tour_hidden"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try, and the page where that is done."""

    name: str
    done: bool
    where: str


def steps(host: Host, installed: bool) -> list[Step]:
    """All steps, with what was done.

    Args:
        installed: whether the power-up is there, whoever installed it.
    """
    done = [*_done(host), *(["install"] if installed else [])]
    customer = host.store.setting(_CUSTOMER)
    elsewhere = f"/customers/{customer}" if customer else "/customers"
    return [Step(name, name in done, _WHERE.get(name, elsewhere)) for name in STEPS]


def steps_after(host: Host) -> list[Step]:
    """What to try when the tour is done. Only a fault order is ticked off: the others are for looking around."""
    done = _done(host)
    return [Step(name, name in done, where) for name, where in AFTER.items()]


def is_hidden(host: Host) -> bool:
    """Whether a person put the tour away."""
    return host.store.setting(_HIDDEN) == "yes"


def tick(host: Host, step: str) -> None:
    """Remember that a person did this step."""
    done = _done(host)
    if step not in done:
        host.store.keep_setting(_SETTING, json.dumps([*done, step]))


def notice_press(host: Host, action: str, attempt: Attempt, customer: str) -> None:
    """Tick what a press of a button has done: a refused deletion counts, since that is what there is to see."""
    status = (attempt.answer or {}).get("status")
    if action == "contract.create" and customer:
        host.store.keep_setting(_CUSTOMER, customer)  # where the steps that follow find the contract
    if action == "contract.delete" and status is not None:
        tick(host, "delete")
    elif status in ("succeeded", "accepted") and action in _STEP_OF_ACTION:
        tick(host, _STEP_OF_ACTION[action])


def add_tour_views(blueprint: Blueprint, host: Host) -> None:
    """Putting the tour away and bringing it back."""

    @blueprint.post("/tour")
    def change_tour() -> ResponseReturnValue:
        host.store.keep_setting(_HIDDEN, "yes" if "hide" in request.form else "no")
        if "again" in request.form:
            host.store.keep_setting(_SETTING, "[]")
        return redirect(back(), 303)


def _done(host: Host) -> list[str]:
    return list(json.loads(host.store.setting(_SETTING) or "[]"))
