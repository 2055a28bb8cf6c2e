"""What the handling of messages is given by the composition root."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from powerup.outsmart.readers import HostReaders
from powerup.presses.press import OpenHost, Presses
from powerup.store.database import Database
from powerup.store.tenants import Environment
from powerup.webhooks.kit.addresses import AddressLists
from powerup.webhooks.kit.keys import ListingKey


@dataclass(frozen=True, slots=True)
class WebhookParts:
    """What messages of hosts are handled with. audience is our base address; listing_keys are decoded.

    open_decoy decrypts as much as the keys of an installation are, and throws it away: called for an installation that
    is not known, so that the answer takes as long as for one that is.
    """

    database: Database
    presses: Presses
    open_host: OpenHost
    readers: HostReaders
    addresses: AddressLists
    addresses_by_listing: Mapping[str, AddressLists]
    audience: str
    environment: Environment
    listing_keys: tuple[ListingKey, ...] = field(repr=False)
    open_decoy: Callable[[], object] = field(repr=False)

    def addresses_of(self, listing: str) -> AddressLists:
        """What the host of that name may bring; those without a list of their own share the general one."""
        return self.addresses_by_listing.get(listing, self.addresses)
