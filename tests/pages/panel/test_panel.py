"""A host sends its people in by a token that it signs; whatever else is shown opens nothing."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest

from powerup.actions.kit.request import Role
from powerup.store.encryption import Secret
from powerup.store.installations import Installation, InstallationKey, Installations, InstallationState
from powerup.visitors.panels import PANELS
from tests.pages.conftest import BASE_URL, TENANT
from tests.pages.signing_in.conftest import NOON, OTHER_TENANT, Browser, Front, front  # noqa: F401  # a fixture

HOST = "https://host.example"
KEYS = {name: f"whsec_{base64.b64encode((name * 16)[:64].encode()).decode()}" for name in ("present", "ended", "other")}
CLAIMS: dict[str, Any] = {
    "aud": BASE_URL,
    "iss": HOST,
    "ins": "inst_1",
    "gen": 2,
    "sub": "u_1",
    "name": "A. de Wit",
    "role": "planner",
    "locale": "nl",
    "panel": "office",
    "jti": "jti_1",
    "exp": int(NOON.timestamp()) + 60,
}
FRAMED = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": "iframe", "Origin": HOST}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def house(front: Front) -> Front:  # noqa: F811
    present = InstallationKey(Secret(KEYS["present"]))
    ended = InstallationKey(Secret(KEYS["ended"]), NOON)
    installation = Installation(TENANT.id, "inst_1", 2, InstallationState.ACTIVE, (present, ended), (HOST,))
    other = InstallationKey(Secret(KEYS["other"]))
    with front.write() as connection:
        Installations(connection).add(installation)
        elsewhere = ("https://other.example",)
        Installations(connection).add(
            Installation(OTHER_TENANT.id, "inst_2", 2, InstallationState.ACTIVE, (other,), elsewhere)
        )
    return front


def token(key: str = "present", algorithm: str = "HS256", **changed: Any) -> str:
    """A token of the host; a claim that is None is left out."""
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    return jwt.encode(claims, base64.b64decode(KEYS[key].removeprefix("whsec_")), algorithm=algorithm)


def opened(browser: Browser, shown: str) -> str | None:
    """The page that a token leads to, in the frame; None where it opens nothing."""
    answer = browser.post("/panel/open", {"token": shown}, **FRAMED)
    if answer.status_code != 303:
        assert answer.status_code == 403
        assert "kan niet worden geopend" in answer.text
        assert "Set-Cookie" not in answer.headers
        return None
    return browser.get(answer.headers["Location"]).headers["Location"]


def uninstall(connection: Any, found: Installation) -> None:
    Installations(connection).save(replace(found, state=InstallationState.UNINSTALLED))


def install_anew(connection: Any, found: Installation) -> None:
    Installations(connection).save(replace(found, generation=3))


def test_a_person_whom_the_host_sends_is_in_within_its_frame_alone(house: Front) -> None:
    browser = house.browser()
    answer = browser.post("/panel/open", {"token": token()}, **FRAMED)
    cookie = max(answer.headers.getlist("Set-Cookie"), key=len)
    assert cookie.startswith("__Host-powerup-panel=")
    for word in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert word in cookie
    assert browser.get(answer.headers["Location"]).headers["Location"] == "/today"
    page = browser.get("/no-such-page")
    assert "A. de Wit" in page.text
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {HOST}")
    assert "/sign-out" not in page.text


@pytest.mark.parametrize(
    ("panel", "target", "role", "page"),
    [
        ("office", None, "viewer", "/today"),
        ("contracts", None, "viewer", "/contracts"),
        ("customer", {"type": "relation", "id": "10/01"}, "viewer", "/customer/10%2F01"),
        ("object", {"type": "object", "id": "CV-1"}, "viewer", "/object/CV-1"),
        ("work_order", {"type": "work_order", "id": "77"}, "viewer", "/today"),  # it belongs to no contract
        ("users", None, "admin", "/users"),
        ("users", None, "planner", "/account"),
    ],
)
def test_a_panel_leads_to_what_it_stands_beside(house: Front, panel: str, target: Any, role: str, page: str) -> None:
    assert panel in {each.id for each in PANELS}
    assert opened(house.browser(), token(panel=panel, target=target, role=role)) == page


def test_a_token_opens_once(house: Front) -> None:
    shown = token()
    assert opened(house.browser(), shown)
    assert opened(house.browser(), shown) is None
    assert opened(house.browser(), token(jti="jti_2"))


@pytest.mark.parametrize("missing", list(CLAIMS))
def test_every_claim_is_needed(house: Front, missing: str) -> None:
    left_out: dict[str, Any] = {missing: None}
    assert opened(house.browser(), token(**left_out)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "https://other-powerup.example/"},
        {"aud": [BASE_URL]},
        {"iss": "https://evil.example"},
        {"ins": "inst_2"},
        {"ins": "unknown"},
        {"gen": 1},
        {"gen": 3},
        {"gen": "2"},
        {"gen": True},
        {"role": "root"},
        {"panel": "nothing"},
        {"exp": int(NOON.timestamp())},
        {"exp": int(NOON.timestamp()) + 61},
        {"sub": ""},
        {"name": "x" * 201},
        {"name": "two\nlines"},
        {"target": "CV-1"},
        {"target": {"type": "object"}},
        {"jti": 7},
    ],
)
def test_a_token_that_claims_otherwise_opens_nothing(house: Front, changed: dict[str, Any]) -> None:
    assert opened(house.browser(), token(**changed)) is None


def _unsigned() -> str:
    return jwt.encode(CLAIMS, key="", algorithm="none")


@pytest.mark.parametrize(
    "forged",
    [
        lambda: token("other"),
        lambda: token("ended"),
        lambda: token(algorithm="HS512"),
        _unsigned,
        lambda: token()[:-2] + "xx",
        lambda: "",
        lambda: "a.b.c",
        lambda: "é" * 10,
        lambda: token(name="x" * 9000),
    ],
)
def test_a_token_that_the_host_did_not_sign_opens_nothing_and_shows_it_to_nobody(
    house: Front, forged: Callable[[], str]
) -> None:
    browser = house.browser()
    assert opened(browser, forged()) is None
    answer = browser.post("/panel/open", {"token": forged()}, **FRAMED)
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")


def test_what_is_wrong_with_a_token_of_the_host_is_told_in_its_frame(house: Front) -> None:
    answer = house.browser().post("/panel/open", {"token": token(exp=int(NOON.timestamp()))}, **FRAMED)
    assert "Dat duurde te lang" in answer.text
    assert answer.headers["Content-Security-Policy"].endswith(f"frame-ancestors {HOST}")


@pytest.mark.parametrize("ends", [uninstall, install_anew])
def test_a_session_ends_with_its_installation_and_its_generation(house: Front, ends: Callable[..., None]) -> None:
    browser = house.browser()
    assert opened(browser, token())
    assert browser.is_in()
    with house.write() as connection:
        found = Installations(connection).find("inst_1")
        assert found is not None
        ends(connection, found)
    assert not browser.is_in()
    assert opened(browser, token(jti="jti_2")) is None


def test_a_session_of_a_host_ends_after_eight_hours_and_says_so_in_the_frame(house: Front) -> None:
    browser = house.browser()
    opened(browser, token())
    house.later(hours=7)
    assert browser.is_in()
    house.later(hours=1)
    page = browser.post("/sign-out", {"note": "typed"})
    assert page.status_code == 401
    assert "Open deze pagina opnieuw" in page.text
    assert page.headers["Content-Security-Policy"].endswith(f"frame-ancestors {HOST}")


def test_a_browser_without_cookies_is_told_so_and_sent_in_no_circle(house: Front) -> None:
    answer = house.browser().post("/panel/open", {"token": token()}, **FRAMED)
    without = house.browser().get(answer.headers["Location"], **FRAMED)
    assert without.status_code == 401
    assert "Cookies zijn geblokkeerd" in without.text
    assert without.headers["Content-Security-Policy"].endswith(f"frame-ancestors {HOST}")


def test_who_was_signed_in_here_is_one_person_after_the_host_has_sent_another(house: Front) -> None:
    house.joined(role=Role.ADMIN)
    browser = house.browser()
    browser.sign_in()
    opened(browser, token())
    assert "A. de Wit" in browser.get("/no-such-page").text
    house.later(minutes=1)
    browser.sign_in()
    assert "Bea" in browser.get("/no-such-page").text
