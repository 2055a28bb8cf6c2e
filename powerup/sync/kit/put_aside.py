"""What people are told of records in the host's lists that cannot be read: the others are good, so work goes on."""

from collections.abc import Iterable

from powerup.outsmart.listed import PutAside
from powerup.texts import Text, counted


def passed_over(lists: Iterable[PutAside]) -> list[Text]:
    """A sentence per list. Whatever of ours is among them is in no list then, and asked for by itself."""
    return [
        counted(
            "The host's list {list} has {number} record that cannot be read and was passed over, at place {place}. "
            "Have a look at it there.",
            "The host's list {list} has {number} records that cannot be read and were passed over, the first at place "
            "{place}. Have a look at them there.",
            each.number,
            list=each.name,
            place=each.first_place,
        )
        for each in lists
    ]
