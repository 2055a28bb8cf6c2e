"""One contract as a planner has it open all day: what it is, what comes, what was done and by whom, and what can be
done about it (architecture: Parts)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from powerup.actions.contract import note
from powerup.actions.contract.chain import gone_before
from powerup.actions.kit.answer import Refusal
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.actions.kit.latest_words import passed_by, passed_in_words
from powerup.actions.kit.load_scene import chain_of
from powerup.actions.kit.request import Actor, Target, TargetType
from powerup.actions.visit import move
from powerup.actions.visit.target_visit import is_not_started, the_visit
from powerup.contracts.closed_days import Closed
from powerup.contracts.contract import Contract, ContractType
from powerup.contracts.held_back import released
from powerup.contracts.latest import LatestDate, asks_for_latest, latest_dates
from powerup.contracts.schedule import as_written, visits
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import OPEN, LedgerVisit, Visit, visit_key
from powerup.contracts.why import Why, why
from powerup.errors import PowerupError
from powerup.readings.card_buttons import CardButtons
from powerup.readings.card_words import facts, warnings
from powerup.readings.contract_buttons import ContractButtons
from powerup.readings.contract_facts import (
    Fact,
    agreed_facts,
    notice_sentence,
    order_facts,
    plan_facts,
    promises,
)
from powerup.readings.contract_history import (
    ContractHistory,
    TrailNames,
    WhyItStands,
    action_in_words,
    changes_in_words,
    reasons_by_code,
    through_in_words,
)
from powerup.readings.contract_status import ContractStatus, next_step, status_of
from powerup.readings.contract_year import ContractYear, YearVisit, alike, contract_year, said_of, year_visits
from powerup.readings.hindrance_words import hindrances
from powerup.readings.sla_overview import SlaOverview
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.errors import UnknownContractError
from powerup.store.host_facts import KeptHostFacts, known_hindrances, with_host_facts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.store.installations import HostLinks, Installations
from powerup.store.ledger import Ledger
from powerup.store.marks import Marked, Marks, facts_from, marked
from powerup.texts import Reader, Text


class UnknownVisitError(PowerupError):
    """The contract has no visit of that id, or was deleted."""


LINES_ON_A_PAGE = 20
"""Of the history; older ones are a page further."""

NOTES_SHOWN = 5
ORDERS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Something that was done: when in the tenant's zone, by whom and by which entrance, and what changed by it."""

    at: datetime
    by: str
    through: Text
    did: Text
    changes: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A note, as it was written."""

    at: datetime
    by: str
    written: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """So many lines, the newest first; page counts from 1."""

    page: int
    lines: tuple[HistoryLine, ...]
    has_older: bool


@dataclass(frozen=True, slots=True)
class DayAnswer:
    """Why there are visits on a day that are alike, or why there is none. why is the answer about the first of them,
    of no object where there are several."""

    why: Why
    visits: tuple[YearVisit, ...] = ()


@dataclass(frozen=True, slots=True)
class ContractDay:
    """What there is to say of one day of a contract. closed is why no visit can be on it, None where one can."""

    contract: Contract
    day: date
    closed: Closed | None
    answers: tuple[DayAnswer, ...]
    object_names: Mapping[str, HostName]
    buttons: ContractButtons
    links: HostLinks


@dataclass(frozen=True, slots=True)
class MoveOfVisits:
    """What comes of moving a visit, or all of its plan and day, to a day: to is None while none was chosen. refusal
    says why it is not possible, warnings what to know of the day."""

    contract: Contract
    visits: tuple[YearVisit, ...]
    to: date | None
    refusal: Text | None = None
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class OneContract:
    """All that a contract's page shows.

    closed says why no visit can be on a day. rule is the sentence that says the contract, warnings what
    has to be known before anything else. customer and object_names are what the host calls them, as far as it was read.
    orders are those that are under way at the host, the first of orders_in_all. chain has the contract itself and
    those that it was restarted from and as, the earliest first. links lead to pages of the host, where it told them.
    """

    contract: Contract
    today: date
    closed: Callable[[date], Closed | None]
    status: ContractStatus
    why: WhyItStands
    rule: Text
    next_step: Text | None
    customer: HostName
    object_names: Mapping[str, HostName]
    warnings: tuple[Text, ...]
    buttons: ContractButtons
    year: ContractYear
    orders: tuple[YearVisit, ...]
    orders_in_all: int
    agreed: tuple[Fact, ...]
    notice: Text | None
    plans: tuple[tuple[str, Text], ...]
    latest: tuple[LatestDate, ...]
    order_facts: tuple[Fact, ...]
    promises: tuple[tuple[str, Text], ...]
    sla: Sequence[Mapping[str, object]]
    notes: tuple[Note, ...]
    history: HistoryPage
    chain: tuple[Contract, ...]
    links: HostLinks


class ContractPages:
    """The pages of the contracts of one tenant as one person sees them, on a connection that a transaction of Database
    has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances, actor: Actor, reader: Reader) -> None:
        self._connection = connection
        self._around = around
        self._card_buttons = CardButtons(around, actor, reader)
        self._contracts = Contracts(connection, around.tenant_id)
        self._ledger = Ledger(connection, around.tenant_id)
        self._trail = AuditTrail(connection, around.tenant_id)

    def page(self, number: str, year: int | None = None, history_page: int = 1) -> OneContract:
        """The page of the contract of that number, for a calendar year, or the one that today or its end lies in.

        Raises UnknownContractError.
        """
        contract, today = self._contract(number), self._around.today
        marks = marked(Marks(self._connection, self._around.tenant_id).all())
        at_host = KeptHostFacts(self._connection, self._around.tenant_id).all()
        situation = self._situation(contract, with_host_facts(marks, at_host))
        chain = chain_of(self._contracts, situation)
        on_release = released(situation, today) if situation.awaiting_release else []
        in_the_way = () if contract.deleted_on else hindrances(contract, at_host, marks)
        problem = self._contracts.problems([number]).get(number)
        names = HostNames(self._connection, self._around.tenant_id)
        employees = names.of_employees()
        orders = _at_host(situation)
        sla = self._sla(contract)
        shown = contract_year(situation, year or _year_shown(contract, today), today)
        known = shown.visits if shown.year == today.year else ()
        return OneContract(
            contract=contract,
            today=today,
            closed=situation.open_days.closed,
            status=status_of(contract, today),
            why=self._why_it_stands(contract),
            rule=facts(situation, today, self._gone_before(contract, chain)),
            next_step=next_step(situation, today, known, sla),
            customer=names.of(NameKind.CUSTOMER, [contract.customer]).get(contract.customer, HostName("")),
            object_names=names.of(NameKind.OBJECT, contract.objects),
            warnings=(*self._around.notes, *in_the_way, *warnings(situation, problem, today, on_release)),
            buttons=self._buttons(situation, chain),
            year=shown,
            orders=tuple(orders[:ORDERS_SHOWN]),
            orders_in_all=len(orders),
            agreed=tuple(agreed_facts(contract, today)),
            notice=notice_sentence(contract, today),
            plans=tuple(plan_facts(contract, employees)),
            latest=tuple(latest_dates(situation, today)) if asks_for_latest(contract, today) else (),
            order_facts=tuple(order_facts(contract, self._around.configuration, employees)),
            promises=tuple(promises(contract, self._around.configuration)),
            sla=sla,
            notes=self._notes(number),
            history=self._history(number, history_page, employees),
            chain=tuple(sorted((contract, *chain), key=lambda each: (each.start, each.number))) if chain else (),
            links=self._links(),
        )

    def day(self, number: str, day: date) -> ContractDay:
        """Why the contract of that number has visits on a day, or none. Raises UnknownContractError."""
        contract = self._contract(number)
        situation = self._situation(contract, known_hindrances(self._connection, self._around.tenant_id))
        return ContractDay(
            contract,
            day,
            situation.open_days.closed(day),
            tuple(_answers(situation, why(situation, day, self._around.today))),
            HostNames(self._connection, self._around.tenant_id).of(NameKind.OBJECT, contract.objects),
            self._buttons(situation, ()),
            self._links(),
        )

    def move(self, number: str, visit_id: str, to: date | None, *, together: bool = False) -> MoveOfVisits:
        """What comes of moving a visit of the contract of that number, or together all of its plan and day that can be
        moved. Raises UnknownContractError, and UnknownVisitError where the contract has no such visit."""
        contract = self._contract(number)
        situation = self._situation(contract, known_hindrances(self._connection, self._around.tenant_id))
        key = visit_key(visit_id)
        if key is None or key.contract != number:
            raise UnknownVisitError(visit_id)
        target = Target(TargetType.VISIT, visit_id, contract.version)
        scene = replace(self._card_buttons.scene_of(target), situation=situation, visit=key)
        try:
            visit = the_visit(scene)
        except Refusal as unknown:
            raise UnknownVisitError(visit_id) from unknown
        moved = self._beside(situation, visit) if together else [visit]
        shown = tuple(year_visits(situation, moved))
        off = self._card_buttons.why_off(move.ACTION)
        if off is not None or to is None:
            return MoveOfVisits(contract, shown, to, off)
        try:
            change = move.ACTION.decide(scene, move.MoveInput(to))
        except Refusal as refusal:
            return MoveOfVisits(contract, shown, to, refusal.message)
        passed = tuple(passed_in_words(passed_by(scene, change)))
        return MoveOfVisits(contract, shown, to, warnings=(*passed, *change.warnings))

    def _beside(self, situation: ContractSituation, visit: Visit) -> list[Visit]:
        """The visit with the others of its plan and day that can be moved."""
        day = visit.planned_date
        of_day = visits(situation, day, day, self._around.today)
        others = (each for each in of_day if each.key.plan == visit.key.plan and is_not_started(each))
        return [visit, *(each for each in others if each.key != visit.key)]

    def _links(self) -> HostLinks:
        return Installations(self._connection).links_of(self._around.tenant_id)

    def _contract(self, number: str) -> Contract:
        contract = self._contracts.get(number)
        if contract is None:
            raise UnknownContractError(number)
        return contract

    def _situation(self, contract: Contract, known: Marked) -> ContractSituation:
        number = contract.number
        return ContractSituation(
            contract,
            self._around.calendar,
            self._around.configuration.settings,
            self._ledger.of_contracts([number])[number],
            facts_from(known, contract),
            awaiting_release=number in self._contracts.held_numbers([number]),
        )

    def _buttons(self, situation: ContractSituation, chain: tuple[Contract, ...]) -> ContractButtons:
        contract = situation.contract
        scene = self._card_buttons.scene_of(Target(TargetType.CONTRACT, contract.number, contract.version))
        return ContractButtons(self._card_buttons, replace(scene, situation=situation, chain=chain))

    def _why_it_stands(self, contract: Contract) -> WhyItStands:
        found = ContractHistory(self._connection, self._around.tenant_id).why_they_stand(
            [contract], self._around.configuration, self._around.today
        )
        return found.get(contract.number, WhyItStands())

    def _gone_before(self, contract: Contract, chain: Sequence[Contract]) -> list[LedgerVisit]:
        """The visits of the contracts that this one goes on from, which have used of its balance."""
        if contract.goes_on_from is None or contract.yearly is None:
            return []
        ledgers = self._ledger.of_contracts(sorted(gone_before(contract, chain)))
        return [visit for rows in ledgers.values() for visit in rows.values()]

    def _sla(self, contract: Contract) -> Sequence[Mapping[str, object]]:
        if contract.type is not ContractType.CORRECTIVE:
            return ()
        return SlaOverview(self._connection, self._around).rows_of(contract.number)

    def _notes(self, number: str) -> tuple[Note, ...]:
        lines = self._trail.newest_of_contract(number, NOTES_SHOWN, action=note.ACTION.id)
        return tuple(
            Note(line.at.astimezone(self._around.zone), line.actor_name, str((line.input or {}).get("text", "")))
            for line in lines
        )

    def _history(self, number: str, page: int, employees: Mapping[str, str]) -> HistoryPage:
        passed_over = (page - 1) * LINES_ON_A_PAGE
        lines = self._trail.newest_of_contract(number, LINES_ON_A_PAGE + 1, passed_over=passed_over)
        names = TrailNames(reasons_by_code(self._around.configuration), employees)
        shown = tuple(self._line(line, names) for line in lines[:LINES_ON_A_PAGE])
        return HistoryPage(page, shown, len(lines) > LINES_ON_A_PAGE)

    def _line(self, line: AuditLine, names: TrailNames) -> HistoryLine:
        return HistoryLine(
            line.at.astimezone(self._around.zone),
            line.actor_name,
            through_in_words(line),
            action_in_words(line),
            tuple(changes_in_words(line, names)),
        )


def _year_shown(contract: Contract, today: date) -> int:
    """That of today while the contract runs, else the nearest of its own."""
    if today < contract.start:
        return contract.start.year
    return min(today, contract.last_day or today).year


def _answers(situation: ContractSituation, answers: Sequence[Why]) -> Iterator[DayAnswer]:
    of_visits = {answer.visit.key: answer for answer in answers if answer.visit is not None}
    found = year_visits(situation, [answer.visit for answer in answers if answer.visit is not None])
    for row in alike(situation.contract, found):
        answer = of_visits[row.first.visit.key]
        yield DayAnswer(replace(answer, visit=said_of(row.visits)), row.visits)
    yield from (DayAnswer(answer) for answer in answers if answer.visit is None)


def _at_host(situation: ContractSituation) -> list[YearVisit]:
    """The work orders that are under way at the host, or on their way there, by planned date."""
    rows = [row for row in situation.ledger.values() if row.state in OPEN]
    rows.sort(key=lambda row: (row.planned_date, row.key))
    return year_visits(situation, map(as_written, rows))
