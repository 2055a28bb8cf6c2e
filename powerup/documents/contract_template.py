"""A contract template as a document (architecture: The tenant's configuration document)."""

from typing import Any

from marshmallow import fields, validate

from powerup.contracts.contract_template import ContractTemplate
from powerup.contracts.size import MOST_NAME, MOST_TEXT
from powerup.documents.schema import Code, DocumentSchema

LONGEST_CODE = 50
"""Characters of a template's code, which stands in addresses and in the columns of files."""


def _at_most(most: int) -> validate.Length:
    return validate.Length(max=most, error="too_long: At most {max} characters are expected.")


class ContractTemplateSchema(DocumentSchema):
    """One template. What its contract may have is that of the form, which knows it and checks it."""

    makes = ContractTemplate

    code = Code(required=True, validate=_at_most(LONGEST_CODE))
    name = Code(required=True, validate=_at_most(MOST_NAME))
    description = fields.String(validate=_at_most(MOST_TEXT))
    contract = fields.Dict(keys=Code())


def contract_template_document(template: ContractTemplate) -> dict[str, Any]:
    """The template as JSON values."""
    document: dict[str, Any] = ContractTemplateSchema().dump(template)
    return document
