"""The worked effects of the rules (Effects, worked), row by row: what is pressed, and what people are told of it.

Contract 7: plan A monthly on the 10th, 2026-01-10 to 2027-12-31, no terms, one order, 14 days in advance, a deadline
only; pressed on 2027-03-01, when the order of 10 March is at the host. Whoever presses the buttons, by messages, on
pages or with commands, is told the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

ENTERED = date(2027, 2, 11)
"""The day on which contract 7 was entered: nothing before it is ordered."""

PRESSED = date(2027, 3, 1)

SEVEN: dict[str, Any] = {
    "name": "Maandbeurt",
    "type": "preventive",
    "customer": "1001",
    "objects": [],
    "start": "2026-01-10",
    "end": "2027-12-31",
    "terms": None,
    "order_per_object": False,
    "days_in_advance": 14,
    "template": {"type_of_work": "Onderhoud", "payment_method": "op rekening", "description": "Beurt"},
    "plans": [{"name": "A", "unit": "month", "every": 1, "month_day": 10}],
}

BY_HAND = "BY_HAND"
"""The code of terms of a year that renew by hand."""

EMPLOYEE = "E"
"""Stands for an employee of the host."""


@dataclass(frozen=True)
class Line:
    """One line of the list: what happens, to which visit (its nominal date), on which planned date where that is
    another, in which contract where that is not the one that is pressed (seven, or the new eight)."""

    effect: str
    nominal: str
    reason: str | None = None
    planned: str | None = None
    suffix: str = ""
    contract: str = "seven"
    plan: str = "A"

    @property
    def number(self) -> str | None:
        """The number of its order, without prefix and contract; None for what is withheld."""
        if self.effect == "withheld":
            return None
        return f"-{self.plan}-{self.nominal.replace('-', '')}-ALL{self.suffix}"


@dataclass(frozen=True)
class Earlier:
    """A press before: on which day, which action with which input."""

    day: date
    action: str
    entered: Mapping[str, Any]


@dataclass(frozen=True)
class Worked:
    """One row. contract: what contract 7 has otherwise; None where there is none. earlier: presses before."""

    name: str
    action: str
    entered: Mapping[str, Any]
    listed: tuple[Line, ...]
    counts: Mapping[str, Any]
    counted_until: str | None
    counts_from: Mapping[str, str] | None = None
    contract: Mapping[str, Any] | None = field(default_factory=dict)
    earlier: tuple[Earlier, ...] = ()
    day: date = PRESSED
    visit: str | None = None
    warns: str | None = None


def _created(*days: str, **others: Any) -> tuple[Line, ...]:
    return tuple(Line("created", day, **others) for day in days)


def _withheld(reason: str, *days: str, **others: Any) -> tuple[Line, ...]:
    return tuple(Line("withheld", day, reason, **others) for day in days)


MARCH, APRIL, MAY = "2027-03-10", "2027-04-10", "2027-05-10"
OLD, NEW = {"contract": "seven"}, {"contract": "eight"}
END = "2027-12-31"
ON_THE_20TH = {"plans": [{"name": "A", "month_day": 20}]}
AT_THE_END = {"reason": "MOVED", "remark": ""}
RETRACT = {"existing_orders": "retract"}
PAUSE = {"from": "2027-03-05", "until": "2027-05-31", "reason": "", "existing_orders": "retract"}
TERMINATED = Earlier(PRESSED, "contract.terminate", {"last_day": "2027-03-05", **AT_THE_END})
RESTART = {"start": "2027-03-06", "end": END}

WORKED = (
    Worked(
        "create",
        "contract.create",
        SEVEN | {"start": "2027-03-01"},
        _created(MARCH, APRIL, MAY),
        {"created": 10},
        END,
        contract=None,
    ),
    Worked(
        "create with a start in the past",
        "contract.create",
        SEVEN,
        _created(MARCH, APRIL, MAY),
        {"created": 10, "withheld": {"before_entry": 14}},
        END,
        contract=None,
    ),
    Worked(
        "edit the day",
        "contract.edit",
        ON_THE_20TH,
        (*_withheld("changed", APRIL), *_created("2027-04-20"), *_withheld("changed", MAY)),
        {"created": 9, "withheld": {"changed": 9}},
        END,
        {"A": "2027-04-01"},
    ),
    Worked(
        "edit the day and take back",
        "contract.edit",
        ON_THE_20TH | {"retract_not_started": True},
        (
            Line("retracted", MARCH, "changed"),
            *_created("2027-03-20"),
            *_withheld("changed", APRIL),
            *_created("2027-04-20"),
            *_withheld("changed", MAY),
        ),
        {"created": 10, "retracted": 1, "withheld": {"changed": 9}},
        END,
        {"A": "2027-03-01"},
    ),
    Worked(
        "edit the description",
        "contract.edit",
        {"template": {"description": "Grote beurt"}},
        (),
        {},
        END,
        {},
    ),
    Worked(
        "edit the days in advance",
        "contract.edit",
        {"days_in_advance": 60},
        (),
        {},
        END,
        {},
        warns="1 work order is made at once",
    ),
    Worked("edit the end", "contract.edit", {"end": "2028-06-30"}, (), {"created": 6}, "2028-06-30", {}),
    Worked(
        "terminate later",
        "contract.terminate",
        {"last_day": "2027-06-30", **AT_THE_END},
        (),
        {"withheld": {"terminated": 6}},
        END,
    ),
    Worked(
        "terminate and keep",
        "contract.terminate",
        {"last_day": "2027-03-05", **AT_THE_END},
        (Line("kept", MARCH), *_withheld("terminated", APRIL, MAY)),
        {"kept": 1, "withheld": {"terminated": 9}},
        END,
    ),
    Worked(
        "terminate and take back",
        "contract.terminate",
        {"last_day": "2027-03-05", **AT_THE_END, **RETRACT},
        (Line("retracted", MARCH, "terminated"), *_withheld("terminated", APRIL, MAY)),
        {"retracted": 1, "withheld": {"terminated": 9}},
        END,
    ),
    Worked(
        "terminate what is open-ended",
        "contract.terminate",
        {"last_day": "2028-08-31", **AT_THE_END},
        (),
        {"withheld": {"terminated": 12}},
        "2029-08-31",
        contract={"end": None},
    ),
    Worked(
        "pause, take back and extend",
        "contract.pause",
        PAUSE | {"extend_end": True},
        (Line("retracted", MARCH, "paused"), *_withheld("paused", APRIL, MAY)),
        {"created": 3, "retracted": 1, "withheld": {"paused": 2}},
        "2028-03-28",
    ),
    Worked(
        "resume",
        "contract.resume",
        {"on": "2027-05-01"},
        _created(MAY),
        {"created": 1},
        END,
        earlier=(Earlier(PRESSED, "contract.pause", PAUSE | {"extend_end": False}),),
        day=date(2027, 4, 1),
    ),
    Worked(
        "renew by hand",
        "contract.renew",
        {"until": "2028-12-31"},
        (),
        {"created": 12},
        "2028-12-31",
        contract={"terms": BY_HAND},
    ),
    Worked(
        "restart",
        "contract.restart",
        RESTART,
        (Line("retracted", MARCH, "terminated", **OLD), *_created(MARCH, APRIL, MAY, **NEW)),
        {"created": 10, "retracted": 1},
        END,
        earlier=(TERMINATED,),
        day=date(2027, 3, 8),
    ),
    Worked(
        "restart and keep",
        "contract.restart",
        RESTART | {"existing_orders": "keep"},
        (
            Line("kept", MARCH, **OLD),
            *_withheld("covered", MARCH, **NEW),
            *_created(APRIL, MAY, **NEW),
        ),
        {"created": 9, "kept": 1, "withheld": {"covered": 1}},
        END,
        earlier=(TERMINATED,),
        day=date(2027, 3, 8),
    ),
    Worked(
        "call off",
        "contract.call_off",
        {"date": "2027-04-20"},
        _created("2027-04-20", plan="Y"),
        {"created": 1},
        None,
        contract={"type": "yearly", "plans": [], "orders_per_year": 4, "spread": "call_off"},
    ),
    Worked(
        "skip",
        "visit.skip",
        {"reason": ""},
        _withheld("skipped", APRIL),
        {"withheld": {"skipped": 1}},
        None,
        visit=APRIL,
    ),
    Worked(
        "skip what has its order",
        "visit.skip",
        {"reason": ""},
        (Line("retracted", MARCH, "skipped"),),
        {"retracted": 1},
        None,
        visit=MARCH,
    ),
    Worked(
        "move",
        "visit.move",
        {"to": "2027-04-14"},
        (Line("moved", APRIL, planned="2027-04-14"),),
        {"moved": 1},
        None,
        visit=APRIL,
    ),
    Worked(
        "move onto another",
        "visit.move",
        {"to": MAY},
        (Line("moved", APRIL, planned=MAY), *_withheld("covered", MAY)),
        {"moved": 1, "withheld": {"covered": 1}},
        None,
        visit=APRIL,
    ),
    Worked(
        "move what has its order",
        "visit.move",
        {"to": "2027-03-12"},
        (Line("retracted", MARCH, "changed"), Line("created", MARCH, planned="2027-03-12", suffix=".r2")),
        {"created": 1, "retracted": 1},
        None,
        visit=MARCH,
    ),
    Worked(
        "move what is scheduled",
        "visit.move",
        {"to": "2027-03-12"},
        (Line("moved", MARCH, planned="2027-03-12"),),
        {"moved": 1},
        None,
        contract={"template": SEVEN["template"] | {"employee": EMPLOYEE}},
        visit=MARCH,
    ),
)
