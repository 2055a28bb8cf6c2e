"""The host's marketplace: installs the power-up, suspends it, removes it, and sends it messages (webhooks page 3)."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from powerup.sandbox.credentials import Credentials
from powerup.sandbox.deliveries import Deliveries
from powerup.sandbox.delivery_log import Attempt
from powerup.sandbox.errors import SandboxError
from powerup.sandbox.host import Host
from powerup.sandbox.installation import ADMIN, RUNNING, Actor, Installation, InstallationBook
from powerup.sandbox.signing import new_key, proof_is_right

API_VERSION = "1"
_CREDENTIALS_PURPOSE = "power-up"


@dataclass(frozen=True, slots=True)
class Marketplace:
    """Everything the host does with the power-up as a whole.

    Args:
        host: issues the API tokens and knows the sandbox's today.
        book: firm and installation.
        deliveries: sends the messages.
        site_url: the host's own origin, for example `http://127.0.0.1:8001`.
        listing_key: agreed with the power-up's operator; None where nothing can be installed.
        environment: `sandbox`; `production` only to see it refused.
    """

    host: Host
    book: InstallationBook
    deliveries: Deliveries
    site_url: str
    listing_key: str | None
    environment: str = "sandbox"

    @property
    def callback_url(self) -> str:
        """Where the power-up sends its callbacks."""
        return f"{self.site_url}/powerups/callbacks"

    def install(self, powerup_url: str, actor: Actor = ADMIN, fresh: bool = False) -> Installation:
        """Install the power-up, or install it again.

        Args:
            powerup_url: its base address.
            fresh: leave the second signature out, so that data of an earlier installation stays unreachable.

        Returns:
            The installation, `active`, or `failed` with the power-up's own words as reason.

        Raises:
            SandboxError: it is installed already, or there is no listing key.
        """
        if self.listing_key is None:
            raise SandboxError("installing needs a listing key; start the sandbox with one", "no_listing_key")
        before = self.book.find()
        if before is not None and before.state in RUNNING:
            raise SandboxError("the power-up is installed already; uninstall it first", "installed_already")
        keys = [self.listing_key]
        if before is not None and before.can_be_restored(self._now()) and not fresh:
            keys.append(before.key)
        installation = self._next_installation(before, powerup_url)
        return self._introduce(installation, before, tuple(keys), actor)

    def introduce_again(self, powerup_url: str, actor: Actor = ADMIN) -> Installation:
        """Install what is installed once more with its data, because it or this host has another address now.

        Args:
            powerup_url: its base address from now on.

        Returns:
            As `install`; one that was suspended is suspended again.

        Raises:
            SandboxError: it is not installed, or there is no listing key.
        """
        if self.listing_key is None:
            raise SandboxError("installing needs a listing key; start the sandbox with one", "no_listing_key")
        before = self.book.current()
        old = self.host.credentials.issued_for(_CREDENTIALS_PURPOSE)
        moved = self._introduce(
            self._next_installation(before, powerup_url), before, (self.listing_key, before.key), actor
        )
        if moved.state == "active":
            self.host.credentials.revoke_token(old.token)
            if before.state == "suspended":
                self.suspend(actor)
        return self.book.find() or moved

    def _next_installation(self, before: Installation | None, powerup_url: str) -> Installation:
        return self.book.keep(
            Installation(
                id=before.id if before else f"ins_{secrets.token_hex(8)}",
                powerup_url=powerup_url.rstrip("/") + "/",
                state="installing",
                generation=before.generation + 1 if before else 1,
                key=new_key(),
                changed_at=self._now(),
            )
        )

    def _introduce(
        self, installation: Installation, before: Installation | None, keys: tuple[str, ...], actor: Actor
    ) -> Installation:
        challenge = secrets.token_urlsafe(32)
        credentials = self.host.credentials.issue(_CREDENTIALS_PURPOSE)
        data = {
            "tenant": asdict(self.book.firm()),
            "key": installation.key,
            "api": self._api(credentials),
            "origins": [self.site_url],
            "callback_url": self.callback_url,
            "challenge": challenge,
            "actor": asdict(actor),
            "links": self._links(),
        }
        attempt = self._post(installation, "installation.created", data, keys)
        answer = attempt.answer if attempt else None
        if answer and answer.get("status") == "succeeded":
            if proof_is_right(installation.key, challenge, answer.get("proof")):
                return self._changed(installation, state="active", reason="")
            return self._failed(installation, before, "the proof does not belong to the key and the challenge")
        if attempt is not None and attempt.got_through:
            return self._failed(installation, before, _refusal(attempt))
        # The power-up may have done it all the same, so the new key is the one to be known by next time.
        self.host.credentials.revoke(_CREDENTIALS_PURPOSE)
        return self._changed(installation, state="failed", reason="no answer")

    def _failed(self, installation: Installation, before: Installation | None, reason: str) -> Installation:
        self.host.credentials.revoke(_CREDENTIALS_PURPOSE)
        if before is None:
            return self._changed(installation, state="failed", reason=reason)
        return self.book.keep(replace(before, state="failed", reason=reason, generation=installation.generation))

    def suspend(self, actor: Actor = ADMIN) -> Attempt | None:
        """Stop the power-up for a while, for example for an unpaid bill."""
        installation = self._changed(self.book.current(), state="suspended")
        return self._post(installation, "installation.suspended", {"actor": asdict(actor)})

    def resume(self, actor: Actor = ADMIN) -> Attempt | None:
        """Let a suspended power-up go on."""
        installation = self._changed(self.book.current(), state="active")
        return self._post(installation, "installation.resumed", {"actor": asdict(actor)})

    def uninstall(self, actor: Actor = ADMIN) -> Attempt | None:
        """Remove the power-up. Its tokens end at once, whether it hears of it or not; no work order is touched."""
        installation = self.book.current()
        self.host.credentials.revoke(_CREDENTIALS_PURPOSE)
        self._changed(installation, state="uninstalled")
        return self._post(installation, "installation.uninstalled", {"actor": asdict(actor)})

    def erase(self, actor: Actor = ADMIN) -> Attempt | None:
        """Ask for everything of the firm to be removed at the power-up, after uninstalling.

        Raises:
            SandboxError: it is installed, or never was.
        """
        installation = self.book.find()
        if installation is None or installation.state in RUNNING:
            raise SandboxError("only an uninstalled power-up can be asked to erase its data", "not_uninstalled")
        return self._post(installation, "installation.erased", {"actor": asdict(actor)})

    def rotate_key(self) -> Attempt | None:
        """Give the power-up a new key by a message signed with the old one; used once it was accepted."""
        old, key = self.book.current(), new_key()
        self.book.keep(replace(old, other_keys=(key,), changed_at=self._now()))
        attempt = self._post(old, "installation.key_rotated", {"key": key})
        if _succeeded(attempt):
            self._changed(old, key=key, other_keys=(old.key,))
        return attempt

    def change_credentials(self) -> Attempt | None:
        """Give the power-up new API tokens. The old ones end when it accepted, the new ones when it refused."""
        installation = self.book.current()
        old = self.host.credentials.issued_for(_CREDENTIALS_PURPOSE)
        new = self.host.credentials.issue(_CREDENTIALS_PURPOSE)
        attempt = self._post(installation, "installation.credentials_changed", {"api": self._api(new)})
        if attempt is not None and attempt.got_through:
            self.host.credentials.revoke_token(old.token if _succeeded(attempt) else new.token)
        return attempt

    def update_firm(self, **changes: str) -> Attempt | None:
        """Change the firm's `name`, `locale` or `timezone`, and tell the power-up."""
        installation, firm = self.book.current(), self.book.change_firm(changes)
        told = {"tenant": asdict(firm), "origins": [self.site_url], "links": self._links()}
        return self._post(installation, "installation.updated", told)

    def _links(self) -> dict[str, str]:
        """Where this site shows its records."""
        return {
            "work_order": f"{self.site_url}/orders/{{row_id}}",
            "relation": f"{self.site_url}/customers/{{debtor_no}}",
            "object": f"{self.site_url}/objects/{{object_code}}",
        }

    def set_today(self, today: date) -> Attempt | None:
        """Let another date stand for today, here and, where installed, at the power-up."""
        self.host.calendar.set_today(today)
        installation = self.book.find()
        if installation is None or installation.state not in RUNNING:
            return None
        return self._post(installation, "installation.updated", {"today": today.isoformat()})

    def post(self, message_type: str, data: Mapping[str, Any], once: bool = False) -> Attempt | None:
        """Send a message of the running installation, with retries.

        Args:
            message_type: of the webhook contract, for example `action.invoked`.
            data: its part of the envelope.
            once: without retries.

        Returns:
            The last try; None while deliveries are held.

        Raises:
            SandboxError: the power-up is not installed.
        """
        return self._post(self.book.current(), message_type, data, once=once)

    def _post(
        self,
        installation: Installation,
        message_type: str,
        data: Mapping[str, Any],
        keys: tuple[str, ...] = (),
        once: bool = False,
    ) -> Attempt | None:
        envelope = {
            "type": message_type,
            "api_version": API_VERSION,
            "sent_at": f"{self._now():%Y-%m-%dT%H:%M:%SZ}",
            "audience": installation.powerup_url,
            "environment": self.environment,
            "installation": {"id": installation.id, "generation": installation.generation},
            "tenant": {"id": self.book.firm().id},
            "data": data,
        }
        url = f"{installation.powerup_url}webhooks"
        return self.deliveries.send(url, installation.id, keys or (installation.key,), envelope, once)

    def _changed(self, installation: Installation, **changes: Any) -> Installation:
        return self.book.keep(replace(installation, changed_at=self._now(), **changes))

    def _api(self, credentials: Credentials) -> dict[str, str]:
        return {
            "base_url": f"{self.site_url}/openapi/8/",
            "token": credentials.token,
            "software_token": credentials.software_token,
        }

    def _now(self) -> datetime:
        return self.host.calendar.clock()


def _succeeded(attempt: Attempt | None) -> bool:
    answer = attempt.answer if attempt else None
    return bool(answer and answer.get("status") == "succeeded")


def _refusal(attempt: Attempt) -> str:
    words = attempt.answer_body[:500].decode(errors="replace")
    answer = attempt.answer or {}
    return str(answer.get("message") or answer.get("errors") or f"status {attempt.status}: {words}")
