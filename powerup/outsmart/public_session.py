"""HTTP sessions that reach no address inside the operator's own network (webhooks page, section 8).

The peer is looked at after the connection stands and before anything is sent, so that a name which points elsewhere the
second time it is asked (rebinding) gains nothing.
"""

import socket
from collections.abc import Mapping
from types import MappingProxyType

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from powerup.outsmart.public_ranges import is_public
from powerup.outsmart.punctual import PunctualAdapter, PunctualConnection, PunctualSecureConnection
from powerup.outsmart.way_out import WayOut


class PrivateAddressError(OSError):
    """A connection led to an address that is not public."""


_STRAIGHT_OUT = WayOut()

_THIS_MACHINE = ("localhost", "127.0.0.1", "[::1]")


def host_session(*, public_only: bool, way_out: WayOut = _STRAIGHT_OUT) -> requests.Session:
    """A session that takes no proxy or password from its surroundings, and whose calls end when their time is over;
    public_only guards every connection. With a proxy it is the proxy that connects to hosts: then it, too, has to keep
    off private addresses. What runs on this machine is called without one.
    """
    session = _PublicSession() if public_only else requests.Session()
    session.trust_env = False
    session.verify = way_out.ca_bundle or True
    if way_out.proxy:
        session.proxies = {"http": way_out.proxy, "https": way_out.proxy}
        session.proxies |= {f"{scheme}://{name}": "" for scheme in ("http", "https") for name in _THIS_MACHINE}
    for scheme in ("https://", "http://"):
        session.mount(scheme, PunctualAdapter(max_retries=0))
    return session


class _PublicHTTPConnection(PunctualConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PublicHTTPSConnection(PunctualSecureConnection):
    def _new_conn(self) -> socket.socket:
        return _checked(super()._new_conn())


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTPConnection


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPSConnection


_POOLS: Mapping[str, type[HTTPConnectionPool]] = MappingProxyType({"http": _PublicHTTPPool, "https": _PublicHTTPSPool})


class _PublicSession(requests.Session):
    """Guards every adapter that is mounted, whoever mounts it; headers have their deadline whichever it is."""

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
