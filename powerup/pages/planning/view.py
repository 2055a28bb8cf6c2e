"""The planning: a month of all visits, and a year by week."""

from dataclasses import replace

from flask import Response, abort, request

from powerup.actions.kit.request import Role
from powerup.actions.visit import move
from powerup.pages.answers import answer
from powerup.pages.blueprint import Pages
from powerup.pages.downloads import download
from powerup.pages.planning import words
from powerup.pages.planning.spread import SpreadDesk
from powerup.pages.planning.wanted import Wanted, wanted_of
from powerup.pages.visitor import Visitor
from powerup.readings.employee_names import filter_names
from powerup.readings.one_trip import trips_of_month
from powerup.readings.planning import Planning, PlanningBy
from powerup.readings.planning_month import PlannedMonth, planned_month
from powerup.readings.planning_year import PlannedYear, planned_year
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader, text


def add_planning(pages: Pages) -> None:
    """Add month and year, and their files."""
    parts = pages.parts

    def month_of(visitor: Visitor) -> tuple[Wanted, PlannedMonth]:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            wanted = wanted_of(request.args, around.today)
            wanted = replace(wanted, names=filter_names(connection, visitor.tenant_id, wanted.filter.customer))
            return wanted, planned_month(connection, around, wanted.filter, wanted.by, wanted.first)

    def year_of(visitor: Visitor) -> tuple[Wanted, PlannedYear]:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            wanted = wanted_of(request.args, around.today)
            wanted = replace(wanted, names=filter_names(connection, visitor.tenant_id, wanted.filter.customer))
            reading = Planning(connection, around)
            return wanted, planned_year(reading, wanted.filter, wanted.by, wanted.first.year)

    @pages.page("/planning", role=Role.VIEWER, menu=text("Planning"))
    def planning(visitor: Visitor) -> Response:
        wanted, month = month_of(visitor)
        return answer(
            "planning/month.html",
            visitor,
            wanted=wanted,
            month=month,
            year=month.year,
            words=words,
            every_by=PlanningBy,
            moves=visitor.may(move.ACTION.role),
        )

    @pages.page("/planning/year", role=Role.VIEWER)
    def planning_year(visitor: Visitor) -> Response:
        wanted, year = year_of(visitor)
        picture = words.picture(year, wanted, Reader(visitor.locale))
        return answer(
            "planning/year.html", visitor, wanted=wanted, year=year, picture=picture, words=words, every_by=PlanningBy
        )

    @pages.page("/planning/export.<kind>", role=Role.VIEWER)
    def planning_export(visitor: Visitor, kind: str) -> Response:
        if kind not in ("xlsx", "csv"):
            abort(404)
        reader = Reader(visitor.locale)
        if "month" in request.args:
            wanted, month = month_of(visitor)
            headings, rows = words.month_rows(month, wanted, reader)
        else:
            wanted, year = year_of(visitor)
            headings, rows = words.year_rows(year, wanted, reader)
        title = reader.say(text("Planning"))
        return download(words.as_file(kind, title, headings, rows), title, kind)


def add_levelling(pages: Pages) -> None:
    """Visits that could be one trip, and contracts whose weeks are levelled."""
    parts = pages.parts

    @pages.page("/planning/together", role=Role.VIEWER)
    def planning_together(visitor: Visitor) -> Response:
        with parts.database.read() as connection:
            _, around = tenant_in_circumstances(connection, visitor.tenant_id, parts.clock(), open_tokens=False)
            wanted = wanted_of(request.args, around.today)
            wanted = replace(wanted, names=filter_names(connection, visitor.tenant_id, wanted.filter.customer))
            found = trips_of_month(connection, around, wanted.filter, wanted.first)
        return answer(
            "planning/together.html",
            visitor,
            wanted=wanted,
            month=wanted.first,
            words=words,
            may_plan=visitor.may(move.ACTION.role),
            **found,
        )

    @pages.page("/planning/spread", role=Role.PLANNER)
    def planning_spread(visitor: Visitor) -> Response:
        return SpreadDesk(parts).shown(visitor, request.args)

    @pages.page("/planning/spread", role=Role.PLANNER, methods=("POST",))
    def press_spread(visitor: Visitor) -> Response:
        desk = SpreadDesk(parts)
        return (
            desk.begun(visitor, request.form)
            if "begin" in request.form.getlist("do")
            else desk.shown(visitor, request.form)
        )
