"""Made-up contracts of every shape that a file can hold."""

from dataclasses import fields
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TypeVar

from hypothesis import strategies as st

from powerup.actions.contract.changed_pauses import in_order
from powerup.contracts.configuration import TenantConfiguration
from powerup.contracts.contract import (
    CatchUp,
    Contract,
    ContractType,
    Lead,
    LeadUnit,
    OrderMaterial,
    Pause,
    ReplacedObject,
    Schedule,
    Shift,
    Spread,
    Template,
    TemplateOverride,
    Termination,
    VisitPlan,
    YearlyOrders,
)
from powerup.contracts.price import ByIndex, ByPercentage, EarlierPrice, Invoiced, Price, PricePer
from powerup.contracts.recurrence import Moment, Recurrence, ShortMonth, Unit
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms, agreed_end
from powerup.documents.closed_days import closed_range
from powerup.plain_text import odd_character

TODAY = date(2026, 12, 28)
STANDARD = Terms("STD", "Standaard", "", Period(1, PeriodUnit.YEAR), Renewal.AUTOMATIC, Period(1, PeriodUnit.MONTH))
CONFIGURATION = TenantConfiguration(terms=(STANDARD,))

codes = st.text("ABCab 0123456789-./=é'@+", min_size=1, max_size=8).map(str.strip).filter(bool)
free_text = st.text(st.characters(codec="utf-8").filter(lambda one: not odd_character(one)), max_size=20).filter(
    lambda text: text == "" or bool(text.strip())
)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
day_lists = st.lists(days, max_size=3, unique=True).map(tuple)
numbers = st.integers(0, 400)
times = st.times(time(0), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
Made = TypeVar("Made")


def maybe(values: st.SearchStrategy[Made]) -> st.SearchStrategy[Made | None]:
    return st.none() | values


moments = st.builds(Moment, st.sampled_from([1, 2, 3, 4, -1]), maybe(st.integers(0, 6)))
recurrences = st.builds(
    Recurrence,
    unit=st.sampled_from(Unit),
    every=st.integers(1, 99),
    weekdays=st.lists(st.integers(0, 6), max_size=3, unique=True).map(tuple),
    month_day=maybe(st.integers(1, 31)),
    moment=maybe(moments),
    at_short_month=st.sampled_from(ShortMonth),
    months=st.lists(st.integers(1, 12), max_size=3, unique=True).map(tuple),
    extra_dates=day_lists,
    excluded_dates=day_lists,
)
forms = st.lists(codes, max_size=2, unique=True).map(tuple)
materials = st.lists(
    st.builds(
        OrderMaterial,
        codes,
        st.decimals(0, 999, places=2).map(lambda number: number.normalize() + 0),
        maybe(st.decimals(0, 999, places=4).map(lambda price: price.normalize() + 0)),
    ),
    max_size=2,
).map(tuple)
overrides = st.builds(
    TemplateOverride,
    type_of_work=maybe(codes),
    description=maybe(free_text.filter(bool)),
    employee=maybe(codes),
    start_time=maybe(times),
    duration_minutes=maybe(numbers),
    forms=forms,
    materials=materials,
)
templates = st.builds(
    Template,
    type_of_work=codes,
    payment_method=codes,
    description=free_text.filter(bool),  # an empty one becomes the name of a contract that is made
    employee=maybe(codes),
    start_time=maybe(times),
    duration_minutes=maybe(numbers),
    project=maybe(codes),
    priority=maybe(codes),
    forms=forms,
    materials=materials,
)
closed_ranges = st.lists(
    st.builds(
        lambda first, length, name, every_year: closed_range(first, first + timedelta(days=length), name, every_year),
        days.filter(lambda day: (day.month, day.day) != (2, 29)),
        st.integers(0, 20),
        codes,
        st.booleans(),
    ),
    max_size=2,
).map(tuple)
object_codes = st.lists(codes.filter(lambda code: not {"=", ">"} & set(code)), max_size=3, unique=True).map(tuple)


leads = st.builds(Lead, numbers, st.sampled_from(LeadUnit))


amounts = st.integers(0, 999_999_999).map(lambda cents: Decimal(cents).scaleb(-2))
prices = st.builds(
    Price,
    amount=amounts,
    price_date=st.just(date(2026, 7, 1)),
    per=st.sampled_from(PricePer),
    invoice_period=st.builds(Period, st.integers(1, 12), st.sampled_from(PeriodUnit)),
    invoiced=st.sampled_from(Invoiced),
    indexation=maybe(
        st.builds(ByPercentage, st.sampled_from([Decimal("2.5"), Decimal(3)]))
        | st.builds(ByIndex, codes, st.just("2026-10"))
    ),
    vat_code=maybe(codes),
    ledger_code=maybe(codes),
    earlier=st.sampled_from([(), (EarlierPrice(date(2025, 7, 1), Decimal("118.40")),)]),
)


@st.composite
def plans(draw: st.DrawFn, template: Template, lead: Lead | None, type_: ContractType, name: str) -> VisitPlan:
    """A plan whose deviations do deviate: what is equal to the contract's is no deviation. That of a yearly contract
    has no rule of its own, and counts from no completion."""
    override = draw(overrides)
    same = {
        field.name: field.default
        for field in fields(override)
        if getattr(override, field.name) == getattr(template, field.name)
    }
    return VisitPlan(
        name=name,
        recurrence=Recurrence(Unit.DAY) if type_ is ContractType.YEARLY else draw(recurrences),
        shift=draw(st.sampled_from(Shift)),
        window_before=draw(numbers),
        window_after=draw(numbers),
        latest_after=draw(maybe(st.builds(Period, st.integers(1, 999), st.sampled_from(PeriodUnit)))),
        basis=draw(st.just("") | codes),
        rank=draw(st.integers(-5, 5)),
        catch_up=draw(maybe(st.sampled_from(CatchUp))),
        schedule=Schedule.FIXED if type_ is ContractType.YEARLY else draw(st.sampled_from(Schedule)),
        anchor=draw(maybe(days)),
        anchors=tuple(
            sorted(draw(st.dictionaries(codes.filter(lambda code: "=" not in code), days, max_size=2)).items())
        ),
        previous_open=draw(maybe(st.booleans())),
        next_visit=draw(maybe(days)),
        next_visits=tuple(
            sorted(draw(st.dictionaries(codes.filter(lambda code: "=" not in code), days, max_size=2)).items())
        ),
        lead=draw(maybe(leads.filter(lambda own: own != lead))),
        override=TemplateOverride(**{**{f.name: getattr(override, f.name) for f in fields(override)}, **same}),
    )


@st.composite
def contracts(draw: st.DrawFn) -> Contract:
    """A contract as it can stand in the store, entered today."""
    start = draw(days)
    template = draw(templates)
    lead = draw(maybe(leads))
    type_ = draw(st.sampled_from(ContractType))
    names = draw(st.lists(codes, min_size=1, max_size=3, unique=True)) if type_ is not ContractType.CORRECTIVE else []
    terms = draw(st.sampled_from([None, STANDARD]))
    objects = draw(object_codes)
    yearly = draw(st.builds(YearlyOrders, st.integers(1, 366), st.sampled_from(Spread)))
    return Contract(
        number=draw(codes),
        name=draw(codes),
        type=type_,
        customer=draw(codes),
        start=start,
        entered_on=TODAY,
        template=template,
        objects=objects,
        replaced=draw(st.sampled_from([(), tuple(ReplacedObject(*pair, start) for pair in pairwise(objects))])),
        end=agreed_end(start, terms) if terms else draw(maybe(days)),
        terms=terms,
        sla_policy=draw(maybe(codes)) if type_ is ContractType.CORRECTIVE else None,
        order_per_object=draw(st.booleans()),
        lead=lead,
        overlap_days=draw(numbers),
        invoice_customer=draw(maybe(codes)),
        contract_template=draw(maybe(codes)),
        price=draw(maybe(prices)),
        address=draw(maybe(codes)),
        contact=draw(maybe(codes)),
        reference=draw(maybe(codes)),
        plans=tuple(draw(plans(template, lead, type_, name)) for name in names),
        yearly=yearly if type_ is ContractType.YEARLY else None,
        termination=draw(maybe(st.builds(Termination, st.just(start + timedelta(days=30)), st.just("MOVED")))),
        goes_on_from=draw(st.sampled_from([None, start - timedelta(days=40)])),
        pauses=draw(st.sampled_from(_pauses(start))),
        closed_ranges=() if type_ is ContractType.CORRECTIVE else draw(closed_ranges),
    )


def _pauses(start: date) -> list[tuple[Pause, ...]]:
    winter = Pause(date(start.year, 12, 1), date(start.year + 1, 2, 28), every_year=True)
    open_ = Pause(start + timedelta(days=1), None)
    return [(), (Pause(start, None),), (Pause(start, start), open_), (winter,), in_order((open_, winter))]
