"""The renewals (rules: Terms)."""

from collections.abc import Mapping

from powerup.contracts.notice import AtEnd
from powerup.files.list_file import ListFile
from powerup.texts import Text, text

_KINDS: Mapping[str, Text] = {
    AtEnd.BY_ITSELF: text("Renews by itself"),
    AtEnd.BY_HAND: text("Renew by hand"),
    AtEnd.ENDS: text("Ends"),
}

RENEWALS = ListFile(
    text("Renewals"),
    {
        "act_by": text("Decide by"),
        "at_end": text("At the end"),
        "contract": text("Contract"),
        "contract_name": text("Name"),
        "customer": text("Customer"),
        "customer_name": text("Customer's name"),
        "terms": text("Terms"),
        "end": text("End"),
        "new_end": text("Then until"),
        "price": text("Price without VAT"),
        "new_price": text("New price without VAT"),
        "new_price_from": text("New price from"),
    },
    days=frozenset({"act_by", "end", "new_end", "new_price_from"}),
    amounts=frozenset({"price", "new_price"}),
    words={"at_end": _KINDS},
)
