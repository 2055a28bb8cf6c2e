"""The twelve months of a contract as they would be: its dates by month, what is ordered, and how much work it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from powerup.contracts.contract import Contract, ContractType, Schedule, Shift, VisitPlan
from powerup.contracts.invoicing import price_of_days
from powerup.contracts.price import PricePer, in_cents
from powerup.contracts.schedule import Coming
from powerup.contracts.shown_schedule import ScheduleRow, ShownSchedule, shown_schedule
from powerup.contracts.situation import ContractSituation
from powerup.contracts.visit import VisitState
from powerup.readings.rule_words import rule_in_words, yearly_in_words
from powerup.texts import Euros, Text, text

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class MonthOfDraft:
    """A month by its first day, with its dates; orders is how many work orders they are."""

    first: date
    rows: Sequence[ScheduleRow]
    orders: int


@dataclass(frozen=True, slots=True)
class DraftYear:
    """What a person sees of a contract while typing.

    rules are its plans as sentences, by name. visits counts its orders of the twelve months up to until, inclusive;
    minutes is what they take, None where no duration is given. price is what they cost without VAT, None where none is
    given. more is how many dates are not listed.
    """

    months: Sequence[MonthOfDraft]
    rules: Sequence[tuple[str, Text]]
    visits: int
    minutes: int | None
    until: date
    price: Euros | None = None
    more: int = 0

    @property
    def price_of_visit(self) -> Euros | None:
        """What one of them costs."""
        return Euros(in_cents(self.price.amount / self.visits)) if self.price and self.visits else None

    @property
    def price_of_hour(self) -> Euros | None:
        """What an hour of them costs."""
        return Euros(in_cents(self.price.amount * 60 / self.minutes)) if self.price and self.minutes else None


def draft_year(situation: ContractSituation, today: date, coming: Coming | None = None) -> DraftYear:
    """The twelve months from today on, or from the contract's start where that is later; coming is as in
    `shown_schedule`."""
    contract, shown = situation.contract, shown_schedule(situation, today, coming)
    return DraftYear(
        months=_months(contract, shown, max(today, contract.start)),
        rules=[(plan.name, words) for plan in contract.plans for words in _rule(contract, plan)],
        visits=sum(shown.orders.values()),
        minutes=_minutes(contract, shown),
        until=shown.until,
        price=_price(contract, sum(shown.orders.values()), max(today, contract.start), shown.until),
        more=shown.total - len(shown.rows),
    )


def _months(contract: Contract, shown: ShownSchedule, since: date) -> list[MonthOfDraft]:
    """Each month that the twelve months touch, those without a date too."""
    found = []
    first = since.replace(day=1)
    for _ in range(_MONTHS + 1):
        rows = [
            row for row in shown.rows if (row.planned_date.year, row.planned_date.month) == (first.year, first.month)
        ]
        if first <= shown.until:
            found.append(MonthOfDraft(first, rows, sum(orders_of(contract, row) for row in rows)))
        first += relativedelta(months=1)
    return found


def orders_of(contract: Contract, row: ScheduleRow) -> int:
    """How many work orders a row of the schedule stands for; none for one that is left out."""
    if row.state is VisitState.WITHHELD:
        return 0
    return len(row.objects) if contract.order_per_object and row.objects else 1


def _minutes(contract: Contract, shown: ShownSchedule) -> int | None:
    """What the visits take together; None where some have no duration."""
    durations = {plan.name: plan.override.duration_minutes for plan in contract.plans}
    total = 0
    for plan, orders in shown.orders.items():
        minutes = durations.get(plan) or contract.template.duration_minutes
        if minutes is None:
            return None
        total += minutes * orders
    return total


def _price(contract: Contract, visits: int, since: date, until: date) -> Euros | None:
    """By what is agreed now for each visit, or for the invoice periods of these days."""
    price = contract.price
    if price is None:
        return None
    match price.per:
        case PricePer.VISIT:
            return Euros(in_cents(price.amount_on(since) * visits))
        case PricePer.INVOICE_PERIOD:
            amount = price_of_days(contract, since, until)
            return None if amount is None else Euros(amount)


def _rule(contract: Contract, plan: VisitPlan) -> Iterator[Text]:
    """The plan as a sentence: its dates, and what happens to one that is not worked."""
    if contract.type is ContractType.YEARLY:
        if contract.yearly is not None:
            yield yearly_in_words(contract.yearly)
        return
    words = rule_in_words(plan.recurrence)
    if plan.schedule is Schedule.FLOATING:
        words = text("{rule}, counted from the last completion", rule=words)
    yield _shifted(plan.shift, words)


def _shifted(shift: Shift, words: Text) -> Text:
    match shift:
        case Shift.AS_IS:
            return words
        case Shift.PREVIOUS_WORKING_DAY:
            return text("{rule}; on a day off: the working day before", rule=words)
        case Shift.NEXT_WORKING_DAY:
            return text("{rule}; on a day off: the working day after", rule=words)
        case Shift.NEAREST:
            return text("{rule}; on a day off: the nearest working day", rule=words)
        case Shift.SKIP:
            return text("{rule}; on a day off it is left out", rule=words)
