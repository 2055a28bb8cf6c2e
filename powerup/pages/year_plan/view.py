"""The year plan of a customer: looked at, printed, or taken along as a spreadsheet."""

from datetime import date

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.files.year_plan_sheet import year_plan_sheet
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.visitor import Visitor
from powerup.pages.year_plan.words import shown_plan
from powerup.readings.year_plan import PlanTooLong, YearPlan, YearPlans, period_of
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, sentence_of

_NEXT_YEAR_FROM = 11
"""From this month on it is next year's plan that people give away."""

_YEARS_AROUND = 5
"""A plan further away says nothing that anybody can rely on, and one further back is history."""


def add_year_plan(pages: Pages) -> None:
    """The plan of `?year=`, or of one `?month=` of it; `?as=xlsx` is the same as a spreadsheet."""
    parts = pages.parts

    @pages.page("/year-plan/<path:code>", role=Role.VIEWER)
    def year_plan(visitor: Visitor, code: str) -> Response:
        with parts.database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            year, month = _chosen(around.today)
            try:
                plan = YearPlans(connection, around).find(code, *period_of(year, month))
            except PlanTooLong as error:
                return answer(
                    "year_plan/too_long.html", visitor, code=code, year=year, told=sentence_of(error), status=422
                )
        if plan is None:
            abort(404)
        reader = Reader(_language(plan, tenant.locale))
        if request.args.get("as") == "xlsx":
            name = f"{plan.known.name or code} {year}" + (f"-{month:02}" if month else "")
            return download(year_plan_sheet(plan, reader), name, "xlsx")
        shown = shown_plan(plan, reader)
        return answer(
            "year_plan/page.html",
            visitor,
            plan=shown,
            code=code,
            year=year,
            month=month,
            firm=tenant.name,
            next_month=_month_after(around.today),
            may_plan=visitor.may(Role.PLANNER),
        )


def _chosen(today: date) -> tuple[int, int | None]:
    """The year and month of the address, and what is no month is none. Without a year it is this one, and from November
    on the next, whose plan is given away then."""
    usual = today.year + (today.month >= _NEXT_YEAR_FROM)
    year, month = request.args.get("year", usual, int), request.args.get("month", 0, int)
    if abs(year - today.year) > _YEARS_AROUND:
        abort(404)
    return year, month if 1 <= month <= 12 else None


def _month_after(today: date) -> date:
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _language(plan: YearPlan, of_tenant: str) -> str:
    """The customer's where the host knows it, else the tenant's; a person at the screen may choose."""
    return request.args.get("language") or plan.language or of_tenant
