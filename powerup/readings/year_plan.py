"""The year plan of a customer: what comes and came in a year or a month, by place and object, to be given away.

It says what its reader may rely on: a day that is not certain yet is marked as that, and what was done, moved or
dropped stays to be seen. Nothing of the house's own troubles (a failed order, a customer that is blocked) is told.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract, Schedule, Spread
from powerup.contracts.days import last_of_month
from powerup.contracts.visit import Reason, Visit, VisitState
from powerup.errors import PowerupError
from powerup.readings.forecast import Forecast
from powerup.readings.host_language import language_of
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.texts import Text, text

MOST_VISITS = 20_000
"""A plan with more of them is made month by month."""


class PlanMark(StrEnum):
    """What a reader may rely on: UNCERTAIN is to be confirmed, NOT_DONE was to be done and is not known to be."""

    PLANNED = "planned"
    UNCERTAIN = "uncertain"
    UNDER_WAY = "under_way"
    DONE = "done"
    NOT_DONE = "not_done"
    DROPPED = "dropped"


class PlanTooLong(PowerupError):
    """A plan with more than MOST_VISITS."""

    def __init__(self) -> None:
        super().__init__(text("This plan has more than {most} visits: choose a month.", most=MOST_VISITS))


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A visit as the customer sees it. moved_from is the day before a person moved it; done_on the day on which it was
    done, where that is known; why says why it was dropped or is not certain."""

    day: date
    mark: PlanMark
    moved_from: date | None = None
    done_on: date | None = None
    why: Text | None = None


@dataclass(frozen=True, slots=True)
class PlanRow:
    """What is done to one object under one contract; the name is empty where the contract names no object."""

    object_name: str
    work: str
    visits: tuple[PlannedVisit, ...]


@dataclass(frozen=True, slots=True)
class PlanPlace:
    """A place of the customer, by its name, and what stands there; empty for what has no place of its own."""

    name: str
    rows: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True)
class YearPlan:
    """A customer's plan from since to until, both inclusive, as it is on made_on.

    known is what the host calls the customer. language is its language where the host says it, else None. number is
    that of the visits: one that is for several objects counts once.
    """

    code: str
    known: HostName
    language: str | None
    since: date
    until: date
    made_on: date
    places: tuple[PlanPlace, ...]
    notes: tuple[Text, ...]
    number: int


def period_of(year: int, month: int | None) -> tuple[date, date]:
    """The first and last day of a year, or of one of its months."""
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    return date(year, month, 1), last_of_month(date(year, month, 1))


class YearPlans:
    """The year plans of one tenant's customers, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def find(self, code: str, since: date, until: date) -> YearPlan | None:
        """The plan of the customer of that debtor number, both days inclusive; None where no contract has it.

        Raises PlanTooLong.
        """
        contracts = Contracts(self._connection, self._around.tenant_id).by_customer(code)
        if not contracts:
            return None
        in_force = [each for each in contracts if each.deleted_on is None]
        found = self._visits(in_force, since, until)
        if len(found) > MOST_VISITS:
            raise PlanTooLong
        names = HostNames(self._connection, self._around.tenant_id)
        known = names.of(NameKind.CUSTOMER, [code]).get(code, HostName(""))
        objects = names.of(NameKind.OBJECT, {each for contract, _, _ in found for each in contract.objects})
        return YearPlan(
            code,
            known,
            language_of(known.language),
            since,
            until,
            self._around.today,
            tuple(_places(found, objects)),
            tuple(_notes(in_force, since, until)),
            len(found),
        )

    def _visits(
        self, contracts: Sequence[Contract], since: date, until: date
    ) -> list[tuple[Contract, Visit, PlannedVisit]]:
        forecast, today = Forecast(self._connection, self._around), self._around.today
        return [
            (contract, visit, shown)
            for contract, visit in forecast.visits_of(contracts, since, until)
            if (shown := as_planned(contract, visit, today)) is not None
        ]


def as_planned(contract: Contract, visit: Visit, today: date) -> PlannedVisit | None:
    """A visit as its customer sees it; None where the customer never expected it."""
    match visit.state:
        case VisitState.COMPLETED | VisitState.SETTLED:
            done_on = visit.written.completed_on if visit.written else None
            return PlannedVisit(visit.planned_date, PlanMark.DONE, visit.moved_from, done_on)
        case VisitState.IN_PROGRESS:
            return PlannedVisit(visit.planned_date, PlanMark.UNDER_WAY, visit.moved_from)
        case VisitState.REMOVED | VisitState.RETRACTING:
            return PlannedVisit(visit.planned_date, PlanMark.DROPPED, visit.moved_from)
        case VisitState.WITHHELD:
            return _withheld(visit, today)
        case VisitState.PLANNED | VisitState.ORDERING | VisitState.ORDERED | VisitState.FAILED:
            return _coming(contract, visit, today)


def _coming(contract: Contract, visit: Visit, today: date) -> PlannedVisit:
    mark, why = PlanMark.PLANNED, None
    plan = contract.plan(visit.key.plan)
    if visit.planned_date < today:
        mark = PlanMark.NOT_DONE
    elif visit.state is VisitState.FAILED or visit.reason is Reason.AWAITING_CONFIRMATION:
        mark, why = PlanMark.UNCERTAIN, text("still to be confirmed")
    elif visit.state is VisitState.PLANNED and plan is not None and _floats(plan.schedule, visit):
        mark, why = PlanMark.UNCERTAIN, text("depends on when the visit before is done")
    return PlannedVisit(visit.planned_date, mark, visit.moved_from, why=why)


def _floats(schedule: Schedule, visit: Visit) -> bool:
    """Whether its day still follows from the visit before it."""
    return schedule is Schedule.FLOATING and not (visit.written and visit.written.pinned)


def _withheld(visit: Visit, today: date) -> PlannedVisit | None:
    """Why it does not come, as far as that is the customer's business; what nobody expected is left out."""
    why: Text | None = None
    match visit.reason:
        case (
            None
            | Reason.BEFORE_ENTRY
            | Reason.CONTRACT_NOT_STARTED
            | Reason.CONTRACT_ENDED
            | Reason.TERMINATED
            | Reason.CONTRACT_DELETED
            | Reason.COVERED
            | Reason.CHANGED
            | Reason.BEFORE_NEXT_VISIT
        ):
            return None
        case Reason.CUSTOMER_BLOCKED | Reason.PREVIOUS_OPEN | Reason.UNINSTALLED | Reason.AWAITING_CONFIRMATION:
            if visit.planned_date >= today:
                told = text("still to be confirmed")
                return PlannedVisit(visit.planned_date, PlanMark.UNCERTAIN, visit.moved_from, why=told)
        case Reason.PAUSED:
            why = text("the contract stands still then")
        case Reason.SKIPPED:
            why = text("it is left out")
        case Reason.NOT_A_WORKING_DAY:
            why = text("not a working day")
        case Reason.OBJECT_RETIRED:
            why = text("the object is out of use")
        case Reason.MISSED:
            why = text("did not take place")
    return PlannedVisit(visit.planned_date, PlanMark.DROPPED, visit.moved_from, why=why)


def _places(
    found: Iterable[tuple[Contract, Visit, PlannedVisit]], objects: Mapping[str, HostName]
) -> Iterator[PlanPlace]:
    rows: dict[tuple[str, str], list[PlannedVisit]] = {}
    work: dict[str, str] = {}
    for contract, visit, shown in found:
        work[contract.number] = contract.name
        for code in contract.carried_by(visit) or ("",):
            rows.setdefault((code, contract.number), []).append(shown)
    called = object_names({code for code, _ in rows}, objects)
    places: dict[str, list[PlanRow]] = {}
    for (code, number), visits in rows.items():
        place = objects.get(code, HostName("")).place
        places.setdefault(place, []).append(PlanRow(called.get(code, ""), work[number], tuple(visits)))
    for place in sorted(places, key=lambda name: (name == "", _sorted_as_read(name))):
        yield PlanPlace(place, tuple(sorted(places[place], key=lambda row: (row.object_name.casefold(), row.work))))


def object_names(codes: Iterable[str], objects: Mapping[str, HostName]) -> dict[str, str]:
    """What each object is called: its name, with its serial number, else its code, where others of the same place have
    that name too."""
    known = {code: objects.get(code, HostName(code)) for code in codes if code}
    shared: dict[tuple[str, str], int] = {}
    for each in known.values():
        shared[each.place, each.name] = shared.get((each.place, each.name), 0) + 1
    return {
        code: each.name if shared[each.place, each.name] == 1 else f"{each.name} ({each.serial_number or code})"
        for code, each in known.items()
    }


def _sorted_as_read(name: str) -> list[tuple[bool, int, str]]:
    """Numbers by their value, so that Dorpsstraat 2 comes before Dorpsstraat 10."""
    parts: list[str] = [""]
    for letter in name.casefold():
        if parts[-1] and letter.isdecimal() != parts[-1].isdecimal():
            parts.append("")
        parts[-1] += letter
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _notes(contracts: Sequence[Contract], since: date, until: date) -> Iterator[Text]:
    """What is not in the plan, and why."""
    entered = [
        each.entered_on for each in contracts if since < each.entered_on <= until and each.start < each.entered_on
    ]
    if entered:
        yield text("What was done before {day} is not in this plan.", day=max(entered))
    yield from to_know(contracts, since, until)


def to_know(contracts: Sequence[Contract], since: date, until: date) -> Iterator[Text]:
    """What a customer has to know of its contracts in these days, both inclusive: which begin or end in them, and which
    visits have no day yet."""
    for contract in contracts:
        last_day = contract.last_day
        if last_day is not None and last_day < since:
            continue
        if since < contract.start <= until:
            yield text("{work}: from {day}.", work=contract.name, day=contract.start)
        if last_day is not None and last_day < until:
            yield text("{work}: until {day}.", work=contract.name, day=last_day)
        yield from _open_questions(contract)


def _open_questions(contract: Contract) -> Iterator[Text]:
    if contract.yearly is not None and contract.yearly.spread is Spread.CALL_OFF:
        yield text("{work}: visits come when you ask for them.", work=contract.name)
    if any(plan.schedule is Schedule.FLOATING for plan in contract.plans):
        yield text("{work}: each visit is planned from the day on which the one before was done.", work=contract.name)
