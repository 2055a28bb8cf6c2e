"""The API as a way in for presses."""

from powerup.presses.entrance import Entrance
from powerup.presses.key_removed import key_removed

API = Entrance("api", key_removed)
"""The key is who presses; one that was removed meanwhile changes nothing more."""
