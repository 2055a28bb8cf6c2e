"""What somebody had typed when the session ended: it goes with them while they sign in, and is sent again after that.

It travels in the page, in hidden fields, and only when it came from a page of ours: another site could otherwise have
somebody send what it wrote.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Request

from powerup.pages import addresses
from powerup.pages.frame import CSRF_FIELD

ADDRESS_FIELD = "kept_address"
FIELDS_FIELD = "kept_fields"

_LONGEST_ADDRESS = 2000


@dataclass(frozen=True, slots=True)
class Kept:
    """Where somebody was going, and what was to be sent there: pairs of name and value, none for a mere look."""

    address: str = addresses.HOME
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def as_text(self) -> str:
        """The fields as they stand in a hidden one."""
        return json.dumps(self.fields, ensure_ascii=False)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.fields)


def of_refused(request: Request) -> Kept:
    """Of a request whose session has ended, or whose page was older than its session."""
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if name != CSRF_FIELD)
    return Kept(own_path(request.full_path.rstrip("?")), fields)


def carried(form: Mapping[str, str]) -> Kept:
    """What a form carries on; nothing for what was not made here."""
    try:
        pairs = json.loads(form.get(FIELDS_FIELD) or "[]")
        fields = tuple((str(name), str(value)) for name, value in pairs)
    except (ValueError, TypeError):
        fields = ()
    return Kept(own_path(form.get(ADDRESS_FIELD, "")), fields)


def own_path(given: str) -> str:
    """The path where it is one of ours, else that of the first page."""
    leads_nowhere = given.partition("?")[0] in ("/", addresses.sign_in(), addresses.sign_out())
    ours = addresses.is_own_path(given) and not leads_nowhere and len(given) <= _LONGEST_ADDRESS
    return given if ours else addresses.today()
