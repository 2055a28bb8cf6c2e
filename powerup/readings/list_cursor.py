"""Where a page of a list ended, as a text that nobody has to understand.

A cursor belongs to one list: its filters and its order are in it as a mark, so that it is never used for another, which
would leave out rows without anybody noticing.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from powerup.errors import PowerupError
from powerup.texts import text


class CursorRefused(PowerupError):
    """A cursor that belongs to another list, or is none."""

    def __init__(self) -> None:
        super().__init__(text("This page belongs to another list: begin at the first page."))


def cursor_of(mark: str, value: str, last_id: str) -> str:
    """The cursor behind a row: mark says which list it is, value is what that row is sorted by, last_id its id."""
    document = json.dumps([mark, value, last_id], ensure_ascii=False, separators=(",", ":"))
    return urlsafe_b64encode(document.encode()).decode().rstrip("=")


def place_of(cursor: str, mark: str) -> tuple[str, str]:
    """The value and the id behind which the list goes on. Raises CursorRefused for one of another mark."""
    try:
        found = json.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise CursorRefused from error
    match found:
        case [str(of), str(value), str(last_id)] if of == mark:
            return value, last_id
    raise CursorRefused
