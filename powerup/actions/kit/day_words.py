"""The days that a person may choose, in words."""

from datetime import date

from powerup.texts import Text, text


def days_in_words(first: date, last: date | None) -> Text:
    """The days from the first to the last, both inclusive; last None when nothing ends them."""
    if last is None:
        return text("from {first} on", first=first)
    return text("from {first} to {last}", first=first, last=last)
