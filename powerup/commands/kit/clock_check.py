"""A process does not begin to take leases with a clock that differs from the database server's (decision 6)."""

from powerup.commands.kit.group import Finding
from powerup.parts import Parts
from powerup.store.server_clock import MOST_DIFFERENCE, clock_difference, is_too_far
from powerup.texts import text


def refuse_wrong_clock(parts: Parts) -> None:
    """Raises Finding where the clocks differ too much, and StoreUnavailableError."""
    difference = clock_difference(parts.database, parts.clock)
    if difference is not None and is_too_far(difference):
        raise Finding(
            text(
                "This machine's clock differs by {seconds} s from that of the database's server, and may by {most}: "
                "two machines could work on one tenant at once. Set both (NTP), and start again.",
                seconds=round(abs(difference).total_seconds()),
                most=MOST_DIFFERENCE.seconds,
            )
        )
