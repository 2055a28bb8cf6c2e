"""Planned against done (rules: Planned against done)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from powerup.contracts.account import AccountOutcome
from powerup.files.list_file import ListFile
from powerup.readings.planned_against_done_words import OUTCOMES
from powerup.texts import text

_TOLD_APART = tuple(
    outcome for outcome in AccountOutcome if outcome not in (AccountOutcome.DONE, AccountOutcome.NOT_AGREED)
)

PLANNED_AGAINST_DONE = ListFile(
    text("Planned against done"),
    {
        "year": text("Year"),
        "contract": text("Contract"),
        "contract_name": text("Name"),
        "customer": text("Customer"),
        "customer_name": text("Customer's name"),
        "contracts": text("Contracts"),
        "agreed": text("Planned"),
        "done_on_time": text("On time"),
        "done_late": text("Late"),
        "days_late": text("Days late"),
        **{outcome.value: OUTCOMES[outcome] for outcome in _TOLD_APART},
        "hours": text("Hours worked"),
        "visits_with_hours": text("Visits whose hours are known"),
        "price": text("Price without VAT"),
        "price_per_hour": text("Price per hour"),
        "margin": text("Margin"),
        "problem": text("Not counted, because"),
    },
    days=frozenset(),
    amounts=frozenset({"hours", "price", "price_per_hour", "margin"}),
)
"""A column for each outcome, so that a row adds up."""


def sheet_row(document: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the file, of a row's document."""
    minutes = document["worked_minutes"]
    hours = None if minutes is None else str(round(Decimal(minutes) / 60, 2))
    outcomes = {outcome.value: document["outcomes"].get(outcome.value) for outcome in _TOLD_APART}
    return {**document, **outcomes, "hours": hours}
