"""What the host knows, read in whole lists: one file may name thousands of customers and objects."""

from collections.abc import Collection

from powerup.actions.kit.host_questions import HostReadings
from powerup.outsmart.host import Host

READ_ON_DEMAND = ("address", "contact", "forms", "materials")
"""Columns that name records of lists that few contracts need."""


def read_host_lists(host: Host, names: Collection[str] = ()) -> HostReadings:
    """All that the contracts of a file may name. names are those of READ_ON_DEMAND that it fills in. Raises
    OutsmartError."""
    addresses = host.addresses() if "address" in names else ()
    contacts = host.contact_persons() if "contact" in names else ()
    return HostReadings(
        relations={relation.debtor_number: relation for relation in host.relations()},
        objects={each.code: each for each in host.objects()},
        addresses=frozenset((each.debtor_number, each.code) for each in addresses),
        contacts=frozenset((each.debtor_number, each.code) for each in contacts),
        work_types=frozenset(each.name for each in host.work_types() if each.active),
        payment_methods=frozenset(each.description for each in host.payment_methods()),
        employees={each.number: each.name for each in host.employees() if each.active},
        projects=frozenset(each.code for each in host.projects()),
        materials=frozenset(each.code for each in host.materials()) if "materials" in names else None,
        forms=frozenset(each.name for each in host.forms()) if "forms" in names else None,
        priorities=frozenset(each.code for each in host.priorities()),
    )
