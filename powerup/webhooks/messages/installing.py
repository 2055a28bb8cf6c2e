"""Installing, and new tokens: what a host brings is checked and tried before it is believed (webhooks page, 3)."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from marshmallow import fields, validate
from sqlalchemy import Connection

from powerup.documents.errors import DocumentError
from powerup.outsmart.errors import HostUnavailable, InvalidApiAddress, OutsmartError
from powerup.outsmart.readers import TooManyWait
from powerup.store import leases
from powerup.store.accounts import AccountTakenError
from powerup.store.encryption import Secret
from powerup.store.erasure import erased_generation
from powerup.store.identifiers import new_id
from powerup.store.installations import HostLinks, Installation, InstallationKey, Installations, InstallationState
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.tenants.new_tenant import add_tenant, claim_account
from powerup.texts import Text, sentence_of, text
from powerup.webhooks.kit.answers import AnswerDocument, done, failed, ignored, invalid
from powerup.webhooks.kit.keys import KeyKind
from powerup.webhooks.kit.message_fields import Line, MessageSchema, SigningKey
from powerup.webhooks.kit.message_parts import (
    EXAMPLE_API,
    EXAMPLE_KEY,
    EXAMPLE_LINKS,
    EXAMPLE_PERSON,
    ApiAccess,
    ApiAccessSchema,
    HostTenant,
    LinksSchema,
    Person,
    PersonSchema,
    TenantSchema,
)
from powerup.webhooks.kit.message_type import Changing, Installing
from powerup.webhooks.kit.prepared_message import Message, Prepared, PreparedAnswer, PreparedForNewcomer
from powerup.webhooks.kit.refusal import too_many_requests
from powerup.webhooks.kit.signature import proof
from powerup.webhooks.kit.webhook_parts import WebhookParts
from powerup.webhooks.messages.installation_changes import end_installation, write_audit_line
from powerup.webhooks.messages.lifecycle import described

RESTORED_WITHIN = timedelta(days=30)
"""How long after uninstalling its data can be had back."""

_TRIED_WITHIN_SECONDS = 3.0
_TRIED_AGAIN_AFTER_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Created:
    """Data of installation.created."""

    tenant: HostTenant
    key: str = field(repr=False)
    api: ApiAccess
    origins: tuple[str, ...]
    callback_url: str
    challenge: str
    actor: Person
    links: HostLinks = field(default_factory=HostLinks)


class CreatedSchema(MessageSchema[Created]):
    """installation.created."""

    makes = Created

    tenant = fields.Nested(TenantSchema, required=True)
    key = SigningKey(required=True)
    api = fields.Nested(ApiAccessSchema, required=True)
    origins = fields.List(Line(), required=True, validate=validate.Length(1, 20))
    callback_url = Line(longest=1000, required=True)
    challenge = Line(longest=1000, required=True)
    actor = fields.Nested(PersonSchema, required=True)
    links = fields.Nested(LinksSchema)


@dataclass(frozen=True, slots=True)
class CredentialsChanged:
    """Data of installation.credentials_changed."""

    api: ApiAccess


class CredentialsChangedSchema(MessageSchema[CredentialsChanged]):
    """installation.credentials_changed."""

    makes = CredentialsChanged

    api = fields.Nested(ApiAccessSchema, required=True)


@dataclass(frozen=True, slots=True)
class _Install:
    """Makes the tenant, restores what it had, or gives it the one that was added by command."""

    message: Message[Created]
    tenant: Tenant

    def carry_out(self, connection: Connection, current: Installation | None) -> AnswerDocument:
        message = self.message
        if current is None and _was_erased(connection, message):
            return ignored(text("This installing was erased; nothing was done."))
        if current is not None and _is_anothers(connection, current, message):
            return invalid([DocumentError("/tenant/id", "differs", "This installation is another tenant's.")])
        linked = Tenants(connection).linked_to(message.envelope.installation_id)
        try:
            with connection.begin_nested():
                if linked is not None:
                    _make_its_own(connection, current, linked, message)
                elif current is not None and _may_be_restored(connection, current, message):
                    _restore(connection, current, message)
                else:
                    _start_fresh(connection, current, self.tenant, message)
        except AccountTakenError as taken:
            return invalid([_taken("/tenant/id", taken, message)])
        return done(proof=proof(message.data.key, message.data.challenge))


@dataclass(frozen=True, slots=True)
class _ReplaceTokens:
    """Puts tokens that were tried in the place of the old ones."""

    message: Message[CredentialsChanged]

    def carry_out(self, connection: Connection, current: Installation) -> AnswerDocument:
        message, tenants = self.message, Tenants(connection)
        tenant = _with_access(tenants.get(current.tenant_id), message.data.api)
        try:
            claim_account(connection, tenant)
        except AccountTakenError as taken:
            return invalid([_taken("/api/token", taken, message)])
        tenants.save(tenant)
        if tenant.state is TenantState.ACTIVE:
            leases.revoke(connection, tenant.id)  # a cycle that runs has the old tokens; its end would stop the tenant
            tenants.restart_cycles(current.tenant_id, message.now)
        write_audit_line(connection, current, message)
        return done()


def created(parts: WebhookParts, message: Message[Created]) -> PreparedForNewcomer:
    """Addresses are checked and the tokens tried, then a tenant is made or restored."""
    if problems := _problems(parts, message):
        return PreparedAnswer(invalid(problems))
    tenant = _new_tenant(message, parts.environment)
    if refusal := _tried(parts, tenant, message):
        return PreparedAnswer(failed(refusal))
    return _Install(message, tenant)


def credentials_changed(
    parts: WebhookParts, message: Message[CredentialsChanged], installation: Installation
) -> Prepared:
    """The new tokens are tried before they replace the old."""
    api = message.data.api
    if problems := parts.addresses_of(installation.listing).problems_of_api(api):
        return PreparedAnswer(invalid(problems))
    with parts.database.read() as connection:
        tenant = Tenants(connection).get(installation.tenant_id)
    if refusal := _tried(parts, _with_access(tenant, api), message):
        return PreparedAnswer(failed(refusal))
    return _ReplaceTokens(message)


def _problems(parts: WebhookParts, message: Message[Created]) -> list[DocumentError]:
    data, addresses = message.data, parts.addresses_of(message.listing)
    problems = [
        *addresses.problems_of_api(data.api),
        *addresses.problems_of_origins(data.origins),
        *addresses.problems_of_callback(data.callback_url),
        *addresses.problems_of_links(data.links, data.origins),
    ]
    if data.tenant.id != message.envelope.tenant_id:
        problems.append(DocumentError("/tenant/id", "differs", "The envelope names another tenant."))
    return problems


def _tried(parts: WebhookParts, tenant: Tenant, message: Message[object]) -> Text | None:
    """One read with the tokens; None when it went well, else what to tell. Raises DeliveryRefused, 429, where too many
    wait for their hosts already, this installation's above all."""
    asker, readers = message.envelope.installation_id, parts.readers
    try:
        with readers.waiting(asker), parts.open_host(tenant, _TRIED_WITHIN_SECONDS) as host:
            host.work_types()
    except TooManyWait:
        raise too_many_requests(_TRIED_AGAIN_AFTER_SECONDS) from None
    except HostUnavailable as error:
        readers.was_slow(asker)
        return text("The tokens could not be tried: {words}", words=sentence_of(error))
    except (OutsmartError, InvalidApiAddress) as error:
        return text("The tokens were tried and do not work: {words}", words=sentence_of(error))
    readers.was_quick(asker)
    return None


def _new_tenant(message: Message[Created], environment: Environment) -> Tenant:
    data = message.data
    return _told_by(
        Tenant(
            id=new_id("ten"),
            name="",
            environment=environment,
            timezone="",
            api_url="",
            token=None,
            software_token=None,
            host_tenant_id=data.tenant.id,
            next_cycle_at=message.now,
        ),
        data,
    )


def _told_by(tenant: Tenant, data: Created) -> Tenant:
    return replace(described(_with_access(tenant, data.api), data.tenant), state=TenantState.ACTIVE)


def _with_access(tenant: Tenant, api: ApiAccess) -> Tenant:
    return replace(tenant, api_url=api.base_url, token=Secret(api.token), software_token=Secret(api.software_token))


def _was_erased(connection: Connection, message: Message[Created]) -> bool:
    """Whether this message is of before the tenant was erased, and would bring it back."""
    erased = erased_generation(connection, message.envelope.installation_id)
    return erased is not None and message.envelope.generation <= erased


def _is_anothers(connection: Connection, current: Installation, message: Message[Created]) -> bool:
    """Whether the installation is in use, by another tenant than the one that the message names."""
    known = Tenants(connection).host_tenant_id(current.tenant_id)
    in_use = current.state is not InstallationState.UNINSTALLED
    return in_use and known is not None and known != message.envelope.tenant_id


def _may_be_restored(connection: Connection, current: Installation, message: Message[Created]) -> bool:
    """Whether the same tenant asks, with an old key of its own, before its time has run out."""
    tenant = Tenants(connection).get(current.tenant_id)
    in_time = current.uninstalled_at is None or message.now <= current.uninstalled_at + RESTORED_WITHIN
    same_tenant = tenant.host_tenant_id == message.envelope.tenant_id
    return in_time and same_tenant and KeyKind.INSTALLATION in message.kinds


def _restore(connection: Connection, current: Installation, message: Message[Created]) -> None:
    data = message.data
    tenants = Tenants(connection)
    tenant = _told_by(tenants.get(current.tenant_id), data)
    claim_account(connection, tenant)
    tenants.save(tenant)
    tenants.restart_cycles(current.tenant_id, message.now)
    restored = _installed(current.tenant_id, message, current)
    Installations(connection).save(restored)
    write_audit_line(connection, restored, message, message.data.actor, {"restored": True})


def _start_fresh(
    connection: Connection, current: Installation | None, tenant: Tenant, message: Message[Created]
) -> None:
    """A new tenant; what an earlier installing left stays, stopped and out of reach."""
    if current is not None:
        end_installation(connection, current, message.now)
    installed = _installed(tenant.id, message, current)
    add_tenant(connection, tenant, back_again=installed.generation > 1)
    Installations(connection).add(installed)
    write_audit_line(connection, installed, message, message.data.actor, {"restored": False})


def _make_its_own(
    connection: Connection, current: Installation | None, linked: Tenant, message: Message[Created]
) -> None:
    """The tenant that was added by command goes on as the installation's, with its contracts and its numbers."""
    if current is not None:
        end_installation(connection, current, message.now)
    tenants = Tenants(connection)
    tenant = replace(_told_by(linked, message.data), host_tenant_id=message.envelope.tenant_id)
    claim_account(connection, tenant)
    leases.revoke(connection, tenant.id)  # a cycle that runs has the old tokens
    tenants.save(tenant)
    tenants.link(tenant.id, None)
    tenants.restart_cycles(tenant.id, message.now)
    installed = _installed(tenant.id, message, current)
    Installations(connection).add(installed)
    write_audit_line(connection, installed, message, message.data.actor, {"linked": True})


def _taken(pointer: str, taken: AccountTakenError, message: Message[object]) -> DocumentError:
    """Names the tenant that has the account; one that was added by command can become the installation's."""
    holder, installation = taken.holder, message.envelope.installation_id
    words = str(taken)
    if holder.by_command:
        words = (
            f"This host account is that of tenant {holder.name} already, which was added by command. To make it this "
            f"installation's: powerup tenant link {holder.tenant_id} {installation}; then install again."
        )
    return DocumentError(pointer, "account_taken", words)


def _installed(tenant_id: str, message: Message[Created], before: Installation | None) -> Installation:
    data = message.data
    # The last key counts no more, but lets what was sent before be recognised, and ignored.
    former = (replace(before.keys[0], until=message.now),) if before else ()
    return Installation(
        tenant_id=tenant_id,
        id=message.envelope.installation_id,
        generation=message.envelope.generation,
        state=InstallationState.ACTIVE,
        keys=(InstallationKey(Secret(data.key)), *former),
        origins=data.origins,
        callback_url=data.callback_url,
        links=data.links,
        listing=message.listing,
    )


CREATED = Installing(
    "installation.created",
    CreatedSchema,
    {
        "tenant": {"id": "t_42", "name": "Jansen Installatie BV", "locale": "nl", "timezone": "Europe/Amsterdam"},
        "key": EXAMPLE_KEY,
        "api": EXAMPLE_API,
        "origins": ["https://app.out-smart.com"],
        "callback_url": "https://app.out-smart.com/powerups/callbacks",
        "challenge": "b64-random",
        "actor": EXAMPLE_PERSON,
        "links": EXAMPLE_LINKS,
    },
    created,
    changes_hands=True,
)

CREDENTIALS_CHANGED = Changing(
    "installation.credentials_changed",
    CredentialsChangedSchema,
    {"api": EXAMPLE_API},
    credentials_changed,
    with_present_key=True,
)
