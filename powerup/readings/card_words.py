"""What a card says of a contract: what was agreed, how it goes on, and what to mind."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from powerup.actions.contract.call_off import balance
from powerup.actions.contract.let_through import waiting_in_words
from powerup.actions.contract.undo_delete import UNDO_WITHIN
from powerup.contracts.agreed_terms import has_gone_on
from powerup.contracts.contract import Contract, ContractType, Pause, ReplacedObject, Spread, Status, VisitPlan
from powerup.contracts.held_back import waits_of
from powerup.contracts.latest import asks_for_latest, latest_dates, needs_person
from powerup.contracts.notice import notice_until, regular_last_day, renews_on
from powerup.contracts.situation import ContractSituation
from powerup.contracts.terms import Renewal
from powerup.contracts.visit import LedgerVisit, VisitState
from powerup.readings.failures import failures_on_card
from powerup.readings.latest_dates import near_in_words
from powerup.readings.price_words import price_in_words
from powerup.readings.rule_words import rule_in_words, yearly_in_words
from powerup.texts import Text, text


def facts(situation: ContractSituation, today: date, earlier: Iterable[LedgerVisit] = ()) -> Text:
    """What was agreed, what is left to call off, how it goes on at its end, and what it costs.

    earlier are the visits of the contracts that it goes on from.
    """
    contract = situation.contract
    said = summary(contract)
    costs = price_in_words(contract, contract.price) if contract.price else None
    for more in (_left(situation, today, earlier), going_on(contract, today), costs):
        if more is not None:
            said = text("{facts}. {more}", facts=said, more=more)
    return said


def summary(contract: Contract) -> Text:
    """What was agreed, in one line."""
    match contract.type:
        case ContractType.CORRECTIVE:
            return text("Corrective, with SLA policy {policy}", policy=contract.sla_policy or "-")
        case ContractType.YEARLY:
            return yearly_in_words(contract.yearly) if contract.yearly else text("Yearly orders")
        case ContractType.PREVENTIVE:
            return text("Preventive: {plans}", plans=_plans_in_words(contract.plans))


def _plans_in_words(plans: Sequence[VisitPlan]) -> list[Text]:
    """The rules of the plans, with their names where there are several."""
    if len(plans) == 1:
        return [rule_in_words(plans[0].recurrence)]
    return [text("{plan} {rule}", plan=plan.name, rule=rule_in_words(plan.recurrence)) for plan in plans]


def _left(situation: ContractSituation, today: date, earlier: Iterable[LedgerVisit]) -> Text | None:
    """What is left to call off in the contract year of today."""
    contract = situation.contract
    if contract.yearly is None or contract.yearly.spread is not Spread.CALL_OFF:
        return None
    day = max(today, contract.start)
    ledger = [*earlier, *situation.ledger.values()]
    visited = [code or "" for code in contract.visited_objects() if contract.has_on(code, day)]
    left = sum(balance(contract, ledger, day, code) for code in visited)
    return text("Left this contract year: {left}", left=left)


def going_on(contract: Contract, today: date) -> Text | None:
    """The end, the renewal and the last day for notice, where terms were agreed and nobody has ended it."""
    if has_gone_on(contract) and contract.termination is None:
        return text(
            "Goes on without an end; with notice today it ends on {day} at the earliest",
            day=regular_last_day(contract, today),
        )
    notice, end = notice_until(contract), contract.end
    if notice is None or end is None or contract.termination or contract.status(today) is Status.ENDED:
        return None
    if renews_on(contract) is not None and contract.terms and contract.terms.renewal is Renewal.INDEFINITE:
        return text(
            "Runs until {end} and then goes on without an end; last day for notice: {notice}", end=end, notice=notice
        )
    if renews_on(contract) is not None:
        return text("Runs until {end} and then renews; last day for notice: {notice}", end=end, notice=notice)
    return text("Runs until {end}; last day for notice: {notice}", end=end, notice=notice)


def warnings(
    situation: ContractSituation, problem: str | None, today: date, on_release: Sequence[LedgerVisit] = ()
) -> Iterator[Text]:
    """What a person has to know before anything else. problem is what its last cycle ran into, in words; on_release is
    what is written once its orders wait no longer."""
    contract = situation.contract
    if problem:
        yield text("{problem}", problem=problem)
    if contract.deleted_on is None:
        yield from failures_on_card(row for row in situation.ledger.values() if row.state is VisitState.FAILED)
    if asks_for_latest(contract, today):
        near = [each for each in latest_dates(situation, today) if needs_person(each, situation, today)]
        yield from near_in_words(near, today)
    if situation.awaiting_release and contract.deleted_on is None:
        yield waiting_in_words(waits_of(on_release))
    if contract.deleted_on is not None:
        yield text("This can be undone until {until}.", until=contract.deleted_on + UNDO_WITHIN)
    if contract.termination and today <= contract.termination.last_day:
        yield text("Ends early on {last_day}.", last_day=contract.termination.last_day)
    yield from map(_paused, filter(None, (pause.coming(today) for pause in contract.pauses)))
    yield from (_to_be_replaced(each) for each in contract.replaced if today < each.since)
    if contract.restarted_as:
        yield text("Restarted as contract {number}.", number=contract.restarted_as)


def _to_be_replaced(each: ReplacedObject) -> Text:
    return text("{new} is visited in the place of {old} from {day} on.", day=each.since, new=each.new, old=each.old)


def _paused(pause: Pause) -> Text:
    if pause.until is None:
        return text("Paused from {start} until further notice.", start=pause.start)
    if pause.every_year:
        return text("Paused from {start} until {until}, and so every year.", start=pause.start, until=pause.until)
    return text("Paused from {start} until {until}.", start=pause.start, until=pause.until)
