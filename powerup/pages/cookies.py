"""The cookies that sessions are known by: one for who has signed in here, another for whom a host has sent.

In a host's frame a browser keeps only one that is `Partitioned`, which has to be `Secure`; browsers take that on this
machine without TLS, too. Whoever comes in by one door leaves by the other, so that nobody is two people at once.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import Request, Response

from powerup.store.encryption import Secret
from powerup.visitors.open_sessions import LASTS, SENT_LASTS


@dataclass(frozen=True, slots=True)
class Cookie:
    """How one of them is called and set; with its prefix, browsers take it from this very address alone."""

    plain_name: str
    same_site: str
    partitioned: bool
    lasts: timedelta

    def name(self, base_url: str) -> str:
        """Its name at that address."""
        return f"__Host-{self.plain_name}" if base_url.startswith("https://") else self.plain_name

    def set(self, response: Response, secret: Secret, base_url: str) -> None:
        """Let the browser keep the secret of a session."""
        response.set_cookie(
            self.name(base_url),
            secret.reveal(),
            max_age=self.lasts,
            secure=self._secure(base_url),
            httponly=True,
            samesite=self.same_site,
            partitioned=self.partitioned,
        )

    def take_back(self, response: Response, base_url: str) -> None:
        """Let the browser forget it."""
        response.delete_cookie(
            self.name(base_url),
            secure=self._secure(base_url),
            httponly=True,
            samesite=self.same_site,
            partitioned=self.partitioned,
        )

    def secret(self, request: Request, base_url: str) -> str | None:
        """What the browser shows."""
        return request.cookies.get(self.name(base_url))

    def _secure(self, base_url: str) -> bool:
        return self.partitioned or base_url.startswith("https://")


OWN = Cookie("powerup", "Lax", partitioned=False, lasts=LASTS)
FRAMED = Cookie("powerup-panel", "None", partitioned=True, lasts=SENT_LASTS)
COOKIES = (FRAMED, OWN)


def come_in(response: Response, cookie: Cookie, secret: Secret, base_url: str) -> Response:
    """Let the browser keep the secret of a session that has just begun, and forget any other."""
    cookie.set(response, secret, base_url)
    for other in COOKIES:
        if other is not cookie:
            other.take_back(response, base_url)
    return response


def go_out(response: Response, base_url: str) -> Response:
    """Let the browser forget every session."""
    for cookie in COOKIES:
        cookie.take_back(response, base_url)
    return response


def secrets_of(request: Request, base_url: str) -> list[str]:
    """The secrets of sessions that the browser shows."""
    shown = (cookie.secret(request, base_url) for cookie in COOKIES)
    return [secret for secret in shown if secret]
