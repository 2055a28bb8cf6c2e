"""What stands between a tenant and its host: limits on calls, and the circuit of a host that is out of reach."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from powerup.outsmart.call_limits import CallLimits
from powerup.outsmart.circuits import Circuits
from powerup.outsmart.errors import HostUnreachable, OutsmartError
from powerup.outsmart.exchange import Call

Told = Callable[[str, str], None]
"""Hears of every call: its endpoint, and `ok` or the name of the type of error."""


class Gate(Protocol):
    """Passed before and after each call."""

    def enter(self, call: Call) -> None:
        """Before the call. Raises HostUnreachable when it is not to be tried."""

    def leave(self, call: Call, failure: OutsmartError | None) -> None:
        """After the call, however it ended."""


class OpenGate:
    """Lets every call pass."""

    def enter(self, call: Call) -> None:
        """Nothing holds the call up."""

    def leave(self, call: Call, failure: OutsmartError | None) -> None:
        """Nobody keeps count."""


@dataclass(frozen=True, slots=True)
class TenantGate:
    """The gate of one tenant: address is that of its API.

    patient: reads wait for the tenant's turn where calls per minute are limited. Writes are counted and never wait in
    here, because what makes them safe was settled just before; who writes waits for the turn before that.
    """

    tenant_id: str
    address: str
    circuits: Circuits
    limits: CallLimits
    told: Told
    patient: bool

    def enter(self, call: Call) -> None:
        """Raises HostUnreachable while several tenants could not connect to this address."""
        self.circuits.enter(self.address, call.endpoint)
        if self.patient and not call.writes:
            self.limits.wait(self.tenant_id)
        self.limits.take(self.tenant_id)

    def leave(self, call: Call, failure: OutsmartError | None) -> None:
        """Tell the circuit whether the host was reached, and who counts how it ended."""
        self.circuits.leave(self.address, self.tenant_id, reached=not isinstance(failure, HostUnreachable))
        self.told(call.endpoint, type(failure).__name__ if failure else "ok")
