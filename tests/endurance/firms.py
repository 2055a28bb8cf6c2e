"""Firms at stand-in hosts whose API goes wrong in every way it can, and a year in their lives."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from powerup.commands.demo.work import do_the_work
from powerup.sandbox.buttons import Press, press
from powerup.sandbox.deliveries import RetryPolicy
from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.example import fill_with_example
from powerup.sandbox.example_contracts import example_contracts
from powerup.sandbox.faults import Fault, FaultName
from powerup.sandbox.installation import Firm as FirmAtHost
from powerup.sandbox.server import SandboxServer

FIRST_DAY = date(2027, 1, 1)
LAST_DAY = date(2027, 12, 31)

# Serve may be killed again and again while it answers or starts; a host goes on trying for days.
_TRIES_FOR_LONG = RetryPolicy(waits=(0.2, 0.5, *[1.0] * 300), timeout=5.0)
_MOST_PRESSES = 20

CONFIGURATION: Mapping[str, Any] = {
    "settings": {"change_cap": 1000, "batch_size": 2},
    "terms": [
        {
            "code": "STD",
            "name": "Standaard",
            "duration": {"number": 1, "unit": "year"},
            "renewal": "automatic",
            "renewal_period": {"number": 1, "unit": "year"},
            "notice_before_end": {"number": 1, "unit": "month"},
            "notice_after_renewal": {"number": 1, "unit": "month"},
            "invoice_period": {"number": 1, "unit": "month"},
        }
    ],
    "sla_policies": [
        {
            "code": "GOLD",
            "name": "Goud",
            "clock": "business_hours",
            "response_statuses": ["Opgehaald"],
            "resolved_statuses": ["Compleet"],
            "stopping_work_statuses": [],
            "priorities": [
                {
                    "priority": "1",
                    "response": {"number": 4, "unit": "hour"},
                    "resolution": {"number": 8, "unit": "hour"},
                }
            ],
        }
    ],
}
"""Small batches, so that a cycle has many moments to die at; no cap that would wait for a person."""


def faults(timeout_seconds: float) -> list[Fault]:
    """All faults there are, each now and then; a delay is longer than the time-out of the product."""
    return [
        Fault(FaultName.LOST_REQUEST, rate=0.02),
        Fault(FaultName.LOST_ANSWER, rate=0.05),
        Fault(FaultName.DELAY, rate=0.02, seconds=timeout_seconds * 1.5),
        Fault(FaultName.HTML, rate=0.02, done=True),
        Fault(FaultName.HTTP_500, rate=0.02, done=True),
        Fault(FaultName.CODE_1007, rate=0.02, done=True),
        Fault(FaultName.REFUSE_RECORD, rate=0.03),
        Fault(FaultName.LIST_LAG, rate=0.1),
    ]


@dataclass(slots=True)
class Firm:
    """A firm at a host of its own, which enters its contracts and works on its orders as the year goes on.

    created holds the numbers of the contracts by the names under which they were entered, as the answers said.
    """

    server: SandboxServer
    created: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    _presses: list[Press] = field(default_factory=lambda: example_contracts(FIRST_DAY))
    _accepted: dict[str, Press] = field(default_factory=dict)

    def install(self, powerup_url: str) -> None:
        """Install the power-up. Raises RuntimeError when it is refused."""
        installed = self.server.marketplace.install(powerup_url)
        if installed.state != "active":
            raise RuntimeError(f"The power-up was not installed: {installed.reason}")

    def let_go_wrong(self, faults: Sequence[Fault]) -> None:
        """Have these faults at the host from now on."""
        for fault in faults:
            self.server.host.faults.set(fault)

    def live(self, today: date, share: float) -> None:
        """Let it be today, do the work of that day, and enter contracts until this share of them is there."""
        self._moved(today)
        with suppress(SandboxError):  # an order was retracted while somebody had it in hand
            do_the_work(self.server.host, today)
        self._hear()
        while self._presses and self._entered < share * (self._entered + len(self._presses)):
            self._enter(self._presses.pop(0))

    def waits(self) -> bool:
        """Whether it still has to hear how a press ended; one that failed is pressed again."""
        self._hear()
        while self._presses:
            self._enter(self._presses.pop(0))
        return bool(self._accepted)

    @property
    def _entered(self) -> int:
        return len(self.created) + len(self._accepted)

    def twice(self) -> dict[str, int]:
        """The numbers that more than one order at the host has, with how many."""
        return {number: count for number, count in self.server.host.orders.number_counts().items() if count > 1}

    def _moved(self, today: date) -> None:
        attempt = self.server.marketplace.set_today(today)
        if attempt is None or attempt.status != 200:
            self.problems.append(f"the move to {today} was answered with {_answer(attempt)}")

    def _enter(self, button: Press) -> None:
        """Press as often as somebody is told that the host could not be asked just now, within reason."""
        for try_number in range(1, _MOST_PRESSES + 1):
            attempt = press(self.server.marketplace, replace(button, intent_id=f"{button.intent_id}_{try_number}"))
            answer = (attempt.answer if attempt else None) or {}
            if answer.get("status") == "succeeded":
                self.created[str(button.input["name"])] = str(answer["target"]["id"])
                return
            if answer.get("status") == "accepted":
                self._accepted[str(answer["run"]["id"])] = button
                return
            if answer.get("status") != "failed":
                break
        self.problems.append(f"{button.input['name']} was answered with {_answer(attempt)}")

    def _hear(self) -> None:
        """What came of the presses that were accepted; one whose host could not be asked in time is pressed again."""
        for run_id, button in list(self._accepted.items()):
            answer = self.server.callbacks.run(run_id)
            if answer is None:
                continue
            del self._accepted[run_id]
            if answer["status"] == "succeeded":
                self.created[str(button.input["name"])] = str(answer["target"]["id"])
            elif answer["status"] in ("failed", "expired"):
                self._presses.append(replace(button, intent_id=f"{button.intent_id}_again"))
            else:
                self.problems.append(f"{button.input['name']} ended in {answer}")


@contextmanager
def open_firms(directory: Path, number: int, listing_key: str, seed: int) -> Iterator[list[Firm]]:
    """So many firms, each at a host that listens and takes a number as often as it is sent."""
    with ExitStack() as stack:
        firms = []
        for place in range(number):
            server = SandboxServer(
                directory / f"host-{place}",
                listing_key=listing_key,
                seed=seed + place,
                firm=FirmAtHost(id=f"t_{place}", name=f"Voorbeeld Installatietechniek {place}"),
                retries=_TRIES_FOR_LONG,
            )
            fill_with_example(server.host)
            server.host.change_switches(duplicate_workorder_no="create", skip_flag_honoured=False)
            firms.append(Firm(stack.enter_context(server)))
        yield firms


def day_at(share: float) -> date:
    """The day of the year on which this share of it is over."""
    return FIRST_DAY + timedelta(days=round((LAST_DAY - FIRST_DAY).days * min(share, 1.0)))


def _answer(attempt: Attempt | None) -> str:
    if attempt is None:
        return "nothing"
    return attempt.error or f"status {attempt.status}: {attempt.answer_body[:500]!r}"
