"""Words on the pages of the settings."""

from collections.abc import Mapping

from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document
from powerup.pages.settings.parts import CALENDAR, GENERAL
from powerup.tenants.configuration_difference import value_in_words
from powerup.texts import Reader, Text, counted, text

PLACEHOLDER_WORDS: Mapping[str, tuple[Text, str]] = {
    "contract": (text("Number of the contract"), "1042"),
    "visit": (text("Name of the visit plan"), "A"),
    "planned_date": (text("Planned date of the visit"), "27-03-2027"),
    "object": (text("Codes of the objects, with commas between them"), "CV-1, CV-2"),
}
"""What each placeholder becomes, and an example of it."""


def facts_of(configuration: TenantConfiguration, reader: Reader) -> Mapping[str, str]:
    """What each group of settings says most of all, by its address."""
    document = configuration_document(configuration)
    days = counted(
        "{number} day in advance ({unit})",
        "{number} days in advance ({unit})",
        configuration.settings.days_in_advance,
        unit=value_in_words("settings.days_in_advance_unit", document["settings"]["days_in_advance_unit"]),
    )
    working = value_in_words("calendar.working_days", document["calendar"]["working_days"])
    return {
        GENERAL.address: reader.say(days),
        CALENDAR.address: reader.say(text("{words}", words=working)),
    }


def how_many(number: int) -> Text:
    """How many entries a list has."""
    return counted("{number} entry", "{number} entries", number) if number else text("none yet")
