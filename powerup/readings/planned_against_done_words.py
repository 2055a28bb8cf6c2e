"""What planned against done calls things, to the people of the house."""

from collections.abc import Mapping

from powerup.contracts.account import AccountOutcome
from powerup.texts import Text, text

OUTCOMES: Mapping[AccountOutcome, Text] = {
    AccountOutcome.DONE: text("done"),
    AccountOutcome.TO_COME: text("still to come"),
    AccountOutcome.OVERDUE: text("not done yet"),
    AccountOutcome.SKIPPED_AT_WISH: text("skipped at the customer's wish"),
    AccountOutcome.SKIPPED_BY_FIRM: text("skipped by us"),
    AccountOutcome.SKIPPED: text("skipped"),
    AccountOutcome.PAUSED: text("paused"),
    AccountOutcome.CLOSED: text("on closed days"),
    AccountOutcome.OUT_OF_USE: text("of what is out of use"),
    AccountOutcome.HELD_BACK: text("held back"),
    AccountOutcome.MISSED: text("missed"),
    AccountOutcome.REMOVED: text("dropped"),
    AccountOutcome.NOT_AGREED: text("not agreed"),
}
"""What came of visits, behind their number."""
