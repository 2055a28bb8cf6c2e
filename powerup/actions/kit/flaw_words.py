"""What is wrong with a document or a form, as sentences that can be said in every language."""

import re

from powerup.contracts.days import EARLIEST_DAY, LATEST_DAY
from powerup.documents.errors import DocumentError
from powerup.texts import Text, text

_KINDS = {
    "Not a valid date.": text("A date such as 2027-01-31 is expected."),
    "Not a valid time.": text("A time such as 08:30 is expected."),
    "Not a valid integer.": text("A whole number is expected."),
    "Not a valid boolean.": text("Yes or no is expected (true or false)."),
    "Not a valid list.": text("A list is expected."),
    "Not a valid string.": text("A text is expected."),
    "An object is expected.": text("An object is expected."),
    "One to ten letters, digits, - or _ are expected.": text("One to ten letters, digits, - or _ are expected."),
}
"""What marshmallow says of a value of another kind, in sentences that can be said in every language."""

_SENTENCES = {
    "required": text("This must be filled in."),
    "null": text("This must be filled in."),
    "blank": text("A text is expected, without blanks at its ends."),
    "unknown": text("This field does not exist here."),
    "control_character": text("There is a character in it that is no part of a text, such as a control character."),
    "given_twice": text("This is given twice."),
    "invalid_cursor": text("This is no cursor of this list and these filters."),
    "invalid_amount": text("An amount such as 120.00 is expected."),
    "invalid_percentage": text("A percentage such as 2.5 is expected."),
    "percentage_out_of_range": text("A percentage from -99.9999 to 100 is expected."),
    "invalid_month": text("A month such as 2026-10 is expected."),
    "invalid_index_number": text("A number above zero such as 102.1 is expected."),
    "invalid_index_code": text("Up to 30 letters, digits, blanks, points, - or _ are expected."),
    "unknown_index": text("There is no index of this code."),
    "goes_on_twice": text("This index already goes on as another one."),
    "values_after_the_end": text("There is a value of a later month."),
    "not_as_if_match": text("This differs from If-Match."),
    "unknown_moment": text("A moment such as the first Monday or the last working day is expected."),
    "unknown_weekday": text("A day of the week is expected."),
    "unknown_country": text("An ISO 3166 code of two capitals is expected, such as NL."),
    "no_working_day": text("Choose at least one weekday that is not always a holiday."),
    "never_worked": text("Days that are worked have to be left in each year."),
    "semicolon": text("A name without ; is expected."),
    "not_after_works_from": text("The working day has to end after it has begun."),
    "not_unique": text("This code is there twice."),
    "named_twice": text("This priority is named twice."),
    "response_or_resolution_required": text("A response time or a resolution time is expected."),
    "date_or_from": text("Either a date is expected, or a first and a last day."),
    "until_out_of_range": text("A last day on or after the first is expected, and within a year of it."),
    "not_every_year": text("A time that comes back every year does not begin on 29 February, and is shorter."),
    "required_for_renewal": text("Terms that renew need a renewal period."),
    "day_out_of_range": text("A date from {first} to {last} is expected.", first=EARLIEST_DAY, last=LATEST_DAY),
}
"""The sentences of the flaws that need nothing but their code."""


def flaw_in_words(flaw: DocumentError) -> Text:
    """The flaw as a sentence, with what the schema filled in."""
    if flaw.code in _SENTENCES:
        return _SENTENCES[flaw.code]
    listed = flaw.message.partition(": ")[2].rstrip(".")
    match flaw.code:
        case "invalid":
            return _KINDS.get(flaw.message, text("A value of another kind is expected."))
        case "unknown_choice":
            return text("Choose one of: {choices}.", choices=listed)
        case "unknown_region":
            return text("Leave it empty, or choose one of: {choices}.", choices=listed)
        case "too_long" if bounds := re.findall(r"\d+", flaw.message):
            return text("A text of at most {most} characters is expected.", most=bounds[-1])
        case "too_many" if bounds := re.findall(r"\d+", flaw.message):
            return text("At most {most} are expected here.", most=bounds[-1])
        case "out_of_range" if bounds := re.findall(r"-?\d+", flaw.message):
            return text("A number from {least} to {most} is expected.", least=bounds[0], most=bounds[-1])
    return text(flaw.message.replace("{", "{{").replace("}", "}}"))
