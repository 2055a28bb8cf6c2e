"""What a person can pick from at the host while a form is filled in: customers, objects, employees and the like.

A host's lists are long and its calls are counted, so they are read as a whole, kept for some minutes in this process,
and looked through here. Somebody who types does not wait for a slow host: what is known by name is offered instead, and
the list goes on being read for the next letter. Whether a record exists is asked again when the form is sent.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock

from powerup.outsmart.client import OutsmartClient
from powerup.outsmart.errors import OutsmartError
from powerup.outsmart.host import Host
from powerup.outsmart.readers import HostReaders, TooManyWait
from powerup.store.database import Database
from powerup.store.host_names import HostNames, NameKind
from powerup.store.search_text import folded
from powerup.store.tenants import Tenant, Tenants
from powerup.texts import Text, text

OpenHost = Callable[[Tenant, float], OutsmartClient]
"""Opens a client for a tenant's host whose calls together have so many seconds; to be closed."""

WITHIN_SECONDS = 0.8
"""How long somebody who types waits for the host."""

MOST_FOUND = 20
"""So many are offered; of more it is said that there are."""

_READING_SECONDS = 30.0
_KEPT = timedelta(minutes=5)
_KEPT_AFTER_FAILURE = timedelta(seconds=20)
_MOST_RECORDS = 300_000


class RecordKind(StrEnum):
    """What forms pick from; the names are those of the formats `host:…`."""

    RELATION = "relation"
    OBJECT = "object"
    ADDRESS = "address"
    CONTACT = "contact"
    EMPLOYEE = "employee"
    PROJECT = "project"
    TYPE_OF_WORK = "type_of_work"
    PAYMENT_METHOD = "payment_method"
    PRIORITY = "priority"
    FORM = "form"
    MATERIAL = "material"


@dataclass(frozen=True, slots=True)
class HostRecord:
    """One that can be picked. customer is the debtor number of its customer, and address the code of the address of an
    object, each empty where it has none."""

    code: str
    name: str = ""
    about: str = ""
    customer: str = ""
    address: str = ""

    @property
    def words(self) -> str:
        """All by which it can be found."""
        return folded(f"{self.code} {self.name} {self.about}")


@dataclass(frozen=True, slots=True)
class Found:
    """The first records that were found, those that begin with the words before others, and what is told beside
    them. coming: the host is still answering, so that it is worth asking again."""

    records: Sequence[HostRecord] = ()
    told: Text | None = None
    coming: bool = False


ListedRecords = Sequence[tuple[str, HostRecord]]
"""Records with the words by which they are found."""


@dataclass(slots=True)
class HostChoices:
    """The lists of all tenants' hosts, as this process has read them. Used by several threads at once."""

    database: Database
    open_host: OpenHost
    readers: HostReaders = field(default_factory=HostReaders)
    within_seconds: float = WITHIN_SECONDS
    _lists: "OrderedDict[tuple[str, RecordKind], tuple[datetime, Future[ListedRecords]]]" = field(
        default_factory=OrderedDict
    )
    _lock: Lock = field(default_factory=Lock)

    def find(self, tenant_id: str, kind: RecordKind, words: str, now: datetime, customer: str = "") -> Found:
        """The tenant's records that have all of these words, in a few; customer leaves those of others out.

        now is aware. Raises UnknownTenantError.
        """
        listed = self._listed(tenant_id, kind, now)
        if listed is None and self._is_coming(tenant_id, kind) and customer:
            return Found((), text("The host is still answering."), coming=True)
        if listed is None:
            return replace(self._known(tenant_id, kind, words), coming=self._is_coming(tenant_id, kind))
        told = None if listed else text("The host has none of these.")
        return _among(listed, words, customer, told)

    def whole(self, tenant_id: str, kind: RecordKind, now: datetime) -> ListedRecords | None:
        """All of the tenant's records, each with its words; None where the host did not give them in time.

        now is aware. Raises UnknownTenantError.
        """
        return self._listed(tenant_id, kind, now)

    def name(self, tenant_id: str, kind: RecordKind, code: str, now: datetime) -> str:
        """What the host calls the record of this code, empty where that is not known in time. now is aware."""
        listed = self._listed(tenant_id, kind, now)
        if listed is None:
            return self.kept_names(tenant_id, {(kind, code)}).get((kind, code), "")
        return next((record.name for _, record in listed if record.code == code), "")

    def kept_names(
        self, tenant_id: str, records: Iterable[tuple[RecordKind, str]]
    ) -> Mapping[tuple[RecordKind, str], str]:
        """The names of records by kind and code, as far as they are known here; no host is asked."""
        by_kind: defaultdict[RecordKind, set[str]] = defaultdict(set)
        for kind, code in records:
            by_kind[kind].add(code)
        found: dict[tuple[RecordKind, str], str] = {}
        with self.database.read() as connection:
            names = HostNames(connection, tenant_id)
            for kind, codes in by_kind.items():
                if (kept := _kept_as(kind)) is not None:
                    found |= {(kind, code): each.name for code, each in names.of(kept, codes).items()}
        return found

    def _listed(self, tenant_id: str, kind: RecordKind, now: datetime) -> ListedRecords | None:
        """The whole list; None where the host did not give it in time."""
        reading = self._reading(tenant_id, kind, now)
        try:
            if reading.done():
                return reading.result()
            with self.readers.waiting(tenant_id):
                return reading.result(self.within_seconds)
        except (NotInTime, TooManyWait, OutsmartError):
            return None

    def _is_coming(self, tenant_id: str, kind: RecordKind) -> bool:
        _, reading = self._lists.get((tenant_id, kind), (None, None))
        return reading is not None and not reading.done()

    def _reading(self, tenant_id: str, kind: RecordKind, now: datetime) -> "Future[ListedRecords]":
        """The reading of a list that is under way or was done not long ago, else one that begins now."""
        key = tenant_id, kind
        with self._lock:
            begun_at, reading = self._lists.get(key, (None, None))
            if begun_at is not None and reading is not None and now - begun_at < _lasts(reading):
                self._lists.move_to_end(key)
                return reading
            with self.database.read() as connection:
                tenant = Tenants(connection).get(tenant_id)
            reading = self.readers.read(tenant_id, self._read, tenant, kind)
            self._lists[key] = now, reading
            self._forget()
            return reading

    def _read(self, tenant: Tenant, kind: RecordKind) -> ListedRecords:
        with self.open_host(tenant, _READING_SECONDS) as host:
            return [(record.words, record) for record in _READ[kind](host)]

    def _forget(self) -> None:
        """Keep no more records than fit, those that were looked at last."""
        sizes = {key: len(reading.result()) for key, (_, reading) in self._lists.items() if _is_read(reading)}
        while sum(sizes.values()) > _MOST_RECORDS and len(self._lists) > 1:
            key, _ = self._lists.popitem(last=False)
            sizes.pop(key, None)

    def _known(self, tenant_id: str, kind: RecordKind, words: str) -> Found:
        """Those that are known by name, while the host is slow or down."""
        wanted = _kept_as(kind)
        if wanted is None:
            return Found((), text("The host does not answer at the moment. Type the code yourself, or try again."))
        with self.database.read() as connection:
            names = HostNames(connection, tenant_id).all()
        records = [HostRecord(code, each.name, each.place) for (kept, code), each in names.items() if kept is wanted]
        told = text("The host does not answer at the moment: these are known from earlier. Any code can be typed.")
        return Found(_among([(record.words, record) for record in records], words, "", None).records, told)


def _kept_as(kind: RecordKind) -> NameKind | None:
    """Which of the names that are kept here are those of this kind; none are for most."""
    match kind:
        case RecordKind.RELATION:
            return NameKind.CUSTOMER
        case RecordKind.OBJECT:
            return NameKind.OBJECT
        case RecordKind.EMPLOYEE:
            return NameKind.EMPLOYEE
        case (
            RecordKind.ADDRESS
            | RecordKind.CONTACT
            | RecordKind.PROJECT
            | RecordKind.TYPE_OF_WORK
            | RecordKind.PAYMENT_METHOD
            | RecordKind.PRIORITY
            | RecordKind.FORM
            | RecordKind.MATERIAL
        ):
            return None


def _is_read(reading: "Future[ListedRecords]") -> bool:
    return reading.done() and reading.exception() is None


def _lasts(reading: "Future[ListedRecords]") -> timedelta:
    """How long a list is kept from when its reading began; one that failed is soon tried again."""
    return _KEPT if not reading.done() or _is_read(reading) else _KEPT_AFTER_FAILURE


def _among(listed: ListedRecords, words: str, customer: str, told: Text | None) -> Found:
    wanted = folded(words)
    several = wanted.split()
    fitting = [
        (not having.startswith(wanted), record)
        for having, record in listed
        if all(word in having for word in several) and (not customer or record.customer in ("", customer))
    ]
    fitting.sort(key=lambda each: each[0])
    if not fitting and told is None:
        told = text("Nothing found.")
    if len(fitting) > MOST_FOUND:
        told = text("There are more: type a little further.")
    return Found(tuple(record for _, record in fitting[:MOST_FOUND]), told)


def _relations(host: Host) -> Iterable[HostRecord]:
    for each in host.relations():
        if each.active:
            about = " ".join(filter(None, (each.street, each.house_number, each.postal_code, each.city)))
            yield HostRecord(each.debtor_number, each.name, about)


def _objects(host: Host) -> Iterable[HostRecord]:
    for each in host.objects():
        about = " ".join(filter(None, (each.brand, each.model, each.serial_number, each.location)))
        yield HostRecord(each.code, each.description, about, each.debtor_number, each.address_code)


_READ: Mapping[RecordKind, Callable[[Host], Iterable[HostRecord]]] = {
    RecordKind.RELATION: _relations,
    RecordKind.OBJECT: _objects,
    RecordKind.ADDRESS: lambda host: (
        HostRecord(each.code, each.street, f"{each.postal_code} {each.city}".strip(), each.debtor_number)
        for each in host.addresses()
    ),
    RecordKind.CONTACT: lambda host: (
        HostRecord(each.code, each.name, f"{each.phone} {each.email}".strip(), each.debtor_number)
        for each in host.contact_persons()
    ),
    RecordKind.EMPLOYEE: lambda host: (HostRecord(each.number, each.name) for each in host.employees() if each.active),
    RecordKind.PROJECT: lambda host: (
        HostRecord(each.code, each.name, "", each.debtor_number) for each in host.projects() if each.active
    ),
    RecordKind.TYPE_OF_WORK: lambda host: (
        HostRecord(each.name, each.name, each.description) for each in host.work_types() if each.active
    ),
    RecordKind.PAYMENT_METHOD: lambda host: (
        HostRecord(each.description, each.description) for each in host.payment_methods()
    ),
    RecordKind.PRIORITY: lambda host: (HostRecord(each.code, each.description) for each in host.priorities()),
    RecordKind.MATERIAL: lambda host: (
        HostRecord(each.code, each.description, f"{'' if each.price is None else each.price} {each.unit}".strip())
        for each in host.materials()
    ),
    RecordKind.FORM: lambda host: (HostRecord(each.name, each.name) for each in host.forms()),
}
