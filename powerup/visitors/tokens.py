"""Secrets that people carry in an address or a cookie: random, and kept here as a hash alone."""

import hashlib
import hmac
import json
from secrets import token_urlsafe

from powerup.store.encryption import Secret

LONGEST = 100
"""Characters; what is longer is none of ours, and not worth hashing."""


def new_token() -> Secret:
    """256 random bits, fit for an address."""
    return Secret(token_urlsafe(32))


def hash_of(token: str) -> str:
    """What is kept of a token. It is random, so a slow hash would protect nothing more."""
    return hashlib.sha256(token[: LONGEST + 1].encode("utf-8", "replace")).hexdigest()


def derived(secret_key: str, *what_for: str) -> bytes:
    """Another secret of 32 bytes, always the same for the same words, which nobody works out without the key."""
    return hmac.digest(secret_key.encode(), json.dumps(what_for).encode(), "sha256")
