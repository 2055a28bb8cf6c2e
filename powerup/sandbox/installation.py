"""The firm and the power-up installed at it, as the host remembers them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.state import Store

FIRM_NAME = "Voorbeeld Installatietechniek"

# Installing again within this time restores the power-up's data (webhooks page 3).
RESTORE_WITHIN = timedelta(days=30)
# Callbacks may be signed with the key before the last rotation for this long.
OLD_KEY_LASTS = timedelta(hours=72)
# The states of an installation that exists.
RUNNING = ("active", "suspended")


@dataclass(frozen=True, slots=True)
class Firm:
    """The host's customer who installs the power-up.

    Args:
        id: the host's own; two sandboxes that share one power-up need different ones.
        locale: `nl` or `en`.
        timezone: an IANA name.
    """

    id: str = "t_voorbeeld"
    name: str = FIRM_NAME
    locale: str = "nl"
    timezone: str = "Europe/Amsterdam"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person at the firm who presses a button. Role is `viewer`, `planner` or `admin`."""

    id: str
    name: str
    role: str


ADMIN = Actor("u_1", "A. de Wit", "admin")
PLANNER = Actor("u_2", "B. Jacobs", "planner")
VIEWER = Actor("u_3", "C. Peters", "viewer")


@dataclass(frozen=True, slots=True)
class Installation:
    """One power-up at the firm; at most one exists.

    Args:
        powerup_url: base address of the power-up, with its final slash; also the audience of messages.
        state: `installing`, `active`, `suspended`, `uninstalled`, or `failed` with a `reason`.
        generation: raised by every installing.
        key: signs every message but `installation.created`.
        other_keys: also good for callbacks: the one before, and one whose rotation has no known outcome.
        changed_at: real time of the last change of state or key.
    """

    id: str
    powerup_url: str
    state: str
    generation: int
    key: str = field(repr=False)
    changed_at: datetime
    other_keys: tuple[str, ...] = field(default=(), repr=False)
    reason: str = ""

    def callback_keys(self, now: datetime) -> tuple[str, ...]:
        """The keys that a callback may be signed with."""
        return (self.key, *self.other_keys) if now - self.changed_at < OLD_KEY_LASTS else (self.key,)

    def can_be_restored(self, now: datetime) -> bool:
        """Whether installing again carries a second signature, of the last key, to get the data back."""
        return now - self.changed_at < RESTORE_WITHIN


@dataclass(frozen=True, slots=True)
class InstallationBook:
    """Keeps firm and installation in the store.

    Args:
        first_firm: the firm as it is before anybody changed it.
    """

    store: Store
    first_firm: Firm

    def firm(self) -> Firm:
        """The firm as it is now."""
        return Firm(**self._read("firm")) if self._read("firm") else self.first_firm

    def zone(self) -> ZoneInfo:
        """The time zone whose clocks hang at the firm."""
        return ZoneInfo(self.firm().timezone)

    def change_firm(self, changes: Mapping[str, str]) -> Firm:
        """Give the firm another name, locale or time zone."""
        firm = replace(self.firm(), **changes)
        self.store.keep_setting("firm", json.dumps(asdict(firm)))
        return firm

    def find(self) -> Installation | None:
        """The installation, None as long as nothing was installed."""
        kept = self._read("installation")
        if not kept:
            return None
        kept.update(
            changed_at=datetime.fromisoformat(kept["changed_at"]).astimezone(UTC), other_keys=tuple(kept["other_keys"])
        )
        return Installation(**kept)

    def current(self) -> Installation:
        """The installation that runs or is suspended.

        Raises:
            SandboxError: nothing is installed.
        """
        installation = self.find()
        if installation is None or installation.state not in RUNNING:
            raise SandboxError("the power-up is not installed; install it first", "not_installed")
        return installation

    def keep(self, installation: Installation) -> Installation:
        """Store it in place of what was known before."""
        kept = {**asdict(installation), "changed_at": installation.changed_at.isoformat()}
        self.store.keep_setting("installation", json.dumps(kept))
        return installation

    def _read(self, name: str) -> dict[str, Any]:
        text = self.store.setting(name)
        return dict(json.loads(text)) if text else {}
