"""How the host's API behaves: faults that strike it, and switches for what its documentation leaves open."""

from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin, get_type_hints

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.host import Host
from powerup.sandbox.pages.visitor import current_visitor
from powerup.sandbox.switches import Switches

_PAGE = "/behaviour"
_CALLS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class ShownSwitch:
    """One switch. kind is `choice`, `yes_no`, `number` or `words`."""

    name: str
    kind: str
    value: Any
    choices: tuple[str, ...] = ()
    changed: bool = False


def add_behaviour_views(blueprint: Blueprint, host: Host) -> None:
    """The page of faults and switches."""

    @blueprint.get(_PAGE)
    def behaviour() -> ResponseReturnValue:
        rates = {fault.name: fault for fault in host.faults.listed()}
        calls = host.calls.listed(host.calls.last_number - _CALLS_SHOWN)
        return render_template(
            "behaviour.html", faults=list(FaultName), rates=rates, switches=_shown(host.switches), calls=calls[::-1]
        )

    @blueprint.post(f"{_PAGE}/faults/<name>")
    def set_fault(name: str) -> ResponseReturnValue:
        if name not in set(FaultName):
            raise SandboxError(f"no fault is called {name}")
        if "off" in request.form:
            host.faults.clear(FaultName(name))
        else:
            host.faults.set(_entered_fault(FaultName(name)))
        return redirect(f"{_PAGE}#fault-{name}", 303)

    @blueprint.post(f"{_PAGE}/faults")
    def clear_faults() -> ResponseReturnValue:
        host.faults.clear()
        return redirect(_PAGE, 303)

    @blueprint.post(f"{_PAGE}/switches")
    def set_switches() -> ResponseReturnValue:
        entered = {} if "defaults" in request.form else {one.name: _entered(one) for one in _shown(host.switches)}
        host.change_switches({**Switches().as_json(), **entered})
        return redirect(f"{_PAGE}#switches", 303)


def _entered_fault(name: FaultName) -> Fault:
    percent, seconds = request.form.get("percent", "100"), request.form.get("seconds", "3")
    try:
        return Fault(name, rate=float(percent) / 100, seconds=float(seconds), done="done" in request.form)
    except ValueError:
        text = current_visitor().texts.say("“{text}” is no number.", text=f"{percent} / {seconds}")
        raise SandboxError(text) from None


def _shown(switches: Switches) -> list[ShownSwitch]:
    normal = Switches().as_json()
    hints = get_type_hints(Switches)
    return [
        ShownSwitch(name, *_kind(hints[name], value), changed=value != normal[name])
        for name, value in switches.as_json().items()
    ]


def _kind(hint: Any, value: Any) -> tuple[str, Any, tuple[str, ...]]:
    if get_origin(hint) is Literal:
        return "choice", value, get_args(hint)
    if get_origin(hint) is tuple:
        return "words", ", ".join(value), ()
    return ("yes_no", value, ()) if hint is bool else ("number", value, ())


def _entered(switch: ShownSwitch) -> Any:
    text = request.form.get(switch.name, "").strip()
    match switch.kind:
        case "yes_no":
            return text == "yes"
        case "number":
            return int(text) if text.isdigit() else text
        case "words":
            return [word.strip() for word in text.split(",") if word.strip()]
        case _:
            return text
