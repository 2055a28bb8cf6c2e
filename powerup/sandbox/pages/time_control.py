"""The calendar in the header: moves the sandbox's today by a day, a week, a month, or to a day of one's choice."""

from collections.abc import Mapping

from dateutil.relativedelta import relativedelta
from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.pages import tour
from powerup.sandbox.pages.addresses import back
from powerup.sandbox.pages.days import read_day
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.visitor import current_visitor
from powerup.sandbox.pages.walk import LONGEST_WALK

_STEPS = {"day": relativedelta(days=1), "week": relativedelta(weeks=1), "month": relativedelta(months=1)}


def add_time_views(blueprint: Blueprint, site: Site) -> None:
    """The page about time, the steps of the header, and how far a walk has come."""

    @blueprint.get("/time")
    def time_page() -> ResponseReturnValue:
        return _page()

    @blueprint.post("/time")
    def move_time() -> ResponseReturnValue:
        today = site.host.calendar.today()
        text = request.form.get("day", "")
        until = today + _STEPS[request.form["step"]] if request.form.get("step") in _STEPS else read_day(text, today)
        if until is None:
            return _page({"day": current_visitor().texts.unread(text, "day")}), 422
        if "jump" in request.form or until <= today:
            site.walk.stop()
            site.marketplace.set_today(until)
        else:
            site.walk.start((until - today).days)
        tour.tick(site.host, "time")
        return redirect(back(), 303)

    @blueprint.post("/time/stop")
    def stop_time() -> ResponseReturnValue:
        site.walk.stop()
        return redirect(back(), 303)

    @blueprint.get("/time/control")
    def time_control() -> ResponseReturnValue:
        return render_template("time_control.html", back=back())


def _page(problems: Mapping[str, str] | None = None) -> str:
    return render_template("time.html", longest=LONGEST_WALK, problems=problems or {}, entered=request.form)
