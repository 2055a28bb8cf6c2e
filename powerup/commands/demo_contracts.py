"""The contracts of the demo, one of every kind, at the customers and objects of the example firm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class DemoContract:
    """A contract as a planner enters it; kind says in words what it shows."""

    kind: str
    customer: str
    form: Mapping[str, Any]


def demo_contracts(start: date) -> dict[str, DemoContract]:
    """The contracts by a name of ours; start is the first day of their year."""
    return {
        "monthly": _contract(
            "on the 31st of every month, an order per boiler",
            "1001",
            start,
            name="CV-ketels maandelijks",
            objects=["CV-1", "CV-2"],
            order_per_object=True,
            days_in_advance=30,
            plans=[{"name": "A", "unit": "month", "month_day": 31}],
        ),
        "weekly": _contract(
            "every Monday, else the next working day",
            "1011",
            start,
            name="Koelmeubels wekelijks",
            objects=["KV-1"],
            days_in_advance=7,
            plans=[{"name": "W", "unit": "week", "weekdays": ["mon"], "shift": "next_working_day"}],
        ),
        "third_friday": _contract(
            "every third Friday of the month, one order for three objects",
            "1004",
            start,
            name="Blok A en B",
            objects=["CV-5", "CV-6", "MV-1"],
            days_in_advance=90,
            plans=[{"name": "F", "unit": "month", "moment": "third fri"}],
        ),
        "employee": _contract(
            "once a year on 15 March at 08:30, by Chantal Peters",
            "1008",
            start,
            name="CV-ketel jaarlijks",
            objects=["CV-9"],
            days_in_advance=30,
            template={"employee": "3", "start_time": "08:30", "duration_minutes": 90},
            plans=[{"name": "J", "unit": "year", "months": [3], "month_day": 15}],
        ),
        "yearly": _contract(
            "four orders a year, spread",
            "1006",
            start,
            name="Warmtepomp badwater",
            type="yearly",
            objects=["WP-2"],
            days_in_advance=14,
            orders_per_year=4,
        ),
        "ending": _contract(
            "every first working day of the month, for three months",
            "1003",
            start,
            name="Airco kennismaking",
            objects=["AC-2"],
            end=start.replace(month=3, day=31).isoformat(),
            days_in_advance=14,
            plans=[{"name": "M", "unit": "month", "moment": "first workday"}],
        ),
    }


def _contract(kind: str, customer: str, start: date, **form: Any) -> DemoContract:
    template = {"type_of_work": "Onderhoud", "payment_method": "op rekening", "description": "Onderhoud {object}"}
    whole = {"type": "preventive", "customer": customer, "start": start.isoformat(), **form}
    return DemoContract(kind, customer, whole | {"template": template | form.get("template", {})})
