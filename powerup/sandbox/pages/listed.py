"""The power-up that the marketplace offers, and its manifest (webhooks page 1)."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import requests

from powerup.sandbox.errors import SandboxError
from powerup.sandbox.state import Store

_SETTING = "powerup_url"
_TIMEOUT_SECONDS = 3.0
# A page shows buttons from the manifest, so it is not fetched for each; a new version shows within this time.
_FRESH_SECONDS = 10.0
_LARGEST_BYTES = 1024 * 1024

Manifest = Mapping[str, Any]


class ListedPowerup:
    """Knows the power-up's address and fetches its manifest.

    Args:
        store: keeps an address that a person gave.
        url: the address as long as nobody gave another; None where none is known.
    """

    def __init__(self, store: Store, url: str | None) -> None:
        self._store = store
        self._first_url = url
        self._lock = threading.Lock()
        self._fetched: tuple[str, float, Manifest] | None = None

    @property
    def url(self) -> str | None:
        """The power-up's base address, with its final slash."""
        url = self._store.setting(_SETTING) or self._first_url
        return url.rstrip("/") + "/" if url else None

    def list_at(self, url: str) -> None:
        """Offer the power-up at this address.

        Raises:
            SandboxError: that is no http address.
        """
        if not url.startswith(("http://", "https://")):
            raise SandboxError(f"an address begins with http:// or https://, not {url!r}", "no_address")
        self._store.keep_setting(_SETTING, url)

    def manifest(self) -> Manifest:
        """What the power-up says about itself.

        Raises:
            SandboxError: no address is known, or no manifest is there; the text says which.
        """
        url = self.url
        if url is None:
            raise SandboxError("no power-up is listed", "none_listed")
        with self._lock:
            now = time.monotonic()
            if self._fetched and self._fetched[0] == url and now - self._fetched[1] < _FRESH_SECONDS:
                return self._fetched[2]
            manifest = manifest_at(url)
            self._fetched = (url, now, manifest)
            return manifest


def manifest_at(url: str) -> Manifest:
    """What the power-up at a base address says about itself.

    Raises:
        SandboxError: no manifest is there; the text says why.
    """
    address = f"{url.rstrip('/')}/.well-known/powerup.json"
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the surroundings has no business between the two
            answer = session.get(address, timeout=_TIMEOUT_SECONDS, allow_redirects=False)
            manifest = answer.json() if answer.status_code == 200 and len(answer.content) < _LARGEST_BYTES else None
    except (requests.RequestException, ValueError) as flaw:
        raise SandboxError(f"{address} has no manifest: {flaw}", "no_manifest", address=address) from flaw
    if not isinstance(manifest, dict):
        words = f"{address} has no manifest: status {answer.status_code}"
        raise SandboxError(words, "no_manifest", address=address)
    return manifest
