"""Any contract and any ledger visit, as hypothesis strategies, and plain ones to start from."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

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
from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.contracts.visit import Doubt, LedgerVisit, Reason, VisitKey, VisitState
from powerup.documents.closed_days import closed_range

PLAN_A = VisitPlan("A", Recurrence(Unit.MONTH, month_day=31))
TEMPLATE = Template(type_of_work="Onderhoud", payment_method="op rekening", description="Onderhoud {object}")


def contract(number: str = "1042", **fields: Any) -> Contract:
    plain = Contract(
        number=number,
        name="CV-ketel",
        type=ContractType.PREVENTIVE,
        customer="1001",
        start=date(2026, 1, 31),
        entered_on=date(2026, 1, 1),
        template=TEMPLATE,
        objects=("CV-1", "CV-2"),
        plans=(PLAN_A,),
    )
    return replace(plain, **fields)


def visit(number: str = "1042", day: date = date(2026, 12, 31), **fields: Any) -> LedgerVisit:
    """An ordered visit of plan A at object CV-1; plan, object and sequence may be given, too."""
    parts = {"plan": "A", "object": "CV-1", "sequence": 1}
    parts |= {name: fields.pop(name) for name in list(fields) if name in parts}
    key = VisitKey(number, parts["plan"], day, parts["object"], parts["sequence"])  # type: ignore[arg-type]  # mixed
    plain = LedgerVisit(key, day, day, day, VisitState.ORDERED, workorder_no=f"C{key}")
    return replace(plain, **fields)


# PostgreSQL stores no NUL in a text, and no schema lets one through.
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=12)
codes = texts.map(str.strip).filter(bool)
days = st.dates(date(1900, 1, 1), date(2999, 12, 31))
numbers = st.integers(0, 1000)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as hypothesis wants it
times = st.times().map(lambda moment: moment.replace(microsecond=0, fold=0)) | st.just(time(0, 0))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def tuples_of(strategy: st.SearchStrategy[Any], **options: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, max_size=3, **options).map(tuple)


recurrences = st.builds(
    Recurrence,
    unit=st.sampled_from(Unit),
    every=st.integers(1, 999),
    weekdays=tuples_of(st.integers(0, 6), unique=True),
    month_day=maybe(st.integers(1, 31)),
    moment=maybe(st.builds(Moment, st.sampled_from([1, 2, 3, 4, -1]), maybe(st.integers(0, 6)))),
    at_short_month=st.sampled_from(ShortMonth),
    months=tuples_of(st.integers(1, 12), unique=True),
    extra_dates=tuples_of(days),
    excluded_dates=tuples_of(days),
)
periods = st.builds(Period, st.integers(1, 99), st.sampled_from(PeriodUnit))
terms = st.builds(
    Terms,
    code=codes,
    name=codes,
    description=texts,
    duration=periods,
    renewal=st.sampled_from(Renewal),
    renewal_period=periods,
    notice_before_end=maybe(periods),
    notice_after_renewal=maybe(periods),
    invoice_period=maybe(periods),
)
leads = st.builds(Lead, numbers, st.sampled_from(LeadUnit))
materials = tuples_of(
    st.builds(OrderMaterial, codes, st.decimals(0, 999, places=2), maybe(st.decimals(0, 999, places=4)))
)
plans = st.builds(
    VisitPlan,
    name=codes,
    recurrence=recurrences,
    shift=st.sampled_from(Shift),
    window_before=numbers,
    window_after=numbers,
    latest_after=maybe(periods),
    basis=texts,
    rank=numbers,
    catch_up=maybe(st.sampled_from(CatchUp)),
    schedule=st.sampled_from(Schedule),
    anchor=maybe(days),
    anchors=tuples_of(st.tuples(codes, days), unique_by=lambda pair: pair[0]),
    previous_open=maybe(st.booleans()),
    next_visit=maybe(days),
    next_visits=tuples_of(st.tuples(codes, days), unique_by=lambda pair: pair[0]),
    counts_from=maybe(days),
    objects_from=tuples_of(st.tuples(codes, days), unique_by=lambda pair: pair[0]),
    lead=maybe(leads),
    override=st.builds(
        TemplateOverride,
        type_of_work=maybe(texts),
        description=maybe(texts),
        employee=maybe(texts),
        start_time=maybe(times),
        duration_minutes=maybe(numbers),
        forms=tuples_of(texts),
        materials=materials,
    ),
)
templates = st.builds(
    Template,
    type_of_work=texts,
    payment_method=texts,
    description=texts,
    employee=maybe(texts),
    start_time=maybe(times),
    duration_minutes=maybe(numbers),
    project=maybe(texts),
    priority=maybe(texts),
    forms=tuples_of(texts),
    materials=materials,
)
amounts = st.integers(0, 999_999_999).map(lambda cents: Decimal(cents).scaleb(-2))
prices = st.builds(
    Price,
    amount=amounts,
    price_date=days,
    per=st.sampled_from(PricePer),
    invoice_period=maybe(periods),
    invoiced=st.sampled_from(Invoiced),
    indexation=maybe(
        st.builds(ByPercentage, st.decimals(-99, 100, places=2)) | st.builds(ByIndex, codes, st.just("2026-10"))
    ),
    vat_code=maybe(codes),
    ledger_code=maybe(codes),
    earlier=tuples_of(st.builds(EarlierPrice, days, amounts), unique_by=lambda each: each.price_date),
)
CONTRACT_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "number": codes,
    "name": texts,
    "type": st.sampled_from(ContractType),
    "customer": texts,
    "start": days,
    "entered_on": days,
    "template": templates,
    "objects": tuples_of(codes, unique=True),
    "end": maybe(days),
    "terms": maybe(terms),
    "sla_policy": maybe(codes),
    "invoice_customer": maybe(codes),
    "contract_template": maybe(codes),
    "price": maybe(prices),
    "replaced": tuples_of(st.builds(ReplacedObject, codes, codes, days)),
    "address": maybe(codes),
    "contact": maybe(codes),
    "reference": maybe(codes),
    "order_per_object": st.booleans(),
    "lead": maybe(leads),
    "overlap_days": numbers,
    "plans": tuples_of(plans, unique_by=lambda plan: plan.name),
    "yearly": maybe(st.builds(YearlyOrders, numbers, st.sampled_from(Spread))),
    "termination": maybe(st.builds(Termination, days, maybe(codes), texts)),
    "closed_ranges": tuples_of(st.builds(closed_range, days, days, texts, st.booleans())),
    "pauses": tuples_of(st.builds(Pause, days, maybe(days), texts, st.booleans(), st.booleans())),
    "renewals": numbers,
    "end_counts_from": maybe(days),
    "restarted_from": maybe(codes),
    "restarted_as": maybe(codes),
    "goes_on_from": maybe(days),
    "deleted_on": maybe(days),
    "settled_through": maybe(days),
    "version": st.integers(1, 1000),
}
contracts = st.builds(Contract, **CONTRACT_FIELDS)

VISIT_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "key": st.builds(VisitKey, st.just("1042"), codes, days, texts, st.integers(1, 9)),
    "planned_date": days,
    "generation_date": days,
    "deadline": days,
    "state": st.sampled_from(VisitState),
    "reason": st.sampled_from(Reason),
    "pinned": st.booleans(),
    "workorder_no": codes,
    "try_number": st.integers(1, 9),
    "host_row_id": maybe(st.integers(1, 2**53)),
    "attempted_at": maybe(moments),
    "attempts": numbers,
    "refusal": maybe(texts),
    "retry_at": maybe(moments),
    "completed_on": maybe(days),
    "run_id": maybe(codes),
    "changed_at": maybe(moments),
    "told_date": maybe(days),
    "asked_for": st.booleans(),
    "doubt": maybe(st.sampled_from(Doubt)),
    "covered_by": maybe(codes),
    "moved_from": maybe(days),
    "employee": maybe(codes),
    "start_time": maybe(times),
    "untold": st.booleans(),
    "carries": st.lists(codes, max_size=3, unique=True).map(tuple),
    "worked_minutes": maybe(st.integers(0, 10_000)),
}
visits = st.builds(LedgerVisit, **VISIT_FIELDS)
