"""What employees are called where people read of them: by name, as the host had it, else by number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from powerup.store.host_names import HostNames


def employee_called(number: str, names: Mapping[str, str]) -> str:
    """The name with the number behind it, or the number alone; names are as `HostNames.of_employees` gives them."""
    name = names.get(number)
    return f"{name} ({number})" if name else number


def in_order_of_names(numbers: Iterable[str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Each employee by number with what they are called, to be chosen from, those without a name last."""

    def by_name(number: str) -> tuple[bool, str, str]:
        return number not in names, names.get(number, "").casefold(), number

    return tuple((number, employee_called(number, names)) for number in sorted(numbers, key=by_name))


@dataclass(frozen=True, slots=True)
class FilterNames:
    """What is known for the filters of a list: names of employees by number, and that of the customer who is asked
    for, empty where it is not known."""

    employees: Mapping[str, str] = field(default_factory=dict)
    customer: str = ""

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """The employees that can be asked for."""
        return in_order_of_names(self.employees, self.employees)


def filter_names(connection: Connection, tenant_id: str, customer: str) -> FilterNames:
    """Those of a tenant, on a connection that a transaction of Database has given."""
    names = HostNames(connection, tenant_id)
    called = names.of_customers([customer]).get(customer, "") if customer else ""
    return FilterNames(names.of_employees(), called)
