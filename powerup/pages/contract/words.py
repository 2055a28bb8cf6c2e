"""What the page of a contract says of visits, days and buttons."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from powerup.actions.kit.closed_words import closed_in_words
from powerup.actions.kit.latest_words import plan_in_words
from powerup.contracts.calendar import WEEKEND
from powerup.contracts.closed_days import Closed
from powerup.contracts.contract import ContractType
from powerup.contracts.latest import LatestDate
from powerup.contracts.shown_as import ShownAs
from powerup.pages import addresses
from powerup.pages.contract.picture import Mark, PictureOfYear, latest_shape, picture_of_year, shape
from powerup.readings.contract_facts import Fact
from powerup.readings.contract_page import MoveOfVisits, OneContract
from powerup.readings.contract_status import status_of
from powerup.readings.contract_year import YearVisit
from powerup.readings.period_words import time_left_in_words
from powerup.readings.why_line import why_line
from powerup.texts import Reader, Text, counted, text

SHOWN: Mapping[ShownAs, Text] = {
    ShownAs.DONE_IN_TIME: text("done in time"),
    ShownAs.DONE_OUTSIDE_WINDOW: text("done outside its window"),
    ShownAs.DONE_LATE: text("done late"),
    ShownAs.UNDER_WAY: text("under way"),
    ShownAs.ORDERED: text("work order made"),
    ShownAs.PLANNED: text("to come"),
    ShownAs.WAITING: text("waits"),
    ShownAs.SKIPPED: text("left out by a person"),
    ShownAs.PAUSED: text("left out by a pause"),
    ShownAs.FAILED: text("could not be ordered"),
    ShownAs.WITHHELD: text("no work order"),
    ShownAs.REMOVED: text("deleted at the host"),
}
"""What has come of a visit, as the legend, the table and the marks say it."""

MAIN_ACTIONS = (
    "contract.release",
    "contract.undo_delete",
    "contract.restart",
    "contract.edit",
    "contract.call_off",
    "contract.undo_termination",
    "contract.resume",
    "contract.pause",
    "contract.renew",
    "contract.terminate",
)
"""Those that stand in the open while they are possible, in this order; all others are behind "More"."""


def of_mark(visits: Sequence[YearVisit], shown_as: ShownAs, day: str) -> Text:
    """What is said of the visits of a day that are shown alike."""
    plans = ", ".join(dict.fromkeys(each.visit.key.plan for each in visits))
    words, reasons = SHOWN[shown_as], {each.visit.reason for each in visits}
    if len(reasons) == 1 and (reason := reasons.pop()) is not None and shown_as is ShownAs.WITHHELD:
        words = text("{shown}: {reason}", shown=words, reason=reason)
    if len(visits) == 1:
        return text("{day}: plan {plans}, {shown}", day=day, plans=plans, shown=words)
    number = counted("{number} visit", "{number} visits", len(visits))
    return text("{day}: {visits}, plan {plans}, {shown}", day=day, visits=number, plans=plans, shown=words)


def page_words(page: OneContract, reader: Reader) -> Mapping[str, object]:
    """What the template of the whole page is given beside the reading: the picture with its legend, the buttons by
    where they stand, and facts in words."""
    buttons = page.buttons.of_contract()
    by_id = {button.action: button for button in buttons}
    main = [by_id[action] for action in MAIN_ACTIONS if action in by_id and not by_id[action].reason]
    return {
        "picture": picture_of_year(_drawn(page, reader)),
        "legend": [(shape(each), reader.say(SHOWN[each]), number) for each, number in page.year.counts.items()],
        "latest_shape": latest_shape() if page.year.latest_days else "",
        "latest_number": sum(len(several) for several in page.year.latest_days.values()),
        "has_year": page.contract.type is not ContractType.CORRECTIVE or bool(page.year.rows),
        "main_buttons": main,
        "other_buttons": [button for button in buttons if button not in main],
        "note_button": by_id["contract.note"],
        "can_replace": by_id["contract.replace_object"].reason is None,
        "agreed": _facts(page.agreed, reader),
        "order_facts": _facts(page.order_facts, reader),
        "plans": [(name, reader.say(rule)) for name, rule in page.plans],
        "promised": [
            (reader.say(text("Priority {priority}", priority=priority)), reader.say(promise))
            for priority, promise in page.promises
        ],
        "chain": [(each, reader.say(status_of(each, page.today).words)) for each in page.chain],
        "time_left": time_left_in_words,
    }


def latest_in_words(latest: LatestDate) -> Text:
    """What a day is the latest date of."""
    called = plan_in_words(latest.plan, [latest.object] if latest.object else [])
    if latest.basis:
        return text("{plan}: latest date ({basis})", plan=called, basis=latest.basis)
    return text("{plan}: latest date", plan=called)


def following(moving: MoveOfVisits) -> str:
    """Where visits and all that follow them are moved to the chosen day: the edit that names it as next visit."""
    key = moving.visits[0].visit.key
    code = key.visited_as or "" if len(moving.visits) == 1 else ""
    return addresses.contract_edit(moving.contract.number, plan=key.plan, object=code, next_visit=str(moving.to))


def _facts(facts: Iterable[Fact], reader: Reader) -> list[tuple[str, str]]:
    return [(reader.say(label), _value(value, reader)) for label, value in facts]


def _value(value: object, reader: Reader) -> str:
    match value:
        case Text():
            return reader.say(value)
        case date():
            return reader.weekday_date(value)
        case _:
            return str(value)


def closed_words(closed: Closed, reader: Reader) -> str:
    """Why no visit can be on a day; a weekend stays the code that the picture knows it by."""
    said = closed_in_words(closed)
    return said if isinstance(said, str) else reader.say(said)


SAID: Mapping[str, object] = {"shown": SHOWN, "shape": shape, "why_line": why_line, "closed_words": closed_words}
"""What every part of the page is given."""


def _drawn(page: OneContract, reader: Reader) -> PictureOfYear:
    contract, year = page.contract, page.year.year
    days = [date.fromordinal(day) for day in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]
    closed = {day: closed_words(found, reader) for day in days if (found := page.closed(day)) is not None}
    named = frozenset(day for day, reason in closed.items() if reason != WEEKEND)
    paused = frozenset(day for day in days if contract.pauses and contract.pause_on(day) is not None)
    said = reader.weekday_date
    here = addresses.contract_page(contract.number)
    by_latest = page.year.latest_days

    def of_day(day: date) -> str:
        name = closed[day] if day in named else reader.say(text("paused")) if day in paused else ""
        latest = [reader.say(latest_in_words(each)) for each in by_latest.get(day, ())]
        names = "; ".join(filter(None, (name, *latest)))
        return f"{said(day)}: {names}" if names else said(day)

    return PictureOfYear(
        year=year,
        today=page.today,
        months=[reader.short_month(month) for month in range(1, 13)],
        marks=list(_marks(page, reader)),
        page=here,
        address=lambda day: f"{here}?day={day}#day",
        said=of_day,
        label=reader.say(text("The visits of {year}", year=str(year))),
        first=contract.start,
        last=contract.last_day,
        closed=closed,
        named=named,
        paused=paused,
        latest=frozenset(by_latest),
    )


def _marks(page: OneContract, reader: Reader) -> Iterator[Mark]:
    """One for the visits of a day that are shown alike."""
    by_day: dict[tuple[date, ShownAs], list[YearVisit]] = {}
    for row in page.year.rows:
        by_day.setdefault((row.planned_date, row.shown_as), []).extend(row.visits)
    for (day, shown_as), visits in by_day.items():
        words = reader.say(of_mark(visits, shown_as, reader.weekday_date(day)))
        why = reader.say(why_line(page.year.why[day, shown_as])) if (day, shown_as) in page.year.why else ""
        yield Mark(day, shown_as, len(visits), words, f"{words}. {why}" if why else "", _movable(page, visits))


def _movable(page: OneContract, visits: Sequence[YearVisit]) -> str:
    """The first of the visits, where they are of one plan and a person can move each."""
    of_one_plan = len({each.visit.key.plan for each in visits}) == 1
    return visits[0].id if of_one_plan and all(page.buttons.can_be_moved(each.visit) for each in visits) else ""
