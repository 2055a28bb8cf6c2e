"""What the contract asks of a host, by sections of the webhooks page and of the host page."""

from powerup.conformance.check import Check
from powerup.conformance.of_host import api, buttons, callbacks, lifecycle
from powerup.conformance.playing_powerup import PlayedPowerup

HOST_CHECKS: tuple[Check[PlayedPowerup], ...] = (
    *lifecycle.FIRST.listed,
    *buttons.CHECKS.listed,
    *callbacks.CHECKS.listed,
    *api.CHECKS.listed,
    *lifecycle.CHECKS.listed,
)
"""All of them, in the order in which they are tried: what ends an installation comes last."""
