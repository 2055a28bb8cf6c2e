"""Ordinary firms beside bad neighbours: `python -m tests.endurance neighbours`.

A host that drips its answers, a receiver of callbacks that hangs with a full outbox, a flood of forged messages, and a
firm whose contracts are as large as they may be, all the while; twenty firms press buttons beside them. What is
measured is theirs: how long a press takes to be answered, an order from the answer to the press that made it due until
it is at the host, a callback from when it was written until the host has it. Threads, sockets and memory of the
processes are at the end what they were after the first minute.
"""

import contextlib
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

import requests

from powerup.parts import Parts, build_parts
from powerup.sandbox.buttons import Press, press
from powerup.sandbox.example_contracts import example_contracts
from powerup.settings import own_keys, read_settings
from powerup.store.database import upgrade
from powerup.store.installations import Installations
from powerup.store.outbox import Outbox, OutgoingMessage, OutgoingState
from powerup.store.tenants import Tenants
from tests.endurance.firms import Firm, open_firms
from tests.endurance.fleet import Fleet, environ_of
from tests.endurance.proof import tenant_of
from tests.webhooks.signed_messages import body_of, envelope, headers_for

ORDINARY = 20
_DRIPPING, _HANGING, _LARGE = range(ORDINARY, ORDINARY + 3)
_FORGED_EVERY_SECONDS = 0.02
_PRESS_EVERY_SECONDS = 4.0
_GIVES_UP_AFTER_SECONDS = 60.0
_WAITING_MESSAGES = 300
_FIRST_MINUTE = 60.0
_LOOKS_SECONDS = 20.0
"""So long the processes are looked at, after the first minute and at the end."""

_LARGE_CONTRACT = {
    "start": "2000-01-01",
    "plans": [{"name": f"D{number}", "unit": "day", "every": 1} for number in range(25)],
    "order_per_object": True,
}
"""Two objects, twenty-five daily plans: 18,250 visits a year, of a quarter of a century."""

MOST = {"press_seconds_p99": 0.8, "order_seconds_p99": 10.0, "callback_seconds_p99": 5.0}
"""What the ordinary firms may have to wait, of a quiet machine with two cores."""


@dataclass(slots=True)
class Held:
    """What the processes hold, all together."""

    threads: int
    sockets: int
    megabytes: float


@dataclass(slots=True)
class Outcome:
    """What came of it; the waits are those of the ordinary firms."""

    seconds: float
    presses: int = 0
    orders: int = 0
    callbacks: int = 0
    forged: int = 0
    press_seconds_p99: float = 0.0
    order_seconds_p99: float = 0.0
    callback_seconds_p99: float = 0.0
    after_first_minute: Held | None = None
    at_the_end: Held | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the ordinary firms noticed nothing, and nothing was left behind."""
        return not self.problems


@dataclass(slots=True)
class _Waits:
    """How long the ordinary firms waited, in seconds; several threads add to it."""

    presses: list[float] = field(default_factory=list)
    orders: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    forged: int = 0


def run_neighbours(seconds: float) -> Outcome:
    """Do it for so many seconds, in a directory that is thrown away."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="powerup-neighbours-")))
        address = f"sqlite:///{home / 'powerup.db'}"
        key = own_keys(home / "data")["POWERUP_LISTING_KEYS"]
        firms = stack.enter_context(open_firms(home, ORDINARY + 3, key, seed=1))
        environ = environ_of(home, address, firms) | {"POWERUP_TICK_SECONDS": "1"}
        upgrade(address)
        parts = build_parts(read_settings(environ))
        stack.callback(parts.close)
        fleet = stack.enter_context(Fleet(home, environ, [["serve", "--no-timer", "--processes", "2"], ["timer"]]))
        _until_answered(environ["POWERUP_BASE_URL"])
        for firm in firms:
            firm.install(environ["POWERUP_BASE_URL"])
        _make_bad(parts, firms, stack)
        over, waits = Event(), _Waits()
        threads = [Thread(target=_ordinary, args=(firm, over, waits)) for firm in firms[:ORDINARY]]
        threads += [Thread(target=_pressing, args=(firms[place], over, 0.2, {})) for place in (_DRIPPING, _HANGING)]
        threads.append(Thread(target=_pressing, args=(firms[_LARGE], over, 2.0, _LARGE_CONTRACT)))
        threads.append(Thread(target=_forging, args=(environ["POWERUP_BASE_URL"], over, waits)))
        for thread in threads:
            thread.start()
        over.wait(min(_FIRST_MINUTE, seconds / 2))
        early = _held_for_a_while(fleet, over)
        over.wait(max(seconds - _FIRST_MINUTE, seconds / 2) - 2 * _LOOKS_SECONDS)
        late = _held_for_a_while(fleet, over)
        over.set()
        for thread in threads:
            thread.join()
        outcome = _outcome(seconds, waits, _callbacks(parts, firms[:ORDINARY]))
        outcome.after_first_minute, outcome.at_the_end = early, late
        outcome.problems += [*_grown(early, late), *fleet.stop()]
        return outcome


def _until_answered(address: str) -> None:
    until = time.monotonic() + _GIVES_UP_AFTER_SECONDS
    while True:
        with contextlib.suppress(requests.RequestException):
            requests.get(f"{address}health/live", timeout=5)
            return
        if time.monotonic() > until:
            raise TimeoutError("The web does not answer.")
        time.sleep(0.1)


def _make_bad(parts: Parts, firms: Sequence[Firm], stack: ExitStack) -> None:
    """Lead one tenant to a host that drips, and another one's callbacks to a receiver that hangs, with many waiting."""
    dripping, hanging = tenant_of(parts, firms[_DRIPPING]), tenant_of(parts, firms[_HANGING])
    drips, hangs = stack.enter_context(_listening(drip=True)), stack.enter_context(_listening(drip=False))
    now = datetime.now(UTC)
    with parts.database.write() as connection:
        Tenants(connection).save(replace(dripping, api_url=f"{drips}/openapi/8/"))
        (installation,) = Installations(connection).of_tenant(hanging.id)
        Installations(connection).save(replace(installation, callback_url=hangs))
        for number in range(_WAITING_MESSAGES):
            told = OutgoingMessage(hanging.id, f"msg_{number}", installation.id, "run.finished", {}, now, now)
            Outbox(connection).add(told)


@contextmanager
def _listening(*, drip: bool) -> Iterator[str]:
    """The address of something that takes connections and sends a byte of a header now and then, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        kept: list[socket.socket] = []
        over = Event()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    kept.append(connection)
                    if drip:
                        Thread(target=_drip, args=(connection, over), daemon=True).start()

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        over.set()
        for each in kept:
            each.close()


def _drip(connection: socket.socket, over: Event) -> None:
    with contextlib.suppress(OSError):
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Padding: ")
        while not over.wait(0.4):
            connection.sendall(b"x")


def _new_contract(name: str, **entered: Any) -> Press:
    button = example_contracts(datetime.now(UTC).date())[0]
    return replace(button, input={**button.input, "name": name, **entered}, intent_id=f"int_{name}")


def _ordinary(firm: Firm, over: Event, waits: _Waits) -> None:
    """Make a contract, wait for its first order, have it read again; and so on."""
    number = 0
    while not over.wait(_PRESS_EVERY_SECONDS):
        number += 1
        before = len(firm.server.host.orders.all())
        answer = _timed(firm, _new_contract(f"Contract {number}"), waits)
        if answer.get("status") not in ("succeeded", "accepted"):
            waits.problems.append(f"a new contract was answered with {answer}")
            continue
        if not _wait_for_order(firm, before, over, waits):
            continue
        if answer["status"] == "succeeded":
            _timed(firm, Press("contract.refresh", {"type": "contract", "id": answer["target"]["id"]}), waits)


def _timed(firm: Firm, button: Press, waits: _Waits) -> Mapping[str, Any]:
    begun = time.monotonic()
    attempt = press(firm.server.marketplace, button)
    waits.presses.append(time.monotonic() - begun)
    return (attempt.answer if attempt else None) or {}


def _wait_for_order(firm: Firm, before: int, over: Event, waits: _Waits) -> bool:
    begun = time.monotonic()
    while len(firm.server.host.orders.all()) == before:
        if over.is_set():
            return False
        if time.monotonic() - begun > _GIVES_UP_AFTER_SECONDS:
            waits.problems.append("an order did not come within a minute")
            return False
        time.sleep(0.1)
    waits.orders.append(time.monotonic() - begun)
    return True


def _pressing(firm: Firm, over: Event, every_seconds: float, entered: Mapping[str, Any]) -> None:
    """Press without end; what becomes of it is nobody else's affair."""
    number = 0
    while not over.wait(every_seconds):
        number += 1
        with contextlib.suppress(Exception):
            press(firm.server.marketplace, _new_contract(f"Contract {number}", **entered))


def _forging(address: str, over: Event, waits: _Waits) -> None:
    body = body_of(envelope("action.invoked", {}))
    headers = headers_for(body, at=datetime.now(UTC))
    with requests.Session() as session:
        while not over.wait(_FORGED_EVERY_SECONDS):
            with contextlib.suppress(requests.RequestException):
                answer = session.post(f"{address}webhooks", data=body, headers=headers, timeout=30)
                waits.forged += answer.status_code == requests.codes.unauthorized


def _held_for_a_while(fleet: Fleet, over: Event) -> Held:
    """What the processes hold in the middle of many looks: a call that is under way just now is nothing that stays."""
    looks = []
    until = time.monotonic() + _LOOKS_SECONDS
    while time.monotonic() < until and not over.wait(0.25):
        looks.append(_held(fleet))
    return Held(
        round(median(each.threads for each in looks)),
        round(median(each.sockets for each in looks)),
        round(median(each.megabytes for each in looks), 1),
    )


def _held(fleet: Fleet) -> Held:
    """What all processes of the fleet and those that they began hold."""
    held = Held(0, 0, 0.0)
    for pid in _descendants([process.pid for process in fleet._running]):
        with contextlib.suppress(OSError):
            status = dict(
                line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
            )
            held.threads += int(status.get("Threads", "0"))
            held.megabytes += int(status.get("VmRSS", "0 kB").split()[0]) / 1024
            for file in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    held.sockets += str(file.readlink()).startswith("socket:")
    return held


def _descendants(pids: Sequence[int]) -> list[int]:
    found = list(pids)
    for pid in found:
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            found += [int(child) for child in children]
    return found


def _callbacks(parts: Parts, firms: Sequence[Firm]) -> list[float]:
    """Seconds from when each callback was written until its host had it."""
    waits = []
    for firm in firms:
        came = {each.webhook_id: datetime.fromisoformat(each.at) for each in firm.server.callbacks.listed()}
        with parts.database.read() as connection:
            sent = Outbox(connection).of_tenant(tenant_of(parts, firm).id, OutgoingState.SENT)
        waits += [(came[each.id] - each.created_at) / timedelta(seconds=1) for each in sent if each.id in came]
    return waits


def _outcome(seconds: float, waits: _Waits, callbacks: list[float]) -> Outcome:
    outcome = Outcome(
        seconds,
        presses=len(waits.presses),
        orders=len(waits.orders),
        callbacks=len(callbacks),
        forged=waits.forged,
        press_seconds_p99=_p99(waits.presses),
        order_seconds_p99=_p99(waits.orders),
        callback_seconds_p99=_p99(callbacks),
        problems=sorted(set(waits.problems)),
    )
    waited = asdict(outcome)
    outcome.problems += [f"{name} is {waited[name]}, not {most}" for name, most in MOST.items() if waited[name] > most]
    return outcome


def _p99(values: list[float]) -> float:
    return round(sorted(values)[max(0, int(len(values) * 0.99) - 1)], 3) if values else 0.0


def _grown(early: Held, late: Held) -> list[str]:
    problems = [
        f"{name} were {before} and are {now}"
        for name, before, now in (("threads", early.threads, late.threads), ("sockets", early.sockets, late.sockets))
        if abs(now - before) > 2
    ]
    if late.megabytes > early.megabytes * 1.1:
        problems.append(f"memory was {early.megabytes:.0f} MB and is {late.megabytes:.0f}")
    return problems
