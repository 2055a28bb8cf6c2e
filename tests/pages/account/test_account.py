"""What people change of themselves, and an admin of others; each proves who they are for what opens the door."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest
from pyotp import TOTP
from werkzeug.test import TestResponse

from powerup.actions.kit.request import Role
from powerup.mail.mail_server import Encryption, MailServer
from powerup.pages.frame import CSRF_FIELD
from powerup.store.sessions import Sessions
from powerup.visitors.throttle import MOST_FOR_EMAIL
from tests.mail.catcher import SENDER
from tests.pages.signing_in.conftest import EMAIL, OTHER_TENANT, PASSWORD, Browser, Front, front, hidden  # noqa: F401

NEW = "een heel ander wachtwoord"

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def signed_in(front: Front, role: Role = Role.PLANNER, email: str = EMAIL) -> Browser:  # noqa: F811
    browser = front.browser()
    assert browser.sign_in(email).status_code == 303
    assert front.user(email).role == role.value
    return browser


def press(browser: Browser, path: str, **form: str) -> TestResponse:
    return browser.post(path, form | {CSRF_FIELD: browser.csrf_token(browser.get(path))})


def test_a_person_changes_name_language_and_password_and_is_out_elsewhere(front: Front) -> None:  # noqa: F811
    front.joined()
    browser, elsewhere = signed_in(front), signed_in(front)
    assert "Waar u bent aangemeld" in browser.get("/account").text
    assert ">Firefox</th>" in browser.get("/account").text
    press(browser, "/account", do="profile", name="Bea de Boer", locale="en")
    assert "Where you are signed in" in browser.get("/account").text
    assert "Bea de Boer" in browser.get("/account").text
    wrong = press(browser, "/account", do="password", present="niet dit", password=NEW, repeated=NEW)
    assert wrong.status_code == 422
    assert "not the password that you sign in with" in wrong.text
    short = press(browser, "/account", do="password", present=PASSWORD, password="kort", repeated="kort")
    assert "at least 10 characters" in short.text
    assert elsewhere.is_in()
    changed = press(browser, "/account", do="password", present=PASSWORD, password=NEW, repeated=NEW)
    assert changed.status_code == 303
    assert browser.is_in()
    assert not elsewhere.is_in()
    assert front.browser().sign_in(password=NEW).status_code == 303


def test_codes_are_set_up_with_a_picture_and_taken_away_again(front: Front) -> None:  # noqa: F811
    front.joined()
    browser = signed_in(front)
    shown = press(browser, "/account", do="code_begin")
    assert "<svg width=" in shown.text
    key = re.search(r'name="key" value="([A-Z2-7]{32})"', shown.text)
    assert key
    code = TOTP(key[1]).at(front.now)
    wrong = press(browser, "/account", do="code_on", key=key[1], code="000000", present=PASSWORD)
    assert key[1] in wrong.text  # the same picture, to try again
    assert "klopt niet" in wrong.text
    assert press(browser, "/account", do="code_on", key=key[1], code=code, present=PASSWORD).status_code == 303
    assert "Code van uw app" in front.browser().sign_in().text
    assert press(browser, "/account", do="code_off", present="niet dit").status_code == 422
    assert press(browser, "/account", do="code_off", present=PASSWORD).status_code == 303
    assert front.browser().sign_in().status_code == 303


def test_a_password_is_guessed_in_an_open_session_no_further_than_at_the_door(front: Front) -> None:  # noqa: F811
    front.joined()
    browser = signed_in(front)
    for _ in range(MOST_FOR_EMAIL):
        press(browser, "/account", do="password", present="niet dit", password=NEW, repeated=NEW)
    held = press(browser, "/account", do="password", present=PASSWORD, password=NEW, repeated=NEW)
    assert "te vaak geprobeerd" in held.text


def test_a_person_ends_sessions_of_their_own_and_of_nobody_else(front: Front) -> None:  # noqa: F811
    front.joined()
    front.joined("ander@voorbeeld.example")
    browser, elsewhere, other = signed_in(front), signed_in(front), signed_in(front, email="ander@voorbeeld.example")
    theirs = set(re.findall(r'name="session" value="([^"]+)"', other.get("/account").text))
    mine = re.findall(r'name="session" value="([^"]+)"', browser.get("/account").text)
    assert (len(mine), theirs) == (1, set())
    with front.parts.database.read() as connection:
        of_other = Sessions(connection, "ten_1").of_user(front.user("ander@voorbeeld.example").id)
    press(browser, "/account", do="end", session=of_other[0].id)
    assert other.is_in()
    press(browser, "/account", do="end", session=mine[0])
    assert not elsewhere.is_in()
    assert browser.is_in()


def test_an_admin_invites_gives_roles_and_links_and_removes(front: Front) -> None:  # noqa: F811
    front.joined(role=Role.ADMIN)
    browser = signed_in(front, Role.ADMIN)
    invited = press(browser, "/users", do="invite", email="Nieuw@Voorbeeld.example", role="viewer")
    link = re.search(r'value="https://contracts\.example(/invitation/[^"]+)"', invited.text)
    assert link
    assert "/invitation/" not in browser.get("/users").text  # it is shown once
    again = press(browser, "/users", do="invite", email="nieuw@voorbeeld.example", role="viewer")
    assert again.status_code == 422
    assert "is al gebruiker" in unescape(again.text)
    joining = {"name": "Nel", "password": PASSWORD, "repeated": PASSWORD}
    new = front.browser()
    assert new.post(link[1], joining).status_code == 303
    assert new.get("/users").status_code == 403
    user = front.user("nieuw@voorbeeld.example")
    press(browser, "/users", do="role", user=user.id, role="admin")
    assert new.get("/users").status_code == 200
    press(browser, "/users", do="reset", user=user.id)
    assert not new.is_in()
    press(browser, "/users", do="remove", user=user.id)
    assert "is verwijderd" in browser.get("/users").text
    assert "nieuw@voorbeeld.example" not in browser.get("/users").text
    last = press(browser, "/users", do="remove", user=front.user().id)
    assert "laatste beheerder" in last.text


def test_users_of_another_tenant_are_not_there(front: Front) -> None:  # noqa: F811
    front.joined(role=Role.ADMIN)
    other = front.joined("zij@ander.example", tenant_id=OTHER_TENANT.id)
    browser = signed_in(front, Role.ADMIN)
    assert "zij@ander.example" not in browser.get("/users").text
    for pressed in ("reset", "remove", "role"):
        assert press(browser, "/users", do=pressed, user=other.id, role="viewer").status_code == 404
    assert press(browser, "/users", do="role", user="usr_none", role="viewer").status_code == 404
    assert press(browser, "/users", do="nothing").status_code == 400
    assert hidden(browser.get("/users"))


def test_the_mail_of_the_day_is_asked_for_and_given_up(front: Front) -> None:  # noqa: F811
    front.joined()
    assert "wie hem beheert, moet eerst POWERUP_SMTP_URL" in signed_in(front).get("/account").text
    server = MailServer("localhost", 25, Encryption.NONE)
    settings = replace(front.parts.settings, smtp_url=server, mail_from=SENDER)
    mailing = Front(replace(front.parts, settings=settings))
    browser = signed_in(mailing)
    assert "Stuur mij deze mail" in browser.get("/account").text
    assert press(browser, "/account", do="digest_on").status_code == 303
    assert front.user().digest_at == front.now.replace(hour=6) + timedelta(days=1)  # 07:00 in Amsterdam
    assert "Hij gaat naar bea@voorbeeld.example." in browser.get("/account").text
    press(browser, "/account", do="profile", name="Bea", locale="nl")
    assert front.user().digest_at is not None
    press(browser, "/account", do="digest_off")
    assert front.user().digest_at is None
