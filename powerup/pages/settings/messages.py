"""What the host and other software are told, and what was changed in the configuration and by whom."""

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.pages import addresses
from powerup.pages.answers import answer, go_on
from powerup.pages.blueprint import Pages
from powerup.pages.moments import in_zone_of
from powerup.pages.news import News
from powerup.pages.settings.words import changed_in_words
from powerup.pages.visitor import Visitor
from powerup.readings.contract_history import through_in_words
from powerup.store.audit_trail import AuditTrail
from powerup.store.installations import Installations
from powerup.store.outbox import Outbox, OutgoingState
from powerup.store.webhook_addresses import WebhookAddresses
from powerup.tenants.configure import CONFIGURE
from powerup.tenants.tell_host import tell_again
from powerup.texts import counted

_MOST = 100


def add_messages(pages: Pages) -> None:
    """Both pages."""
    parts = pages.parts

    @pages.page("/settings/messages", role=Role.ADMIN)
    def settings_messages(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            outbox = Outbox(connection)
            given_up = outbox.of_tenant(visitor.tenant_id, OutgoingState.DEAD)
            waiting = outbox.of_tenant(visitor.tenant_id, OutgoingState.WAITING)
            installations = Installations(connection).of_tenant(visitor.tenant_id)
            own = WebhookAddresses(connection, visitor.tenant_id).all()
        return answer(
            "settings/messages.html",
            visitor,
            section=addresses.settings(),
            given_up=given_up[:_MOST],
            waiting=waiting[:_MOST],
            installations=installations,
            urls={each.id: each.url for each in own},
            here_time=in_zone_of(parts.database, visitor.tenant_id),
        )

    @pages.page("/settings/messages", role=Role.ADMIN, methods=("POST",))
    def send_messages_again(visitor: Visitor) -> Response:
        wanted = request.form.getlist("message")
        with parts.database.write() as connection:
            given_up = Outbox(connection).of_tenant(visitor.tenant_id, OutgoingState.DEAD)
            chosen = [each for each in given_up if each.id in wanted or "all" in request.form]
            for message in chosen:
                tell_again(connection, message, parts.clock())
        told = counted("{number} message is tried anew.", "{number} messages are tried anew.", len(chosen))
        return go_on(visitor, addresses.settings("messages"), News(told, failed=not chosen))

    @pages.page("/settings/changes", role=Role.VIEWER)
    def settings_changes(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            lines = AuditTrail(connection, visitor.tenant_id).newest_of_target("tenant", visitor.tenant_id, _MOST)
        return answer(
            "settings/changes.html",
            visitor,
            section=addresses.settings(),
            lines=[(line, changed_in_words(line)) for line in lines if line.action == CONFIGURE],
            through=through_in_words,
            here_time=in_zone_of(parts.database, visitor.tenant_id),
        )
