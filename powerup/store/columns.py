"""Column types that refuse what must not be stored: naive moments and open secrets."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TEXT, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from powerup.store.encryption import Sealed

CODE = Text().with_variant(TEXT(collation="C"), "postgresql")
"""Numbers, codes and ids: compared byte by byte on both databases, so that paging by them is the same everywhere."""

HASH = {"hash of a secret": True}
"""What a column is marked with (its `info`) whose values are hashes of secrets: nobody is shown them."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python; a naive one is refused, because nobody can say which moment it is."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Expected a moment with a time zone, got the naive {value.isoformat()}.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedText(TypeDecorator[Sealed]):
    """A secret column: takes only what the cipher has sealed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, _: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError(f"This column takes what the cipher has sealed, not {type(value).__name__}.")
        return value.text

    def process_result_value(self, value: str | None, _: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)
