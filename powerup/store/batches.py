"""Long lists for `IN`, cut into what both databases take as parameters of one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

MOST_PARAMETERS = 10_000
"""SQLite takes 32,766 in one statement, PostgreSQL 65,535."""

Item = TypeVar("Item")


def batches(items: Sequence[Item], size: int = MOST_PARAMETERS) -> Iterator[Sequence[Item]]:
    """The items in order, in slices of at most that size."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
