"""Pairs of token and software token, as the host gives them to a software package (host page 4.2)."""

import secrets
from dataclasses import dataclass, field

from powerup.sandbox.errors import ApiError
from powerup.sandbox.state import Store


@dataclass(frozen=True, slots=True)
class Credentials:
    """A token of the customer and the software token that belongs to the same package."""

    token: str = field(repr=False)
    software_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CredentialBook:
    """The pairs that were issued."""

    store: Store

    def issue(self, purpose: str) -> Credentials:
        """Make a new pair, valid until it is revoked."""
        pair = Credentials(secrets.token_hex(16), secrets.token_hex(16))
        with self.store.transaction() as db:
            db.execute(
                "INSERT INTO credential (token, software_token, purpose) VALUES (?, ?, ?)",
                (pair.token, pair.software_token, purpose),
            )
        return pair

    def issued_for(self, purpose: str) -> Credentials:
        """The valid pair of this purpose; made when there is none."""
        rows = self.store.read("SELECT * FROM credential WHERE purpose = ? AND revoked = 0", (purpose,))
        return Credentials(rows[-1]["token"], rows[-1]["software_token"]) if rows else self.issue(purpose)

    def revoke(self, purpose: str) -> None:
        """Let every pair of this purpose end at once."""
        with self.store.transaction() as db:
            db.execute("UPDATE credential SET revoked = 1 WHERE purpose = ?", (purpose,))

    def revoke_token(self, token: str) -> None:
        """Let one pair end at once."""
        with self.store.transaction() as db:
            db.execute("UPDATE credential SET revoked = 1 WHERE token = ?", (token,))

    def knows(self, token: str | None) -> bool:
        """Whether the token is one of these, revoked or not."""
        return bool(token and self.store.read("SELECT 1 FROM credential WHERE token = ?", (token,)))

    def check(self, token: str | None, software_token: str | None) -> None:
        """Whether a call may come in.

        Raises:
            ApiError: 1002 to 1005 (host page 4.3).
        """
        if not token:
            raise ApiError(1002, "Token missing")
        if not software_token:
            raise ApiError(1003, "Software token missing")
        rows = self.store.read("SELECT software_token FROM credential WHERE token = ? AND revoked = 0", (token,))
        if not rows:
            raise ApiError(1004, "Token not authorized")
        if rows[0]["software_token"] != software_token:
            raise ApiError(1005, "Software token invalid or not matching token")
