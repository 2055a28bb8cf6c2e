"""What the host knows, read in whole lists: one file may name thousands of customers and objects."""

from powerup.actions.kit.host_questions import HostReadings
from powerup.outsmart.host import Host


def read_host_lists(host: Host, *, addresses: bool) -> HostReadings:
    """All that the contracts of a file may name; addresses of customers only where it names any. Raises
    OutsmartError."""
    return HostReadings(
        relations={relation.debtor_number: relation for relation in host.relations()},
        objects={each.code: each for each in host.objects()},
        addresses=frozenset((each.debtor_number, each.code) for each in host.addresses()) if addresses else frozenset(),
        work_types=frozenset(each.name for each in host.work_types() if each.active),
        payment_methods=frozenset(each.description for each in host.payment_methods()),
        employees=frozenset(each.number for each in host.employees() if each.active),
        projects=frozenset(each.code for each in host.projects()),
        priorities=frozenset(each.code for each in host.priorities()),
    )
