"""How the host's API behaves: faults that strike it, and switches for what its documentation leaves open."""

import re
from collections.abc import Mapping
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
_ALL = 100
"""Percent of the calls, at the most."""


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
        return _page(host)

    @blueprint.post(f"{_PAGE}/faults/<name>")
    def set_fault(name: str) -> ResponseReturnValue:
        if name not in set(FaultName):
            raise SandboxError(f"no fault is called {name}")
        if "off" in request.form:
            host.faults.clear(FaultName(name))
        elif problems := _flaws_of_fault(name):
            return _page(host, problems), 422
        else:
            host.faults.set(_entered_fault(FaultName(name)))
        return redirect(f"{_PAGE}#fault-{name}", 303)

    @blueprint.post(f"{_PAGE}/faults")
    def clear_faults() -> ResponseReturnValue:
        host.faults.clear()
        return redirect(_PAGE, 303)

    @blueprint.post(f"{_PAGE}/switches")
    def set_switches() -> ResponseReturnValue:
        if "defaults" not in request.form and (problems := _flaws_of_switches(host)):
            return _page(host, problems), 422
        entered = {} if "defaults" in request.form else {one.name: _entered(one) for one in _shown(host.switches)}
        host.change_switches({**Switches().as_json(), **entered})
        return redirect(f"{_PAGE}#switches", 303)


def _page(host: Host, problems: Mapping[str, str] | None = None) -> str:
    calls = host.calls.listed(host.calls.last_number - _CALLS_SHOWN)
    return render_template(
        "behaviour.html",
        faults=list(FaultName),
        rates={fault.name: fault for fault in host.faults.listed()},
        switches=_shown(host.switches),
        calls=calls[::-1],
        problems=problems or {},
        entered=request.form,
    )


def _flaws_of_fault(name: str) -> dict[str, str]:
    """What is wrong with the numbers of a fault, by the id of their field."""
    texts = current_visitor().texts
    percent, seconds = request.form.get("percent", "100"), request.form.get("seconds", "3")
    flaws = {}
    if not _is_whole(percent):
        flaws[f"percent-{name}"] = texts.unread(percent, "number")
    elif int(percent) > _ALL:
        flaws[f"percent-{name}"] = texts.word("refusal", "no_rate")
    if not _is_whole(seconds):
        flaws["seconds"] = texts.unread(seconds, "number")
    return flaws


def _flaws_of_switches(host: Host) -> dict[str, str]:
    numbers = [switch.name for switch in _shown(host.switches) if switch.kind == "number"]
    texts, entered = current_visitor().texts, {name: request.form.get(name, "").strip() for name in numbers}
    return {f"switch-{name}": texts.unread(text, "number") for name, text in entered.items() if not _is_whole(text)}


def _is_whole(text: str) -> bool:
    return bool(re.fullmatch(r" *[0-9]{1,9} *", text))


def _entered_fault(name: FaultName) -> Fault:
    percent, seconds = request.form.get("percent", "100"), request.form.get("seconds", "3")
    return Fault(name, rate=int(percent) / _ALL, seconds=int(seconds), done="done" in request.form)


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
            return int(text)
        case "words":
            return [word.strip() for word in text.split(",") if word.strip()]
        case _:
            return text
