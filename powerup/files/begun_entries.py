"""Contracts of a file that name a contract template: what the file has no column for is as the template says (rules:
Contract templates).

A column that is in the file goes before, also where its cell is empty; but for what no contract can be without, which
an empty cell leaves to the template.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from powerup.actions.form.contract_form import ContractForm
from powerup.actions.form.template_form import with_template
from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.schema import read_document
from powerup.files.entries import Entry

Form = Mapping[str, Any]
"""The loaded input of contract.create."""

_NEW = ContractForm()
_KNOWN = ContractForm(
    partial=("name", "type", "customer", "start", "template", "template.type_of_work", "template.payment_method")
)


def read_new(entry: Entry, configuration: TenantConfiguration) -> Form:
    """The form of a contract that is to be made.

    Raises InvalidDocumentError for what cannot be read, and InvalidInput for a template that the tenant does not have.
    A file that has all columns, as an export has, needs none: there the code is taken as it is.
    """
    code = entry.form.get("contract_template")
    if not code or (not entry.leaves_open and configuration.contract_template(code) is None):
        return _read(_NEW, entry.form)
    return _read(_NEW, with_template(_said_of(entry), configuration))


def read_known(entry: Entry) -> Form:
    """The form of a contract that is there. Its template was copied once: what the file leaves out stays as it is.

    Raises InvalidDocumentError for what cannot be read.
    """
    if not entry.form.get("contract_template"):
        return _read(_NEW, entry.form)
    return _read(_KNOWN, _said_of(entry))


def begun_from(codes: Collection[str], configuration: TenantConfiguration) -> Iterator[Mapping[str, Any]]:
    """What templates say of the work orders of contracts that are begun from these codes, also of single plans."""
    for template in configuration.contract_templates:
        if template.code in codes:
            yield template.contract.get("template", {})
            yield from template.contract.get("plans", ())


def _read(schema: ContractForm, document: Mapping[str, Any]) -> Form:
    form: Form = read_document(schema, dict(document))
    return form


def _said_of(entry: Entry) -> dict[str, Any]:
    """The form without visit plans where the rows name none: no contract that has plans can do without."""
    return {name: value for name, value in entry.form.items() if name != "plans" or value}
