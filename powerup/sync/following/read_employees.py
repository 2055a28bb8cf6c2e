"""What the host calls its employees, read once a day for people to read (architecture: What lists read)."""

from powerup.actions.kit.names_at_host import names_at_host
from powerup.outsmart.errors import OutsmartError
from powerup.store.host_names import HostNames
from powerup.sync.kit.context import Cycle


def read_employees(cycle: Cycle) -> None:
    """Keep their names. Nothing is decided by them, so a host that does not give them hinders nothing. Raises
    StoreError."""
    try:
        employees = {each.number: each.name for each in cycle.host.employees()}
    except OutsmartError:
        return
    names = names_at_host({}, {}, employees)
    with cycle.read() as connection:
        news = HostNames(connection, cycle.tenant.id).news(names)
    if news:
        with cycle.write() as connection:
            HostNames(connection, cycle.tenant.id).keep(news)
