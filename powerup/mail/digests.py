"""Sending the mails of the day: when one is due is a moment in its reader's row, put off to the next morning before
anything is sent.

So no mail is sent twice on a day, however many processes send and whatever kills them; one that was under way when its
process died is the only one that nobody gets. Where the server certainly has not taken a mail, it is tried again until
noon; where nobody can know, it is not (architecture: Mail). Tenants take turns, a mail each.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, zip_longest
from threading import Event

import structlog

from powerup.errors import PowerupError
from powerup.mail.digest import Digest, Links, digest_of
from powerup.mail.mail_server import Handed, Handing, Post, hand_over
from powerup.mail.message import mail_of
from powerup.mail.mornings import is_before_noon, next_morning, told_since
from powerup.readings.today import TodayPage
from powerup.store.cycle_reports import CycleReports
from powerup.store.database import Database
from powerup.store.errors import StoreUnavailableError
from powerup.store.tenants import Environment, Tenant, Tenants
from powerup.store.users import DueDigest, User, Users, digests_due
from powerup.tenants.circumstances import tenant_in_circumstances
from powerup.texts import Reader
from powerup.timing import Clock

AGAIN_AFTER = timedelta(minutes=15)
"""Before a mail is tried again that the server did not take."""

_MOST_DUE = 200
"""Mails of one look; more are found by the next."""

_A_DAY = timedelta(days=1)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail of the day: to whom, what it said, and how its handing over ended; digest None for nothing to tell."""

    email: str
    digest: Digest | None
    handing: Handing | None


@dataclass(frozen=True, slots=True)
class Digests:
    """Sends the mails of the day; clock gives aware moments, base_url is where the pages are, with its final slash."""

    database: Database
    post: Post
    environment: Environment
    base_url: str
    clock: Clock

    def send_due(self, stopping: Event) -> list[Sent]:
        """Send what is due, until the server cannot be used or it is time to stop; gives what became of each.

        Raises StoreUnavailableError.
        """
        with self.database.read() as connection:
            due = digests_due(connection, self.environment, self.clock(), _MOST_DUE)
        done = []
        for each in in_turns(due):
            if stopping.is_set():
                break
            sent = self._send_one(each)
            done += [sent] if sent else []
            if sent and sent.handing and sent.handing.outcome is Handed.OUT_OF_REACH:
                break  # the others are due still, and wait for the next look
        return done

    def send_now(self, user: User) -> Sent:
        """Send a user's mail now, whether it is wanted or not; that of the morning comes as well."""
        tenant, digest = self._digest(user, self.clock())
        return Sent(user.email, digest, self._handed(tenant, user, digest, "trial") if digest else None)

    def written(self, user: User) -> Digest | None:
        """What a user's mail would say now; None where there is nothing to tell."""
        return self._digest(user, self.clock())[1]

    def _send_one(self, due: DueDigest) -> Sent | None:
        """None where another sender was quicker, or the mail is not wanted any more."""
        try:
            taken = self._taken(due)
            if taken is None:
                return None
            tenant, user, claimed = taken
            _, digest = self._digest(user, due.due_at)
            if digest is None:
                return Sent(user.email, None, None)
            handing = self._handed(tenant, user, digest, "digest")
            self._keep(tenant, user, claimed, handing)
            return Sent(user.email, digest, handing)
        except StoreUnavailableError:
            raise
        except PowerupError as error:  # such as a zone that this machine does not know: others do not wait for it
            _log.warning("digest_left_out", tenant=due.tenant_id, user=due.user_id, reason=str(error))
            with self.database.write() as connection:
                Users(connection, due.tenant_id).put_off_digest(due.user_id, due.due_at, self.clock() + _A_DAY)
            return None

    def _taken(self, due: DueDigest) -> tuple[Tenant, User, datetime] | None:
        """The tenant, the user, and the next morning, to which this mail is put off before it is sent."""
        with self.database.write() as connection:
            tenant = Tenants(connection).get(due.tenant_id, open_tokens=False)
            tomorrow = next_morning(self.clock(), tenant.zone)
            users = Users(connection, tenant.id)
            user = users.get(due.user_id) if users.put_off_digest(due.user_id, due.due_at, tomorrow) else None
        return (tenant, user, tomorrow) if user else None

    def _digest(self, user: User, due_at: datetime) -> tuple[Tenant, Digest | None]:
        now, reader = self.clock(), Reader(user.locale)
        with self.database.read() as connection:
            tenant, around = tenant_in_circumstances(connection, user.tenant_id, now, open_tokens=False)
            found = TodayPage(connection, tenant, around).read(now)
            ordered = CycleReports(connection, tenant.id).ordered_since(told_since(due_at, tenant.zone))
        return tenant, digest_of(found, ordered, tenant.name, around.today, reader, Links(self.base_url))

    def _handed(self, tenant: Tenant, user: User, digest: Digest, kind: str) -> Handing:
        now = self.clock()
        day = now.astimezone(tenant.zone).strftime("%Y%m%d")
        handing = hand_over(self.post, mail_of(digest, self.post.sender, user.email, f"{kind}.{day}.{user.id}", now))
        told = {"tenant": tenant.id, "user": user.id, "outcome": handing.outcome.value}
        _log.info("digest_sent", **told, reason=handing.words)
        return handing

    def _keep(self, tenant: Tenant, user: User, claimed: datetime, handing: Handing) -> None:
        """Where the mail was certainly not taken it is due again, until noon."""
        match handing.outcome:
            case Handed.LATER | Handed.OUT_OF_REACH:
                again = self.clock() + AGAIN_AFTER
                if is_before_noon(again, tenant.zone):
                    with self.database.write() as connection:
                        Users(connection, tenant.id).put_off_digest(user.id, claimed, again)
            case Handed.TAKEN | Handed.REFUSED | Handed.UNKNOWN:
                pass


def in_turns(due: Iterable[DueDigest]) -> Iterator[DueDigest]:
    """One of each tenant, then one more of each, and so on: nobody waits for all the mails of another tenant."""
    by_tenant: dict[str, list[DueDigest]] = {}
    for each in due:
        by_tenant.setdefault(each.tenant_id, []).append(each)
    return (each for each in chain.from_iterable(zip_longest(*by_tenant.values())) if each is not None)
