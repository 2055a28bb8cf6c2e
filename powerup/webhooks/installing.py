"""Installing, and new tokens: what a host brings is checked and tried before it is believed (webhooks page, 3)."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from powerup.actions.new_tenant import add_tenant, claim_account
from powerup.documents.errors import DocumentError
from powerup.outsmart.errors import HostUnavailable, InvalidApiAddress, OutsmartError
from powerup.store import leases
from powerup.store.accounts import AccountTakenError
from powerup.store.encryption import Secret
from powerup.store.erasure import erased_generation
from powerup.store.identifiers import new_id
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.store.tenants import Environment, Tenant, Tenants, TenantState
from powerup.texts import Text, text
from powerup.webhooks.admission import KeyKind
from powerup.webhooks.answers import done, failed, ignored, invalid
from powerup.webhooks.changes import end_installation, write_audit_line
from powerup.webhooks.entrance import Answered, Delivery, Entrance, Installing, Work, answering
from powerup.webhooks.lifecycle import described
from powerup.webhooks.messages import ApiAccess, Created, CredentialsChanged
from powerup.webhooks.signature import proof

RESTORED_WITHIN = timedelta(days=30)
"""How long after uninstalling its data can be had back."""

_TRIED_WITHIN_SECONDS = 3.0


def created(entrance: Entrance, delivery: Delivery) -> Installing:
    """installation.created: addresses are checked and the tokens tried, then a tenant is made or restored."""
    data: Created = delivery.data
    if problems := _problems(entrance, delivery):
        return answering(invalid(problems))
    tenant = _new_tenant(delivery, entrance.environment)
    if refusal := _tried(entrance, tenant):
        return answering(failed(refusal))

    def install(connection: Connection, current: Installation | None) -> Answered:
        if current is None and _was_erased(connection, delivery):
            return Answered(ignored(text("This installing was erased; nothing was done.")))
        linked = Tenants(connection).linked_to(delivery.envelope.installation_id)
        try:
            with connection.begin_nested():
                if linked is not None:
                    _make_its_own(connection, current, linked, delivery)
                elif current is not None and _may_be_restored(connection, current, delivery):
                    _restore(connection, current, delivery)
                else:
                    _start_fresh(connection, current, tenant, delivery)
        except AccountTakenError as taken:
            return Answered(invalid([_taken("/tenant/id", taken, delivery)]))
        return Answered(done(proof=proof(data.key, data.challenge)))

    return install


def credentials_changed(entrance: Entrance, delivery: Delivery, installation: Installation) -> Work:
    """installation.credentials_changed: the new tokens are tried before they replace the old."""
    data: CredentialsChanged = delivery.data
    if problems := entrance.addresses.problems_of_api(data.api):
        return answering(invalid(problems))
    with entrance.database.read() as connection:
        tenant = Tenants(connection).get(installation.tenant_id)
    if refusal := _tried(entrance, _with_access(tenant, data.api)):
        return answering(failed(refusal))

    def replace_tokens(connection: Connection, current: Installation) -> Answered:
        tenants = Tenants(connection)
        tenant = _with_access(tenants.get(current.tenant_id), data.api)
        try:
            claim_account(connection, tenant)
        except AccountTakenError as taken:
            return Answered(invalid([_taken("/api/token", taken, delivery)]))
        tenants.save(tenant)
        if tenant.state is TenantState.ACTIVE:
            leases.revoke(connection, tenant.id)  # a cycle that runs has the old tokens; its end would stop the tenant
            tenants.restart_cycles(current.tenant_id, delivery.now)
        write_audit_line(connection, current, delivery)
        return Answered(done())

    return replace_tokens


def _problems(entrance: Entrance, delivery: Delivery) -> list[DocumentError]:
    data: Created = delivery.data
    problems = [
        *entrance.addresses.problems_of_api(data.api),
        *entrance.addresses.problems_of_origins(data.origins),
        *entrance.addresses.problems_of_callback(data.callback_url),
    ]
    if data.tenant.id != delivery.envelope.tenant_id:
        problems.append(DocumentError("/tenant/id", "differs", "The envelope names another tenant."))
    return problems


def _tried(entrance: Entrance, tenant: Tenant) -> Text | None:
    """One read with the tokens; None when it went well, else what to tell."""
    try:
        with entrance.open_host(tenant, _TRIED_WITHIN_SECONDS) as host:
            host.work_types()
    except HostUnavailable as error:
        return text("The tokens could not be tried: {words}", words=str(error))
    except (OutsmartError, InvalidApiAddress) as error:
        return text("The tokens were tried and do not work: {words}", words=str(error))
    return None


def _new_tenant(delivery: Delivery, environment: Environment) -> Tenant:
    data: Created = delivery.data
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
            next_cycle_at=delivery.now,
        ),
        data,
    )


def _told_by(tenant: Tenant, data: Created) -> Tenant:
    return replace(described(_with_access(tenant, data.api), data.tenant), state=TenantState.ACTIVE)


def _with_access(tenant: Tenant, api: ApiAccess) -> Tenant:
    return replace(tenant, api_url=api.base_url, token=Secret(api.token), software_token=Secret(api.software_token))


def _was_erased(connection: Connection, delivery: Delivery) -> bool:
    """Whether this message is of before the tenant was erased, and would bring it back."""
    erased = erased_generation(connection, delivery.envelope.installation_id)
    return erased is not None and delivery.envelope.generation <= erased


def _may_be_restored(connection: Connection, current: Installation, delivery: Delivery) -> bool:
    """Whether the same tenant asks, with an old key of its own, before its time has run out."""
    tenant = Tenants(connection).get(current.tenant_id)
    in_time = current.uninstalled_at is None or delivery.now <= current.uninstalled_at + RESTORED_WITHIN
    same_tenant = tenant.host_tenant_id == delivery.envelope.tenant_id
    return in_time and same_tenant and KeyKind.INSTALLATION in delivery.kinds


def _restore(connection: Connection, current: Installation, delivery: Delivery) -> None:
    data: Created = delivery.data
    tenants = Tenants(connection)
    tenant = _told_by(tenants.get(current.tenant_id), data)
    claim_account(connection, tenant)
    tenants.save(tenant)
    tenants.restart_cycles(current.tenant_id, delivery.now)
    restored = _installed(current.tenant_id, delivery, current)
    Installations(connection).save(restored)
    write_audit_line(connection, restored, delivery, {"restored": True})


def _start_fresh(connection: Connection, current: Installation | None, tenant: Tenant, delivery: Delivery) -> None:
    """A new tenant; what an earlier installing left stays, stopped and out of reach."""
    if current is not None:
        end_installation(connection, current, delivery.now)
    installed = _installed(tenant.id, delivery, current)
    add_tenant(connection, tenant, back_again=installed.generation > 1)
    Installations(connection).add(installed)
    write_audit_line(connection, installed, delivery, {"restored": False})


def _make_its_own(connection: Connection, current: Installation | None, linked: Tenant, delivery: Delivery) -> None:
    """The tenant that was added by command goes on as the installation's, with its contracts and its numbers."""
    if current is not None:
        end_installation(connection, current, delivery.now)
    tenants = Tenants(connection)
    tenant = replace(_told_by(linked, delivery.data), host_tenant_id=delivery.envelope.tenant_id)
    claim_account(connection, tenant)
    leases.revoke(connection, tenant.id)  # a cycle that runs has the old tokens
    tenants.save(tenant)
    tenants.link(tenant.id, None)
    tenants.restart_cycles(tenant.id, delivery.now)
    installed = _installed(tenant.id, delivery, current)
    Installations(connection).add(installed)
    write_audit_line(connection, installed, delivery, {"linked": True})


def _taken(pointer: str, taken: AccountTakenError, delivery: Delivery) -> DocumentError:
    """Names the tenant that has the account; one that was added by command can become the installation's."""
    holder, installation = taken.holder, delivery.envelope.installation_id
    words = str(taken)
    if holder.by_command:
        words = (
            f"This host account is that of tenant {holder.name} already, which was added by command. To make it this "
            f"installation's: powerup tenant link {holder.tenant_id} {installation}; then install again."
        )
    return DocumentError(pointer, "account_taken", words)


def _installed(tenant_id: str, delivery: Delivery, before: Installation | None) -> Installation:
    data: Created = delivery.data
    # The last key counts no more, but lets what was sent before be recognised, and ignored.
    former = (replace(before.keys[0], until=delivery.now),) if before else ()
    return Installation(
        tenant_id=tenant_id,
        id=delivery.envelope.installation_id,
        generation=delivery.envelope.generation,
        state=InstallationState.ACTIVE,
        keys=(InstallationKey(Secret(data.key)), *former),
        origins=data.origins,
        callback_url=data.callback_url,
    )
