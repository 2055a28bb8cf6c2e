"""Host accounts: known by the host's tenant id or the token, whatever the address (rules: The two ideas).

Of an account that was erased only its marks stay, HMACs of both under a key made for this. That key is kept sealed in
the database and never rotated: with another one nobody would be known again (webhooks page, 3).
"""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Insert, false, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from powerup.store.database import cipher_of
from powerup.store.encryption import Sealed, Secret
from powerup.store.errors import EncryptionKeyError, StoreError
from powerup.store.tables import account_keys, tenants
from powerup.store.traffic_tables import erasures
from powerup.texts import text

_ONLY_KEY = "accounts"
_KEY = select(account_keys.c.key).where(account_keys.c.name == _ONLY_KEY)
_UNINSTALLED = "uninstalled"
_ACTIVE = "active"


@dataclass(frozen=True, slots=True)
class Account:
    """By what a host account is known: the host's id of the tenant, and its API token, where there is one."""

    host_tenant_id: str | None = None
    token: Secret | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """The tenant that has an account; by_command: it was added by command, and no host has installed it."""

    tenant_id: str
    name: str
    state: str
    by_command: bool


class AccountTakenError(StoreError):
    """A host account belongs to one active tenant; another one would make every work order a second time."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(
            text(
                "This host account is that of tenant {tenant} already ({id}, {state}); an account belongs to one "
                "tenant. Go on with that one, or erase it first.",
                tenant=holder.name,
                id=holder.tenant_id,
                state=holder.state,
            )
        )
        self.holder = holder


class Accounts:
    """Who has which account, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self) -> None:
        """Keep others from giving an account to a tenant until the transaction, one that writes, ends."""
        key = self._key_made()
        self._connection.execute(_KEY.with_for_update())
        self._mark_the_unmarked(key)

    def holder(self, account: Account, besides: str, *, active_only: bool = False) -> Holder | None:
        """Another tenant than the given one (our id) that has the account; those that are uninstalled have none.

        active_only: those that are suspended do not count either. To be asked under the lock.
        """
        state = tenants.c.state == _ACTIVE if active_only else tenants.c.state != _UNINSTALLED
        query = select(tenants).where(self._is_of(account), state, tenants.c.id != besides).order_by(tenants.c.id)
        row = self._connection.execute(query.limit(1)).one_or_none()
        return Holder(row.id, row.name, row.state, row.host_tenant_id is None) if row else None

    def prefixes_of_others(self, account: Account, besides: str) -> frozenset[str]:
        """The number prefixes that other tenants of the account have used, those that were erased too."""
        of_tenants = select(tenants.c.prefixes).where(self._is_of(account), tenants.c.id != besides)
        of_erased = select(erasures.c.prefixes).where(self._was_of(account))
        lists = [*self._connection.scalars(of_tenants), *self._connection.scalars(of_erased)]
        return frozenset(prefix for prefixes in lists for prefix in prefixes)

    def was_here(self, account: Account, besides: str) -> bool:
        """Whether another tenant has, or ever had, the account."""
        present = select(tenants.c.id).where(self._is_of(account), tenants.c.id != besides).limit(1)
        erased = select(erasures.c.tenant_id).where(self._was_of(account)).limit(1)
        return any(self._connection.scalar(query) is not None for query in (present, erased))

    def mark(self, text: str) -> str:
        """The HMAC by which a token or a host's tenant id is known again; the same for the same text, for ever.

        In a transaction that writes, since the first one makes the key.
        """
        return _mark(self._key_made(), text)

    def known_mark(self, text: str) -> str | None:
        """The mark, None while there is no key, and so no mark either."""
        key = self._key()
        return _mark(key, text) if key else None

    def _is_of(self, account: Account) -> ColumnElement[bool]:
        given = (
            (tenants.c.host_tenant_id, account.host_tenant_id),
            (tenants.c.token_mark, self._mark_of(account.token)),
        )
        return _any_of(given)

    def _was_of(self, account: Account) -> ColumnElement[bool]:
        host_tenant_id = Secret(account.host_tenant_id) if account.host_tenant_id is not None else None
        given = (
            (erasures.c.host_tenant_mark, self._mark_of(host_tenant_id)),
            (erasures.c.token_mark, self._mark_of(account.token)),
        )
        return _any_of(given)

    def _mark_of(self, secret: Secret | None) -> str | None:
        return self.known_mark(secret.reveal()) if secret is not None else None

    def _key(self) -> Secret | None:
        sealed: Sealed | None = self._connection.scalar(_KEY)
        return cipher_of(self._connection).open(sealed) if sealed else None

    def _key_made(self) -> Secret:
        """The key, made when it is needed for the first time; of two that make it at once, the first one's."""
        if self._key() is None:
            sealed = cipher_of(self._connection).seal(Secret(secrets.token_hex(32)))
            self._connection.execute(_insert_unless_there(self._connection, sealed))
        key = self._key()
        if key is None:
            raise RuntimeError("The key of accounts is not there after it was made.")
        return key

    def _mark_the_unmarked(self, key: Secret) -> None:
        """Mark tokens that were written before there were marks; those that no key opens stay unknown."""
        unmarked = tenants.c.token.is_not(None) & tenants.c.token_mark.is_(None)
        for row in self._connection.execute(select(tenants.c.id, tenants.c.token).where(unmarked)).all():
            try:
                token = cipher_of(self._connection).open(row.token)
            except EncryptionKeyError:
                continue
            of_row = update(tenants).where(tenants.c.id == row.id)
            self._connection.execute(of_row.values(token_mark=_mark(key, token.reveal())))


def _any_of(given: Iterable[tuple[ColumnElement[str], str | None]]) -> ColumnElement[bool]:
    """Whether one of the columns has its value; what is not known is like nothing, not like what is empty."""
    return or_(false(), *(column == value for column, value in given if value is not None))


def _mark(key: Secret, text: str) -> str:
    return hmac.digest(bytes.fromhex(key.reveal()), text.encode(), "sha256").hex()


def _insert_unless_there(connection: Connection, sealed: Sealed) -> Insert:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    return insert(account_keys).values(name=_ONLY_KEY, key=sealed).on_conflict_do_nothing()
