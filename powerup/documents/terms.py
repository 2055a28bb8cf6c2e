"""Contract terms as a document (rules: Terms; architecture: the tenant's configuration document)."""

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from powerup.contracts.terms import Period, PeriodUnit, Renewal, Terms
from powerup.documents.schema import AT_LEAST_ONE, Choice, Code, DocumentSchema, Whole, read_document


class PeriodSchema(DocumentSchema):
    """A length of time: `{"number": 3, "unit": "month"}`."""

    makes = Period

    number = Whole(required=True, validate=AT_LEAST_ONE)
    unit = Choice(PeriodUnit, required=True)


class TermsSchema(DocumentSchema):
    """Terms of the tenant's list, or as a contract has kept them."""

    makes = Terms

    code = Code(required=True)
    name = Code(required=True)
    description = fields.String()
    duration = fields.Nested(PeriodSchema, allow_none=True)
    renewal = Choice(Renewal)
    renewal_period = fields.Nested(PeriodSchema, allow_none=True)
    notice_before_end = fields.Nested(PeriodSchema, allow_none=True)
    notice_after_renewal = fields.Nested(PeriodSchema, allow_none=True)
    invoice_period = fields.Nested(PeriodSchema, allow_none=True)

    @validates_schema
    def _renewal_needs_its_periods(self, values: dict[str, Any], **_: Any) -> None:
        if values.get("renewal", Renewal.NONE) is Renewal.NONE:
            return
        for name in ("duration", "renewal_period"):
            if values.get(name) is None:
                raise ValidationError({name: ["required: Terms that renew need a duration and a renewal period."]})


def terms_document(terms: Terms) -> dict[str, Any]:
    """The terms as JSON values."""
    document: dict[str, Any] = TermsSchema().dump(terms)
    return document


def terms_from_document(document: object) -> Terms:
    """The terms of a document. Raises InvalidDocumentError."""
    terms: Terms = read_document(TermsSchema(), document)
    return terms
