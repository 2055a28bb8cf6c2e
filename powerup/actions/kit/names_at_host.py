"""What is kept of the host's records for people to read and search (architecture: What lists read)."""

from collections.abc import Mapping

from powerup.outsmart.records import HostObject, Relation
from powerup.store.host_names import HostName, NameKind, Names


def names_at_host(
    customers: Mapping[str, Relation | None],
    objects: Mapping[str, HostObject | None],
    employees: Mapping[str, str] | None = None,
) -> Names:
    """What customers, objects and employees (names by number) are known by at the host, by code; those that it does not
    have are left out."""
    names = {(NameKind.CUSTOMER, code): _of_customer(each) for code, each in customers.items() if each}
    names |= {(NameKind.OBJECT, code): _of_object(each) for code, each in objects.items() if each}
    return names | {(NameKind.EMPLOYEE, number): HostName(name) for number, name in (employees or {}).items()}


def _of_customer(customer: Relation) -> HostName:
    return HostName(
        customer.name,
        customer.city,
        customer.postal_code,
        customer.house_number,
        language=customer.language,
        street=customer.street,
    )


def _of_object(found: HostObject) -> HostName:
    return HostName(found.description, found.location, serial_number=found.serial_number)
