"""What is planned from day to day, past and future alike, read without changing anything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.object_words import object_words
from powerup.contracts.contract import Contract
from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.contracts.latest import LatestDate, asks_for_latest, kept_by, latest_dates
from powerup.contracts.schedule import visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import Visit, VisitKey, VisitState, work_order_number
from powerup.store.contracts import Contracts
from powerup.store.errors import UnknownContractError
from powerup.store.host_facts import known_hindrances
from powerup.store.host_names import HostNames, NameKind
from powerup.store.ledger import Ledger
from powerup.store.marks import facts_from

VISIT_MEMBERS = (
    "contract",
    "plan",
    "object",
    "nominal_date",
    "planned_date",
    "moved_from",
    "generation_date",
    "deadline",
    "state",
    "reason",
    "workorder_no",
)
"""The members of a visit's document, in their order."""


FORECAST_MEMBERS = (*VISIT_MEMBERS, "customer", "customer_name", "object_name", "latest_date")
"""The members of a visit's document in a forecast, in their order."""

_MOVED_BY_RULE = timedelta(days=62)
"""Further than that no shift brings a visit from its nominal date."""


class Forecast:
    """What is planned of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around
        self._contracts = Contracts(connection, around.tenant_id)

    def visits(
        self, since: date, until: date, number: str | None = None, *, customer: str | None = None
    ) -> list[Visit]:
        """Every visit planned from since to until, both inclusive, whatever its state; of all contracts that are not
        deleted, of those of one customer, or of the one of that number. Raises UnknownContractError."""
        return [visit for _, visit in self.visits_with_contracts(since, until, number, customer=customer)]

    def visits_with_contracts(
        self, since: date, until: date, number: str | None = None, *, customer: str | None = None
    ) -> list[tuple[Contract, Visit]]:
        """The same visits, each with its contract. Raises UnknownContractError."""
        return self.visits_of(self._named(number, customer), since, until)

    def visits_of(
        self, found: Sequence[Contract], since: date, until: date, *, before_entry: bool = True
    ) -> list[tuple[Contract, Visit]]:
        """The same visits of these contracts, each with its contract; before_entry is as `schedule.visits` has it."""
        planned = [
            (situation.contract, visit)
            for situation in self._situations(found, since)
            for visit in visits(situation, since, until, self._around.today, before_entry=before_entry)
        ]
        # Those of a contract are sorted.
        return sorted(planned, key=lambda each: (each[1].planned_date, each[0].number))

    def situations(self) -> list[ContractSituation]:
        """All that decides about the coming visits of each contract that is not deleted."""
        return list(self._situations(self._named(None), self._around.today))

    def situations_of(self, found: Sequence[Contract], since: date | None = None) -> list[ContractSituation]:
        """All that decides about the visits of each of these contracts, with its whole ledger, or with what is needed
        of it for the visits planned since a day."""
        return list(self._situations(found, since))

    def situation_of(self, number: str) -> ContractSituation:
        """All that decides about the visits of the contract of that number. Raises UnknownContractError."""
        return next(self._situations(self._named(number)))

    def visit(self, key: VisitKey) -> Visit | None:
        """The visit of that key, written or computed; None where the contract has none. Raises UnknownContractError."""
        written = Ledger(self._connection, self._around.tenant_id).get(key)
        day = written.planned_date if written else key.nominal_date
        near = self.visits(max(day - _MOVED_BY_RULE, EARLIEST_DAY), min(day + _MOVED_BY_RULE, LATEST_DAY), key.contract)
        return next((visit for visit in near if visit.key == key), None)

    def rows(self, visits: Sequence[Visit]) -> list[dict[str, Any]]:
        """Each visit as JSON values, with its customer, what the host calls customer and object, null where no name was
        read yet, and the latest date that a visit to come has to keep."""
        contracts = self._contracts.of_numbers(sorted({visit.key.contract for visit in visits}))
        customers = {contract.number: contract.customer for contract in contracts}
        known = HostNames(self._connection, self._around.tenant_id).all()
        names = {key: each.name for key, each in known.items()}
        prefix = self._around.configuration.settings.number_prefix
        latest = self._latest_dates(contracts, max((visit.planned_date for visit in visits), default=date.min))
        return [
            visit_document(visit, prefix)
            | {
                "customer": customers[visit.key.contract],
                "customer_name": names.get((NameKind.CUSTOMER, customers[visit.key.contract])),
                "object_name": _object_name(visit, names),
                "latest_date": _kept(visit, latest.get(visit.key.contract, ())),
            }
            for visit in visits
        ]

    def _latest_dates(self, contracts: Sequence[Contract], until: date) -> dict[str, list[LatestDate]]:
        """Those of the contracts that have some, until a day, by contract."""
        today = self._around.today
        asking = [each for each in contracts if asks_for_latest(each, today)]
        found = self._situations(asking) if asking else ()
        return {each.contract.number: latest_dates(each, today, until) for each in found}

    def _named(self, number: str | None, customer: str | None = None) -> list[Contract]:
        if number is None:
            found = self._contracts.all() if customer is None else self._contracts.by_customer(customer)
            return [each for each in found if each.deleted_on is None]
        contract = self._contracts.get(number)
        if contract is None:
            raise UnknownContractError(number)
        return [contract] if customer in (None, contract.customer) else []

    def _situations(self, found: Sequence[Contract], since: date | None = None) -> Iterator[ContractSituation]:
        """Each with its whole ledger, or with what is needed of it for the visits planned since a day."""
        around = self._around
        ledger = Ledger(self._connection, around.tenant_id)
        ledgers = ledger.for_schedule(found, since) if since else ledger.of_contracts([each.number for each in found])
        known, held = known_hindrances(self._connection, around.tenant_id), self._contracts.held_numbers()
        for contract in found:
            yield ContractSituation(
                contract,
                around.calendar,
                around.configuration.settings,
                ledgers[contract.number],
                facts_from(known, contract),
                awaiting_release=contract.number in held,
            )


def _object_name(visit: Visit, names: Mapping[tuple[NameKind, str], str]) -> str | None:
    if visit.key.address is None:
        return names.get((NameKind.OBJECT, visit.key.object))
    return object_words(visit, lambda code: names.get((NameKind.OBJECT, code), code))


def visit_document(visit: Visit, number_prefix: str) -> dict[str, Any]:
    """A visit as JSON values; a planned one has the number that its work order will get, one without order has none."""
    written = visit.written
    reason = written.refusal if written and visit.state is VisitState.FAILED else visit.reason
    return {
        "contract": visit.key.contract,
        "plan": visit.key.plan,
        "object": visit.key.object or None,
        "nominal_date": visit.key.nominal_date.isoformat(),
        "planned_date": visit.planned_date.isoformat(),
        "moved_from": visit.moved_from.isoformat() if visit.moved_from else None,
        "generation_date": visit.generation_date.isoformat(),
        "deadline": visit.deadline.isoformat(),
        "state": visit.state.value,
        "reason": str(reason) if reason else None,
        "workorder_no": number_of(visit, number_prefix),
    }


def _kept(visit: Visit, latest: Iterable[LatestDate]) -> str | None:
    found = kept_by(visit, latest)
    return found.day.isoformat() if found is not None else None


def number_of(visit: Visit, number_prefix: str) -> str | None:
    """The number that a visit's work order has, or will get; None where none comes, also of one that was taken back."""
    written = visit.written
    if visit.state is VisitState.WITHHELD:
        return None
    if visit.state is not VisitState.PLANNED:
        return written.workorder_no if written else None
    return work_order_number(number_prefix, visit.key, written.try_number if written else 1)
