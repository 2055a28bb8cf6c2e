"""The visits of a what if that differ (rules: Planning, What if)."""

from powerup.files.list_file import ListFile, Row
from powerup.texts import text

KIND_WORDS = {
    "added": text("one more"),
    "gone": text("one less"),
    "moved": text("another day"),
    "otherwise": text("same day, otherwise"),
}
"""What becomes of a visit."""

WHAT_IF = ListFile(
    text("What if"),
    {
        "contract": text("Contract"),
        "plan": text("Plan"),
        "object": text("Object"),
        "kind": text("What becomes of it"),
        "was_planned_date": text("Day without"),
        "will_planned_date": text("Day with"),
        "was_ordered_on": text("Order without"),
        "will_ordered_on": text("Order with"),
        "was_employee": text("Employee without"),
        "will_employee": text("Employee with"),
        "was_minutes": text("Minutes without"),
        "will_minutes": text("Minutes with"),
        "was_amount": text("Price without"),
        "will_amount": text("Price with"),
    },
    days=frozenset({"was_planned_date", "will_planned_date", "was_ordered_on", "will_ordered_on"}),
    amounts=frozenset({"was_amount", "will_amount"}),
    words={"kind": KIND_WORDS},
)


def row_of(document: Row) -> Row:
    """A visit as the API gives it, as a row of the file: what does not come on a side is empty there."""
    sides = {
        f"{side}_{name}": value
        for side in ("was", "will")
        for name, value in (document[side] if document[side] and document[side]["comes"] else _NOTHING).items()
    }
    return dict(document) | sides


_NOTHING = dict.fromkeys(("planned_date", "ordered_on", "employee", "minutes", "amount"))
