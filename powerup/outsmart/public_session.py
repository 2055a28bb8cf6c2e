"""HTTP sessions that reach no address inside the operator's own network (webhooks page, section 8).

The peer is looked at after the connection stands and before anything is sent, so that a name which points elsewhere the
second time it is asked (rebinding) gains nothing.
"""

import socket
from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from types import MappingProxyType

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

_HOLDING_IPV4 = (IPv6Network("::/96"), IPv6Network("64:ff9b::/96"))
"""Ranges whose addresses lead to the IPv4 address in their last 32 bits: compatible ones, and NAT64 (RFC 6052)."""

_LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")
"""Leads to IPv4 addresses of whoever runs the network (RFC 8215)."""


class PrivateAddressError(OSError):
    """A connection led to an address that is not public."""


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


def _held_ipv4(address: IPv6Address) -> IPv4Address | None:
    if not any(address in network for network in _HOLDING_IPV4):
        return None
    return IPv4Address(int(address) & 0xFFFFFFFF)


def host_session(*, public_only: bool) -> requests.Session:
    """A session that takes no proxy or password from its surroundings; public_only guards every connection."""
    session = _PublicSession() if public_only else requests.Session()
    session.trust_env = False
    return session


class _PublicHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PublicHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTPConnection


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPSConnection


_POOLS: Mapping[str, type[HTTPConnectionPool]] = MappingProxyType({"http": _PublicHTTPPool, "https": _PublicHTTPSPool})


class _PublicSession(requests.Session):
    """Guards every adapter that is mounted, whoever mounts it."""

    def mount(self, prefix: str | bytes, adapter: BaseAdapter) -> None:
        if isinstance(adapter, HTTPAdapter):
            adapter.poolmanager.pool_classes_by_scheme = dict(_POOLS)
        super().mount(prefix, adapter)


def _checked(connection: socket.socket) -> socket.socket:
    peer = str(connection.getpeername()[0])
    if not is_public(peer):
        connection.close()
        raise PrivateAddressError("The name leads to an address that is not public; nothing was sent.")
    return connection
