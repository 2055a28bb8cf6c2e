"""The account of a customer: what was agreed for a year and what came of each visit (rules: Account).

It is given to the customer, so it speaks of visits, days and people, and of none of the house's own troubles. What is
counted is what the audit reads: every written visit, and what the contracts still have to bring.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.account import (
    AccountFigures,
    AccountOutcome,
    account_visits,
    agreed_on,
    days_late,
    done_day,
    figures_of,
    outcome_of,
)
from powerup.contracts.contract import Contract
from powerup.contracts.visit import LedgerVisit, Reason, Visit, VisitState
from powerup.readings.decisions import Decision, Decisions
from powerup.readings.forecast import Forecast, number_of
from powerup.readings.host_language import language_of
from powerup.readings.year_plan import object_names, period_of, to_know
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.texts import Text, text

_UNDECIDED = Decision()

_Found = tuple[Contract, Visit]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """What came of one visit. objects and places are names, empty where the contract names no object; workorder_no is
    that of the order that was made, None where none was."""

    contract: Contract
    visit: Visit
    outcome: AccountOutcome
    decision: Decision
    objects: tuple[str, ...]
    places: tuple[str, ...]
    workorder_no: str | None

    @property
    def agreed_on(self) -> date:
        """The day that its rule gave it."""
        return agreed_on(self.visit)

    @property
    def moved_to(self) -> date | None:
        """The day to which a person moved it, None where it lies on that of its rule."""
        return None if self.agreed_on == self.visit.planned_date else self.visit.planned_date

    @property
    def done_on(self) -> date | None:
        """The day on which it was done, as far as it is known."""
        return done_day(self.visit)

    @property
    def days_late(self) -> int:
        """How many days after the end of its window it was done."""
        return days_late(self.visit)

    @property
    def is_as_agreed(self) -> bool:
        """Whether it was done in time and on no other day than its rule gave, so that there is nothing to explain."""
        return self.outcome is AccountOutcome.DONE and not self.days_late and self.moved_to is None


@dataclass(frozen=True, slots=True)
class AccountOfContract:
    """How the visits of one contract add up."""

    contract: Contract
    figures: AccountFigures


@dataclass(frozen=True, slots=True)
class CustomerAccount:
    """A customer's account of a calendar year, as it is on made_on.

    known is what the host calls the customer, language its language where the host says it, else None. lines are the
    visits that were agreed for the year, by the day of their rule; moved_in those of other years that people moved into
    it, which the accounts of those years count. not_agreed are visits that count in none, by reason. written are the
    rows of the ledger that this account answers for, those among them: of all customers and years they are the ledger.
    """

    code: str
    known: HostName
    language: str | None
    year: int
    made_on: date
    lines: tuple[AccountLine, ...]
    moved_in: tuple[AccountLine, ...]
    not_agreed: Mapping[Reason, int]
    notes: tuple[Text, ...]
    written: tuple[LedgerVisit, ...]

    @property
    def figures(self) -> AccountFigures:
        """How they add up."""
        return figures_of((line.visit, line.outcome) for line in self.lines)

    @property
    def agreed(self) -> int:
        """How many visits were agreed."""
        return len(self.lines)

    @property
    def counts(self) -> Mapping[AccountOutcome, int]:
        """What came of them; together they are all that was agreed."""
        return self.figures.counts

    @property
    def late(self) -> int:
        """How many were done after their window."""
        return self.figures.late

    @property
    def by_contract(self) -> tuple[AccountOfContract, ...]:
        """The same of each contract that has visits in the year."""
        lines: dict[str, list[AccountLine]] = {}
        for line in self.lines:
            lines.setdefault(line.contract.number, []).append(line)
        return tuple(
            AccountOfContract(some[0].contract, figures_of((line.visit, line.outcome) for line in some))
            for _, some in sorted(lines.items())
        )


class CustomerAccounts:
    """The accounts of one tenant's customers, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._connection = connection
        self._around = around

    def find(self, code: str, year: int) -> CustomerAccount | None:
        """The account of the customer of that debtor number; None where no contract has it."""
        contracts = Contracts(self._connection, self._around.tenant_id).by_customer(code)
        if not contracts:
            return None
        agreed, moved = self._visits(contracts, year)
        names = HostNames(self._connection, self._around.tenant_id)
        known = names.of(NameKind.CUSTOMER, [code]).get(code, HostName(""))
        lines = tuple(self._lines([*agreed, *moved], names))
        not_agreed = [each.visit.reason for each in lines if each.outcome is AccountOutcome.NOT_AGREED]
        of_year, of_others = lines[: len(agreed)], lines[len(agreed) :]
        return CustomerAccount(
            code,
            known,
            language_of(known.language),
            year,
            self._around.today,
            tuple(_counted(of_year)),
            tuple(_counted(of_others)),
            dict(sorted(Counter(reason for reason in not_agreed if reason is not None).items())),
            tuple(_notes(contracts, *period_of(year, None))),
            tuple(visit.written for _, visit in agreed if visit.written is not None),
        )

    def _visits(self, contracts: Sequence[Contract], year: int) -> tuple[list[_Found], list[_Found]]:
        """What was agreed for the year, by its day, and what came into it from others."""
        first, last = period_of(year, None)
        agreed: list[_Found] = []
        moved: list[_Found] = []
        for situation in Forecast(self._connection, self._around).situations_of(contracts):
            found = account_visits(situation, first, last, self._around.today)
            agreed += [(situation.contract, visit) for visit in found.agreed]
            moved += [(situation.contract, visit) for visit in found.moved_in]
        return sorted(agreed, key=_by_day), sorted(moved, key=_by_day)

    def _lines(self, found: Sequence[_Found], names: HostNames) -> Iterator[AccountLine]:
        decided = Decisions(self._connection, self._around.tenant_id).of(found)
        objects = names.of(NameKind.OBJECT, {code for contract, _ in found for code in contract.objects})
        calls = object_names({code for contract, _ in found for code in contract.objects}, objects)
        prefix, today = self._around.configuration.settings.number_prefix, self._around.today
        for contract, visit in found:
            decision = decided.get(str(visit.key), _UNDECIDED)
            codes = contract.carried_by(visit)
            yield AccountLine(
                contract,
                visit,
                outcome_of(visit, today, decision.wish),
                decision,
                tuple(calls[code] for code in codes),
                tuple(dict.fromkeys(known.place for code in codes if (known := objects.get(code)) and known.place)),
                None if visit.state is VisitState.PLANNED else number_of(visit, prefix),
            )


def _by_day(found: _Found) -> tuple[date, str]:
    _, visit = found
    return agreed_on(visit), str(visit.key)


def _counted(lines: Iterable[AccountLine]) -> Iterator[AccountLine]:
    return (line for line in lines if line.outcome is not AccountOutcome.NOT_AGREED)


def _notes(contracts: Sequence[Contract], first: date, last: date) -> Iterator[Text]:
    """What is not in the account, and why."""
    in_force = [each for each in contracts if each.deleted_on is None]
    entered = [each.entered_on for each in in_force if first < each.entered_on <= last and each.start < each.entered_on]
    if entered:
        yield text("What was done before {day} is not in this account.", day=max(entered))
    yield from to_know(in_force, first, last)
