"""The invoice list of a month (rules: Terms, Invoice list)."""

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.files.list_file import ListFile
from powerup.texts import text

INVOICES = ListFile(
    text("Invoice list"),
    {
        "customer": text("Invoice customer"),
        "customer_name": text("Customer's name"),
        "contract": text("Contract"),
        "contract_name": text("Name"),
        "first": text("From"),
        "until": text("To"),
        "per": text("Asked per"),
        "invoiced": text("Invoiced"),
        "amount": text("Amount without VAT"),
        "vat_code": text("VAT code"),
        "ledger_code": text("Ledger code"),
        "line": text("Line"),
    },
    days=frozenset({"first", "until"}),
    amounts=frozenset({"amount"}),
    words={"per": VALUE_LABELS, "invoiced": VALUE_LABELS},
)
