"""Taking a delivery in: its checks in their order, then its handling (webhooks page, section 2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import Connection

from powerup.rate import RateLimit
from powerup.store.errors import LedgerConflictError, StoreUnavailableError, UnknownZoneError, VersionConflictError
from powerup.store.installations import Installation, Installations
from powerup.store.tenants import Tenants
from powerup.webhooks.kit import refusal
from powerup.webhooks.kit.envelope import Envelope
from powerup.webhooks.kit.keys import KeyRing
from powerup.webhooks.kit.refusal import DeliveryRefused, Reply
from powerup.webhooks.kit.signature import Flaw, InvalidWebhookError, decoded_key, read_headers
from powerup.webhooks.kit.webhook_parts import WebhookParts
from powerup.webhooks.messages.installing import CREATED
from powerup.webhooks.way_in.admission import (
    Authentic,
    Recipient,
    authenticate,
    check_content_type,
    check_declared_size,
    check_size,
    read_message,
)
from powerup.webhooks.way_in.handling import handle, same_message_answered, stored_answer

ReadBody = Callable[[], bytes]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Reception:
    """Receives deliveries for one server process."""

    parts: WebhookParts
    rate_limit: RateLimit = field(default_factory=RateLimit)

    def receive(self, headers: Mapping[str, str], read_body: ReadBody, now: datetime) -> Reply:
        """What a delivery is answered. headers by lower-case name; now is aware."""
        log = _log.bind(
            installation=headers.get("powerup-installation", "")[:128], message=headers.get("webhook-id", "")[:255]
        )
        try:
            check_content_type(headers)
            check_declared_size(headers)
            body = read_body()
            check_size(body)
            reply = self._received(headers, body, now)
        except InvalidWebhookError as error:
            log.warning("webhook_not_let_in", reason=error.flaw.value)
            return refusal.unauthorized().reply
        except DeliveryRefused as error:
            log.info("webhook_refused", code=error.code, reason=str(error))
            return error.reply
        except (StoreUnavailableError, LedgerConflictError, VersionConflictError, UnknownZoneError) as error:
            log.error("webhook_not_stored", reason=str(error))
            return refusal.unavailable().reply
        log.info("webhook_answered", bytes=len(reply.body))
        return reply

    def _received(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Reply:
        signed = read_headers(headers, now)
        with self.parts.database.read() as connection:
            installation = Installations(connection).find(signed.installation_id)
            message = authenticate(signed, body, self._keys(installation, now))
            self._check_installer(connection, message, installation)
            if message.flaw:
                return _answered_before(connection, message, installation, message.flaw)
            if wait := self.rate_limit.seconds_to_wait(signed.installation_id, now):
                raise refusal.too_many_requests(wait)
            envelope = read_message(message)
            self._check_recipient(connection, message, envelope, installation)
            stored = stored_answer(connection, message, envelope, installation)
        return stored or handle(self.parts, message, envelope, installation, now)

    def _keys(self, installation: Installation | None, now: datetime) -> KeyRing:
        if installation is None:
            self.parts.open_decoy()  # so that nobody can tell by the time it takes that nobody is known
            return KeyRing(self.parts.listing_keys)
        valid = [key for key in installation.keys if key.is_valid(now)]  # the present one first
        former = [key for key in installation.keys if key not in valid]
        return KeyRing(
            self.parts.listing_keys,
            tuple(decoded_key(key.key.reveal()) for key in valid),
            tuple(decoded_key(key.key.reveal()) for key in former),
            installation.generation,
        )

    def _check_installer(self, connection: Connection, message: Authentic, installation: Installation | None) -> None:
        """An installation is of the host that made it. One that was made before its host had a name is of the name
        under whose addresses its API is. Raises InvalidWebhookError.
        """
        if not message.installs or installation is None or message.listing == installation.listing:
            return
        if not installation.listing:
            tenant, _ = Tenants(connection).configured(installation.tenant_id, open_tokens=False)
            if self.parts.addresses_of(message.listing).has_api(tenant.api_url):
                return
        raise InvalidWebhookError(Flaw.ANOTHER_LISTING)

    def _check_recipient(
        self, connection: Connection, message: Authentic, envelope: Envelope, installation: Installation | None
    ) -> None:
        tenant_id = None
        if installation is not None and envelope.type != CREATED.name:
            tenant_id = Tenants(connection).host_tenant_id(installation.tenant_id)
        Recipient(
            audience=self.parts.audience,
            environment=self.parts.environment.value,
            installation_id=message.headers.installation_id,
            tenant_id=tenant_id,
        ).check(envelope)


def _answered_before(
    connection: Connection, message: Authentic, installation: Installation | None, flaw: Flaw
) -> Reply:
    """The answer that the message got while its key still counted. Raises InvalidWebhookError where it has none."""
    if installation is not None and (answer := same_message_answered(connection, message, installation)):
        return answer
    raise InvalidWebhookError(flaw)
