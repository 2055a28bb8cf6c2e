"""Codes of a second factor: six digits that change every thirty seconds (RFC 6238), as authenticator apps make them."""

import re
from datetime import datetime
from hmac import compare_digest

from pyotp import TOTP, random_base32

from powerup.store.encryption import Secret

_SECONDS = 30
_KEY = re.compile(r"[A-Z2-7]{32}")
_EARLY_OR_LATE = (0, -1, 1)
"""Whose clock is half a minute off gets in."""


def new_code_key() -> Secret:
    """What codes are made with; an app reads it once."""
    return Secret(random_base32())


def is_code_key(given: str) -> bool:
    """Whether it looks like one."""
    return _KEY.fullmatch(given) is not None


def address_for_app(key: Secret, email: str, issuer: str) -> str:
    """What an app reads from a QR code."""
    return TOTP(key.reveal()).provisioning_uri(name=email, issuer_name=issuer)


def step_of(key: Secret, code: str, now: datetime, used: int | None) -> int | None:
    """Which thirty seconds (counted since 1970) the code is of; None for a wrong one.

    A code of one that was used, or of an earlier one, is wrong. now is aware.
    """
    present = int(now.timestamp()) // _SECONDS
    given = "".join(code.split()).encode("utf-8", "replace")
    made = TOTP(key.reveal())
    fitting = [
        present + apart
        for apart in _EARLY_OR_LATE
        if compare_digest(made.generate_otp(present + apart).encode(), given)
        and (used is None or present + apart > used)
    ]
    return next(iter(fitting), None)
