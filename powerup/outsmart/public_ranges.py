"""Which addresses are of the public internet, of this machine, or of the operator's own network (webhooks page, 8)."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from powerup.outsmart.lookups import LOOKUPS

_HOLDING_IPV4 = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))
"""Ranges whose addresses lead to the IPv4 address in their last 32 bits: compatible ones, and NAT64 (RFC 6052)."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""Leads to IPv4 addresses of whoever runs the network (RFC 8215)."""

_ASKED_WITHIN_SECONDS = 2.0


def is_public(address: str) -> bool:
    """Whether a numeric IP address is one of the public internet; a name is not."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        if parsed in _LOCAL_NAT64:
            return False
        parsed = parsed.ipv4_mapped or parsed.sixtofour or _held_ipv4(parsed) or parsed
    return parsed.is_global and not parsed.is_multicast


def is_this_machine(host: str) -> bool:
    """Whether a name or numeric address is that of the machine itself; no name is asked for."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def leads_outside(host: str, port: int) -> bool:
    """Whether every address of the host is public; one that has none now, or that nobody says in time, leads nowhere,
    and is found out when used."""
    try:
        found = LOOKUPS.addresses(host, port, _ASKED_WITHIN_SECONDS)
    except OSError:
        return True
    return all(map(is_public, found))


def _held_ipv4(address: IPv6Address) -> IPv4Address | None:
    if not any(address in network for network in _HOLDING_IPV4):
        return None
    return IPv4Address(int(address) & 0xFFFFFFFF)
