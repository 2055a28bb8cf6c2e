"""Panels: pages of the power-up in a frame of the host's (webhooks page, section 7)."""

import secrets
from base64 import b64decode
from typing import Any
from urllib.parse import urlencode, urljoin

import jwt

from powerup.conformance.check import Checks, NotTried
from powerup.conformance.exchange import Answer
from powerup.conformance.expectations import expect, expect_status
from powerup.conformance.playing_host import INSTALLATION, RELATION, PlayedHost, new_key
from powerup.texts import text
from powerup.webhooks.kit.signature import KEY_PREFIX

CHECKS = Checks[PlayedHost]("webhooks 7")

_LASTS_SECONDS = 30
_MOST_STEPS = 4


def _claims(host: PlayedHost, **changes: Any) -> dict[str, Any]:
    panels = host.manifest.get("panels")
    if not panels:
        raise NotTried(text("The manifest has no panels."))
    return {
        "aud": host.audience,
        "iss": host.invented.listener.url,
        "ins": INSTALLATION,
        "gen": host.generation,
        "sub": "u_conformance_planner",
        "name": "Conformance planner",
        "role": "planner",
        "locale": "en",
        "panel": panels[0]["id"],
        "jti": secrets.token_urlsafe(16),
        "exp": int(host.clock().timestamp()) + _LASTS_SECONDS,
    } | changes


def _opened(host: PlayedHost, claims: dict[str, Any], key: str = "") -> Answer:
    secret = b64decode((key or host.key).removeprefix(KEY_PREFIX))
    token = jwt.encode(claims, secret, algorithm="HS256")
    host.wire.secrets.add(token)
    body = urlencode({"token": token}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": host.invented.listener.url}
    return host.wire.send("POST", host.address_of("panel", "panel/open"), form, body)


def _expect_shut(answer: Answer) -> None:
    expect(
        not 300 <= answer.status < 400 and "set-cookie" not in answer.headers,
        text("The token has opened a page (status {status}).", status=str(answer.status)),
    )


@CHECKS.add("panels.opens", text("A token opens its page in a frame of the host alone, with a guarded cookie."))
def _opens(host: PlayedHost) -> None:
    answer = _opened(host, _claims(host))
    expect_status(answer, 303)
    cookie = answer.headers.get("set-cookie", "")
    host.wire.secrets.add(cookie.partition(";")[0].partition("=")[2])
    for guard in ("Secure", "HttpOnly", "SameSite=None", "Partitioned"):
        expect(guard in cookie, text("The cookie is not {guard}.", guard=guard))
    page, address = answer, host.address_of("panel", "panel/open")
    for _ in range(_MOST_STEPS):
        if not 300 <= page.status < 400:
            break
        address = urljoin(address, page.headers.get("location", ""))
        page = host.wire.send("GET", address, {"Cookie": cookie.partition(";")[0]})
    expect_status(page, 200)
    policy = page.headers.get("content-security-policy", "")
    ancestors = next((each for each in policy.split(";") if each.strip().startswith("frame-ancestors")), "")
    expect(
        host.invented.listener.url in ancestors and "*" not in ancestors,
        text("The page does not say that the host alone may frame it: {policy}", policy=ancestors or "-"),
    )


@CHECKS.add("panels.all", text("Every panel of the manifest opens."))
def _all(host: PlayedHost) -> None:
    for panel in host.manifest.get("panels", ()):
        beside = {} if "main_menu" in panel["where"] else {"target": RELATION}
        expect_status(_opened(host, _claims(host, panel=panel["id"], **beside)), 303)


@CHECKS.add("panels.once", text("A token opens once."))
def _once(host: PlayedHost) -> None:
    claims = _claims(host)
    expect_status(_opened(host, claims), 303)
    _expect_shut(_opened(host, claims))


@CHECKS.add("panels.signed", text("A token that another key has signed opens nothing."))
def _signed(host: PlayedHost) -> None:
    _expect_shut(_opened(host, _claims(host), new_key()))


@CHECKS.add("panels.lapsed", text("A token that has lapsed, or lasts longer than 60 s, opens nothing."))
def _lapsed(host: PlayedHost) -> None:
    now = int(host.clock().timestamp())
    for expires in (now - 60, now + 3600):
        _expect_shut(_opened(host, _claims(host, exp=expires)))


@CHECKS.add("panels.elsewhere", text("A token for another power-up, origin or generation opens nothing."))
def _elsewhere(host: PlayedHost) -> None:
    elsewhere = (
        {"aud": "https://another.example/"},
        {"iss": "https://another.example"},
        {"gen": host.generation - 1},
    )
    for changes in elsewhere:
        _expect_shut(_opened(host, _claims(host, **changes)))
