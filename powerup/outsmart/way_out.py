"""How the network of this machine is left."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WayOut:
    """What is needed to leave it, both empty where nothing is.

    ca_bundle is a file with the certificates that count in place of the public ones, proxy the address of what passes
    calls on.
    """

    ca_bundle: str = ""
    proxy: str = field(default="", repr=False)  # may hold a password
