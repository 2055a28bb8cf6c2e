"""What a person has to know of work orders that a press makes due on the same day (rules: Actions; Generation)."""

from collections.abc import Iterator

from powerup.contracts.effects import Effects
from powerup.texts import Text, counted, text


def at_once_warnings(effects: Effects, change_cap: int) -> Iterator[Text]:
    """That orders come sooner than they would, which no line of the effects says; and that they are more than the
    change cap (number of orders of one cycle) lets through."""
    if effects.sooner:
        yield counted(
            "{number} work order is made at once, sooner than without this change.",
            "{number} work orders are made at once, sooner than without this change.",
            effects.sooner,
        )
    if effects.at_once > change_cap:
        yield text(
            "{orders} That is more than {most}, so they wait until a person releases them.",
            orders=counted(
                "{number} work order becomes due today.", "{number} work orders become due today.", effects.at_once
            ),
            most=change_cap,
        )
