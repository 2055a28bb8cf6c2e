"""Tenants: who they are, how their host is reached, what they configured, and when their next cycle is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Row, Select, Update, and_, bindparam, case, insert, null, or_, select, true, update

from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document, configuration_from_document
from powerup.store.accounts import Accounts
from powerup.store.database import cipher_of
from powerup.store.encryption import Sealed, Secret
from powerup.store.errors import AmbiguousTenantError, UnknownTenantError, UnknownZoneError
from powerup.store.planning_wanted import want_all_planning, want_planning_of_customers
from powerup.store.queue import hint
from powerup.store.tables import tenants

FIRST_CONTRACT_NUMBER = 1001

_ONE = select(tenants).where(tenants.c.id == bindparam("tenant"))
_HOST_TENANT_ID = select(tenants.c.host_tenant_id).where(tenants.c.id == bindparam("tenant"))

_AT_ONCE_IN_GOOD_HEALTH = case(
    (tenants.c.consecutive_failures == 0, bindparam("now", type_=tenants.c.next_cycle_at.type)),
    else_=tenants.c.next_cycle_at,
)
_WAKE = (
    update(tenants).where(tenants.c.id == bindparam("tenant")).values(woken=True, next_cycle_at=_AT_ONCE_IN_GOOD_HEALTH)
)
_WAKE_AND_RECONCILE = _WAKE.values(reconciled_at=None)


class Environment(StrEnum):
    """Whether a tenant's work orders are real ones."""

    PRODUCTION = "production"
    SANDBOX = "sandbox"


class TenantState(StrEnum):
    """Whether cycles run for a tenant (webhooks: section 3)."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, slots=True)
class Tenant:
    """One customer account of the host.

    timezone is an IANA name. sandbox_today stands for today in the rules of a sandbox tenant. host_tenant_id is the
    id that the host's webhooks use. The tokens are None once they were destroyed. next_cycle_at (UTC) is None while
    no cycle is to run; consecutive_failures and attention tell why one waits or stopped; reconciled_at (UTC) is the
    last time its open work orders were compared with the host, found_at_host what of attention that gave, and
    completed_compared_at (UTC) the last time that those were which wait to be settled. Until look_up_before (UTC) every
    number is looked up at the host before it is sent, because the database was restored from a backup.
    """

    id: str
    name: str
    environment: Environment
    timezone: str
    api_url: str
    token: Secret | None
    software_token: Secret | None
    locale: str = "nl"
    state: TenantState = TenantState.ACTIVE
    sandbox_today: date | None = None
    host_tenant_id: str | None = None
    next_cycle_at: datetime | None = None
    consecutive_failures: int = 0
    attention: str | None = None
    reconciled_at: datetime | None = None
    completed_compared_at: datetime | None = None
    look_up_before: datetime | None = None
    found_at_host: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone. Raises UnknownZoneError where this machine does not know it, though another one does."""
        try:
            return ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise UnknownZoneError(self.name, self.timezone) from error


@dataclass(frozen=True, slots=True)
class CycleOutcome:
    """What the end of a cycle leaves for the next one; moments in UTC. next_cycle_at None: only a person starts it.

    found_at_host are the lines of attention that its comparison with the host gave; kept where reconciled_at is None.
    """

    next_cycle_at: datetime | None
    consecutive_failures: int = 0
    attention: str | None = None
    reconciled_at: datetime | None = None
    found_at_host: str | None = None
    completed_compared_at: datetime | None = None


class Tenants:
    """Reads and writes tenants, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, tenant: Tenant, configuration: TenantConfiguration | None = None) -> None:
        """Write a new tenant, with the configuration given or that of rules.md; its contract numbers begin at 1001."""
        row = self._row(tenant) | {
            "id": tenant.id,
            "environment": tenant.environment.value,
            "configuration": _configuration_text(configuration or TenantConfiguration()),
            "next_contract_number": FIRST_CONTRACT_NUMBER,
            "next_cycle_at": tenant.next_cycle_at,
            "woken": False,
            "consecutive_failures": tenant.consecutive_failures,
            "attention": tenant.attention,
            "found_at_host": tenant.found_at_host,
            "reconciled_at": tenant.reconciled_at,
            "completed_compared_at": tenant.completed_compared_at,
            "fence": 0,
            "prefixes": [(configuration or TenantConfiguration()).settings.number_prefix],
        }
        self._connection.execute(insert(tenants), row)

    def get(self, tenant_id: str, *, open_tokens: bool = True) -> Tenant:
        """The tenant of that id (ours); without its tokens where they are not to be opened.

        Raises UnknownTenantError, and EncryptionKeyError when the tokens cannot be opened.
        """
        return self._tenant(self._row_of(tenant_id), open_tokens=open_tokens)

    def configured(self, tenant_id: str, *, open_tokens: bool = True) -> tuple[Tenant, TenantConfiguration]:
        """The tenant as `get` gives it, and what it has configured, in one reading."""
        row = self._row_of(tenant_id)
        return self._tenant(row, open_tokens=open_tokens), _configuration(row.configuration)

    def host_tenant_id(self, tenant_id: str) -> str | None:
        """The id that the host's webhooks use for the tenant; its tokens stay sealed. Raises UnknownTenantError."""
        row = self._connection.execute(_HOST_TENANT_ID, {"tenant": tenant_id}).one_or_none()
        if row is None:
            raise UnknownTenantError(tenant_id)
        found: str | None = row.host_tenant_id
        return found

    def find(self, wanted: str) -> Tenant:
        """The tenant of our id, else the host's id, else a unique name (architecture: Exactly).

        Raises UnknownTenantError, and AmbiguousTenantError where several fit.
        """
        named = or_(tenants.c.id == wanted, tenants.c.host_tenant_id == wanted, tenants.c.name == wanted)
        rows = self._connection.execute(select(tenants).where(named).order_by(tenants.c.id)).all()
        for column in ("id", "host_tenant_id", "name"):
            fitting = [row for row in rows if row._mapping[column] == wanted]
            if len(fitting) > 1:
                raise AmbiguousTenantError(wanted, [row.id for row in fitting])
            if fitting:
                return self._tenant(fitting[0])
        raise UnknownTenantError(wanted)

    def all(self, *, open_tokens: bool = True) -> list[Tenant]:
        """Every tenant, sorted by name; as `get` with regard to tokens."""
        rows = self._connection.execute(select(tenants).order_by(tenants.c.name, tenants.c.id))
        return [self._tenant(row, open_tokens=open_tokens) for row in rows]

    def save(self, tenant: Tenant) -> None:
        """Write who the tenant is, its state and how its host is reached. Raises UnknownTenantError.

        Its environment never changes; its cycles and configuration are written by the methods for them.
        """
        self._update(tenant.id, self._row(tenant))

    def configuration(self, tenant_id: str) -> TenantConfiguration:
        """What the tenant has configured. Raises UnknownTenantError."""
        text = self._connection.scalar(select(tenants.c.configuration).where(tenants.c.id == tenant_id))
        if text is None:
            raise UnknownTenantError(tenant_id)
        return _configuration(text)

    def save_configuration(self, tenant_id: str, configuration: TenantConfiguration) -> None:
        """Write all that the tenant has configured. Raises UnknownTenantError."""
        before = self.configuration(tenant_id)
        used: list[str] | None = self._connection.scalar(select(tenants.c.prefixes).where(tenants.c.id == tenant_id))
        prefixes = list(dict.fromkeys([*(used or ()), configuration.settings.number_prefix]))
        self._update(tenant_id, {"configuration": _configuration_text(configuration), "prefixes": prefixes})
        if configuration.schedules_otherwise(before):
            want_all_planning(self._connection, tenant_id)
        elif customers := configuration.calendar.closed_otherwise(before.calendar):
            want_planning_of_customers(self._connection, tenant_id, customers)

    def link(self, tenant_id: str, installation_id: str | None) -> None:
        """Have the installation of that id make this tenant its own when it installs; None: none any more."""
        self._update(tenant_id, {"linked_installation": installation_id})

    def linked_to(self, installation_id: str) -> Tenant | None:
        """The tenant that an installation makes its own when it installs, or None."""
        query = select(tenants).where(
            tenants.c.linked_installation == installation_id, tenants.c.state != TenantState.UNINSTALLED.value
        )
        row = self._connection.execute(query.order_by(tenants.c.id).limit(1)).one_or_none()
        return self._tenant(row) if row else None

    def due_tenants(self, now: datetime, environment: Environment, limit: int) -> list[str]:
        """The ids of active tenants whose next cycle is due and whose lease is free, the longest waiting first."""
        return list(self._connection.scalars(self._due(now, environment).limit(limit)))

    def failing(self, tenant_ids: Sequence[str]) -> frozenset[str]:
        """Those of the tenants whose last cycle failed; at most as many as one statement takes."""
        query = select(tenants.c.id).where(tenants.c.id.in_(tenant_ids), tenants.c.consecutive_failures > 0)
        return frozenset(self._connection.scalars(query))

    def is_due(self, tenant_id: str, now: datetime, environment: Environment) -> bool:
        """Whether the tenant's cycle is due and its lease free, once every change of it under way is written.

        In a transaction that may write. now is aware.
        """
        query = self._due(now, environment).where(tenants.c.id == tenant_id)
        return self._connection.scalar(query.with_for_update(key_share=True)) is not None

    def wake(self, tenant_id: str, now: datetime) -> None:
        """Have the tenant's next cycle now, or right after the one that runs; one that backs off goes on waiting."""
        self._wake(tenant_id, _WAKE, now)

    def reconcile_soon(self, tenant_id: str, now: datetime) -> None:
        """Have the tenant's next cycle now, and compare its open work orders with the host in it; now is aware."""
        self._wake(tenant_id, _WAKE_AND_RECONCILE, now)

    def look_up_until(self, tenant_id: str, moment: datetime) -> None:
        """Have every number looked up at the host before it is sent, until that moment (aware)."""
        self._update(tenant_id, {"look_up_before": moment})

    def restart_cycles(self, tenant_id: str, now: datetime) -> None:
        """Forget failures and attention, and have the next cycle now: after new tokens, or when a person resumes it."""
        nothing = {"consecutive_failures": 0, "attention": None, "found_at_host": None}
        self._update(tenant_id, {"woken": True, "next_cycle_at": now} | nothing)
        hint(self._connection, tenant_id)

    def stop_cycles(self, tenant_id: str) -> None:
        """No cycle by itself from now on."""
        self._update(tenant_id, {"woken": False, "next_cycle_at": None})

    def finish_cycle(self, tenant_id: str, outcome: CycleOutcome) -> None:
        """Write how a cycle ended; a tenant that was woken meanwhile keeps its next cycle of now, unless it failed.

        One that was asked meanwhile to compare with the host compares again: this cycle may have looked before.
        """
        next_cycle_at: Any = outcome.next_cycle_at
        if outcome.consecutive_failures == 0:
            next_cycle_at = case((tenants.c.woken == true(), tenants.c.next_cycle_at), else_=next_cycle_at)
        values = {
            "next_cycle_at": next_cycle_at,
            "consecutive_failures": outcome.consecutive_failures,
            "attention": outcome.attention,
        }
        if outcome.reconciled_at is not None:
            asked_meanwhile = and_(tenants.c.woken == true(), tenants.c.reconciled_at.is_(None))
            values["reconciled_at"] = case((asked_meanwhile, null()), else_=outcome.reconciled_at)
            values["found_at_host"] = outcome.found_at_host
        if outcome.completed_compared_at is not None:
            values["completed_compared_at"] = outcome.completed_compared_at
        self._update(tenant_id, values)

    def _wake(self, tenant_id: str, statement: Update, now: datetime) -> None:
        if self._connection.execute(statement, {"tenant": tenant_id, "now": now}).rowcount == 0:
            raise UnknownTenantError(tenant_id)
        hint(self._connection, tenant_id)  # after the row is ours: who takes the hint waits for this transaction

    def _due(self, now: datetime, environment: Environment) -> Select[tuple[str]]:
        columns = tenants.c
        return (
            select(columns.id)
            .where(
                columns.next_cycle_at <= now,
                columns.state == TenantState.ACTIVE.value,
                columns.environment == environment.value,
                or_(columns.lease_until.is_(None), columns.lease_until <= now),
            )
            .order_by(columns.next_cycle_at)
        )

    def _update(self, tenant_id: str, values: dict[str, Any]) -> None:
        written = self._connection.execute(update(tenants).where(tenants.c.id == tenant_id).values(values))
        if written.rowcount == 0:
            raise UnknownTenantError(tenant_id)

    def _row(self, tenant: Tenant) -> dict[str, Any]:
        seal = cipher_of(self._connection).seal
        # The mark of a token that is destroyed stays, so that who comes back is known.
        mark = {"token_mark": Accounts(self._connection).known_mark(tenant.token.reveal())} if tenant.token else {}
        return mark | {
            "name": tenant.name,
            "timezone": tenant.timezone,
            "locale": tenant.locale,
            "state": tenant.state.value,
            "sandbox_today": tenant.sandbox_today,
            "host_tenant_id": tenant.host_tenant_id,
            "api_url": tenant.api_url,
            "token": seal(tenant.token) if tenant.token else None,
            "software_token": seal(tenant.software_token) if tenant.software_token else None,
        }

    def _row_of(self, tenant_id: str) -> Row[Any]:
        row = self._connection.execute(_ONE, {"tenant": tenant_id}).one_or_none()
        if row is None:
            raise UnknownTenantError(tenant_id)
        return row

    def _tenant(self, row: Row[Any], *, open_tokens: bool = True) -> Tenant:
        open_sealed = cipher_of(self._connection).open if open_tokens else _kept_closed
        return Tenant(
            id=row.id,
            name=row.name,
            environment=Environment(row.environment),
            timezone=row.timezone,
            api_url=row.api_url,
            token=open_sealed(row.token) if row.token else None,
            software_token=open_sealed(row.software_token) if row.software_token else None,
            locale=row.locale,
            state=TenantState(row.state),
            sandbox_today=row.sandbox_today,
            host_tenant_id=row.host_tenant_id,
            next_cycle_at=row.next_cycle_at,
            consecutive_failures=row.consecutive_failures,
            attention=row.attention,
            reconciled_at=row.reconciled_at,
            completed_compared_at=row.completed_compared_at,
            look_up_before=row.look_up_before,
            found_at_host=row.found_at_host,
        )


def _kept_closed(_: Sealed) -> None:
    return None


def _configuration_text(configuration: TenantConfiguration) -> str:
    return json.dumps(configuration_document(configuration), ensure_ascii=False)


@lru_cache(maxsize=256)
def _configuration(text: str) -> TenantConfiguration:
    return configuration_from_document(json.loads(text))
