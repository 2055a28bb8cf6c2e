"""Whether an object is covered: by which contracts, till when, what response they promise, and its visits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract, ContractType, Status
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.sla import SlaTime, SlaUnit
from powerup.contracts.visit import Visit, VisitState
from powerup.readings.customer_page import status_code
from powerup.store.contracts import Contracts
from powerup.store.host_facts import known_hindrances
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from
from powerup.texts import Text, counted, text

LOOKED_AHEAD = timedelta(days=400)
"""How far the next visit is looked for."""

_DONE = (VisitState.COMPLETED, VisitState.SETTLED)
_STILL_COMES = (
    VisitState.PLANNED, VisitState.ORDERING, VisitState.ORDERED, VisitState.IN_PROGRESS, VisitState.FAILED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoveringContract:
    """A contract that has the object. until: its last day, None while nothing ends it; response: the shortest that its
    SLA policy promises, None where it promises none; last: when the object was visited last."""

    contract: Contract
    status: str
    customer_name: str
    until: date | None
    response: Text | None
    last: date | None
    next: Visit | None

    @property
    def runs(self) -> bool:
        """Whether it covers the object now."""
        return self.status in (Status.ACTIVE.value, "paused")


@dataclass(frozen=True, slots=True)
class ObjectCover:
    """An object with all contracts that have it, those that run first; known is what the host calls it."""

    code: str
    known: HostName
    contracts: tuple[CoveringContract, ...]

    @property
    def running(self) -> tuple[CoveringContract, ...]:
        """The contracts that cover it now."""
        return tuple(each for each in self.contracts if each.runs)

    def in_words(self) -> Text:
        """One line: whether it is covered, till when, with what response, and its last and next visit."""
        running = self.running
        if not running:
            return text("No running contract has it.")
        first = running[0]
        parts = [
            text("Covered by {contract} until {day}", contract=first.contract.number, day=first.until)
            if first.until
            else text("Covered by {contract}, open-ended", contract=first.contract.number)
        ]
        if response := next((each.response for each in running if each.response), None):
            parts.append(text("response within {time}", time=response))
        if last := max((each.last for each in running if each.last), default=None):
            parts.append(text("last visit {day}", day=last))
        following = min((each.next.planned_date for each in running if each.next), default=None)
        parts.append(text("next visit {day}", day=following) if following else text("no visit planned"))
        return text("{parts}.", parts=parts)


class ObjectCovers:
    """The objects of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._contracts = Contracts(connection, around.tenant_id)
        self._names = HostNames(connection, around.tenant_id)

    def find(self, code: str) -> ObjectCover | None:
        """The object of that code; None where no contract has it and the host was never seen to have it."""
        found = [each for each in self._contracts.by_object(code) if each.deleted_on is None]
        known = self._names.of(NameKind.OBJECT, [code]).get(code)
        if not found and known is None:
            return None
        covering = sorted(self._covering(code, found), key=lambda each: (not each.runs, each.contract.number))
        return ObjectCover(code, known or HostName(""), tuple(covering))

    def _covering(self, code: str, found: Sequence[Contract]) -> Iterator[CoveringContract]:
        today, configuration = self._around.today, self._around.configuration
        ledgers = Ledger(self._connection, self._around.tenant_id).of_contracts([each.number for each in found])
        known = known_hindrances(self._connection, self._around.tenant_id)
        customers = self._names.of_customers(each.customer for each in found)
        for contract in found:
            ledger = ledgers[contract.number]
            facts = facts_from(known, contract)
            situation = ContractSituation(contract, self._around.calendar, configuration.settings, ledger, facts)
            done = [
                each.completed_on or each.planned_date
                for each in ledger.values()
                if each.state in _DONE and code in contract.carried_by(each)
            ]
            coming = (
                each
                for each in visits(situation, today, today + LOOKED_AHEAD, today)
                if each.state in _STILL_COMES and code in contract.carried_by(each)
            )
            yield CoveringContract(
                contract,
                _status(contract, code, today),
                customers.get(contract.customer, ""),
                _last_day(contract, code),
                self._response(contract),
                max(done, default=None),
                next(coming, None),
            )

    def _response(self, contract: Contract) -> Text | None:
        """The shortest response that is promised; which one counts depends on the priority of the work order."""
        if contract.type is not ContractType.CORRECTIVE:
            return None
        policies = self._around.configuration.sla_policies
        policy = next((each for each in policies if each.code == contract.sla_policy), None)
        promised = [each.response for each in policy.priorities if each.response] if policy else []
        return _time_in_words(min(promised, key=_minutes)) if promised else None


def _minutes(time: SlaTime) -> int:
    """To compare by; a day counts as a whole one, as the calendar has it."""
    match time.unit:
        case SlaUnit.MINUTE:
            return time.number
        case SlaUnit.HOUR:
            return time.number * 60
        case SlaUnit.DAY:
            return time.number * 60 * 24


def _time_in_words(time: SlaTime) -> Text:
    match time.unit:
        case SlaUnit.MINUTE:
            return counted("{number} minute", "{number} minutes", time.number)
        case SlaUnit.HOUR:
            return counted("{number} hour", "{number} hours", time.number)
        case SlaUnit.DAY:
            return counted("{number} day", "{number} days", time.number)


def _status(contract: Contract, code: str, today: date) -> str:
    """That of the contract, but for an object that was replaced, or is to come in the place of another one."""
    if contract.has_on(code, today):
        return status_code(contract, today)
    replaced = any(each.old == code and each.since <= today for each in contract.replaced)
    return Status.ENDED.value if replaced else Status.NOT_STARTED.value


def _last_day(contract: Contract, code: str) -> date | None:
    """The last day on which the contract covers the object; None while nothing ends that."""
    days = [each.last_day for each in contract.replaced if each.old == code]
    return min((*days, contract.last_day), key=lambda day: day or date.max, default=None)
