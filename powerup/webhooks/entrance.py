"""What the handling of messages is given by the composition root."""

from collections.abc import Callable
from dataclasses import dataclass, field

from powerup.actions.kit.confirmation import Confirmations
from powerup.outsmart.client import OutsmartClient
from powerup.store.database import Database
from powerup.store.tenants import Environment, Tenant
from powerup.webhooks.addresses import AddressLists

OpenHost = Callable[[Tenant, float], OutsmartClient]
"""Opens a client for a tenant's host whose calls together have so many seconds; to be closed."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way in for hosts. audience is our base address; listing_keys are decoded.

    open_decoy decrypts as much as the keys of an installation are, and throws it away: called for an installation that
    is not known, so that the answer takes as long as for one that is.
    """

    database: Database
    confirmations: Confirmations
    open_host: OpenHost
    addresses: AddressLists
    audience: str
    environment: Environment
    listing_keys: tuple[bytes, ...] = field(repr=False)
    open_decoy: Callable[[], object] = field(repr=False)
