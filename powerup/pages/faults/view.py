"""Faults: open work orders by urgency with the time that is left, and how a month's promises were kept (rules: SLA)."""

from datetime import date, tzinfo

from flask import Response, request

from powerup.actions.kit.request import Role
from powerup.contracts.days import LATEST_DAY
from powerup.contracts.terms import Period, PeriodUnit, add_period
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.faults import words
from powerup.pages.forms.days import read_month
from powerup.pages.visitor import Visitor
from powerup.readings.employee_names import filter_names
from powerup.readings.faults import FaultFilter, FaultMonth, Faults
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text

MOST_SHOWN = 200
"""Open work orders on the page; of more it says how many there are."""

_FIRST_YEAR = 1901
_A_MONTH = Period(1, PeriodUnit.MONTH)


def add_faults(pages: Pages) -> None:
    """Add the page and its file."""
    parts = pages.parts

    def month_of(visitor: Visitor) -> tuple[FaultMonth, tzinfo]:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            return Faults(connection, around).month(_month(around.today), _wanted()), around.zone

    @pages.page("/faults", role=Role.VIEWER, menu=text("Faults"))
    def faults(visitor: Visitor) -> Response:
        wanted = _wanted()
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            reading = Faults(connection, around)
            found, month = reading.open(wanted), reading.month(_month(around.today), wanted)
            covers = reading.are_covered()
            known = filter_names(connection, visitor.tenant_id, wanted.customer)
        return answer(
            "faults/page.html",
            visitor,
            wanted=wanted,
            known=known,
            filters=words.in_address(wanted),
            found=found[:MOST_SHOWN],
            number=len(found),
            covers=covers,
            month=month,
            words=words,
            earlier=add_period(month.first, _A_MONTH, -1),
            later=add_period(month.first, _A_MONTH),
        )

    @pages.page("/faults/export.xlsx", role=Role.VIEWER)
    def faults_export(visitor: Visitor) -> Response:
        month, zone = month_of(visitor)
        reader = Reader(visitor.locale)
        return download(
            words.sheet_of(month, zone, reader), f"{reader.say(text('Faults'))} {month.first:%Y-%m}", "xlsx"
        )


def _wanted() -> FaultFilter:
    asked = request.args
    return FaultFilter(
        asked.get("customer", "").strip(), asked.get("priority", "").strip(), asked.get("at_risk", "") == "1"
    )


def _month(today: date) -> date:
    """The first day of the month of the address, else of the present one."""
    month = read_month(request.args.get("month", ""))
    if month is None or not _FIRST_YEAR <= int(month[:4]) < LATEST_DAY.year:
        return today.replace(day=1)
    return date.fromisoformat(f"{month}-01")
