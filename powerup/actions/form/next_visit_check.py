"""Whether a next visit that somebody named can be, and what a person is told of it (rules: Generation, Next visit)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from powerup.actions.kit.answer import FieldProblem
from powerup.contracts.calendar import Calendar
from powerup.contracts.configuration import TenantConfiguration, TenantSettings
from powerup.contracts.contract import Contract, ContractType, Schedule, Shift, Spread, VisitPlan
from powerup.contracts.next_visit import NextVisit
from powerup.contracts.open_days import OpenDays
from powerup.contracts.recurrence import problems as recurrence_problems
from powerup.contracts.series import Series, agreed_end
from powerup.texts import Text, first_of, text

Flaw = tuple[str, str]
"""The member of the plan's form, and the code of what is wrong with it."""


def next_visit_problems(
    contract: Contract, configuration: TenantConfiguration, before: Contract | None
) -> Iterator[FieldProblem]:
    """What is wrong with the next visits of a contract, but for what stood already in the contract that it changes."""
    for position, plan in enumerate(contract.plans):
        if plan.next_visit is None and not plan.next_visits:
            continue
        known = before.plan(plan.name) if before else None
        stood = set(_flaws(before, known, configuration)) if before and known else set()
        for member, code in _flaws(contract, plan, configuration):
            if (member, code) not in stood:
                yield FieldProblem(f"/input/plans/{position}/{member}", code, _in_words(contract, code))


def _flaws(contract: Contract, plan: VisitPlan, configuration: TenantConfiguration) -> Iterator[Flaw]:
    end = agreed_end(contract)
    for member, days in (
        ("next_visit", [plan.next_visit] if plan.next_visit else []),
        ("next_visits", [day for _, day in plan.next_visits]),
    ):
        if days and contract.yearly is not None and contract.yearly.spread is not Spread.SPREAD:
            yield member, "no_next_visit"
        elif any(day < contract.start for day in days):
            yield member, "before_start"
        elif end is not None and any(day > end for day in days):
            yield member, "after_end"
    if not {code for code, _ in plan.next_visits} <= set(contract.objects):
        yield "next_visits", "not_in_contract"
    for code in contract.visited_objects():
        if _ends_the_series(contract, plan, code, configuration):
            yield ("next_visits" if code in dict(plan.next_visits) else "next_visit"), "never_again"
            return


def _ends_the_series(contract: Contract, plan: VisitPlan, code: str | None, configuration: TenantConfiguration) -> bool:
    """Whether the rule has dates from its start, but none when it counts from the next visit: every 12 months from
    July in a season of May."""
    day = plan.next_visit_named(code)
    fixed = contract.type is ContractType.PREVENTIVE and plan.schedule is Schedule.FIXED
    if day is None or not fixed or plan.anchor_named(code) is not None:
        return False
    if not recurrence_problems(plan.recurrence, day) or recurrence_problems(plan.recurrence, contract.counted_from):
        return False
    named = Series(contract, plan, Calendar(configuration.calendar), configuration.settings).next_visit(code)
    return named is not None and named.own


def _in_words(contract: Contract, code: str) -> Text:
    match code:
        case "before_start":
            return text("The next visit lies before the start, {start}.", start=contract.start)
        case "after_end":
            return text("The next visit lies after the end, {end}.", end=agreed_end(contract))
        case "not_in_contract":
            return text("A next visit is named for an object that is not in the contract.")
        case "never_again":
            return text("Counted from the next visit the rule never meets the chosen months.")
        case _:
            return text("Orders at the start of the year or on request have no next visit to begin with.")


def next_visit_warnings(
    contract: Contract, before: Contract | None, calendar: Calendar, settings: TenantSettings
) -> Iterator[Text]:
    """What a person should know of the next visits that are named now: whether they are dates of the rule, and whether
    the day is worked. before is the contract that is changed."""
    if contract.type is ContractType.CORRECTIVE:
        return
    for plan in contract.plans:
        if plan.next_visits and not contract.order_per_object:
            yield text("Plan {plan}: next visits of single objects need a work order per object.", plan=plan.name)
        known = before.plan(plan.name) if before else None
        known = known or replace(plan, next_visit=None, next_visits=())
        series = Series(contract, plan, calendar, settings)
        alike: dict[NextVisit, list[str]] = {}
        for code in contract.visited_objects():
            named = series.next_visit(code)
            if named is not None and named.day != known.next_visit_named(code):
                alike.setdefault(named, []).append(code or "")
        for named, codes in alike.items():
            yield from _told(plan, named, _name(plan, codes, contract.visited_objects()), series.open_days)


def _name(plan: VisitPlan, codes: list[str], objects: Iterable[str | None]) -> str:
    return plan.name if set(codes) == {code or "" for code in objects} else f"{plan.name} ({first_of(codes)})"


def _told(plan: VisitPlan, named: NextVisit, name: str, days: OpenDays) -> Iterator[Text]:
    if named.own:
        yield _of_its_own(plan, named, name)
    if days.is_open(named.day):
        return
    if named.own:
        yield text("Plan {plan}: {day} is not a working day.", plan=name, day=named.day)
    elif plan.shift is Shift.SKIP:
        yield text(
            "Plan {plan}: {day} is not a working day, and the plan leaves such days out: no order comes of it.",
            plan=name,
            day=named.day,
        )


def _of_its_own(plan: VisitPlan, named: NextVisit, name: str) -> Text:
    if plan.schedule is Schedule.FLOATING:
        return text("Plan {plan}: {day} is no date of its rule; the plan begins with it.", plan=name, day=named.day)
    if named.in_place_of is None:
        return text(
            "Plan {plan}: {day} is no date of its rule; it is a visit of its own, and the plan counts on from there.",
            plan=name,
            day=named.day,
        )
    return text(
        "Plan {plan}: {day} is no date of its rule; it is a visit of its own, in the place of {instead}.",
        plan=name,
        day=named.day,
        instead=named.in_place_of,
    )
