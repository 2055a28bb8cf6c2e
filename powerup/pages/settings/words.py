"""Words on the pages of the settings."""

from collections.abc import Mapping

from powerup.contracts.configuration import TenantConfiguration
from powerup.documents.configuration import configuration_document, configuration_from_document
from powerup.documents.errors import InvalidDocumentError
from powerup.pages.settings.parts import CALENDAR, CAPACITY, GENERAL
from powerup.store.api_keys import Scope
from powerup.store.audit_trail import AuditLine
from powerup.store.webhook_addresses import ChangeEvent
from powerup.tenants.configuration_difference import differences, value_in_words
from powerup.texts import Reader, Text, counted, text

PLACEHOLDER_WORDS: Mapping[str, tuple[Text, str]] = {
    "contract": (text("Number of the contract"), "1042"),
    "visit": (text("Name of the visit plan"), "A"),
    "planned_date": (text("Planned date of the visit"), "27-03-2027"),
    "object": (text("Codes of the objects, with commas between them"), "CV-1, CV-2"),
}
"""What each placeholder becomes, and an example of it."""


SCOPE_WORDS: Mapping[Scope, Text] = {
    Scope.READ: text("read contracts"),
    Scope.WRITE: text("read and change contracts"),
    Scope.ADMIN: text("read, change and delete contracts, import and configure"),
}
"""What software may do that has a key of a scope."""


EVENT_WORDS: Mapping[ChangeEvent, Text] = {
    ChangeEvent.CONTRACT_CREATED: text("new contracts"),
    ChangeEvent.CONTRACT_CHANGED: text("changed contracts"),
    ChangeEvent.CONTRACT_DELETED: text("deleted contracts"),
    ChangeEvent.VISIT_CHANGED: text("visits that are ordered, moved, done or withheld"),
    ChangeEvent.ATTENTION_RAISED: text("what asks for attention"),
}
"""What an address may be told of."""


def changed_in_words(line: AuditLine) -> list[Text]:
    """What a change of the configuration changed; of a document that is not read any more, that it was one."""
    try:
        before, after = (configuration_from_document(each) for each in (line.before, line.after))
    except InvalidDocumentError:
        return [text("The configuration, in a form of another version.")]
    return [each.line for each in differences(before, after)]


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
        CAPACITY.address: reader.say(_hours_in_all(configuration.capacity.in_all)),
    }


def _hours_in_all(hours: int | None) -> Text:
    if hours is None:
        return text("not said yet")
    return counted("{number} hour a week in all", "{number} hours a week in all", hours)


def how_many(number: int) -> Text:
    """How many entries a list has."""
    return counted("{number} entry", "{number} entries", number) if number else text("none yet")
