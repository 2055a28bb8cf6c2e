"""Panels of an installed power-up: in the menu and beside records, each in a frame that a signed token opens."""

import base64
import re
from html import unescape

import jwt
import requests

from powerup.sandbox.server import SandboxServer
from tests.sandbox.pages.stand_in import MANIFEST, StandIn

PANELS = [
    {"id": "office", "label": {"nl": "Kantoor", "en": "Office"}, "where": ["main_menu"]},
    {"id": "customer", "label": {"nl": "Van deze relatie", "en": "Of this customer"}, "where": ["relation"]},
]


def page_of(host: SandboxServer, path: str, language: str = "nl") -> requests.Response:
    return requests.get(host.url + path, cookies={"language": language, "role": "planner"}, timeout=10)


def test_panels_stand_where_the_manifest_says_once_it_is_installed(host: SandboxServer, powerup: StandIn) -> None:
    powerup.receiver.manifest = {**MANIFEST, "panels": PANELS, "endpoints": {"panel": "/panel/open"}}
    assert "Kantoor" not in page_of(host, "/customers/1001").text
    host.marketplace.install(powerup.receiver.url)
    customer = page_of(host, "/customers/1001")
    assert '<a href="/panels/office" >Kantoor</a>' in customer.text
    assert '<a href="/panels/customer?type=relation&amp;id=1001">Van deze relatie</a>' in customer.text
    assert "Of this customer" in page_of(host, "/customers/1001", "en").text
    assert "Van deze relatie" not in page_of(host, "/objects/CV-1").text
    assert page_of(host, "/panels/none").status_code == 404


def test_a_frame_is_opened_by_a_token_for_this_person_and_record(host: SandboxServer, powerup: StandIn) -> None:
    powerup.receiver.manifest = {**MANIFEST, "panels": PANELS, "endpoints": {"panel": "/panel/open"}}
    installed = host.marketplace.install(powerup.receiver.url)
    page = page_of(host, "/panels/customer?type=relation&id=1001")
    tokens = re.findall(r'name="token" value="([^"]+)"', page.text)
    key = base64.b64decode(installed.key.removeprefix("whsec_"))
    claims = jwt.decode(unescape(tokens[0]), key, algorithms=["HS256"], audience=installed.powerup_url)
    assert claims["target"] == {"type": "relation", "id": "1001"}
    assert (claims["iss"], claims["ins"], claims["gen"]) == (host.url, installed.id, installed.generation)
    assert (claims["name"], claims["role"], claims["locale"]) == ("B. Jacobs", "planner", "nl")
    assert f"frame-src {installed.powerup_url.removesuffix('/')}" in page.headers["Content-Security-Policy"]
    assert "frame-src" not in page_of(host, "/board").headers["Content-Security-Policy"]
    again = page_of(host, "/panels/customer?type=relation&id=1001")
    assert tokens[0] not in again.text
