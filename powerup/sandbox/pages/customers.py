"""Customers and their objects, with the power-up's cards beside them."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from powerup.sandbox.errors import NotFoundError
from powerup.sandbox.pages.order_listing import OrderFilter, list_orders
from powerup.sandbox.pages.site import Site
from powerup.sandbox.pages.tasks import tasks_of
from powerup.sandbox.records import KINDS, STATUSES, Record

_PER_PAGE = 50
_ORDERS_SHOWN = 10


def add_customer_views(blueprint: Blueprint, site: Site) -> None:
    """The list of customers, a customer, an object."""

    @blueprint.get("/customers")
    def customers() -> ResponseReturnValue:
        wanted = request.args.get("q", "").strip()
        page = max(1, request.args.get("page", 1, type=int))
        found = [one for one in _all(site, "relations") if _matches(one, wanted)]
        shown = found[(page - 1) * _PER_PAGE : page * _PER_PAGE]
        objects = _all(site, "objects")
        counts = {
            one["debtor_number"]: sum(thing["obj_debiteur_nummer"] == one["debtor_number"] for thing in objects)
            for one in shown
        }
        more = len(found) > page * _PER_PAGE
        return render_template(
            "customers.html", customers=shown, counts=counts, q=wanted, page=page, more=more, total=len(found)
        )

    @blueprint.get("/customers/<debtor_number>")
    def customer(debtor_number: str) -> ResponseReturnValue:
        found = _found(site, "relations", debtor_number)
        objects = [one for one in _all(site, "objects") if one["obj_debiteur_nummer"] == debtor_number]
        orders = list_orders(site.host.store, OrderFilter(customer=debtor_number), STATUSES, _ORDERS_SHOWN)
        return render_template(
            "customer.html", customer=found, objects=objects, orders=orders, tasks=tasks_of(site.host, debtor_number)
        )

    @blueprint.get("/objects/<path:code>")
    def object_page(code: str) -> ResponseReturnValue:
        found = _found(site, "objects", code)
        owner = site.host.masterdata.find("relations", found["obj_debiteur_nummer"])
        orders = list_orders(site.host.store, OrderFilter(object_code=code), STATUSES, _ORDERS_SHOWN)
        return render_template("object.html", object=found, customer=owner, orders=orders)


def _all(site: Site, kind: str) -> Sequence[Record]:
    return site.host.masterdata.all(KINDS[kind])


def _found(site: Site, kind: str, code: str) -> Record:
    found = site.host.masterdata.find(kind, code)
    if found is None:
        raise NotFoundError(f"there is nothing with code {code} among the {kind}")
    return found


def _matches(customer: Record, wanted: str) -> bool:
    words = f"{customer['debtor_number']} {customer['name']} {customer['city']}".lower()
    return wanted.lower() in words
