"""The part of a contract's form that says which materials come with its work orders (rules: Generation)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, validate

from powerup.contracts.contract import OrderMaterial
from powerup.documents.materials import NumberOf, UnitPrice
from powerup.documents.schema import Code
from powerup.texts import text

MOST_MATERIALS = 50
"""Materials that one work order may carry."""

AT_MOST = validate.Length(max=MOST_MATERIALS, error="too_many: At most {max} materials are expected.")


class MaterialForm(Schema):
    """One material: which, how many, at what price."""

    class Meta:
        unknown = RAISE

    code = Code(required=True, metadata={"label": text("Material"), "format": "host:material"})
    number = NumberOf(metadata={"label": text("Number"), "format": "decimal", "default": "1"})
    price = UnitPrice(
        allow_none=True,
        metadata={
            "label": text("Price of one, without VAT"),
            "format": "decimal",
            "hint": text("Empty: that of the host on the day on which the order is made."),
        },
    )


def entered_materials(entered: Iterable[Mapping[str, Any]] | None) -> tuple[OrderMaterial, ...]:
    """The materials that were entered; a number that is not given is one. One whose code could not be read, as in a
    form that is still being filled in, is left out: the form tells it."""
    return tuple(
        OrderMaterial(each["code"], each.get("number", Decimal(1)), each.get("price"))
        for each in entered or ()
        if "code" in each
    )
