"""What the list of renewals calls what becomes of contracts, and how far their reminders are."""

from collections.abc import Mapping

from powerup.contracts.notice import AtEnd
from powerup.readings.renewals import ReminderRow, ReminderState, RenewalRow
from powerup.texts import Text, counted, text

KINDS: Mapping[AtEnd, Text] = {
    AtEnd.BY_ITSELF: text("Renews by itself"),
    AtEnd.BY_HAND: text("Renew by hand"),
    AtEnd.ENDS: text("Ends"),
}

TONES: Mapping[AtEnd, str] = {AtEnd.BY_ITSELF: "plan", AtEnd.BY_HAND: "wait", AtEnd.ENDS: "quiet"}


def act_by_words(row: RenewalRow) -> Text:
    """What can be done until the day by which somebody has to decide."""
    match row.at_end:
        case AtEnd.BY_ITSELF:
            return text("last day for notice")
        case AtEnd.BY_HAND:
            return text("last day to renew")
        case AtEnd.ENDS:
            return text("last day")


def then_words(row: RenewalRow) -> Text:
    """What becomes of the contract when nobody does anything."""
    match row.at_end:
        case AtEnd.BY_ITSELF if row.for_good:
            return text("goes on after {end} without an end", end=row.end)
        case AtEnd.BY_ITSELF:
            return text("goes on until {end}", end=row.new_end)
        case AtEnd.BY_HAND:
            return text("ends on {end}; renewed it goes on until {new_end}", end=row.end, new_end=row.new_end)
        case AtEnd.ENDS if row.contract.termination is not None:
            return text("terminated per {end}", end=row.end)
        case AtEnd.ENDS:
            return text("ends on {end}", end=row.end)


def reminder_words(reminder: ReminderRow) -> Text:
    """How far one reminder is, by how many days before the last day it is."""
    match reminder.state:
        case ReminderState.SENT:
            return counted(
                "{number} day before: a task at the host", "{number} days before: a task at the host", reminder.days
            )
        case ReminderState.WAITING:
            return counted("{number} day before: on its way", "{number} days before: on its way", reminder.days)
        case ReminderState.REFUSED:
            return counted(
                "{number} day before: refused by the host, is tried again",
                "{number} days before: refused by the host, is tried again",
                reminder.days,
            )
