"""Export of contracts as the file that import reads: the same contracts come back (architecture: Exactly, Files)."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from powerup.contracts.contract import Contract, VisitPlan
from powerup.contracts.notice import last_day_to_stop
from powerup.contracts.price import Price
from powerup.contracts.situation import ContractSituation
from powerup.files.cells import (
    SEPARATOR,
    DayOfObjects,
    in_dutch,
    read_amount,
    read_day,
    read_whole,
    weekday_words,
    written,
)
from powerup.files.columns import COLUMN, COLUMNS, Column
from powerup.files.coming_dates import coming_dates
from powerup.files.csv_file import csv_text
from powerup.files.xlsx_file import CellValue, xlsx_content

Cells = dict[str, str]
"""The cells of one row that are not empty, by column."""


Told = Mapping[str, Cells]
"""What is told of each contract by its number, and passed over when it is read."""


def export_csv(contracts: Iterable[Contract], told: Told | None = None, *, dutch: bool = False) -> bytes:
    """The whole file as CSV, with English or Dutch names of columns and words; deleted contracts are left out."""
    rows = _rows(contracts, told, dutch=dutch)
    return csv_text(_headings(dutch), ([row.get(column.name, "") for column in COLUMNS] for row in rows)).encode()


def export_xlsx(contracts: Iterable[Contract], told: Told | None = None, *, dutch: bool = False) -> bytes:
    """The same as XLSX: dates as dates, numbers as numbers, lists as text."""
    rows = _rows(contracts, told, dutch=dutch)
    title = "contracten" if dutch else "contracts"
    return xlsx_content(title, _headings(dutch), ([_typed(column, row) for column in COLUMNS] for row in rows))


def _headings(dutch: bool) -> list[str]:
    return [column.dutch if dutch else column.name for column in COLUMNS]


def _typed(column: Column, row: Cells) -> CellValue:
    cell = row.get(column.name)
    if cell and (column.read is read_day or (isinstance(column.read, DayOfObjects) and "=" not in cell)):
        return date.fromisoformat(cell)
    if cell and column.read is read_amount:
        return Decimal(cell)
    return int(cell) if cell and column.read is read_whole else cell


def export_rows(contracts: Iterable[Contract], told: Told | None = None) -> Iterator[Cells]:
    """One row per visit plan, in the order of the contracts; a contract without a plan has one row all the same."""
    for contract in contracts:
        if contract.deleted_on is None:
            first, *others = _rows_of(contract)
            yield first | (told or {}).get(contract.number, {})
            yield from others


def told_of(situation: ContractSituation, today: date, customer_name: str) -> Cells:
    """What a contract's first row tells of it. The last notice date is that of terms that go on by themselves."""
    contract = situation.contract
    cells = _all_written(
        status=contract.status(today),
        customer_name=customer_name,
        coming_visit=next(iter(coming_dates(situation, today, 1)), None),
        last_notice_date=last_day_to_stop(contract),
    )
    return _filled(cells)


def _rows(contracts: Iterable[Contract], told: Told | None, *, dutch: bool) -> Iterator[Cells]:
    for row in export_rows(contracts, told):
        yield {name: in_dutch(cell, COLUMN[name].read) for name, cell in row.items()} if dutch else row


def _rows_of(contract: Contract) -> Iterator[Cells]:
    """A first plan that has something otherwise than its contract needs a row of its own below the contract's."""
    head = _contract_cells(contract)
    plans = list(contract.plans)
    if plans and not _own_cells(contract, plans[0]):
        head |= _plan_cells(plans.pop(0))
    yield _filled(head)
    for plan in plans:
        own = _own_cells(contract, plan)
        yield _filled({"contract_no": contract.number, **_plan_cells(plan), **own})


def _filled(cells: Cells) -> Cells:
    return {name: cell for name, cell in cells.items() if cell}


def _contract_cells(contract: Contract) -> Cells:
    template, termination, yearly = contract.template, contract.termination, contract.yearly
    pauses = sorted(contract.pauses, key=lambda pause: (pause.until is None, pause.start))  # import wants the open last
    return _all_written(
        contract_no=contract.number,
        name=contract.name,
        type=contract.type,
        customer=contract.customer,
        objects=contract.objects,
        replaced_objects=[f"{each.old}>{each.new}={each.since.isoformat()}" for each in contract.replaced],
        address=contract.address,
        contact=contract.contact,
        reference=contract.reference,
        start=contract.start,
        end=contract.end,
        terms=contract.terms and contract.terms.code,
        sla_policy=contract.sla_policy,
        type_of_work=template.type_of_work,
        payment_method=template.payment_method,
        description=template.description,
        employee=template.employee,
        duration_minutes=template.duration_minutes,
        order_per_object=contract.order_per_object,
        days_in_advance=contract.lead and contract.lead.days,
        days_in_advance_unit=contract.lead and contract.lead.unit,
        project=template.project,
        priority=template.priority,
        invoice_customer=contract.invoice_customer,
        contract_template=contract.contract_template,
        **_price_cells(contract.price),
        start_time=template.start_time,
        forms=template.forms,
        materials=template.materials,
        overlap_days=contract.overlap_days,
        closed_ranges=contract.closed_ranges,
        last_day=termination and termination.last_day,
        reason=termination and termination.reason,
        paused_from=[pause.start for pause in pauses],
        paused_until=[pause.until for pause in pauses if pause.until],
        paused_every_year=[pause.every_year for pause in pauses] if any(each.every_year for each in pauses) else [],
        goes_on_from=contract.goes_on_from,
        orders_per_year=yearly and yearly.number,
        spread=yearly and yearly.spread,
    )


def _price_cells(price: Price | None) -> dict[str, Any]:
    if price is None:
        return {}
    return {
        "price": price.amount,
        "price_per": price.per,
        "price_date": price.price_date,
        "invoice_period": price.invoice_period,
        "invoiced": price.invoiced,
        "indexation": price.indexation,
        "vat_code": price.vat_code,
        "ledger_code": price.ledger_code,
        "earlier_prices": price.earlier,
    }


def _plan_cells(plan: VisitPlan) -> Cells:
    recurrence = plan.recurrence
    return _all_written(
        plan=plan.name,
        unit=recurrence.unit,
        every=recurrence.every,
        weekdays=weekday_words(recurrence.weekdays),
        month_day=recurrence.month_day,
        moment=recurrence.moment,
        months=recurrence.months,
        extra_dates=recurrence.extra_dates,
        excluded_dates=recurrence.excluded_dates,
        shift=plan.shift,
        at_short_month=recurrence.at_short_month,
        window_before=plan.window_before,
        window_after=plan.window_after,
        rank=plan.rank,
        catch_up=plan.catch_up,
        schedule=plan.schedule,
        anchor=_days(plan.anchor, plan.anchors),
        previous_open=plan.previous_open,
        next_visit=_days(plan.next_visit, plan.next_visits),
        latest_after=plan.latest_after,
        basis=plan.basis,
    )


def _days(usual: date | None, per_object: Iterable[tuple[str, date]]) -> str:
    days = [f"{code}={day.isoformat()}" for code, day in per_object]
    return SEPARATOR.join([usual.isoformat(), *days] if usual else days)


def _own_cells(contract: Contract, plan: VisitPlan) -> Cells:
    """What the plan has otherwise than its contract's template."""
    template, own = contract.template, plan.override
    lead = plan.lead if plan.lead != contract.lead else None
    cells = {
        name: written(getattr(own, name))
        for name in ("type_of_work", "description", "employee", "start_time", "duration_minutes", "forms", "materials")
        if getattr(own, name) not in (None, getattr(template, name))
    }
    lead_cells = _all_written(days_in_advance=lead and lead.days, days_in_advance_unit=lead and lead.unit)
    return _filled(cells | lead_cells)


def _all_written(**values: Any) -> Cells:
    return {name: written(value) for name, value in values.items()}
