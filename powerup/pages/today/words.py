"""What a change does to visits and work orders, in the words of the page."""

from powerup.contracts.effects import EffectKind
from powerup.texts import Text, counted


def effect_in_words(kind: EffectKind, number: int) -> Text:
    """So many visits or work orders, and what becomes of them; those that come are not made yet."""
    match kind:
        case EffectKind.CREATED:
            return counted("{number} visit to come", "{number} visits to come", number)
        case EffectKind.KEPT:
            return counted("{number} work order kept", "{number} work orders kept", number)
        case EffectKind.WITHHELD:
            return counted("{number} visit without a work order", "{number} visits without a work order", number)
        case EffectKind.RETRACTED:
            return counted("{number} work order taken back", "{number} work orders taken back", number)
        case EffectKind.MOVED:
            return counted("{number} visit moved", "{number} visits moved", number)
