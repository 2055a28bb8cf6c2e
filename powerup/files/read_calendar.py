"""A calendar that people follow by a key, read as a file, whichever address the key stands in."""

from dataclasses import dataclass, field

from powerup.errors import PowerupError
from powerup.files.followed_calendar_file import followed_calendar_file, mark_of
from powerup.rate import RateLimit
from powerup.readings.followed_calendar import FollowedCalendars
from powerup.store.calendar_keys import CalendarKeys, CalendarKind
from powerup.store.database import Database
from powerup.store.encryption import Secret
from powerup.store.tenants import TenantState
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader
from powerup.timing import Clock

SECONDS_FRESH = 900
"""For so long nobody need ask again."""

_LONGEST_KEY = 100
_AT_ONCE, _PER_SECOND = 20.0, 1 / 30
"""How often one key is used, in each process: calendars ask every quarter of an hour at most."""


class NoSuchCalendar(PowerupError):
    """A key of another calendar, a revoked one, or none at all."""


class ReadTooOften(PowerupError):
    """A key that was used too often just now."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"Again in {seconds} seconds")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class ReadCalendar:
    """The file, and a mark that is the same as long as it says the same."""

    content: bytes
    mark: str


@dataclass(frozen=True, slots=True)
class CalendarReader:
    """Reads calendars by their keys; clock gives aware moments in UTC."""

    database: Database
    clock: Clock
    limit: RateLimit = field(default_factory=lambda: RateLimit(_PER_SECOND, _AT_ONCE))

    def read(self, key: str, kind: CalendarKind, code: str | None = None) -> ReadCalendar:
        """The calendar that the key is of, where that is of this kind, and of this code where one is given.

        Raises NoSuchCalendar, ReadTooOften, StoreUnavailableError.
        """
        now = self.clock()
        with self.database.read() as connection:
            found = CalendarKeys(connection).find(Secret(key)) if 0 < len(key) <= _LONGEST_KEY else None
            if found is None or found.kind is not kind or code not in (None, found.code):
                raise NoSuchCalendar
            if wait := self.limit.seconds_to_wait(found.id, now):
                raise ReadTooOften(wait)
            tenant, around = tenant_in_circumstances(connection, found.tenant_id, now, open_tokens=False)
            if tenant.state is TenantState.UNINSTALLED:
                raise NoSuchCalendar
            followed = FollowedCalendars(connection, around).of(found.kind, found.code)
        reader = Reader(followed.language or tenant.locale)
        content = followed_calendar_file(followed, around, tenant.name, reader, now)
        return ReadCalendar(content, mark_of(content))
