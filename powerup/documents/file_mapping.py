"""A mapping of another system's file as a document (architecture: Mappings)."""

from typing import Any

from marshmallow import fields

from powerup.contracts.file_mapping import FileMapping
from powerup.documents.plain_texts import check_texts
from powerup.documents.schema import Code, DocumentSchema, read_document


class FileMappingSchema(DocumentSchema):
    """One mapping: columns by heading, values by heading and cell, constants by column."""

    makes = FileMapping

    name = Code(required=True)
    columns = fields.Dict(keys=Code(), values=fields.String())
    values = fields.Dict(
        keys=Code(), values=fields.Dict(keys=Code(), values=fields.Dict(keys=Code(), values=fields.String()))
    )
    constants = fields.Dict(keys=Code(), values=fields.String())

    def made_from(self, values: dict[str, Any]) -> FileMapping:
        """The mapping."""
        return FileMapping(**values)


def file_mapping_document(mapping: FileMapping) -> dict[str, Any]:
    """The mapping as JSON values."""
    document: dict[str, Any] = FileMappingSchema().dump(mapping)
    return document


def file_mapping_from_document(document: object) -> FileMapping:
    """The mapping of a document. Raises InvalidDocumentError."""
    check_texts(document)
    mapping: FileMapping = read_document(FileMappingSchema(), document)
    return mapping
