"""The host without any HTTP: one firm's records, switches, faults and calls, put together."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from powerup.sandbox.calls import Calls
from powerup.sandbox.credentials import CredentialBook
from powerup.sandbox.faults import Faults
from powerup.sandbox.installation import Firm, InstallationBook
from powerup.sandbox.masterdata import MasterData
from powerup.sandbox.moments import Calendar, Clock
from powerup.sandbox.state import Store
from powerup.sandbox.switches import Switches
from powerup.sandbox.workorders import WorkOrders

_FIRM = Firm()

Listener = Callable[[str, Sequence[str]], None]


@dataclass(slots=True)
class Host:
    """One firm at the host. What API, board, marketplace and control do, they do through this.

    Args:
        store: the SQLite file.
        calendar: the sandbox's today.
        masterdata, orders: the firm's records.
        credentials: tokens that were issued.
        calls: list of API calls received.
        faults, switches: how the API misbehaves; both live as long as the process.
        stopping: set when the server stops, so that delayed answers end.
    """

    store: Store
    calendar: Calendar
    masterdata: MasterData
    orders: WorkOrders
    credentials: CredentialBook
    calls: Calls
    faults: Faults
    switches: Switches = field(default_factory=Switches)
    stopping: threading.Event = field(default_factory=threading.Event)
    listeners: list[Listener] = field(default_factory=list)

    def change_switches(self, changes: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Set switches at run time.

        Raises:
            SandboxError: no such switch, or a value it does not know; nothing is changed then.
        """
        self.switches = self.switches.changed({**(changes or {}), **more})

    def tell(self, event: str, ids: Sequence[str]) -> None:
        """Let listeners know that records changed, when the switch `events` is on.

        Args:
            event: a type of webhooks page 5, for example `work_order.changed`.
            ids: row ids of orders, codes of master records.
        """
        if self.switches.events and ids:
            for listener in self.listeners:
                listener(event, ids)


def open_host(directory: Path, clock: Clock, seed: int = 0, firm: Firm = _FIRM) -> Host:
    """A host on the file in this directory, which is made when it is not there.

    Args:
        directory: of `sandbox.sqlite`.
        clock: real time, aware, UTC.
        seed: of the faults' chance.
        firm: whose host it is, as long as nobody changed it.
    """
    store = Store(directory)
    calendar = Calendar(store, clock, InstallationBook(store, firm).zone)
    return Host(
        store=store,
        calendar=calendar,
        masterdata=MasterData(store, calendar),
        orders=WorkOrders(store),
        credentials=CredentialBook(store),
        calls=Calls(store),
        faults=Faults(seed),
    )


def open_account(directory: Path, first: Host) -> Host:
    """A further account of the same stand-in, on a file of its own; today, faults and the end are those of the first.

    Args:
        directory: of its `sandbox.sqlite`.
        first: the account that was opened with `open_host`.
    """
    store = Store(directory)
    return Host(
        store=store,
        calendar=first.calendar,
        masterdata=MasterData(store, first.calendar),
        orders=WorkOrders(store),
        credentials=CredentialBook(store),
        calls=Calls(store),
        faults=first.faults,
        switches=first.switches,
        stopping=first.stopping,
    )
