"""Guessing is slowed down: so many tries for an e-mail, and from an address, in a quarter of an hour."""

import hmac
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network

from sqlalchemy import Connection

from powerup.errors import PowerupError
from powerup.store.sign_in_tries import SignInTries
from powerup.texts import counted

WITHIN = timedelta(minutes=15)
MOST_FOR_EMAIL = 10
MOST_FROM_ADDRESS = 50
"""A whole office may come from one."""

_SAME_PLACE = 64
"""Bits of an IPv6 address that one household or office has."""


class TooManyTries(PowerupError):
    """This e-mail or this address has had its tries for now."""

    def __init__(self) -> None:
        minutes = int(WITHIN.total_seconds() // 60)
        super().__init__(
            counted(
                "There were too many tries. Try again in {number} minute, or ask an admin for a new link.",
                "There were too many tries. Try again in {number} minutes, or ask an admin for a new link.",
                minutes,
            )
        )


class Throttle:
    """Counts tries by marks of e-mail and address, so that what people typed is kept nowhere."""

    def __init__(self, secret_key: str) -> None:
        """secret_key makes the marks; servers that share a database share it."""
        self._key = secret_key.encode()

    def count(self, connection: Connection, email: str, address: str, now: datetime) -> None:
        """Write down a try, before it is made; now is aware. Raises TooManyTries."""
        tries, marks = SignInTries(connection), self._marks(email, address)
        for_email, from_address = tries.since(*marks, now - WITHIN)
        if for_email >= MOST_FOR_EMAIL or from_address >= MOST_FROM_ADDRESS:
            raise TooManyTries
        tries.add(*marks, now)

    def forgive(self, connection: Connection, email: str, address: str) -> None:
        """Forget the tries of somebody who has signed in."""
        SignInTries(connection).forgive(*self._marks(email, address))

    def _marks(self, email: str, address: str) -> tuple[str, str]:
        return self._mark("email", email), self._mark("address", _place(address))

    def _mark(self, kind: str, value: str) -> str:
        return hmac.new(self._key, f"sign-in {kind}:{value}".encode("utf-8", "replace"), "sha256").hexdigest()


def _place(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv4Address):
        return address
    return str(parsed.ipv4_mapped or ip_network((address.partition("%")[0], _SAME_PLACE), strict=False))
