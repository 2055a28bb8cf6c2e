"""The letter list of a month, to merge letters from (rules: Terms, Letter list)."""

from powerup.actions.kit.labels import VALUE_LABELS
from powerup.files.list_file import ListFile
from powerup.texts import text

LETTERS = ListFile(
    text("Letter list"),
    {
        "customer": text("Customer"),
        "customer_name": text("Customer's name"),
        "street": text("Street"),
        "house_number": text("House number"),
        "postal_code": text("Postal code"),
        "city": text("City"),
        "invoice_customer": text("Invoice customer"),
        "reference": text("Customer's reference"),
        "contract": text("Contract"),
        "contract_name": text("Name"),
        "per": text("Asked per"),
        "invoice_period": text("Invoice period"),
        "old": text("Old price without VAT"),
        "new": text("New price without VAT"),
        "percentage": text("Percentage"),
        "from": text("New price from"),
        "base_index": text("Index"),
        "base_month": text("Base month"),
        "base_value": text("Value of the base month"),
        "last_index": text("Index now"),
        "last_month": text("Month"),
        "last_value": text("Value of the month"),
        "why": text("Why"),
    },
    days=frozenset({"from"}),
    amounts=frozenset({"old", "new"}),
    words={"per": VALUE_LABELS},
)
