"""Who is to be told of a new price: what a letter says after an indexation (rules: Terms, Letter list)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection

from powerup.actions.contract import index
from powerup.actions.kit.circumstances import TenantCircumstances
from powerup.contracts.contract import Contract
from powerup.contracts.indexation import Indexed, IndexReading
from powerup.contracts.invoicing import invoice_period_of
from powerup.contracts.price import ByIndex, ByPercentage, Indexation, Price, PricePer
from powerup.contracts.price_index import PriceIndex, going_on_as
from powerup.documents.price import plain, price_of
from powerup.readings.period_words import period_in_words
from powerup.store.audit_trail import AuditLine, AuditTrail
from powerup.store.contracts import Contracts
from powerup.store.host_names import HostName, HostNames, NameKind
from powerup.texts import Reader, Text, text

_CONTRACTS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PriceLetter:
    """A new price that a customer is to be told of: the amounts, the day from which the new one counts, and why.

    customer is how the host knows the customer. given is a percentage that was agreed, or a person's own with its
    reason; base and last are the values of an index that the price was computed from, as the tenant has them.
    """

    contract: Contract
    customer: HostName
    old: Decimal
    new: Decimal
    since: date
    given: Decimal | None = None
    reason: str = ""
    base: IndexReading | None = None
    last: IndexReading | None = None
    factor: Decimal = Decimal(1)

    @property
    def percentage(self) -> Decimal:
        """By how many percent the price changes: as it was given, else in hundredths."""
        return self._indexed.risen_by if self.given is None else self.given

    @property
    def why(self) -> Text:
        """The reason in a sentence, as the contract's history has it."""
        if self.reason:
            return text("{words}", words=self.reason)
        computed = replace(self._indexed, percentage=self.percentage, base=self.base, last=self.last)
        return index.indexation_in_words(computed)

    @property
    def _indexed(self) -> Indexed:
        return Indexed(self.old, Price(self.new, self.since), factor=self.factor)


class LetterList:
    """The letters of one tenant, on a connection that a transaction of Database has given."""

    def __init__(self, connection: Connection, around: TenantCircumstances) -> None:
        self._contracts = Contracts(connection, around.tenant_id)
        self._trail = AuditTrail(connection, around.tenant_id)
        self._names = HostNames(connection, around.tenant_id)
        self._indexes = around.configuration.indexes

    def rows(self, month: date, after: str = "") -> Iterator[PriceLetter]:
        """The indexations whose new price counts from a day of the month, given by its first day; by contract, those
        behind the number given. What was changed again since is told as it stands."""
        while contracts := self._contracts.with_a_price(after, _CONTRACTS_AT_ONCE, month):
            yield from self._of(contracts, month)
            after = contracts[-1].number

    def page(self, month: date, limit: int, after: str = "") -> tuple[list[PriceLetter], str | None]:
        """So many of them at most, and the number of the last one's contract where more follow."""
        found: list[PriceLetter] = []
        for letter in self.rows(month, after):
            if len(found) >= limit and letter.contract.number != found[-1].contract.number:
                return found, found[-1].contract.number
            found.append(letter)
        return found, None

    def _of(self, contracts: Sequence[Contract], month: date) -> Iterator[PriceLetter]:
        changed = {each.number: list(_changes(each, month)) for each in contracts}
        numbers = [number for number, changes in changed.items() if changes]
        lines = self._trail.of_action(index.ACTION.id, numbers)
        pressed = {(line.target_id, (line.input or {}).get("from")): line for line in lines}
        names = self._names.of(NameKind.CUSTOMER, [each.customer for each in contracts])
        for contract in contracts:
            customer = names.get(contract.customer, HostName(""))
            for since, old, new in changed[contract.number]:
                line = pressed.get((contract.number, since.isoformat()))
                if line is not None:
                    yield self._explained(PriceLetter(contract, customer, old, new, since), line)

    def _explained(self, letter: PriceLetter, line: AuditLine) -> PriceLetter:
        """The letter with what the press says of why."""
        pressed = line.input or {}
        if (own := pressed.get("percentage")) is not None:
            return replace(letter, given=Decimal(own), reason=pressed.get("reason") or "")
        match _agreed(line.before), _agreed(line.after):
            case ByPercentage() as agreed, _:
                return replace(letter, given=agreed.percentage)
            case ByIndex() as before, ByIndex() as after:
                factor = self._factor(before.index) if before.index != after.index else Decimal(1)
                return replace(letter, base=self._reading(before), last=self._reading(after), factor=factor)
            case _:
                return letter

    def _reading(self, agreed: ByIndex) -> IndexReading | None:
        found = self._index(agreed.index)
        value = found.values.get(agreed.base_month) if found else None
        return IndexReading(agreed.index, agreed.base_month, value) if value else None

    def _factor(self, base: str) -> Decimal:
        found = self._index(base)
        return going_on_as(found, self._indexes).factor if found else Decimal(1)

    def _index(self, code: str) -> PriceIndex | None:
        return next((each for each in self._indexes if each.code == code), None)


def letter_document(letter: PriceLetter, reader: Reader) -> dict[str, Any]:
    """A letter as JSON values, its reason in the reader's words; amounts in euros without VAT, as texts."""
    contract, customer, price = letter.contract, letter.customer, letter.contract.price
    period = invoice_period_of(contract) if price and price.per is PricePer.INVOICE_PERIOD else None
    return {
        "customer": contract.customer,
        "customer_name": customer.name,
        "street": customer.street,
        "house_number": customer.house_number,
        "postal_code": customer.postal_code,
        "city": customer.place,
        "invoice_customer": contract.invoice_customer,
        "reference": contract.reference,
        "contract": contract.number,
        "contract_name": contract.name,
        "per": price.per.value if price else None,
        "invoice_period": reader.say(period_in_words(period)) if period else None,
        "old": plain(letter.old),
        "new": plain(letter.new),
        "percentage": plain(letter.percentage),
        "from": letter.since.isoformat(),
        **_of_index("base", letter.base),
        **_of_index("last", letter.last),
        "why": reader.say(letter.why),
    }


def _of_index(name: str, reading: IndexReading | None) -> dict[str, str | None]:
    return {
        f"{name}_index": reading.index if reading else None,
        f"{name}_month": reading.month if reading else None,
        f"{name}_value": plain(reading.value.value) if reading else None,
    }


def _changes(contract: Contract, month: date) -> Iterator[tuple[date, Decimal, Decimal]]:
    """The amounts of the contract that count from a day of the month: that day, the amount before, and the new one."""
    price = contract.price
    if price is None:
        return
    amounts = [(each.price_date, each.amount) for each in price.earlier] + [(price.price_date, price.amount)]
    for (_, old), (since, new) in pairwise(amounts):
        if (since.year, since.month) == (month.year, month.month):
            yield since, old, new


def _agreed(document: Mapping[str, Any] | None) -> Indexation | None:
    price = (document or {}).get("price")
    return price_of(price).indexation if price else None
