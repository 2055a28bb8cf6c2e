"""Installations of the power-up: which host they belong to, and the keys that their messages are signed with."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from powerup.store.database import cipher_of
from powerup.store.encryption import Secret
from powerup.store.traffic_tables import installations

_NEWEST = (
    select(installations)
    .where(installations.c.id == bindparam("installation"))
    .order_by(installations.c.generation.desc())
    .limit(1)
)


class InstallationState(StrEnum):
    """Whether messages of an installation still do something."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, slots=True)
class InstallationKey:
    """A key that signs messages; until (UTC) is when an old one stops counting, None for the present one."""

    key: Secret
    until: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Whether it counts at that moment; now is aware."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class HostLinks:
    """Where the host shows a record on a page of its own: addresses with {row_id}, {debtor_no} or {object_code} in them
    (webhooks page, section 3); empty where it has not said so."""

    work_order: str = ""
    relation: str = ""
    object: str = ""

    def to_work_order(self, row_id: int | None) -> str:
        """The page of a work order, by the host's row id; empty where there is none."""
        return _filled(self.work_order, "{row_id}", str(row_id)) if row_id is not None else ""

    def to_relation(self, debtor_number: str) -> str:
        """The page of a customer."""
        return _filled(self.relation, "{debtor_no}", debtor_number)

    def to_object(self, code: str) -> str:
        """The page of an object."""
        return _filled(self.object, "{object_code}", code)


def _filled(address: str, place: str, given: str) -> str:
    return address.replace(place, quote(given, safe=""))


@dataclass(frozen=True, slots=True)
class Installation:
    """One installing of the power-up by a host (webhooks page, section 3). Moments are in UTC; told_at is when the host
    sent the last message that said how things are, so that an older one that comes after it changes nothing. listing
    is the name of the host that made it, empty where its listing key has none."""

    tenant_id: str
    id: str
    generation: int
    state: InstallationState
    keys: tuple[InstallationKey, ...]
    origins: tuple[str, ...] = ()
    callback_url: str | None = None
    uninstalled_at: datetime | None = None
    told_at: datetime | None = None
    links: HostLinks = HostLinks()
    listing: str = ""


class Installations:
    """Reads and writes installations, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, installation_id: str, *, lock: bool = False) -> Installation | None:
        """The newest installation of that id, or None; lock keeps others from changing it meanwhile."""
        query = _NEWEST.with_for_update() if lock else _NEWEST
        row = self._connection.execute(query, {"installation": installation_id}).one_or_none()
        return self._installation(row) if row else None

    def of_tenant(self, tenant_id: str) -> list[Installation]:
        """The tenant's installations, the newest first."""
        query = (
            select(installations)
            .where(installations.c.tenant_id == tenant_id)
            .order_by(installations.c.generation.desc())
        )
        return [self._installation(row) for row in self._connection.execute(query)]

    def links_of(self, tenant_id: str) -> HostLinks:
        """Where the host of a tenant shows its records, by its newest installation; keys are not opened."""
        query = select(installations.c.links).where(installations.c.tenant_id == tenant_id)
        return _links(self._connection.scalars(query.order_by(installations.c.generation.desc()).limit(1)).first())

    def add(self, installation: Installation) -> None:
        """Write a new installation."""
        names = {"tenant_id": installation.tenant_id, "id": installation.id}
        self._connection.execute(insert(installations), names | self._values(installation))

    def save(self, installation: Installation) -> None:
        """Write what has changed of an installation."""
        which = (installations.c.tenant_id == installation.tenant_id) & (installations.c.id == installation.id)
        self._connection.execute(update(installations).where(which).values(self._values(installation)))

    def _values(self, installation: Installation) -> dict[str, Any]:
        return {
            "generation": installation.generation,
            "state": installation.state.value,
            "keys": cipher_of(self._connection).seal(keys_to_seal(installation.keys)),
            "origins": list(installation.origins),
            "callback_url": installation.callback_url,
            "uninstalled_at": installation.uninstalled_at,
            "told_at": installation.told_at,
            "links": asdict(installation.links),
            "listing": installation.listing,
        }

    def _installation(self, row: Row[Any]) -> Installation:
        return Installation(
            tenant_id=row.tenant_id,
            id=row.id,
            generation=row.generation,
            state=InstallationState(row.state),
            keys=keys_opened(cipher_of(self._connection).open(row._mapping["keys"])),
            origins=tuple(row.origins),
            callback_url=row.callback_url,
            uninstalled_at=row.uninstalled_at,
            told_at=row.told_at,
            links=_links(row.links),
            listing=row.listing or "",
        )


def _links(kept: Mapping[str, str] | None) -> HostLinks:
    return HostLinks(**kept) if kept else HostLinks()


def keys_to_seal(keys: Sequence[InstallationKey]) -> Secret:
    """The keys as one text, to be sealed."""
    listed = [{"key": key.key.reveal(), "until": key.until.isoformat() if key.until else None} for key in keys]
    return Secret(json.dumps(listed))


def keys_opened(sealed_form: Secret) -> tuple[InstallationKey, ...]:
    """The keys of a text that was sealed."""
    return tuple(
        InstallationKey(Secret(each["key"]), datetime.fromisoformat(each["until"]) if each["until"] else None)
        for each in json.loads(sealed_form.reveal())
    )
