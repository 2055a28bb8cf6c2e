"""What is to be invoiced in a month, contract by contract (rules: Terms, Invoice list). Nothing is invoiced here."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.days import A_DAY
from powerup.contracts.invoicing import InvoiceLine, lines_of_periods, lines_of_visits
from powerup.contracts.price import PricePer
from powerup.contracts.terms import Period, PeriodUnit, add_period
from powerup.documents.price import plain
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostNames, NameKind
from powerup.store.invoiced_lines import ExportedLine, InvoicedLines
from powerup.store.ledger import Ledger

_CONTRACTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """A line of the list with all that stands beside it. exported is what was exported of it before, if anything.

    customer is who gets the invoice, customer_name what the host calls them.
    """

    line: InvoiceLine
    contract: Contract
    customer: str
    customer_name: str
    exported: ExportedLine | None

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in the list: by contract, then by day."""
        return self.line.contract, f"{self.line.first.isoformat()} {self.line.key}"


@dataclass(frozen=True, slots=True)
class InvoiceTotals:
    """What the whole list comes to; open are the lines that were not exported."""

    lines: int = 0
    amount: Decimal = Decimal("0.00")
    open_lines: int = 0
    open_amount: Decimal = Decimal("0.00")


class InvoiceList:
    """The invoice list of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._contracts = Contracts(connection, around.tenant_id)
        self._ledger = Ledger(connection, around.tenant_id)
        self._names = HostNames(connection, around.tenant_id)
        self._exported = InvoicedLines(connection, around.tenant_id)

    def rows(self, month: date, after: tuple[str, str] | None = None) -> Iterator[InvoiceRow]:
        """The lines of a month, given by its first day, in their order; where a place is given those behind it."""
        for contracts in self._priced(after[0] if after else None):
            yield from (row for row in self._of(contracts, month) if after is None or row.place > after)

    def page(
        self, month: date, limit: int, after: tuple[str, str] | None = None
    ) -> tuple[list[InvoiceRow], tuple[str, str] | None]:
        """So many of them at most, and the place of the last one where more follow."""
        found: list[InvoiceRow] = []
        for row in self.rows(month, after):
            if len(found) == limit:
                return found, found[-1].place
            found.append(row)
        return found, None

    def totals(self, month: date) -> InvoiceTotals:
        """What all lines of the month come to."""
        return totals_of(self.rows(month))

    def export(self, month: date, now: datetime, by: str, *, again: bool = False) -> list[InvoiceRow]:
        """The lines to be taken along, marked as exported by somebody at that moment (aware): those that were not
        before, all of them where asked again."""
        rows = [row for row in self.rows(month) if again or row.exported is None]
        self._exported.write(ExportedLine(row.line.contract, row.line.key, row.line.amount, now, by) for row in rows)
        return rows

    def _priced(self, since: str | None) -> Iterator[list[Contract]]:
        """Contracts that have a price, from that number on, some at a time, without their plans and objects."""
        after = ""
        while contracts := self._contracts.with_a_price(after, _CONTRACTS_AT_ONCE):
            yield [contract for contract in contracts if since is None or contract.number >= since]
            after = contracts[-1].number

    def _of(self, contracts: Sequence[Contract], month: date) -> list[InvoiceRow]:
        lines = [line for contract in contracts for line in lines_of_periods(contract, month)]
        lines += self._of_visits(contracts, month)
        by_number = {contract.number: contract for contract in contracts}
        exported = self._exported.of_contracts(sorted({line.contract for line in lines}))
        invoiced = {number: by_number[number].invoice_customer or by_number[number].customer for number in by_number}
        names = self._names.of(NameKind.CUSTOMER, sorted({invoiced[line.contract] for line in lines}))
        rows = [
            InvoiceRow(
                line,
                by_number[line.contract],
                customer := invoiced[line.contract],
                names[customer].name if customer in names else "",
                exported.get((line.contract, line.key)),
            )
            for line in lines
        ]
        return sorted(rows, key=lambda row: row.place)

    def _of_visits(self, contracts: Iterable[Contract], month: date) -> Iterator[InvoiceLine]:
        per_visit = {each.number: each for each in contracts if each.price and each.price.per is PricePer.VISIT}
        if per_visit:
            last = add_period(month, Period(1, PeriodUnit.MONTH)) - A_DAY
            for number, done in self._ledger.completed(list(per_visit), month, last).items():
                parts = self._ledger.parts_of({visit.key for visit in done if visit.key.address is not None})
                yield from lines_of_visits(per_visit[number], done, parts)


def totals_of(rows: Iterable[InvoiceRow]) -> InvoiceTotals:
    """What some lines come to."""
    lines, amount, open_lines, open_amount = 0, Decimal("0.00"), 0, Decimal("0.00")
    for row in rows:
        lines, amount = lines + 1, amount + row.line.amount
        if row.exported is None:
            open_lines, open_amount = open_lines + 1, open_amount + row.line.amount
    return InvoiceTotals(lines, amount, open_lines, open_amount)


def invoice_document(row: InvoiceRow) -> dict[str, Any]:
    """A line as JSON values: amounts in euros without VAT, as texts."""
    price, exported = row.contract.price, row.exported
    return {
        "contract": row.line.contract,
        "contract_name": row.contract.name,
        "line": row.line.key,
        "customer": row.customer,
        "customer_name": row.customer_name,
        "per": price.per.value if price else None,
        "invoiced": price.invoiced.value if price else None,
        "first": row.line.first.isoformat(),
        "until": row.line.until.isoformat(),
        "pro_rata": row.line.pro_rata,
        "amount": plain(row.line.amount),
        "vat_code": price.vat_code if price else None,
        "ledger_code": price.ledger_code if price else None,
        "exported_at": exported.exported_at.isoformat() if exported else None,
        "exported_amount": plain(exported.amount) if exported else None,
    }
