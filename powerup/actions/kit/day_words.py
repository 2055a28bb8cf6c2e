"""Days in words: those that a person may choose, and how many in advance."""

from datetime import date

from powerup.contracts.contract import Lead, LeadUnit
from powerup.texts import Text, counted, text


def days_in_words(first: date, last: date | None) -> Text:
    """The days from the first to the last, both inclusive; last None when nothing ends them."""
    if last is None:
        return text("from {first} on", first=first)
    return text("from {first} to {last}", first=first, last=last)


def lead_in_words(lead: Lead) -> Text:
    """Days in advance with their unit (rules: Generation)."""
    match lead.unit:
        case LeadUnit.CALENDAR:
            return counted("{number} day", "{number} days", lead.days)
        case LeadUnit.WORKING:
            return counted("{number} working day", "{number} working days", lead.days)
