"""The form of a contract in parts, in the order in which people think of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from powerup.pages.forms.drawing import Field, Form
from powerup.texts import Text, text

_SECTIONS: Sequence[tuple[Text, Sequence[str]]] = (
    (text("Who and where"), ("customer", "name", "objects", "address", "contact")),
    (
        text("What and when"),
        ("type", "start", "end", "plans", "orders_per_year", "spread", "sla_policy", "terms"),
    ),
    (text("Work orders"), ("template", "order_per_object", "days_in_advance")),
    (text("What it costs"), ("price",)),
    (text("This change"), ("from", "retract_not_started")),
)

_PLACE_OF_ORDERS = 2


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form with its heading; on_demand are the fields that few contracts need."""

    heading: Text
    fields: Sequence[Field]
    on_demand: Sequence[Field] = ()


def sections_of(form: Form, apart: Collection[str] = ()) -> list[Section]:
    """The fields that are shown now; one that no part names comes with the work order, so that none is forgotten.

    apart are members that stand elsewhere on the page.
    """
    named = [*apart, *(name for _, names in _SECTIONS for name in names)]
    found = []
    for heading, names in _SECTIONS:
        if fields := [field for name in names if (field := form.root.member(name)) is not None]:
            found.append(Section(heading, fields))
    others = [field for field in form.fields if field.name.rpartition("/")[2] not in named]
    rest = [field for field in others if not field.advanced]
    orders = found[_PLACE_OF_ORDERS]
    on_demand = [field for field in others if field.advanced]
    found[_PLACE_OF_ORDERS] = Section(orders.heading, [*orders.fields, *rest], on_demand)
    return found
