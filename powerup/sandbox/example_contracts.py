"""A dozen contracts of the example firm, one of each kind, as a person would enter them (webhooks page 9)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta

from powerup.sandbox.buttons import Press

Plan = Mapping[str, Any]

_RISES = {"percentage": "2.5"}


def example_contracts(today: date, index: str | None = None) -> list[Press]:
    """The presses of "new contract", to be sent one after the other.

    Args:
        today: the sandbox's; contracts began this year or last year, one begins later, one has ended.
        index: the code of an index of the firm, whose value of October two years ago the first price is based on; else
            that price rises by a percentage, as others do.

    The corrective contract names the SLA policy GOLD, and one contract the terms STD; the firm has to have both.
    """
    this_year, last_year = date(today.year, 1, 1), date(today.year - 1, 1, 1)
    agreed = {"index": index, "base_month": f"{today.year - 2}-10"} if index else _RISES
    contracts = [
        _preventive("CV-ketels maandelijks", "1001", ["CV-1", "CV-2"], last_year, [_monthly("A", 31)], per_object=True),
        _preventive("Koelmeubels wekelijks", "1011", ["KV-1"], this_year, [_weekly("W", "mon", "thu")], days=7),
        _preventive("Ketels per kwartaal", "1004", ["CV-5", "CV-6"], this_year, [_moment("Q", 3, "third fri")]),
        _preventive("Onderhoud klein en groot", "1002", ["CV-3"], this_year, _small_and_large()),
        _preventive("Airco voor de zomer", "1010", ["AC-3"], last_year, [_monthly("Z", 1, months=[4, 6, 8])]),
        _preventive("Waterbehandeling elke 10 werkdagen", "1006", ["WP-2"], this_year, [_each_ten_workdays()], days=5),
        _preventive("Koelcel, na de vorige beurt", "1005", ["KC-1"], this_year, [_floating()], employee="2"),
        _preventive(
            "Warmtepomp volgend jaar", "1003", ["WP-1"], this_year + relativedelta(years=1), [_moment("J", 12)]
        ),
        _preventive("Heaters tot eind vorig jaar", "1007", ["CV-8"], last_year, [_monthly("H", 15)], end=this_year),
        _preventive("CV met stilzwijgende verlenging", "1008", ["CV-9"], last_year, [_moment("J", 12)], terms="STD"),
        _press("1012", {"name": "Storingsdienst", "type": "corrective", "start": last_year, "sla_policy": "GOLD"}),
        _press("1009", {"name": "Twee beurten op afroep", "start": this_year, **_on_call(2)}, objects=["CV-10"]),
    ]
    prices: Mapping[str, Mapping[str, Any]] = {
        "CV-ketels maandelijks": {"amount": "89.50", "invoice_period": "1 month", "indexation": agreed},
        "Koelmeubels wekelijks": {"amount": "65.00", "per": "visit"},
        "Ketels per kwartaal": {"amount": "145.00", "invoice_period": "3 month", "invoiced": "in_arrears"},
        "CV met stilzwijgende verlenging": {"amount": "189.95", "invoice_period": "1 year", "indexation": _RISES},
        "Storingsdienst": {"amount": "49.95", "invoice_period": "1 month", "indexation": _RISES},
    }
    return [_with_price(each, prices.get(each.input["name"])) for each in contracts]


def _with_price(made: Press, price: Mapping[str, Any] | None) -> Press:
    return replace(made, input={**made.input, "price": price}) if price else made


def _preventive(
    name: str,
    customer: str,
    objects: Sequence[str],
    start: date,
    plans: Sequence[Plan],
    *,
    days: int = 30,
    per_object: bool = False,
    employee: str | None = None,
    end: date | None = None,
    terms: str | None = None,
) -> Press:
    """A preventive contract. end is the day after its last one; days are those in advance."""
    entered: dict[str, Any] = {
        "name": name,
        "type": "preventive",
        "start": start,
        "plans": list(plans),
        "days_in_advance": days,
        "order_per_object": per_object,
    }
    if end:
        entered["end"] = end - relativedelta(days=1)
    if terms:
        entered["terms"] = terms
    return _press(customer, entered, objects, employee)


def _press(
    customer: str, entered: Mapping[str, Any], objects: Sequence[str] = (), employee: str | None = None
) -> Press:
    template: dict[str, Any] = {
        "type_of_work": "Storing" if entered.get("type") == "corrective" else "Onderhoud",
        "payment_method": "op rekening",
        "description": entered["name"],
    }
    if employee:
        template |= {"employee": employee, "start_time": "08:00", "duration_minutes": 90}
    dates = {name: value.isoformat() for name, value in entered.items() if isinstance(value, date)}
    whole = {**entered, **dates, "customer": customer, "objects": list(objects), "template": template}
    return Press("contract.create", {"type": "relation", "id": customer}, whole)


def _monthly(name: str, month_day: int, months: Sequence[int] = ()) -> Plan:
    return {"name": name, "unit": "month", "every": 1, "month_day": month_day, "months": list(months)}


def _weekly(name: str, *weekdays: str) -> Plan:
    return {"name": name, "unit": "week", "every": 1, "weekdays": list(weekdays), "shift": "next_working_day"}


def _moment(name: str, months_between: int, moment: str = "first mon") -> Plan:
    return {"name": name, "unit": "month", "every": months_between, "moment": moment}


def _small_and_large() -> list[Plan]:
    """A large visit takes the place of a small one of the same day."""
    visits = (("A", 1, 1), ("B", 3, 2), ("C", 12, 3))
    return [
        {"name": name, "unit": "month", "every": every, "month_day": 1, "rank": rank} for name, every, rank in visits
    ]


def _each_ten_workdays() -> Plan:
    return {"name": "T", "unit": "workday", "every": 10}


def _floating() -> Plan:
    return {"name": "F", "unit": "month", "every": 2, "schedule": "floating", "window_before": 7, "window_after": 7}


def _on_call(number: int) -> dict[str, Any]:
    return {"type": "yearly", "orders_per_year": number, "spread": "call_off"}
