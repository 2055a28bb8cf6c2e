"""Contract terms as a document (rules: Terms; architecture: the tenant's configuration document)."""

from typing import Any

from marshmallow import fields

from powerup.contracts.terms import MOST_NUMBER, Period, PeriodUnit, Renewal, Terms, problems
from powerup.documents.schema import Choice, Code, DocumentSchema, Truth, Whole, accepted, from_to, read_document


class PeriodSchema(DocumentSchema):
    """A length of time: `{"number": 3, "unit": "month"}`."""

    makes = Period

    number = Whole(required=True, validate=from_to(1, MOST_NUMBER))
    unit = Choice(PeriodUnit, required=True)


class NoticeSchema(PeriodSchema):
    """A notice period; number 0 says that there is none."""

    number = Whole(required=True, validate=from_to(0, MOST_NUMBER))


class TermsSchema(DocumentSchema):
    """Terms of the tenant's list, or as a contract has kept them."""

    makes = Terms

    code = Code(required=True)
    name = Code(required=True)
    description = fields.String()
    duration = fields.Nested(PeriodSchema, allow_none=True)
    renewal = Choice(Renewal)
    renewal_period = fields.Nested(PeriodSchema, allow_none=True)
    notice_before_end = fields.Nested(NoticeSchema, allow_none=True)
    notice_after_renewal = fields.Nested(NoticeSchema, allow_none=True)
    invoice_period = fields.Nested(PeriodSchema, allow_none=True)
    consumer = Truth()

    def made_from(self, values: dict[str, Any]) -> Terms:
        """The terms, if they can be used (rules: Terms)."""
        terms = Terms(**values)
        return accepted(terms, problems(terms))


def terms_document(terms: Terms) -> dict[str, Any]:
    """The terms as JSON values."""
    document: dict[str, Any] = TermsSchema().dump(terms)
    return document


def terms_from_document(document: object) -> Terms:
    """The terms of a document. Raises InvalidDocumentError."""
    terms: Terms = read_document(TermsSchema(), document)
    return terms
