"""The pages as a way in for presses."""

from powerup.presses.entrance import Entrance
from powerup.visitors.access import hindrance

PANEL = Entrance("panel", hindrance)
"""In the host's frame and on their own: the same people do the same there."""
