"""The keys that may have signed a message, and whose they are (webhooks page, section 2)."""

from dataclasses import dataclass, field
from enum import StrEnum

from powerup.webhooks.kit.signature import SignedHeaders, matching_keys

KEYS_AT_ONCE = 2
"""How many keys of an installation are valid at one time."""

_NOBODYS_KEY = bytes(32)


class KeyKind(StrEnum):
    """Whose key signed a message. The present key of an installation is one of its keys, an old one that is still valid
    another; a former key is no longer valid: it only lets late messages be recognised."""

    LISTING = "listing"
    INSTALLATION = "installation"
    PRESENT = "present"
    FORMER = "former"


@dataclass(frozen=True, slots=True)
class ListingKey:
    """A decoded key that is agreed with a host, and the host's name in the settings, empty where it has none: keys of
    one name are one host's."""

    name: str
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signers:
    """Whose keys signed a message: of which kinds, and of which hosts by the names of their listing keys."""

    kinds: frozenset[KeyKind]
    listings: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class KeyRing:
    """The decoded keys that may have signed a message.

    For an installation that is not known the same number of keys is tried, so that nobody can tell by the time it
    takes whether it exists. The first of installation is the present key. generation is the one that the valid keys
    belong to, 0 where it is not known.
    """

    listing: tuple[ListingKey, ...] = field(repr=False)
    installation: tuple[bytes, ...] = field(default=(), repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)
    generation: int = 0

    def signers(self, signed: SignedHeaders, body: bytes) -> Signers:
        """Whose keys signed this body. The same work is done whatever is known of the installation."""
        known = [(key, KeyKind.INSTALLATION) for key in self.installation]
        known += [(key, KeyKind.FORMER) for key in self.former]
        nobodys = [(_NOBODYS_KEY, None)] * (KEYS_AT_ONCE - len(known))
        keys = [*known, *nobodys, *((each.key, KeyKind.LISTING) for each in self.listing)]
        places = matching_keys(signed, body, [key for key, _ in keys])
        kinds = {kind for place, (_, kind) in enumerate(keys) if place in places and kind is not None}
        if self.installation and 0 in places:
            kinds.add(KeyKind.PRESENT)
        others = len(keys) - len(self.listing)
        listings = (each.name for place, each in enumerate(self.listing, others) if place in places)
        return Signers(frozenset(kinds), frozenset(listings))
