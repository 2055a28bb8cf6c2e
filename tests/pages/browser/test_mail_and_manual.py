"""Who looks at no page is told by mail and comes back by it; who does not know how a page works opens its chapter."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from threading import Event

import pytest
from playwright.sync_api import Browser, expect

from powerup.app import create_app
from powerup.commands.demo.world import LOOPBACK
from powerup.commands.kit.listening import Bind, DemoServer
from powerup.parts import Parts
from powerup.store.users import User, Users
from tests.mail.catcher import SENDER, MailCatcher, catching
from tests.pages.browser.office import Office, now
from tests.sandbox.pages.browsing import Person


@pytest.fixture
def catcher() -> Iterator[MailCatcher]:
    with catching() as caught:
        yield caught


@pytest.fixture
def mailing(office: Office, catcher: MailCatcher) -> Iterator[Parts]:
    """The office of a server that sends mail, at its base_url; its planner is a user."""
    server, planner = DemoServer(Bind(LOOPBACK, 0)), office.planner
    settings = replace(office.parts.settings, base_url=server.url, smtp_url=catcher.server(), mail_from=SENDER)
    parts = replace(office.parts, settings=settings)
    with parts.database.write() as connection:
        users = Users(connection, planner.tenant_id)
        users.add(
            User(planner.tenant_id, planner.actor.id, "bea@voorbeeld.example", "Bea", "planner", "nl", now(), "x")
        )
    server.start(create_app(parts, lambda: office.visitor))
    yield parts
    server.stop()
    with parts.database.write() as connection:
        Users(connection, planner.tenant_id).remove(planner.actor.id)


def test_a_mail_leads_back_to_the_page_and_the_page_to_its_chapter(
    browser: Browser, office: Office, mailing: Parts, catcher: MailCatcher
) -> None:
    office.reads("nl")
    with Person(browser, mailing.settings.base_url, "nl") as person:
        person.opens("/account")
        person.presses("Stuur mij deze mail")
        expect(person.page.locator("#digest-title + .badge-state")).to_be_visible()
        (mail,) = _sent_in_the_morning(mailing, office, catcher)
        html = mail.get_body(("html",))
        assert html
        person.page.goto("about:blank")
        person.page.set_content(html.get_content())
        person.follows("Aangemaakt")
        expect(person.page.locator("h1")).to_have_text("Wat vanzelf is gedaan")
        with person.page.expect_popup() as opened:
            person.follows("Handleiding: Vandaag")
        expect(opened.value.get_by_role("heading", name="Moet ik nu iets doen?")).to_be_visible()
        office.reads("en")
        person.opens("/manual/vandaag")
        person.sees("This manual is in Dutch")
        assert person.serious_flaws() == []
        assert not person.is_too_wide()


def _sent_in_the_morning(mailing: Parts, office: Office, catcher: MailCatcher) -> list[EmailMessage]:
    with mailing.database.read() as connection:
        asked = Users(connection, office.planner.tenant_id).get(office.planner.actor.id)
    assert asked
    morning = asked.digest_at
    assert morning
    digests = replace(mailing, clock=lambda: morning).digests()
    assert digests
    digests.send_due(Event())
    return catcher.mails
