"""People come in by an invitation and a password, go on where they were, and leave; and others do not."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from pyotp import TOTP
from sqlalchemy import select

from powerup.actions.kit.request import Role
from powerup.pages.frame import CSRF_FIELD
from powerup.store.sign_in_tables import sessions, sign_in_tries
from powerup.store.tenants import Tenants, TenantState
from powerup.store.users import Users
from powerup.visitors import invitations
from powerup.visitors.codes import new_code_key
from powerup.visitors.passwords import Passwords
from powerup.visitors.throttle import MOST_FOR_EMAIL, MOST_FROM_ADDRESS
from tests.pages.conftest import BASE_URL, TENANT
from tests.pages.signing_in.conftest import EMAIL, OPERATOR, OTHER_TENANT, PASSWORD, Front, hidden

JOINING = {"name": "Bea Jacobs", "password": PASSWORD, "repeated": PASSWORD}

sqlite_alone = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_an_invited_person_chooses_a_password_once_signs_out_and_in_again(front: Front) -> None:
    link, browser = front.invite(), front.browser()
    page = browser.get(link)
    assert "Welkom bij Voorbeeld" in page.text
    refused = browser.post(link, {"name": " ", "password": "kort", "repeated": "kort"})
    assert refused.status_code == 422
    assert "Typ uw naam" in refused.text
    assert "ten minste 10 tekens" in refused.text
    assert "verschillen" in browser.post(link, JOINING | {"repeated": "x"}).text

    joined = browser.post(link, JOINING)
    assert (joined.status_code, joined.headers["Location"]) == (303, "/today")
    assert browser.is_in()
    assert front.user().name == "Bea Jacobs"
    assert front.browser().get(link).status_code == 404  # it is good once

    signed_out = browser.post("/sign-out", {CSRF_FIELD: browser.csrf_token(browser.get("/no-such-page"))})
    assert signed_out.headers["Location"] == "/sign-in"
    assert not browser.is_in()
    assert browser.sign_in(EMAIL.upper()).headers["Location"] == "/today"
    assert browser.is_in()


@sqlite_alone
def test_a_link_lapses_after_seven_days_and_a_reset_ends_what_was(front: Front) -> None:
    front.joined(role=Role.ADMIN)
    browser = front.browser()
    browser.sign_in()
    assert browser.is_in()
    with front.write() as connection:
        invitation = invitations.reset(connection, front.user(), OPERATOR, front.now)
    assert not browser.is_in()
    assert browser.sign_in().status_code == 401
    link = invitation.link("/")
    front.later(days=7)
    assert "niet meer geldig" in front.browser().get(link).text
    assert front.browser().post(link, JOINING).status_code == 404
    assert front.user().password_hash is None


@sqlite_alone
def test_secrets_of_people_are_kept_as_hashes_alone(front: Front) -> None:
    link, browser = front.invite(), front.browser()
    browser.post(link, JOINING)
    other = front.invite("ook@voorbeeld.example")
    cookie = browser.client.get_cookie("__Host-powerup", domain="contracts.example")
    assert cookie is not None
    database = Path(front.parts.settings.database_url.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert EMAIL.encode() in kept
    for secret in (PASSWORD, cookie.value, other.rpartition("/")[2]):
        assert secret.encode() not in kept


@sqlite_alone
def test_the_cookie_is_kept_for_this_address_alone_and_from_scripts(front: Front) -> None:
    front.joined()
    signed_in = front.browser().sign_in()
    own = max(signed_in.headers.getlist("Set-Cookie"), key=len)
    assert own.startswith("__Host-powerup=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in own
    assert "Domain" not in own
    assert signed_in.headers["Cache-Control"] == "no-store"


@sqlite_alone
def test_a_session_ends_after_eight_hours_unseen_and_after_thirty_days_at_most(front: Front) -> None:
    front.joined()
    browser = front.browser()
    browser.sign_in()
    front.later(hours=7, minutes=59)
    assert browser.is_in()
    front.later(hours=7, minutes=59)
    assert browser.is_in()  # it was seen
    front.later(hours=8)
    assert not browser.is_in()
    browser.sign_in()
    for _ in range(91):
        front.later(hours=7.9)
        last = browser.is_in()
    assert last
    front.later(hours=7.9)
    assert not browser.is_in()


@sqlite_alone
def test_who_looks_at_a_page_without_a_session_signs_in_and_comes_out_there(front: Front) -> None:
    front.joined()
    browser = front.browser()
    sent = browser.get("/contracts?status=active&q=a%26b")
    assert sent.status_code in (303, 404)  # 404 until that page is there
    sent = browser.get("/sign-in?next=%2Fcontracts%3Fstatus%3Dactive")
    fields = hidden(sent)
    assert fields["kept_address"] == "/contracts?status=active"
    assert browser.sign_in(**fields).headers["Location"] == "/contracts?status=active"


@sqlite_alone
@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/ x"])
def test_nobody_is_sent_to_another_site_after_signing_in(front: Front, elsewhere: str) -> None:
    front.joined()
    assert front.browser().sign_in(kept_address=elsewhere).headers["Location"] == "/today"
    browser = front.browser()
    browser.sign_in()
    assert browser.get(f"/sign-in?next={quote(elsewhere)}").headers["Location"] == "/today"


@sqlite_alone
def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(front: Front) -> None:
    front.joined()
    browser = front.browser()
    browser.sign_in()
    front.later(hours=9)
    # Any page that takes a form will do; this one is there.
    page = browser.post("/sign-out", {"note": 'Zegt "ja" & <b>', "days": "1", CSRF_FIELD: "old"})
    assert page.status_code == 401
    assert "Wat u invulde is bewaard" in page.text
    assert f'value="{EMAIL}"' in page.text
    assert "old" not in hidden(page).values()
    wrong = browser.post("/sign-in", hidden(page) | {"email": EMAIL, "password": "niet dit woord"})
    assert wrong.status_code == 401
    again = browser.post("/sign-in", hidden(wrong) | {"email": EMAIL, "password": PASSWORD})
    assert again.status_code == 200
    assert "Wat u had ingevuld, is nog niet verstuurd" in again.text
    assert 'name="note" value="Zegt &#34;ja&#34; &amp; &lt;b&gt;"' in again.text
    assert browser.is_in()


@sqlite_alone
def test_what_another_site_sends_is_never_kept_to_be_sent_later(front: Front) -> None:
    browser = front.browser()
    for headers in ({"Sec_Fetch_Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert browser.post("/sign-out", {"note": "theirs"}, **headers).status_code == 400
        assert browser.post("/sign-in", {"email": EMAIL, "kept_fields": "[]"}, **headers).status_code == 400


@sqlite_alone
def test_a_script_without_a_session_leaves_what_was_typed_where_it_is(front: Front) -> None:
    refused = front.browser().post("/sign-out", {"note": "typed"}, HX_Request="true")
    assert (refused.status_code, refused.headers["HX-Reswap"], refused.text) == (401, "none", "")


@sqlite_alone
def test_a_page_that_was_open_goes_on_to_work_after_signing_in_again_beside_it(front: Front) -> None:
    front.joined()
    browser = front.browser()
    browser.sign_in()
    token = browser.csrf_token(browser.get("/no-such-page"))
    front.later(hours=9)
    browser.sign_in()
    assert browser.post("/sign-out", {CSRF_FIELD: token}).status_code == 303


def test_guessing_is_slowed_down_for_the_e_mail_and_for_who_guesses(front: Front) -> None:
    front.joined()
    browser = front.browser()
    for _ in range(MOST_FOR_EMAIL):
        assert browser.sign_in(password="niet dit woord").status_code == 401
    held = browser.sign_in()
    assert held.status_code == 429
    assert held.headers["Retry-After"] == "900"
    assert "Probeer het over 15 minuten opnieuw" in held.text
    front.later(minutes=15, seconds=1)
    assert browser.sign_in().status_code == 303
    with front.parts.database.read() as connection:
        assert EMAIL not in str(connection.execute(select(sign_in_tries)).all())


@sqlite_alone
def test_one_address_has_its_tries_for_many_e_mails_and_a_proxy_says_whose_it_is(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Passwords, "fits", lambda *_: False)
    guesser, other = {"X_Forwarded_For": "spoofed, 2001:db8::1"}, {"X_Forwarded_For": "2001:db8:1::1"}
    browser = front.browser()
    for number in range(MOST_FROM_ADDRESS):
        assert browser.post("/sign-in", {"email": f"{number}@x.example"}, **guesser).status_code == 401
    same_house = {"X_Forwarded_For": "2001:db8::2"}
    assert browser.post("/sign-in", {"email": "one@x.example"}, **same_house).status_code == 429
    assert browser.post("/sign-in", {"email": "one@x.example"}, **other).status_code == 401


@sqlite_alone
def test_an_unknown_e_mail_gets_the_answer_and_the_work_of_a_known_one(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    front.joined()
    front.invite("nog-niet@voorbeeld.example")
    compared: list[str | None] = []
    fits = Passwords.fits

    def counted(self: Passwords, kept: str | None, password: str) -> bool:
        compared.append(kept)
        return fits(self, kept, password)

    monkeypatch.setattr(Passwords, "fits", counted)
    pages = {}
    for email in (EMAIL, "niemand@voorbeeld.example", "nog-niet@voorbeeld.example", "", "x" * 5000):
        compared.clear()
        answer = front.browser().sign_in(email, "niet dit woord")
        pages[answer.text.replace(f'value="{email}"', "")] = answer.status_code
        assert len(compared) == 1, email
    assert list(pages.values()) == [401] or len(pages) <= 2  # the empty one has the cursor elsewhere


@sqlite_alone
def test_a_session_that_somebody_planted_is_not_taken_over(front: Front) -> None:
    front.joined()
    browser = front.browser()
    browser.client.set_cookie("__Host-powerup", "planted", domain="contracts.example", secure=True, path="/")
    assert not browser.is_in()
    browser.sign_in()
    cookie = browser.client.get_cookie("__Host-powerup", domain="contracts.example")
    assert cookie is not None
    assert cookie.value != "planted"
    thief = front.browser()
    thief.client.set_cookie("__Host-powerup", "planted", domain="contracts.example", secure=True, path="/")
    assert not thief.is_in()


def test_one_e_mail_of_two_tenants_chooses_and_sees_the_chosen_one_alone(front: Front) -> None:
    front.joined()
    front.joined(tenant_id=OTHER_TENANT.id, role=Role.VIEWER)
    browser = front.browser()
    choice = browser.sign_in()
    assert choice.status_code == 200
    assert "Voor welk bedrijf?" in choice.text
    chosen = browser.post("/sign-in", hidden(choice) | {"tenant": OTHER_TENANT.id})
    assert chosen.headers["Location"] == "/today"
    assert "Ander" in browser.get("/no-such-page").text
    # Only those whose password was right can be chosen.
    with front.write() as connection:
        users = Users(connection, OTHER_TENANT.id)
        users.save(replace(front.user(tenant_id=OTHER_TENANT.id), password_hash=Passwords().hash("iets heel anders")))
    front.later(minutes=1)
    assert front.browser().post("/sign-in", hidden(choice) | {"tenant": OTHER_TENANT.id}).status_code == 303
    assert front.browser().sign_in().headers["Location"] == "/today"
    with front.parts.database.read() as connection:
        latest = select(sessions.c.tenant_id).order_by(sessions.c.begun_at.desc()).limit(1)
        assert connection.scalar(latest) == TENANT.id
    front.later(minutes=11)
    assert front.browser().post("/sign-in", hidden(choice) | {"tenant": TENANT.id}).status_code == 401


@sqlite_alone
def test_a_code_is_asked_for_taken_once_and_guessed_no_further_than_a_password(front: Front) -> None:
    key = new_code_key()
    user = front.joined()
    with front.write() as connection:
        Users(connection, TENANT.id).save(replace(user, code_key=key))
    browser, made = front.browser(), TOTP(key.reveal())
    asked = browser.sign_in()
    assert "Code van uw app" in asked.text
    assert not browser.is_in()
    code = {"code": made.at(front.now)}
    assert browser.post("/sign-in", hidden(asked) | {"code": "000000"}).status_code == 401
    assert browser.post("/sign-in", hidden(asked) | code).status_code == 303
    assert browser.is_in()
    assert front.browser().post("/sign-in", hidden(front.browser().sign_in()) | code).status_code == 401  # used
    asked = front.browser().sign_in()
    answers = [
        front.browser().post("/sign-in", hidden(asked) | {"code": "000000"}).status_code for _ in range(MOST_FOR_EMAIL)
    ]
    assert 429 in answers


@sqlite_alone
def test_tenants_that_have_left_let_nobody_in(front: Front) -> None:
    front.joined()
    link = front.invite("nieuw@voorbeeld.example")
    browser = front.browser()
    browser.sign_in()
    with front.write() as connection:
        Tenants(connection).save(replace(TENANT, state=TenantState.UNINSTALLED))
    assert not browser.is_in()
    assert browser.sign_in().status_code == 401
    assert browser.get(link).status_code == 404


@sqlite_alone
def test_a_removed_user_is_out_at_once_and_the_last_admin_stays(front: Front) -> None:
    admin = front.joined(role=Role.ADMIN)
    browser = front.browser()
    browser.sign_in()
    with front.write() as connection:
        with pytest.raises(invitations.UserRefused):
            invitations.remove(connection, admin, OPERATOR, front.now)
        with pytest.raises(invitations.UserRefused):
            invitations.give_role(connection, admin, Role.VIEWER, OPERATOR, front.now)
    front.joined("tweede@voorbeeld.example", Role.ADMIN)
    with front.write() as connection:
        invitations.remove(connection, admin, OPERATOR, front.now)
    assert not browser.is_in()
    assert BASE_URL.startswith("https://")
