"""Taking a customer's call: the form of a fault order."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden

from powerup.sandbox.errors import NotFoundError
from powerup.sandbox.fault_orders import FaultReport, make_fault_order
from powerup.sandbox.pages import tour
from powerup.sandbox.pages.pickers import Pickers
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.visitor import current_visitor


def add_fault_order_views(blueprint: Blueprint, site: Site) -> None:
    """The form beside a customer, and what becomes of it."""

    @blueprint.get("/customers/<debtor_number>/fault")
    def fault_form(debtor_number: str) -> ResponseReturnValue:
        entered = {"object": request.args.get("object", ""), "priority": "1"}
        return _form(site, debtor_number, entered)

    @blueprint.post("/customers/<debtor_number>/fault")
    def report_fault(debtor_number: str) -> ResponseReturnValue:
        texts = current_visitor().texts
        if not current_visitor().may("planner"):
            raise Forbidden(texts.say("As a viewer you cannot change work orders. Switch to a planner at the top."))
        entered = {name: request.form.get(name, "").strip() for name in ("object", "priority", "description")}
        if not entered["description"]:
            problems = {"description": texts.say("Say what is wrong.")}
            return _form(site, debtor_number, entered, problems), 422
        order = make_fault_order(
            site.host, FaultReport(debtor_number, entered["description"], entered["priority"], entered["object"])
        )
        tour.tick(site.host, tour.FAULT)
        return redirect(f"/orders/{order.row_id}?made=1", 303)


def _form(site: Site, debtor_number: str, entered: dict[str, str], problems: dict[str, str] | None = None) -> str:
    customer = site.host.masterdata.find("relations", debtor_number)
    if customer is None:
        raise NotFoundError(f"there is no customer {debtor_number}")
    pickers = Pickers(site.host, debtor_number)
    return render_template(
        "fault_order.html",
        customer=customer,
        objects=pickers.objects(),
        priorities=pickers.priorities(),
        entered=entered,
        problems=problems or {},
    )
