"""One customer: all its contracts and visits, its objects, and the orders that an SLA counts for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from powerup.actions.catalogue import ACTIONS
from powerup.actions.contract.undo_delete import UNDO_WITHIN
from powerup.actions.kit.action import Action
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.object_words import object_words
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.contracts.account import is_agreed
from powerup.contracts.contract import Contract, Status
from powerup.contracts.notice import notice_until
from powerup.contracts.visit import Reason, Visit, VisitState
from powerup.readings.card_buttons import CardButtons
from powerup.readings.card_words import summary
from powerup.readings.forecast import Forecast
from powerup.readings.hindrance_words import hindrances
from powerup.readings.one_trip import USUAL_DAYS_APART, OneTrip, trips_among
from powerup.readings.sla_overview import SlaOverview
from powerup.store.contracts import Contracts
from powerup.store.host_facts import KeptHostFacts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.marks import Marks, marked
from powerup.texts import Reader, Text

LOOKED_BACK = timedelta(days=366)
LOOKED_AHEAD = timedelta(days=366)

SHOWN_COMING = 20
SHOWN_PASSED = 10
SHOWN_TRIPS = 5

TAKES_PLACE_NO_MORE = frozenset(
    {
        VisitState.WITHHELD,
        VisitState.REMOVED,
        VisitState.RETRACTING,
        VisitState.COMPLETED,
        VisitState.SETTLED,
    }
)
"""States of a visit that is over, or will not be."""

NEVER_TO_BE = frozenset(reason for reason in Reason if not is_agreed(reason))
"""Reasons of visits that nobody expected: outside what was agreed, or another one stands for them."""

_RUNNING = (Status.ACTIVE, Status.NOT_STARTED)


@dataclass(frozen=True, slots=True)
class ContractOfCustomer:
    """A contract in the list of its customer. status is a code: that of the contract, `paused` today, or `deleted`.

    notice_until is the last day for notice, None where there is none or it has passed. failed counts visits whose order
    failed, within a year.
    """

    contract: Contract
    status: str
    summary: Text
    next_visit: Visit | None
    notice_until: date | None
    failed: int

    @property
    def runs(self) -> bool:
        """Whether it runs, or is still to begin."""
        return self.status not in ("deleted", Status.ENDED.value, Status.TERMINATED.value)

    @property
    def target(self) -> str:
        """As a press of many names it, with the version that was seen."""
        return f"{self.contract.number}@{self.contract.version}"


@dataclass(frozen=True, slots=True)
class ObjectOfCustomer:
    """An object that contracts name, with those that run; none of them where it is covered no more."""

    code: str
    known: HostName
    contracts: tuple[str, ...]
    next_visit: Visit | None


@dataclass(frozen=True, slots=True)
class Button:
    """What can be done beside a customer; reason is why it is grey, None where it can be pressed."""

    action: Action
    reason: str | None


@dataclass(frozen=True, slots=True)
class CustomerOverview:
    """All of one customer. known is what the host calls it, empty where that was not read yet; coming and passed are
    visits with their contracts, the nearest first, more of them being there where more_coming and more_passed say."""

    code: str
    known: HostName
    hindrances: tuple[Text, ...]
    contracts: tuple[ContractOfCustomer, ...]
    coming: tuple[tuple[Contract, Visit], ...]
    more_coming: int
    passed: tuple[tuple[Contract, Visit], ...]
    more_passed: int
    objects: tuple[ObjectOfCustomer, ...]
    object_names: dict[str, str]
    sla: tuple[dict[str, Any], ...]
    buttons: tuple[Button, ...]
    notes: tuple[Text, ...] = field(default=())
    trips: tuple[OneTrip, ...] = ()

    def objects_of(self, visit: Visit) -> str:
        """What people call the object of a visit, or those of its address; empty where it is for all."""
        return object_words(visit, lambda code: self.object_names.get(code) or code)

    @property
    def can_be_paused(self) -> list[ContractOfCustomer]:
        """Those that run and do not stand still already."""
        return [each for each in self.contracts if each.runs and each.status != "paused"]


class CustomerOverviews:
    """The customers of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def find(self, code: str, actor: Actor, reader: Reader) -> CustomerOverview | None:
        """The customer of that debtor number, as that person sees it; None where no contract has it and the host was
        never seen to have it."""
        today, names = self._around.today, HostNames(self._connection, self._around.tenant_id)
        found = Contracts(self._connection, self._around.tenant_id).by_customer(code)
        named = names.of(NameKind.CUSTOMER, [code]).get(code)
        if not found and named is None:
            return None
        shown = [each for each in found if each.deleted_on is None or today <= each.deleted_on + UNDO_WITHIN]
        visits = self._visits([each for each in found if each.deleted_on is None])
        coming = [each for each in visits if _is_to_come(each[1], today)]
        passed = [each for each in reversed(visits) if _has_been(each[1], today)]
        objects = names.of(NameKind.OBJECT, {code for contract in shown for code in contract.objects})
        contracts = sorted((self._row(each, visits) for each in shown), key=_in_order)
        return CustomerOverview(
            code,
            named or HostName(""),
            self._hindrances(shown),
            tuple(contracts),
            tuple(coming[:SHOWN_COMING]),
            len(coming[SHOWN_COMING:]),
            tuple(passed[:SHOWN_PASSED]),
            len(passed[SHOWN_PASSED:]),
            tuple(_objects(contracts, objects, coming, today)),
            {each: known.name for each, known in objects.items()},
            tuple(SlaOverview(self._connection, self._around).rows_of(*(each.number for each in shown))),
            tuple(self._buttons(code, actor, reader)),
            self._around.notes,
            tuple(trips_among(self._connection, self._around, coming, USUAL_DAYS_APART)[:SHOWN_TRIPS]),
        )

    def _visits(self, contracts: Sequence[Contract]) -> list[tuple[Contract, Visit]]:
        today = self._around.today
        forecast = Forecast(self._connection, self._around)
        return forecast.visits_of(contracts, today - LOOKED_BACK, today + LOOKED_AHEAD)

    def _row(self, contract: Contract, visits: Sequence[tuple[Contract, Visit]]) -> ContractOfCustomer:
        today, own = self._around.today, [visit for each, visit in visits if each.number == contract.number]
        until = notice_until(contract)
        return ContractOfCustomer(
            contract,
            status_code(contract, today),
            summary(contract),
            next((visit for visit in own if _is_to_come(visit, today)), None),
            until if until and until >= today and contract.termination is None else None,
            sum(visit.state is VisitState.FAILED for visit in own),
        )

    def _hindrances(self, shown: Iterable[Contract]) -> tuple[Text, ...]:
        """What stands in the way of its work orders, each sentence once."""
        kept = KeptHostFacts(self._connection, self._around.tenant_id).all()
        marks = marked(Marks(self._connection, self._around.tenant_id).all())
        told = {str(each): each for contract in shown for each in hindrances(contract, kept, marks)}
        return tuple(told.values())

    def _buttons(self, code: str, actor: Actor, reader: Reader) -> Iterable[Button]:
        buttons = CardButtons(self._around, actor, reader)
        target = Target(TargetType.RELATION, code)
        by_id = {each["id"]: each for each in buttons.of_scene(target.type, buttons.scene_of(target))}
        for action in ACTIONS:
            if action.id in by_id:
                yield Button(action, by_id[action.id]["reason"])


def status_code(contract: Contract, today: date) -> str:
    """The status of a contract as a code, with `paused` and `deleted` among them."""
    if contract.deleted_on is not None:
        return "deleted"
    status = contract.status(today)
    return "paused" if status is Status.ACTIVE and contract.pause_on(today) else status.value


def _is_to_come(visit: Visit, today: date) -> bool:
    return visit.planned_date >= today and visit.state not in TAKES_PLACE_NO_MORE


def _has_been(visit: Visit, today: date) -> bool:
    """Whether its day has gone by, or it was done before; what was never to be is left out."""
    if visit.state in (VisitState.COMPLETED, VisitState.SETTLED):
        return True
    return visit.planned_date < today and visit.written is not None and visit.reason not in NEVER_TO_BE


def _in_order(row: ContractOfCustomer) -> tuple[bool, int, str]:
    """Those that run first, then the newest."""
    return not row.runs, -row.contract.start.toordinal(), row.contract.number


def _objects(
    contracts: Iterable[ContractOfCustomer],
    known: dict[str, HostName],
    coming: Sequence[tuple[Contract, Visit]],
    today: date,
) -> Iterable[ObjectOfCustomer]:
    """Each object that a contract names, by its name; those that nothing covers any more come last."""
    covering: dict[str, list[str]] = {}
    for row in contracts:
        for code in row.contract.objects:
            numbers = covering.setdefault(code, [])
            if row.runs and row.contract.has_on(code, today):
                numbers.append(row.contract.number)
    rows = [
        ObjectOfCustomer(
            code,
            known.get(code, HostName("")),
            tuple(numbers),
            next((visit for contract, visit in coming if _is_for(contract, visit, code)), None),
        )
        for code, numbers in covering.items()
    ]
    return sorted(
        rows, key=lambda row: (not row.contracts, row.known.place.casefold(), row.known.name.casefold(), row.code)
    )


def _is_for(contract: Contract, visit: Visit, code: str) -> bool:
    return code in contract.carried_by(visit)
