"""What the contract asks of a power-up, by sections of the webhooks page."""

from powerup.conformance.check import Check
from powerup.conformance.of_powerup import actions, callbacks, delivery, lifecycle, manifest, panels
from powerup.conformance.playing_host import PlayedHost

POWERUP_CHECKS: tuple[Check[PlayedHost], ...] = (
    *manifest.CHECKS.listed,
    *lifecycle.FIRST.listed,
    *delivery.CHECKS.listed,
    *actions.CHECKS.listed,
    *callbacks.CHECKS.listed,
    *panels.CHECKS.listed,
    *lifecycle.CHECKS.listed,
)
"""All of them, in the order in which they are tried: what ends an installation comes last."""
