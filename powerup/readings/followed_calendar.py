"""The visits of a calendar that people follow by an address: of a customer, a contract, an employee or the tenant."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.schedule import written_from
from powerup.contracts.visit import Visit
from powerup.contracts.who_goes import who_goes
from powerup.readings.contract_list import ContractFilter, ContractList
from powerup.readings.forecast import Forecast
from powerup.readings.host_language import language_of
from powerup.store.calendar_keys import CalendarKind
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind

MOST_CONTRACTS = 3_000
MOST_EVENTS = 5_000

_FOR_CUSTOMERS = (timedelta(days=31), timedelta(days=400))
_FOR_PLANNERS = (timedelta(days=14), timedelta(days=92))
"""How far such a calendar goes back and ahead."""


@dataclass(frozen=True, slots=True)
class FollowedVisit:
    """A visit with what the host calls its customer, and its objects by name with their place."""

    contract: Contract
    visit: Visit
    customer: str
    objects: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class FollowedCalendar:
    """name is whose it is, empty for the tenant's; language that of the customer it is for, None where that is not
    known. whole says that nothing was left out for its length. for_customer: it is read outside the house."""

    name: str
    language: str | None
    for_customer: bool
    visits: tuple[FollowedVisit, ...]
    whole: bool


class FollowedCalendars:
    """The calendars of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._contracts = Contracts(connection, around.tenant_id)
        self._names = HostNames(connection, around.tenant_id)

    def is_there(self, kind: CalendarKind, code: str) -> bool:
        """Whether a calendar of that kind can be of that code."""
        match kind:
            case CalendarKind.CUSTOMER:
                return bool(self._contracts.by_customer(code))
            case CalendarKind.CONTRACT:
                return self._contracts.get(code) is not None
            case CalendarKind.EMPLOYEE:
                employees = ContractList(self._connection, self._around).choices().employees
                return code in {number for number, _ in employees}
            case CalendarKind.TENANT:
                return code == self._around.tenant_id

    def name(self, kind: CalendarKind, code: str) -> str:
        """Whose visits it has, by name; empty for the tenant's."""
        match kind:
            case CalendarKind.CUSTOMER:
                known = self._names.of(NameKind.CUSTOMER, [code]).get(code)
                return known.name if known and known.name else code
            case CalendarKind.CONTRACT:
                contract = self._contracts.get(code)
                return contract.name if contract else code
            case CalendarKind.EMPLOYEE:
                return self._names.of_employees([code]).get(code, code)
            case CalendarKind.TENANT:
                return ""

    def of(self, kind: CalendarKind, code: str) -> FollowedCalendar:
        """What stands in it now; nothing where what it was made for is there no more."""
        found, whole = self._concerned(kind, code)
        for_customer = _is_for_customers(kind)
        back, ahead = _FOR_CUSTOMERS if for_customer else _FOR_PLANNERS
        today = self._around.today
        planned = Forecast(self._connection, self._around).visits_of(found, today - back, today + ahead)
        if kind is CalendarKind.EMPLOYEE:
            planned = [each for each in planned if _goes(*each) == code]
        customers = self._names.of(NameKind.CUSTOMER, {each.customer for each in found})
        objects = self._names.of(NameKind.OBJECT, {code for each in found for code in each.objects})
        of_customer = customers.get(found[0].customer) if for_customer and found else None
        return FollowedCalendar(
            self.name(kind, code),
            language_of(of_customer.language) if of_customer else None,
            for_customer,
            tuple(_named(contract, visit, customers, objects) for contract, visit in planned[:MOST_EVENTS]),
            whole and len(planned) <= MOST_EVENTS,
        )

    def _concerned(self, kind: CalendarKind, code: str) -> tuple[list[Contract], bool]:
        """The contracts whose visits may be in it, and whether those are all."""
        match kind:
            case CalendarKind.CUSTOMER:
                found = self._contracts.by_customer(code)
            case CalendarKind.CONTRACT:
                found = self._contracts.of_numbers([code])
            case CalendarKind.EMPLOYEE:
                found = self._listed(ContractFilter(employee=code))
            case CalendarKind.TENANT:
                found = self._listed(ContractFilter())
        whole = len(found) <= MOST_CONTRACTS
        return [each for each in found if each.deleted_on is None][:MOST_CONTRACTS], whole

    def _listed(self, wanted: ContractFilter) -> list[Contract]:
        targets = ContractList(self._connection, self._around).targets(wanted, MOST_CONTRACTS + 1)
        return self._contracts.of_numbers([number for number, _ in targets])


def _is_for_customers(kind: CalendarKind) -> bool:
    """Whether it is read outside the house."""
    match kind:
        case CalendarKind.CUSTOMER | CalendarKind.CONTRACT:
            return True
        case CalendarKind.EMPLOYEE | CalendarKind.TENANT:
            return False


def _goes(contract: Contract, visit: Visit) -> str | None:
    goes = who_goes(contract, written_from(visit))
    return goes.employee if goes else None


def _named(
    contract: Contract, visit: Visit, customers: dict[str, HostName], objects: dict[str, HostName]
) -> FollowedVisit:
    customer = customers.get(contract.customer, HostName(contract.customer))
    codes = contract.carried_by(visit)
    known = [objects.get(code, HostName(code)) for code in codes]
    places = dict.fromkeys(each.place for each in known if each.place)
    place = ", ".join(places) or customer.place
    return FollowedVisit(contract, visit, customer.name or contract.customer, tuple(each.name for each in known), place)
