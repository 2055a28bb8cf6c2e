"""The mail of the day: to who wants it, once a day, in the morning, with what Today says, and never twice."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from powerup.actions.kit.request import Role
from powerup.contracts.visit import VisitState
from powerup.mail.digest import Digest, Links, Section
from powerup.mail.digests import Digests, Sent, in_turns
from powerup.mail.mail_server import Handed, hand_over
from powerup.mail.message import mail_of
from powerup.mail.mornings import is_before_noon, next_morning, told_since
from powerup.pages import addresses
from powerup.parts import Parts
from powerup.store.database import Database
from powerup.store.tables import tenants, visits
from powerup.store.tenants import Environment, Tenants
from powerup.store.users import DueDigest, User, Users
from tests.mail.catcher import SENDER, MailCatcher, catching
from tests.pages.conftest import BASE_URL, TENANT, clock, parts  # noqa: F401 - fixtures
from tests.pages.today.test_today import keep, one_of_each_need

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SEVEN = datetime(2027, 2, 5, 6, tzinfo=UTC)
"""In Amsterdam."""

READERS = ("bea", "cor", "dik")


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    with catching() as caught:
        yield caught


def reader(name: str, locale: str = "nl", tenant_id: str = TENANT.id) -> User:
    """Somebody who wants the mail since yesterday evening."""
    email = f"{name}@voorbeeld.example"
    return User(
        tenant_id, f"usr_{name}", email, name, Role.PLANNER.value, locale, SEVEN, password_hash="x", digest_at=SEVEN
    )


def keep_readers(database: Database, *readers: User) -> None:
    with database.write() as connection:
        for each in readers:
            Users(connection, each.tenant_id).add(each)


def digests(parts: Parts, catcher: MailCatcher, now: datetime = SEVEN) -> Digests:  # noqa: F811
    return Digests(parts.database, catcher.post, Environment.SANDBOX, BASE_URL, lambda: now)


def due_at(parts: Parts, name: str = "bea") -> datetime | None:  # noqa: F811
    with parts.database.read() as connection:
        found = Users(connection, TENANT.id).get(f"usr_{name}")
    assert found
    return found.digest_at


def send(sender: Digests) -> list[Sent]:
    return sender.send_due(Event())


only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_sqlite
def test_a_reader_gets_what_the_page_tells_in_their_language(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    one_of_each_need(parts)
    keep_readers(parts.database, reader("bea"), reader("ann", "en"))
    now = SEVEN + timedelta(hours=7)  # the order of noon is told the next morning
    assert [each.handing.outcome for each in send(digests(parts, catcher, now)) if each.handing] == [Handed.TAKEN] * 2
    by_reader = dict(zip(catcher.readers, catcher.mails, strict=True))
    dutch, english = by_reader["bea@voorbeeld.example"], by_reader["ann@voorbeeld.example"]
    assert dutch["Subject"].startswith("Voorbeeld: ")
    assert dutch["Subject"].endswith("punten voor u, 5 februari 2027")
    assert english["Subject"].endswith("things need you, February 5, 2027")
    assert (dutch["From"], dutch["To"]) == (str(SENDER), "bea@voorbeeld.example")
    assert dutch["Message-ID"] == "<digest.20270205.usr_bea@voorbeeld.example>"
    assert dutch["List-Unsubscribe"] == f"<{BASE_URL}account>"
    plain, html = (dutch.get_body((kind,)) for kind in ("plain", "html"))
    assert plain
    assert html
    words = re.sub(r"\s+", " ", plain.get_content())
    assert "Zorghuis: 1 bezoek" in words
    assert "Relatie <onbekend>" in words
    assert "Relatie &lt;onbekend&gt;" in html.get_content()
    assert "1042" in words
    assert "ValueError: kapot" in words
    assert "Er zijn sinds gisterochtend 3 werkbonnen gemaakt." in words
    assert "ma 1 mrt 2027: 1044 Eindigt" in words
    links = set(re.findall(r"https?://[^\s\"<>]+", plain.get_content() + html.get_content()))
    assert links
    assert all(each.startswith(BASE_URL) for each in links)


@only_sqlite
def test_nothing_is_sent_where_there_is_nothing_to_tell(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    keep_readers(parts.database, reader("bea"))
    (sent,) = send(digests(parts, catcher))
    assert (sent.digest, catcher.mails) == (None, [])
    assert due_at(parts) == SEVEN + timedelta(days=1)


@only_sqlite
def test_it_comes_once_a_day_after_seven_to_who_wants_it(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    one_of_each_need(parts)
    keep_readers(
        parts.database,
        reader("bea"),
        replace(reader("cor"), digest_at=None),
        replace(reader("dik"), password_hash=None),  # was invited anew and has not joined again
    )
    assert send(digests(parts, catcher, SEVEN - timedelta(seconds=1))) == []
    for hours in (0, 1, 23):
        send(digests(parts, catcher, SEVEN + timedelta(hours=hours)))
    assert catcher.readers == ["bea@voorbeeld.example"]
    send(digests(parts, catcher, SEVEN + timedelta(days=1)))
    assert catcher.readers == ["bea@voorbeeld.example"] * 2
    with parts.database.write() as connection:
        Users(connection, TENANT.id).save(reader("bea"))  # as somebody read it before the mail was sent
    assert send(digests(parts, catcher, SEVEN + timedelta(days=1, minutes=1))) == []


def test_of_several_senders_one_sends_a_mail(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    one_of_each_need(parts)
    keep_readers(parts.database, *map(reader, READERS))
    sender = digests(parts, catcher)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, [sender] * 3))
    assert sorted(catcher.readers) == [f"{name}@voorbeeld.example" for name in READERS]


@only_sqlite
def test_who_is_killed_while_sending_sends_nothing_twice(
    parts: Parts,  # noqa: F811
    catcher: MailCatcher,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one_of_each_need(parts)
    keep_readers(parts.database, reader("bea"))

    def killed(*given: Any) -> Any:
        hand_over(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr("powerup.mail.digests.hand_over", killed)
    with pytest.raises(KeyboardInterrupt):
        send(digests(parts, catcher))
    monkeypatch.undo()
    assert send(digests(parts, catcher, SEVEN + timedelta(hours=3))) == []
    assert len(catcher.mails) == 1


@only_sqlite
def test_it_is_sent_by_what_goes_on_beside_the_web(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    one_of_each_need(parts)
    keep_readers(parts.database, reader("bea"))
    settings = replace(parts.settings, smtp_url=catcher.server(), mail_from=SENDER, tick_seconds=0.05)
    background = replace(parts, settings=settings, clock=lambda: SEVEN).background()
    background.start()
    assert catcher.caught.wait(timeout=30)
    background.stop()
    assert catcher.readers == ["bea@voorbeeld.example"]


@only_sqlite
@pytest.mark.parametrize(
    ("to_reader", "to_mail", "again"),
    [("450 later", "250 fine", True), ("550 nobody", "250 fine", False), ("250 fine", None, False)],
)
def test_only_what_was_certainly_not_taken_is_tried_again(
    parts: Parts,  # noqa: F811
    catcher: MailCatcher,
    to_reader: str,
    to_mail: str | None,
    again: bool,
) -> None:
    one_of_each_need(parts)
    keep_readers(parts.database, reader("bea"))
    catcher.to_reader, catcher.to_mail = to_reader, to_mail
    send(digests(parts, catcher))
    assert due_at(parts) == (SEVEN + timedelta(minutes=15) if again else SEVEN + timedelta(days=1))


@only_sqlite
def test_a_server_out_of_reach_is_tried_by_one_mail_at_a_time_until_noon(parts: Parts) -> None:  # noqa: F811
    one_of_each_need(parts)
    keep_readers(parts.database, reader("bea"), reader("cor"))
    with catching() as gone:
        pass
    assert len(send(digests(parts, gone))) == 1
    assert (due_at(parts, "bea"), due_at(parts, "cor")) == (SEVEN + timedelta(minutes=15), SEVEN)
    noon = SEVEN + timedelta(hours=5)
    assert len(send(digests(parts, gone, noon))) == 1
    assert due_at(parts, "cor") == SEVEN + timedelta(days=1)


@only_sqlite
def test_a_tenant_that_cannot_be_read_keeps_no_other_waiting(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    other = replace(TENANT, id="ten_0", name="Ander")
    with parts.database.write() as connection:
        Tenants(connection).add(other)
        connection.execute(update(tenants).where(tenants.c.id == other.id).values(timezone="Nergens/Land"))
    one_of_each_need(parts)
    keep_readers(parts.database, reader("ann", tenant_id=other.id), reader("bea"))
    send(digests(parts, catcher))
    assert catcher.readers == ["bea@voorbeeld.example"]
    assert send(digests(parts, catcher, SEVEN + timedelta(hours=1))) == []


@only_sqlite
def test_nobody_adds_a_header_by_a_name(parts: Parts, catcher: MailCatcher) -> None:  # noqa: F811
    keep(parts)
    one_of_each_need(parts)
    keep_readers(parts.database, reader("bea"))
    with parts.database.write() as connection:
        evil = "Firma\r\nBcc: all@voorbeeld.example\r\n\r\n<b>"
        connection.execute(update(tenants).where(tenants.c.id == TENANT.id).values(name=evil))
        connection.execute(
            update(visits).where(visits.c.state == VisitState.FAILED.value).values(refusal="\n.\r\nQUIT\r\n<b>")
        )
    send(digests(parts, catcher))
    (mail,) = catcher.mails
    assert mail["Bcc"] is None
    assert catcher.readers == ["bea@voorbeeld.example"]
    assert mail["Subject"].strip().startswith("Firma Bcc: all@voorbeeld.example <b>: ")
    html = mail.get_body(("html",))
    assert html
    assert "<b>" not in html.get_content()


def test_a_mail_is_of_its_reader_and_day() -> None:
    digest = Digest("Vandaag", (Section("Besteld", ("x" * 90,), BASE_URL),), "Eind", BASE_URL, "nl")
    once, again = (mail_of(digest, SENDER, "bea@x.example", "digest.1.usr", SEVEN) for _ in range(2))
    assert once["Message-ID"] == again["Message-ID"] == "<digest.1.usr@voorbeeld.example>"
    assert once["Auto-Submitted"] == "auto-generated"


def test_tenants_take_turns() -> None:
    due = [DueDigest(tenant, str(number), SEVEN) for tenant in "ab" for number in range(2)]
    assert [f"{each.tenant_id}{each.user_id}" for each in in_turns([*due, DueDigest("c", "0", SEVEN)])] == [
        "a0",
        "b0",
        "c0",
        "a1",
        "b1",
    ]


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2027-03-27T05:59:59+00:00", "2027-03-27T06:00:00+00:00"),
        ("2027-03-27T06:00:00+00:00", "2027-03-28T05:00:00+00:00"),  # summer time begins in the night
        ("2027-10-30T05:00:00+00:00", "2027-10-31T06:00:00+00:00"),  # and ends
    ],
)
def test_the_next_morning_is_seven_by_the_clock_of_the_tenant(now: str, morning: str) -> None:
    assert next_morning(datetime.fromisoformat(now), AMSTERDAM) == datetime.fromisoformat(morning)


def test_a_mail_tells_what_was_done_since_the_morning_of_the_day_before() -> None:
    yesterday = SEVEN - timedelta(days=1)
    assert told_since(SEVEN, AMSTERDAM) == yesterday
    assert told_since(SEVEN + timedelta(minutes=15), AMSTERDAM) == yesterday  # it is tried again
    assert told_since(SEVEN - timedelta(minutes=15), AMSTERDAM) == yesterday - timedelta(days=1)
    assert is_before_noon(SEVEN + timedelta(hours=4, minutes=59), AMSTERDAM)
    assert not is_before_noon(SEVEN + timedelta(hours=5), AMSTERDAM)


def test_links_lead_where_the_pages_are() -> None:
    links = Links("https://x/")
    own = [links.today(), links.cycles(), links.account()]
    assert own == [f"https://x{path}" for path in (addresses.today(), addresses.cycles(), addresses.account())]
