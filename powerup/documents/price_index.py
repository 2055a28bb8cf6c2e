"""Indexes as documents (architecture: The tenant's configuration document)."""

from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from powerup.contracts.price_index import IndexLink, IndexValue, PriceIndex, ValueKind
from powerup.documents.price import DecimalText, MonthOfYear
from powerup.documents.schema import Choice, Code, DocumentSchema, Whole, from_to


class PositiveNumber(DecimalText):
    """A number above zero as a text: 102.1."""

    pattern = r"[0-9]{1,6}(\.[0-9]{1,8})?"
    expected = "invalid_index_number: A number above zero such as 102.1 is expected."

    def checked(self, number: Decimal) -> Decimal:
        """The number as it is published, with its decimals."""
        if not number:
            raise ValidationError(self.expected)
        return number


class IndexValueSchema(DocumentSchema):
    """The value of one month."""

    makes = IndexValue

    value = PositiveNumber(required=True)
    kind = Choice(ValueKind)


class IndexLinkSchema(DocumentSchema):
    """Which index goes on as this one, from which month, and by which factor."""

    makes = IndexLink

    index = Code(data_key="from", required=True)
    month = MonthOfYear(required=True)
    factor = PositiveNumber(required=True)


class PriceIndexSchema(DocumentSchema):
    """One index of one reference year."""

    makes = PriceIndex

    code = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,29}\Z",
            error="invalid_index_code: Up to 30 letters, digits, blanks, points, - or _ are expected.",
        ),
    )
    reference_year = Whole(required=True, validate=from_to(1900, 2999))
    values = fields.Dict(keys=MonthOfYear(), values=fields.Nested(IndexValueSchema))
    links = fields.List(fields.Nested(IndexLinkSchema))
    ended = MonthOfYear(allow_none=True)

    def made_from(self, values: dict[str, Any]) -> PriceIndex:
        """The index, its months in their order."""
        months: dict[str, IndexValue] = values.pop("values", {})
        return PriceIndex(**values, values=dict(sorted(months.items())))
